"""Rights on the reading list, and what each step answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.domain.reading_list import SORTS, Listing, RemovedEntry
from bot.errors import DoneElsewhere, NotAllowed, NotFound, NotUnderstood
from bot.services.reading_list import PAGE_SIZE, ReadingList
from bot.storage import reading_list
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

NOT_ON_THE_LIST = "^That paper is not on the list"
MAY_NOT = "^Only the person who saved it, or a manager"


@pytest.fixture
def statements(db: Database) -> Iterator[list[str]]:
    """What is asked of the database from then on."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def the_list(db: Database) -> ReadingList:
    return ReadingList(db, VirtualClock(NOW))


async def a_paper(db: Database, value: str = "1706.03762") -> int:
    async with db.write() as conn:
        return await store(conn, make_paper(value))


async def test_saving_again_keeps_who_saved_and_adds_tags(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    first = await the_list.save(SERVER, number, ADA, tags=["nlp"], note="first")
    assert first.new
    again = await the_list.save(SERVER, number, GRACE, tags=["rl"], note="mine")
    assert not again.new
    assert (again.community.saved_by, again.community.saved_at) == (ADA, NOW)
    assert (again.community.tags, again.community.notes) == (("nlp", "rl"), 2)
    await the_list.save(SERVER, number, ADA, note="second")
    await the_list.save(SERVER, number, ADA)
    async with db.read() as conn:
        assert {note.user_id: note.text for note in await reading_list.notes(conn, SERVER, number)} == {
            ADA: "second",
            GRACE: "mine",
        }


async def test_a_vote_puts_the_paper_on_the_list_and_it_stays(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    assert await the_list.vote(SERVER, number, GRACE, interaction_id=1) == (True, 1)
    assert await the_list.vote(SERVER, number, GRACE, interaction_id=2) == (False, 0)
    page = await the_list.page(SERVER, ADA, Listing(), 0)
    assert [entry.community.saved_by for entry in page.found.entries] == [GRACE]


async def test_a_press_that_two_processes_hear_of_counts_once(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    answers = await asyncio.gather(
        *(the_list.vote(SERVER, number, ADA, interaction_id=5) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["DoneElsewhere", "Vote"]
    with pytest.raises(NotFound):
        await the_list.vote(SERVER, 99, ADA, interaction_id=6)
    with pytest.raises(NotFound):  # what failed was not carried out
        await the_list.vote(SERVER, 99, ADA, interaction_id=6)


async def test_forty_save_at_once_and_one_has_saved(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    saved = await asyncio.gather(*(the_list.save(SERVER, number, user_id) for user_id in range(1, 41)))
    assert [one.new for one in saved].count(True) == 1
    assert len({one.community.saved_by for one in saved}) == 1


async def test_one_press_that_two_processes_hear_of_is_one_vote(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    assert await the_list.vote(SERVER, number, GRACE, interaction_id=7) == (True, 1)
    with pytest.raises(DoneElsewhere):
        await the_list.vote(SERVER, number, GRACE, interaction_id=7)
    assert await the_list.vote(SERVER, number, ADA, interaction_id=8) == (True, 2)


async def test_forty_vote_for_a_paper_that_is_not_on_the_list_yet(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    votes = await asyncio.gather(
        *(the_list.vote(SERVER, number, user_id, interaction_id=user_id) for user_id in range(1, 41))
    )
    assert sorted(vote.votes for vote in votes) == list(range(1, 41))


@pytest.mark.parametrize(("user_id", "manager"), [(ADA, False), (GRACE, True)])
async def test_the_saver_and_managers_take_off(
    the_list: ReadingList, db: Database, user_id: int, manager: bool
) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA, tags=["nlp"], note="why")
    await the_list.vote(SERVER, number, GRACE, interaction_id=1)
    lost = await the_list.would_remove(SERVER, number, user_id, manager=manager)
    assert (lost.votes, lost.tags, lost.notes) == (1, ("nlp",), 1)
    removed = await the_list.remove(SERVER, number, user_id, manager=manager)
    assert removed == RemovedEntry(votes=1, tags=("nlp",), notes=1)
    with pytest.raises(NotFound, match=NOT_ON_THE_LIST):
        await the_list.remove(SERVER, number, user_id, manager=manager)


async def test_others_may_not_take_off(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA)
    await the_list.save(OTHER_SERVER, number, GRACE)
    with pytest.raises(NotAllowed, match=MAY_NOT):
        await the_list.would_remove(SERVER, number, GRACE, manager=False)
    with pytest.raises(NotAllowed, match=MAY_NOT):
        await the_list.remove(SERVER, number, GRACE, manager=False)
    await the_list.remove(SERVER, number, ADA, manager=False)
    with pytest.raises(NotFound, match=NOT_ON_THE_LIST):
        await the_list.would_remove(SERVER, number, ADA, manager=True)
    assert (await the_list.page(OTHER_SERVER, ADA, Listing(), 0)).found.total == 1


async def test_two_who_take_off_at_once_are_both_answered(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA)
    answers = await asyncio.gather(
        *(the_list.remove(SERVER, number, ADA, manager=True) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NotFound", "RemovedEntry"]


async def test_pages_and_the_last_one_when_the_list_became_shorter(the_list: ReadingList, db: Database) -> None:
    for value in range(PAGE_SIZE + 2):
        await the_list.save(SERVER, await a_paper(db, str(value)), ADA, tags=["odd"] if value % 2 else [])
    pages = [await the_list.page(SERVER, ADA, Listing("oldest"), page) for page in (0, 1, 9, -1)]
    assert [page.number for page in pages] == [0, 1, 1, 0]
    assert [len(page.found.entries) for page in pages] == [PAGE_SIZE, 2, 2, PAGE_SIZE]
    assert {page.found.total for page in pages} == {PAGE_SIZE + 2}
    odd = await the_list.page(SERVER, GRACE, Listing("oldest", tag="odd", saved_by=ADA), 0)
    assert [entry.paper.paper.id.value for entry in odd.found.entries] == ["1", "3", "5"]
    empty = await the_list.page(OTHER_SERVER, ADA, Listing("oldest"), 9)
    assert (empty.number, empty.found.total) == (0, 0)


async def test_a_paper_takes_ten_tags_however_they_come(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA, tags=[f"tag {n}" for n in range(8)])
    with pytest.raises(NotUnderstood, match=r"^That makes 11 tags"):
        await the_list.save(SERVER, number, GRACE, tags=["a", "b", "c"], note="lost with the tags")
    saved = await the_list.save(SERVER, number, GRACE, tags=["tag 1", "a", "b"])
    assert len(saved.community.tags) == 10
    assert saved.community.notes == 0


async def test_tags_are_replaced_and_told(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    with pytest.raises(NotFound, match="/save"):
        await the_list.set_tags(SERVER, number, ["rl"])
    await the_list.save(SERVER, number, ADA, tags=["nlp", "rl"])
    await the_list.save(OTHER_SERVER, number, ADA, tags=["nlp"])
    assert await the_list.set_tags(SERVER, number, ["vision", "rl"]) == (("vision",), ("nlp",), ("rl", "vision"))
    assert await the_list.set_tags(SERVER, number, ["vision", "rl"]) == ((), (), ("rl", "vision"))
    assert await the_list.set_tags(SERVER, number, []) == ((), ("rl", "vision"), ())
    async with db.read() as conn:
        assert await reading_list.tags(conn, OTHER_SERVER, number) == ("nlp",)


async def test_forty_set_tags_at_once_and_one_set_stands(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA, tags=["old"])
    await asyncio.gather(*(the_list.set_tags(SERVER, number, [f"tag {n}", f"also {n}"]) for n in range(40)))
    async with db.read() as conn:
        also, tag = await reading_list.tags(conn, SERVER, number)
    assert also.removeprefix("also ") == tag.removeprefix("tag ")


async def test_forty_who_add_tags_at_once_do_not_get_past_ten(the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA)
    tried = await asyncio.gather(
        *(the_list.save(SERVER, number, ADA, tags=[f"tag {n}"]) for n in range(40)), return_exceptions=True
    )
    assert sum(isinstance(one, NotUnderstood) for one in tried) == 30
    async with db.read() as conn:
        assert len(await reading_list.tags(conn, SERVER, number)) == 10


async def test_tags_are_offered_the_most_used_first(the_list: ReadingList, db: Database) -> None:
    for value, tags in enumerate([["rl", "nlp"], ["rl", "theory"], ["world models", "nlp", "rl"]]):
        await the_list.save(SERVER, await a_paper(db, str(value)), ADA, tags=tags)
    await the_list.save(OTHER_SERVER, await a_paper(db), ADA, tags=["rlhf"])
    assert await the_list.suggest_tags(SERVER, "") == ["rl", "nlp", "theory", "world models"]
    assert await the_list.suggest_tags(SERVER, "L") == ["rl", "nlp", "world models"]
    assert await the_list.suggest_tags(SERVER, "#RL,  w") == ["rl, world models"]
    assert await the_list.suggest_tags(SERVER, "rl, ") == ["rl, nlp", "rl, theory", "rl, world models"]
    assert await the_list.suggest_tags(SERVER, "%") == []


async def test_a_page_takes_few_queries(the_list: ReadingList, db: Database, statements: list[str]) -> None:
    for value in range(PAGE_SIZE + 1):
        await the_list.save(SERVER, await a_paper(db, str(value)), ADA, tags=["a", "b"], note="n")
    for sort in SORTS:
        statements.clear()
        await the_list.page(SERVER, ADA, Listing(sort), 0)
        assert len([one for one in statements if one.startswith("SELECT")]) <= 12, sort


async def test_a_paper_of_a_lost_database_is_not_known(the_list: ReadingList) -> None:
    for attempt in (the_list.save(SERVER, 99, ADA), the_list.vote(SERVER, 99, ADA, interaction_id=1)):
        with pytest.raises(NotFound, match="Paste its link again"):
            await attempt
