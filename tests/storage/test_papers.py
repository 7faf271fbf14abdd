"""Papers and the ids that lead to them."""

from __future__ import annotations

from bot.domain.papers import Paper, PaperId
from bot.storage import papers
from bot.storage.database import Database
from tests.storage.examples import after, make_paper, store


def doi(value: str) -> PaperId:
    return PaperId("doi", value)


async def test_a_paper_comes_back_as_it_was(db: Database) -> None:
    paper = make_paper(title="José's $\\alpha$ 𝒪(n)", doi="10.1000/xyz").model_copy(
        update={
            "updated": after(3),
            "journal_ref": "Nature 1",
            "comment": "8 pages",
            "withdrawn": True,
            "authors": tuple(f"Author {number}" for number in range(3000)),
        }
    )
    async with db.write() as conn:
        number = await papers.upsert(conn, paper, title_text="José's α O(n)", abstract_text="α.", now=after(5))
        stored = (await papers.by_numbers(conn, [number, number + 1]))[number]
    assert stored.paper == paper
    assert (stored.number, stored.title_text, stored.abstract_text) == (number, "José's α O(n)", "α.")
    assert stored.fetched_at == after(5)


async def test_an_empty_record_is_stored_too(db: Database) -> None:
    paper = Paper(id=PaperId("arxiv", "math/0309136"), title="", authors=(), abstract="")
    async with db.write() as conn:
        await store(conn, paper)
        assert (await papers.by_ids(conn, [paper.id]))[paper.id].paper == paper


async def test_all_its_ids_lead_to_one_paper(db: Database) -> None:
    paper = make_paper("hep-th/9901001", doi="10.1103/PhysRevD.1.2 10.1103/PhysRevD.1.3")
    ids = [
        paper.id,
        doi("10.48550/arxiv.hep-th/9901001"),
        doi("10.1103/physrevd.1.2"),
        doi("10.1103/physrevd.1.3"),
    ]
    async with db.write() as conn:
        number = await store(conn, paper)
        found = await papers.by_ids(conn, [*ids, doi("10.1103/unknown"), PaperId("arxiv", "1706.03762")])
        assert await papers.by_ids(conn, []) == {}
    assert {name: stored.number for name, stored in found.items()} == dict.fromkeys(ids, number)


async def test_what_is_no_doi_leads_nowhere(db: Database) -> None:
    async with db.write() as conn:
        await store(conn, make_paper(doi="to appear"))
        assert await papers.by_ids(conn, [doi("to appear"), doi("to"), doi("appear")]) == {}


async def test_storing_again_replaces_all_but_the_number(db: Database) -> None:
    async with db.write() as conn:
        first = await store(conn, make_paper(title="Draft", doi="10.1000/old"))
        again = await store(conn, make_paper(title="Final", doi="10.1000/new"), now=after(60))
        found = await papers.by_ids(conn, [doi("10.1000/old"), doi("10.1000/new")])
    assert again == first
    assert {stored.paper.title for stored in found.values()} == {"Final"}
    assert len(found) == 2
    assert found[doi("10.1000/new")].fetched_at == after(60)


async def test_a_doi_stays_with_the_paper_that_had_it_first(db: Database) -> None:
    async with db.write() as conn:
        first = await store(conn, make_paper("1706.03762", doi="10.1000/shared"))
        second = await store(conn, make_paper("1810.04805", doi="10.1000/shared"))
        found = await papers.by_ids(conn, [doi("10.1000/shared"), PaperId("arxiv", "1810.04805")])
    assert found[doi("10.1000/shared")].number == first
    assert found[PaperId("arxiv", "1810.04805")].number == second


async def test_a_record_under_a_known_papers_doi_changes_nothing(db: Database) -> None:
    async with db.write() as conn:
        preprint = await store(conn, make_paper(title="Preprint", doi="10.1000/published"))
        article = await store(conn, make_paper("10.1000/published", scheme="doi", title="Article"))
        found = await papers.by_ids(conn, [doi("10.1000/published")])
    assert article == preprint
    assert found[doi("10.1000/published")].paper.title == "Preprint"
