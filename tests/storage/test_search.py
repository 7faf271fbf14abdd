"""Full text over one server's papers, tags and notes, on both engines."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update

from bot.domain.search import Matches
from bot.domain.search_text import search_words
from bot.storage import papers, reading_list
from bot.storage.database import Connection, Database
from bot.storage.search import MOST_FOUND, is_met, search
from bot.storage.tables import entry, entry_tag, mention, note, paper, reading
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, share


async def add(
    conn: Connection,
    title: str,
    *,
    abstract: str = "",
    authors: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    said: str | None = None,
    server_id: int = SERVER,
) -> int:
    """A paper on the server's list; a second time it is the same one."""
    made = make_paper(title.replace(" ", "-"), title=title, authors=authors)
    number = await papers.upsert(conn, made, title_text=title, abstract_text=abstract, now=NOW)
    await reading_list.save(conn, server_id, number, ADA, NOW)
    await reading_list.add_tags(conn, server_id, number, tags)
    if said:
        await reading_list.set_note(conn, server_id, number, ADA, said, NOW)
    return number


async def found(conn: Connection, typed: str, *, server_id: int = SERVER) -> list[str]:
    """Titles, best first."""
    matches = await search(conn, server_id, search_words(typed), MOST_FOUND, 0)
    assert matches.total == len(matches.papers)
    stored = await papers.by_numbers(conn, matches.papers)
    return [stored[number].title_text for number in matches.papers]


@pytest.mark.parametrize(
    "typed",
    ["attention", "ATTENTION is all you need", "needs", "transductions", "vaswani", "kaiser lukasz", "Łukasz Kaiser",
     "nlp", "World-Models", "read twice", "vaswani twice", "attention nlp twice", "c++", "schrodinger"],
)  # fmt: skip
async def test_words_of_every_place_and_of_several_at_once(db: Database, typed: str) -> None:
    async with db.write() as conn:
        await add(
            conn,
            "Attention Is All You Need",
            abstract="Sequence transduction in C, by Schrödinger.",
            authors=("Ashish Vaswani", "Łukasz Kaiser"),
            tags=("nlp", "world models"),
            said="Read it twice!",
        )
        await add(
            conn, "Something Else", abstract="Nothing of the kind.", authors=("Ada Other",), tags=("x",), said="y"
        )
        assert await found(conn, typed) == ["Attention Is All You Need"]


@pytest.mark.parametrize(("typed", "first"), [("vaswani", "By him"), ("ashish vaswani", "By him"), ("nlp", "Tagged")])
async def test_an_author_or_a_tag_alone_comes_first(db: Database, typed: str, first: str) -> None:
    async with db.write() as conn:
        await add(conn, "By him", authors=("Noam Shazeer", "Ashish Vaswani", "Z Last"), abstract="long " * 200)
        await add(conn, "Tagged", tags=("a", "nlp", "z"), abstract="long " * 200)
        await add(conn, "NLP, Ashish Vaswani: NLP, NLP and Ashish Vaswani", abstract="Vaswani, Ashish Vaswani. NLP")
        await add(conn, "First name", authors=("Vaswani Ashish Smith",), tags=("nlp tools",))
        assert (await found(conn, typed))[0] == first


async def test_title_before_authors_and_tags_before_abstract_and_notes(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, "In the note", said="a graph")
        await add(conn, "In the abstract", abstract="A graph of it.")
        await add(conn, "By an author", authors=("Graph Writer",))
        await add(conn, "In the title: graph")
        assert (await found(conn, "graph"))[:2] == ["In the title: graph", "By an author"]
        await add(conn, "Tagged otherwise", tags=("graph theory",))
        assert set((await found(conn, "graph"))[:3]) == {"In the title: graph", "By an author", "Tagged otherwise"}


async def test_the_beginning_of_the_last_word_then_any_word_where_nothing_has_all(db: Database) -> None:
    async def reach(typed: str) -> str:
        return (await search(conn, SERVER, search_words(typed), 5, 0)).reach

    async with db.write() as conn:
        await add(conn, "Transformers in Vision", said="zebra")
        await add(conn, "Transfer Learning")
        await add(conn, "Trans")
        assert await found(conn, "trans") == ["Trans"], "whole words where there are any"
        assert await found(conn, "vision transf") == ["Transformers in Vision"]
        assert await reach("vision transf") == "beginning"
        assert await found(conn, "zebra vis") == ["Transformers in Vision"], "also with a note"
        assert set(await found(conn, "vision learning")) == {"Transformers in Vision", "Transfer Learning"}
        assert await reach("vision learning") == "any"
        assert await reach("transfer learning") == "all"
        assert await found(conn, "zebra learning") == ["Transfer Learning", "Transformers in Vision"]
        assert await found(conn, "nothing") == []


async def test_nothing_of_another_server(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, "Shared by both", tags=("mine",), said="open words")
        await add(conn, "Shared by both", tags=("theirs",), said="secret words", server_id=OTHER_SERVER)
        await add(conn, "Only theirs", abstract="open", tags=("theirs",), server_id=OTHER_SERVER)
        await papers.upsert(conn, make_paper("x", title="Open to nobody"), title_text="Open to nobody",
                            abstract_text="", now=NOW)  # fmt: skip
        for typed in ("theirs", "secret", "only", "nobody", f"s{OTHER_SERVER}", f"s{SERVER}", "theirs secret"):
            assert await search(conn, SERVER, search_words(typed), 5, 0) == Matches("all", (), 0, more=False), typed
        assert await found(conn, "open") == ["Shared by both"]
        assert await found(conn, "shared secret") == ["Shared by both"], "by one of the words"
        assert (await search(conn, SERVER, ("shared", "secret"), 5, 0)).reach == "any"
        assert set(await found(conn, "theirs", server_id=OTHER_SERVER)) == {"Shared by both", "Only theirs"}


@pytest.mark.parametrize("few", [0, 2000])
async def test_shared_saved_or_with_a_status_is_of_this_server(
    db: Database, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether the server has so few papers that they are gathered first, or more."""
    monkeypatch.setattr("bot.storage.search._FEW", few)
    async with db.write() as conn:
        numbers = []
        for name in ("saved", "shared", "read", "unknown"):
            made = make_paper(name, title=f"Paper {name}")
            number = await papers.upsert(conn, made, title_text=made.title, abstract_text="", now=NOW)
            numbers.append(number)
            if name == "saved":
                await reading_list.save(conn, SERVER, number, ADA, NOW)
            elif name == "shared":
                await share(conn, made.id)
            elif name == "read":
                await conn.execute(
                    insert(reading).values(server_id=SERVER, paper_id=number, user_id=ADA, status="read", at=NOW)
                )
        assert sorted(await found(conn, "paper")) == ["Paper read", "Paper saved", "Paper shared"]
        assert [await is_met(conn, SERVER, number) for number in numbers] == [True, True, True, False]
        assert not any([await is_met(conn, OTHER_SERVER, number) for number in numbers])
        await conn.execute(delete(mention))
        assert sorted(await found(conn, "paper")) == ["Paper read", "Paper saved"]


async def test_the_index_follows_every_change(db: Database) -> None:
    async with db.write() as conn:
        number = await add(conn, "Old", abstract="first words", tags=("alpha", "beta"), said="gamma")
        assert await found(conn, "old first alpha beta gamma") == ["Old"]
        await conn.execute(update(paper).values(search_key="new\nada new", abstract_text="second"))
        assert await found(conn, "new second alpha") == ["Old"]
        for gone in ("old", "first"):
            assert await found(conn, gone) == []
        await conn.execute(update(note).values(text="delta"))
        await conn.execute(delete(entry_tag).where(entry_tag.c.tag == "alpha"))
        assert await found(conn, "beta delta") == ["Old"]
        for gone in ("alpha", "gamma"):
            assert await found(conn, gone) == []
        await reading_list.set_note(conn, SERVER, number, GRACE, "epsilon", NOW)
        assert await found(conn, "beta delta epsilon") == ["Old"]
        await reading_list.remove(conn, SERVER, number)
        await reading_list.save(conn, SERVER, number, ADA, NOW)
        for gone in ("beta", "delta", "epsilon"):
            assert await found(conn, gone) == []
        assert await conn.scalar(text("SELECT count(*) FROM entry_search")) == 0
        await conn.execute(delete(entry))
        await conn.execute(delete(paper))
        await add(conn, "Next")
        assert await found(conn, "next") == ["Next"]
        assert await found(conn, "second") == []


async def test_tagging_and_noting_the_same_entry_at_once(db: Database) -> None:
    async with db.write() as conn:
        number = await add(conn, "One")

    async def write(turn: int) -> None:
        async with db.write() as conn:
            if turn % 2:
                await reading_list.add_tags(conn, SERVER, number, [f"tag{turn}"])
            else:
                await reading_list.set_note(conn, SERVER, number, turn, f"note{turn}", NOW)

    await asyncio.gather(*map(write, range(4)))
    async with db.read() as conn:
        assert (await search(conn, SERVER, ("note0", "tag1", "note2", "tag3"), 5, 0)).reach == "all"


async def test_pages_and_the_most_that_is_found(db: Database) -> None:
    async with db.write() as conn:
        for turn in range(MOST_FOUND + 1):
            await add(conn, f"Paper number{turn}")
        pages = [await search(conn, SERVER, ("paper",), 5, offset) for offset in (0, 5, MOST_FOUND)]
        assert [len(page.papers) for page in pages] == [5, 5, 0]
        assert not set(pages[0].papers) & set(pages[1].papers)
        assert {(page.total, page.more) for page in pages} == {(MOST_FOUND, True)}


HOSTILE = ["c++", "don't", "10.1038/abc", "*", "AND", "NEAR(", "a NEAR b", '"', '""', "'", "title : x", "-x", "(x",
           "^x", "{a b} : c", "x*", "a OR", "NOT", "\ue000", "🧪", "", " ", "\x00", "\ud800", "x" * 4000, "x " * 2000,
           ":server_id", "%s", "\\", "1e5", "2.5e3", "@everyone", "深度学习", "𞤢𞤣", "a & | !", "x:*",
           "<->", "x)"]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=100), st.lists(st.sampled_from(HOSTILE), max_size=6).map(" ".join)))
@example("AND OR NOT NEAR")
async def test_whatever_is_typed_is_only_words(db: Database, typed: str) -> None:
    async with db.read() as conn:
        assert (await search(conn, SERVER, search_words(typed), 5, 0)).total == 0


async def test_signs_of_query_languages_find_the_words_they_stand_at(db: Database) -> None:
    async with db.write() as conn:
        await add(conn, "Memory of C++ programs: don't AND NEAR", said="10.1038/abc at 1e5")
        for typed in HOSTILE:
            words = search_words(typed)
            told = await found(conn, typed)
            assert told == [] or words, typed
        for typed in ("c++", "don't", "AND", "NEAR(", "10.1038/abc", "program*", '"memory" NEAR c', "1e5", "(don't"):
            assert await found(conn, typed) == ["Memory of C++ programs: don't AND NEAR"], typed
