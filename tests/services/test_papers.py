"""What a member types as PAPER."""

from __future__ import annotations

import pytest

from bot.domain.papers import PaperId
from bot.errors import NotFound, NotUnderstood, Unavailable
from bot.services.fetching import PaperFetcher
from bot.services.papers import SUGGESTIONS, Papers, Suggestion
from bot.storage import lookups
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.services.examples import SilentSource
from tests.storage.examples import NOW, OTHER_SERVER, SERVER, make_paper, share, store


class ArxivOnly(SilentSource):
    schemes = frozenset({"arxiv"})


@pytest.fixture
def papers(db: Database) -> Papers:
    return Papers(db, PaperFetcher(db, [ArxivOnly()], VirtualClock(NOW)))


async def meet(db: Database, value: str, title: str, *, server_id: int = SERVER, doi: str | None = None) -> int:
    """A paper shared in the server."""
    async with db.write() as conn:
        paper = make_paper(value, title=title, doi=doi)
        number = await store(conn, paper)
        await share(conn, paper.id, server_id=server_id, message_id=number)
        return number


async def find(papers: Papers, typed: str) -> int:
    return (await papers.find(SERVER, typed, wait_seconds=0)).number


@pytest.mark.parametrize(
    "typed",
    [
        "1706.03762",
        "arXiv:1706.03762v2",
        "arxiv:1706.03762",
        " <https://arxiv.org/pdf/1706.03762v7.pdf> ",
        "https://doi.org/10.48550/arXiv.1706.03762",
        "10.5555/12345",
        "attention is all you need",
        "ATTENTION vaswani",
    ],
)
async def test_every_way_to_name_a_paper(papers: Papers, db: Database, typed: str) -> None:
    number = await meet(db, "1706.03762", "Attention Is All You Need", doi="10.5555/12345")
    await meet(db, "2010.11929", "An Image is Worth 16x16 Words")
    assert await find(papers, typed) == number


async def test_words_find_only_what_this_server_knows(papers: Papers, db: Database) -> None:
    await meet(db, "1706.03762", "Attention Is All You Need", server_id=OTHER_SERVER)
    with pytest.raises(NotUnderstood, match=r"^No paper of this server matches that"):
        await find(papers, "attention")


async def test_an_exact_title_wins_over_longer_ones(papers: Papers, db: Database) -> None:
    number = await meet(db, "1", "Attention")
    await meet(db, "2", "Attention and more")
    assert await find(papers, "attention") == number
    with pytest.raises(NotUnderstood, match=r"^Several papers match that"):
        await find(papers, "atten")


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
async def test_nothing_typed(papers: Papers, typed: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^Name a paper: a link, an id like"):
        await find(papers, typed)


async def test_a_paper_that_cannot_be_had_now_stays_in_line(papers: Papers, db: Database) -> None:
    with pytest.raises(Unavailable, match=r"^arXiv is not answering just now"):
        await find(papers, "2401.00001")
    async with db.read() as conn:
        assert set(await lookups.states(conn, [PaperId("arxiv", "2401.00001")])) == {PaperId("arxiv", "2401.00001")}


async def test_a_paper_that_does_not_exist(papers: Papers, db: Database) -> None:
    absent = PaperId("arxiv", "2401.99999")
    async with db.write() as conn:
        await lookups.wait(conn, [absent], NOW)
        await lookups.missing(conn, [absent], None)
    with pytest.raises(NotFound, match=r"^arXiv knows no paper 2401\.99999\."):
        await find(papers, "2401.99999")


async def test_a_paper_of_a_source_that_is_not_read_yet(papers: Papers) -> None:
    with pytest.raises(NotFound, match=r"^I recognise doi:10"):
        await find(papers, "10.1038/nature14539")


async def test_suggestions_are_of_this_server(papers: Papers, db: Database) -> None:
    await meet(db, "1", "Attention Is All You Need")
    await meet(db, "2", "Attention elsewhere", server_id=OTHER_SERVER)
    assert await papers.suggest(SERVER, "atten") == [Suggestion("Attention Is All You Need", "arxiv:1")]
    assert await papers.suggest(SERVER, "nothing like it") == []
    for number in range(30):
        await meet(db, f"2401.{number:05}", f"Paper {number}")
    assert len(await papers.suggest(SERVER, "")) == SUGGESTIONS


async def test_a_pasted_link_is_suggested_by_title_where_it_is_known(papers: Papers, db: Database) -> None:
    await meet(db, "1706.03762", "Attention Is All You Need")
    link = "https://arxiv.org/abs/1706.03762"
    assert await papers.suggest(SERVER, link) == [Suggestion("Attention Is All You Need", "arxiv:1706.03762")]
    assert await papers.suggest(SERVER, "2401.00001v3") == [Suggestion("arxiv:2401.00001", "arxiv:2401.00001")]


async def test_what_is_suggested_can_be_chosen(papers: Papers, db: Database) -> None:
    number = await meet(db, "hep-th/9901001", "Old")
    (suggestion,) = await papers.suggest(SERVER, "old")
    assert await find(papers, suggestion.value) == number


async def test_the_paper_that_a_button_names(papers: Papers, db: Database) -> None:
    number = await meet(db, "1", "Attention")
    assert (await papers.by_number(number)).title_text == "Attention"
    with pytest.raises(NotFound, match="Paste its link again"):
        await papers.by_number(number + 1)
