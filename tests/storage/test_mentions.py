"""Who shared which paper where."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.links import Link
from bot.domain.paper_cards import Mention
from bot.domain.papers import PaperId
from bot.storage import mentions
from bot.storage.database import Connection, Database
from bot.storage.tables import mention
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after

ARXIV = PaperId("arxiv", "1706.03762")
OLD = PaperId("arxiv", "hep-th/9901001")
DOI = PaperId("doi", "10.1000/xyz")
CHANNEL = 613425648685547599
MESSAGE, LATER = 613425648685547777, 2**63 - 1


def link(paper: PaperId, *, quiet: bool = False) -> Link:
    return Link(paper, None, quiet)


async def add(
    conn: Connection, *links: Link, server_id: int = SERVER, message_id: int = MESSAGE, author_id: int = ADA
) -> None:
    await mentions.add(
        conn, links, server_id=server_id, channel_id=CHANNEL, message_id=message_id, author_id=author_id, at=NOW
    )


async def papers_of(conn: Connection, message_id: int = MESSAGE, server_id: int = SERVER) -> list[PaperId]:
    return [found.paper for found in await mentions.of_message(conn, server_id, message_id)]


async def test_papers_stand_in_the_order_of_the_message(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, link(OLD), link(ARXIV, quiet=True), link(DOI))
        assert await mentions.of_message(conn, SERVER, MESSAGE) == [
            Mention(paper=OLD, position=0, quiet=False, dismissed=False),
            Mention(paper=ARXIV, position=1, quiet=True, dismissed=False),
            Mention(paper=DOI, position=2, quiet=False, dismissed=False),
        ]
        assert await papers_of(conn, LATER) == []
        assert await papers_of(conn, server_id=OTHER_SERVER) == []


async def test_noting_again_changes_place_and_quietness_only(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, link(ARXIV), link(OLD))
        await mentions.dismiss(conn, SERVER, MESSAGE, [ARXIV])
        await mentions.add(
            conn,
            [link(OLD, quiet=True), link(ARXIV)],
            server_id=SERVER,
            channel_id=1,
            message_id=MESSAGE,
            author_id=GRACE,
            at=after(60),
        )
        assert await mentions.of_message(conn, SERVER, MESSAGE) == [
            Mention(paper=OLD, position=0, quiet=True, dismissed=False),
            Mention(paper=ARXIV, position=1, quiet=False, dismissed=True),
        ]
        assert await mentions.author_of(conn, SERVER, MESSAGE) == ADA
        assert set(await conn.scalars(select(mention.c.at))) == {NOW}


async def test_an_edit_takes_papers_out_of_one_message(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, link(ARXIV), link(OLD), link(DOI))
        await add(conn, link(ARXIV), message_id=LATER)
        await add(conn, link(ARXIV), server_id=OTHER_SERVER)
        await mentions.remove(conn, SERVER, MESSAGE, {ARXIV, DOI})
        await mentions.remove(conn, SERVER, MESSAGE, set())
        assert await papers_of(conn) == [OLD]
        assert await papers_of(conn, LATER) == [ARXIV]
        assert await papers_of(conn, server_id=OTHER_SERVER) == [ARXIV]


async def test_dismissing_is_for_one_paper_of_one_message(db: Database) -> None:
    async with db.write() as conn:
        for server_id, message_id in ((SERVER, MESSAGE), (SERVER, LATER), (OTHER_SERVER, MESSAGE)):
            await add(conn, link(ARXIV), link(OLD), server_id=server_id, message_id=message_id)
        await mentions.dismiss(conn, SERVER, MESSAGE, [ARXIV])
        await mentions.dismiss(conn, SERVER, MESSAGE, [])
        rows = await conn.execute(
            select(mention.c.server_id, mention.c.message_id, mention.c.value).where(mention.c.dismissed)
        )
        assert list(rows) == [(SERVER, MESSAGE, ARXIV.value)]


async def test_a_deleted_message_takes_its_author_and_place_with_it(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, link(ARXIV), link(OLD))
        await add(conn, link(ARXIV), message_id=LATER)
        await add(conn, link(ARXIV), server_id=OTHER_SERVER, author_id=GRACE)
        await mentions.forget_messages(conn, SERVER, [MESSAGE, 5])
        place = (mention.c.author_id, mention.c.channel_id, mention.c.message_id)
        kept = select(*place, mention.c.at).where(mention.c.server_id == SERVER).order_by(mention.c.id)
        assert list(await conn.execute(kept)) == [(None, None, None, NOW)] * 2 + [(ADA, CHANNEL, LATER, NOW)]
        assert await mentions.author_of(conn, SERVER, MESSAGE) is None
        assert await mentions.author_of(conn, OTHER_SERVER, MESSAGE) == GRACE
        # the same paper can be forgotten as often as it was shared
        await mentions.forget_messages(conn, SERVER, [LATER])
        assert list(await conn.execute(kept)) == [(None, None, None, NOW)] * 3


async def test_which_of_many_messages_are_noted(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, link(ARXIV), link(OLD))
        await add(conn, link(ARXIV), message_id=LATER)
        await add(conn, link(ARXIV), server_id=OTHER_SERVER, message_id=9)
        assert await mentions.noted(conn, SERVER, [MESSAGE, LATER, 9]) == {MESSAGE, LATER}
        assert await mentions.noted(conn, SERVER, [9]) == set()
        assert await mentions.noted(conn, SERVER, []) == set()
