"""What one server knows about papers, and that no other server shows in it."""

from __future__ import annotations

from bot.domain.papers import PaperId
from bot.domain.reading_list import Community, FirstShared
from bot.storage import reading_list
from bot.storage.database import Connection, Database, insert
from bot.storage.tables import discussion
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store


async def community(conn: Connection, number: int, server_id: int = SERVER) -> Community:
    return (await reading_list.community(conn, server_id, [number]))[number]


async def test_nothing_is_known_of_a_new_paper_nor_of_an_unknown_one(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        found = await reading_list.community(conn, SERVER, [number, number + 1])
        assert await reading_list.community(conn, SERVER, []) == {}
    assert found == {number: Community(), number + 1: Community()}


async def test_everything_that_is_known(db: Database) -> None:
    paper = make_paper()
    async with db.write() as conn:
        number = await store(conn, paper)
        await share(conn, paper.id, message_id=11, author_id=GRACE, at=after(1))
        await share(conn, paper.id, message_id=12, author_id=ADA, at=after(2))
        await reading_list.save(conn, SERVER, number, ADA, after(3))
        await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, number, GRACE, NOW)
        await reading_list.add_tags(conn, SERVER, number, ["rl", "nlp"])
        await reading_list.set_note(conn, SERVER, number, GRACE, "section 3", NOW)
        await conn.execute(
            insert(conn, discussion).values(server_id=SERVER, paper_id=number, channel_id=7, thread_id=70, made_at=NOW)
        )
        found = await community(conn, number)
    assert found == Community(
        first_shared=FirstShared(at=after(1), author_id=GRACE, channel_id=7, message_id=11),
        mentions=2,
        saved_by=ADA,
        saved_at=after(3),
        votes=2,
        tags=("nlp", "rl"),
        notes=1,
        thread_id=70,
    )


async def test_another_server_never_shows(db: Database) -> None:
    paper = make_paper()
    async with db.write() as conn:
        number = await store(conn, paper)
        await share(conn, paper.id, server_id=OTHER_SERVER)
        await reading_list.save(conn, OTHER_SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, OTHER_SERVER, number, ADA, NOW)
        await reading_list.add_tags(conn, OTHER_SERVER, number, ["rl"])
        await reading_list.set_note(conn, OTHER_SERVER, number, ADA, "note", NOW)
        await conn.execute(
            insert(conn, discussion).values(
                server_id=OTHER_SERVER, paper_id=number, channel_id=7, thread_id=70, made_at=NOW
            )
        )
        assert await community(conn, number) == Community()
        await reading_list.save(conn, SERVER, number, GRACE, NOW)
        assert await community(conn, number) == Community(saved_by=GRACE, saved_at=NOW)
        assert (await community(conn, number, OTHER_SERVER)).votes == 1


async def test_every_id_of_a_paper_counts_but_one_message_once(db: Database) -> None:
    paper = make_paper(doi="10.1000/xyz")
    async with db.write() as conn:
        number = await store(conn, paper)
        await share(conn, PaperId("doi", "10.1000/xyz"), message_id=11, at=after(1))
        await share(conn, paper.id, message_id=11, at=after(1))
        await share(conn, paper.id, message_id=12, at=after(2))
        found = await community(conn, number)
    assert found.mentions == 2
    assert found.first_shared is not None
    assert found.first_shared.message_id == 11


async def test_a_deleted_message_still_counts_but_names_nobody(db: Database) -> None:
    paper = make_paper()
    async with db.write() as conn:
        number = await store(conn, paper)
        await share(conn, paper.id, message_id=None, author_id=None, at=NOW)
        await share(conn, paper.id, message_id=12, at=after(1))
        found = await community(conn, number)
    assert found.mentions == 2
    assert found.first_shared == FirstShared(at=NOW, author_id=None, channel_id=None, message_id=None)
