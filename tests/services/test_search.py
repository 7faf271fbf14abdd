"""Pages of a search, and papers named by id."""

from __future__ import annotations

import pytest

from bot.domain.search import SearchPage
from bot.errors import NotUnderstood
from bot.services.search import PAGE_SIZE, Search
from bot.storage import papers, reading_list
from bot.storage.database import Database
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store


@pytest.fixture
def search(db: Database) -> Search:
    return Search(db)


async def save(db: Database, value: str, title: str, *, server_id: int = SERVER, note: str | None = None) -> int:
    async with db.write() as conn:
        number = await store(conn, make_paper(value, title=title))
        await reading_list.save(conn, server_id, number, ADA, NOW)
        if note:
            await reading_list.set_note(conn, server_id, number, GRACE, note, NOW)
        return number


def titles(page: SearchPage) -> list[str]:
    return [result.entry.paper.title_text for result in page.results]


@pytest.mark.parametrize(
    "typed",
    ["1706.03762", "arXiv:1706.03762v5", "https://arxiv.org/pdf/1706.03762", "10.48550/arXiv.1706.03762"],
)
async def test_an_id_or_a_link_finds_that_paper(search: Search, db: Database, typed: str) -> None:
    await save(db, "1706.03762", "Attention")
    await save(db, "1", "Of 1706 03762 and arXiv v5")
    page = await search.find(SERVER, typed)
    assert (titles(page), page.words, page.total) == (["Attention"], (), 1)
    elsewhere = await search.find(OTHER_SERVER, typed)
    assert (elsewhere.total, elsewhere.results) == (0, ())


async def test_a_page_holds_what_this_server_knows(search: Search, db: Database) -> None:
    await save(db, "1", "Attention", note="why it works")
    await save(db, "1", "Attention", server_id=OTHER_SERVER, note="theirs alone")
    page = await search.find(SERVER, "Works")
    assert (titles(page), page.words, page.reach) == (["Attention"], ("works",), "all")
    assert [(note.user_id, note.text) for note in page.results[0].notes] == [(GRACE, "why it works")]
    assert page.results[0].entry.community.saved_by == ADA


async def test_pages_and_the_last_one_when_there_are_fewer(search: Search, db: Database) -> None:
    for value in range(PAGE_SIZE + 2):
        await save(db, str(value), f"Title number{value}")
    pages = [await search.find(SERVER, "title", page) for page in (0, 1, 9, 10**30, -1)]
    assert [page.number for page in pages] == [0, 1, 1, 1, 0]
    assert [len(page.results) for page in pages] == [PAGE_SIZE, 2, 2, 2, PAGE_SIZE]
    assert {page.total for page in pages} == {PAGE_SIZE + 2}
    assert len({title for page in pages[:2] for title in titles(page)}) == PAGE_SIZE + 2


@pytest.mark.parametrize("typed", ["", "  ", "*", "🧪", '""'])
async def test_without_a_word_there_is_nothing_to_look_for(search: Search, typed: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^Type words to look for"):
        await search.find(SERVER, typed)


async def test_a_paper_without_abstract_is_found_by_its_title(search: Search, db: Database) -> None:
    async with db.write() as conn:
        number = await papers.upsert(
            conn, make_paper("1", title="Bare", authors=()), title_text="Bare", abstract_text="", now=NOW
        )
        await reading_list.save(conn, SERVER, number, ADA, NOW)
    assert titles(await search.find(SERVER, "bare")) == ["Bare"]
