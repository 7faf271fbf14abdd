"""Servers that removed the bot: noticed, and deleted piece by piece."""

from __future__ import annotations

from sqlalchemy import select

from bot.storage import retention, servers
from bot.storage.database import Database
from bot.storage.deleted_words import drop_deleted_words
from bot.storage.shards import Shards
from bot.storage.tables import server, vote
from tests.storage.everything import fill, of_servers, sizes, where
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after


async def delete_all(db: Database, *, limit: int = 1000) -> int:
    rows = 0
    for table in retention.tables():
        while True:
            async with db.write() as conn:
                piece = await retention.delete_piece(conn, table, SERVER, before=after(10), limit=limit)
            assert piece is not None
            assert piece <= limit
            rows += piece
            if piece < limit:
                break
    return rows


def test_every_table_of_servers_is_known() -> None:
    assert {table.name for table in retention.tables()} == of_servers() - {"server"}


async def test_everything_of_a_server_goes_and_nothing_of_another(db: Database) -> None:
    async with db.write() as conn:
        await fill(conn, OTHER_SERVER, ADA)
        others = await sizes(conn)
        for user_id in (ADA, GRACE, 3):
            await fill(conn, SERVER, user_id)
        await servers.left(conn, SERVER, NOW)
        both = await sizes(conn)
        assert len(await where(conn, SERVER)) > 15

    assert await delete_all(db, limit=2) == sum(both[name] - others[name] for name in of_servers() - {"server"})
    async with db.write() as conn:
        assert await retention.delete_server(conn, SERVER, before=after(10))
        await drop_deleted_words(conn)

    async with db.read() as conn:
        assert await where(conn, SERVER) == set()
        left = await sizes(conn)
    assert {name: left[name] for name in of_servers()} == {name: others[name] for name in of_servers()}
    assert left["paper"] == both["paper"]


async def test_an_invitation_in_between_ends_it(db: Database) -> None:
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
        await servers.left(conn, SERVER, NOW)
        assert await retention.delete_piece(conn, vote, SERVER, before=after(-1), limit=9) is None
        await servers.joined(conn, SERVER, after(90))
        assert await retention.delete_piece(conn, vote, SERVER, before=after(10), limit=9) is None
        assert not await retention.delete_server(conn, SERVER, before=after(10))
        assert (await sizes(conn))["vote"] == 1


async def test_the_server_stays_while_anything_of_it_is_there(db: Database) -> None:
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
        await servers.left(conn, SERVER, NOW)
        assert not await retention.delete_server(conn, SERVER, before=after(10))
        assert await retention.left_before(conn, after(10), shards=None) == [SERVER]


async def test_servers_that_are_not_listed_removed_the_bot(db: Database) -> None:
    async with db.write() as conn:
        for server_id in (SERVER, OTHER_SERVER):
            await servers.ensure(conn, server_id, NOW)
        assert await retention.only_in(conn, [SERVER], shards=None, now=after(1)) == 1
        assert await retention.only_in(conn, [SERVER], shards=None, now=after(2)) == 0
        left = {row.id: row.left_at for row in await conn.execute(select(server.c.id, server.c.left_at))}
        assert left == {SERVER: None, OTHER_SERVER: after(1)}
        assert await retention.left_before(conn, after(0.5), shards=None) == []
        assert await retention.left_before(conn, after(1), shards=None) == [OTHER_SERVER]


async def test_another_shards_servers_are_left_alone(db: Database) -> None:
    async with db.write() as conn:
        for server_id in (0 << 22, 1 << 22, 2 << 22, 3 << 22):
            await servers.ensure(conn, server_id, NOW)
        assert await retention.only_in(conn, [], shards=Shards(2, (1,)), now=NOW) == 2
        assert await retention.left_before(conn, NOW, shards=Shards(2, (0,))) == []
        assert sorted(await retention.left_before(conn, NOW, shards=Shards(2, (1,)))) == [1 << 22, 3 << 22]
