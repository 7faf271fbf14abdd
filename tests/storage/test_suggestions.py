"""Papers of this server for what a member is typing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.storage import reading_list
from bot.storage.database import Connection, Database
from tests.storage.examples import ADA, OTHER_SERVER, SERVER, after, make_paper, share, store


async def meet(
    conn: Connection, title: str, *, minutes: float = 0, authors: tuple[str, ...] = (), server_id: int = SERVER
) -> int:
    """A paper that was shared in the server."""
    paper = make_paper(f"id of {title}", title=title, authors=authors)
    number = await store(conn, paper)
    await share(conn, paper.id, server_id=server_id, message_id=number, at=after(minutes))
    return number


async def suggested(conn: Connection, words: str, *, limit: int = 25) -> list[str]:
    return [paper.title_text for paper in await reading_list.suggest(conn, SERVER, words, limit)]


async def test_without_words_what_was_shared_or_saved_last_comes_first(db: Database) -> None:
    async with db.write() as conn:
        await meet(conn, "First", minutes=1)
        await meet(conn, "Second", minutes=2)
        saved = await store(conn, make_paper("3", title="Saved"))
        await reading_list.save(conn, SERVER, saved, ADA, after(3))
        again = await meet(conn, "Again", minutes=0)
        await reading_list.save(conn, SERVER, again, ADA, after(4))
        assert await suggested(conn, " ") == ["Again", "Saved", "Second", "First"]
        assert await suggested(conn, "", limit=2) == ["Again", "Saved"]


async def test_only_papers_that_this_server_met(db: Database) -> None:
    async with db.write() as conn:
        elsewhere = await meet(conn, "Attention elsewhere", server_id=OTHER_SERVER)
        await reading_list.save(conn, OTHER_SERVER, elsewhere, ADA, after(1))
        await store(conn, make_paper(title="Attention nowhere"))
        await meet(conn, "Attention here")
        assert await suggested(conn, "attention") == ["Attention here"]
        assert await suggested(conn, "") == ["Attention here"]


@pytest.mark.parametrize(
    "typed",
    ["attention need", "NEED attent", "vaswani", "all you vasw", "schrödinger", "SCHRODINGER need", "is all you"],
)
async def test_every_word_must_stand_in_title_or_authors(db: Database, typed: str) -> None:
    async with db.write() as conn:
        await meet(conn, "Attention Is All You Need", authors=("Ashish Vaswani", "Erwin Schrödinger"))
        await meet(conn, "Attention Elsewhere", authors=("Somebody Else",))
        await meet(conn, "All You Need", authors=("Somebody Else",))
        assert (await suggested(conn, typed))[:1] == ["Attention Is All You Need"]
        assert await suggested(conn, f"{typed} missing") == []


async def test_titles_that_start_with_it_come_first(db: Database) -> None:
    async with db.write() as conn:
        await meet(conn, "GPT-4 Technical Report", minutes=1)
        await meet(conn, "On GPT-4", minutes=2)
        assert await suggested(conn, "gpt") == ["GPT-4 Technical Report", "On GPT-4"]


async def test_signs_of_the_query_language_mean_themselves(db: Database) -> None:
    async with db.write() as conn:
        await meet(conn, "100% of a_b /c")
        await meet(conn, "100 of axb c")
        for typed in ("100%", "a_b", "/c"):
            assert await suggested(conn, typed) == ["100% of a_b /c"]
        for typed in ("%%", "a_x", "\\", "'", '"'):
            assert await suggested(conn, typed) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
@example("\x00")
@example("word " * 1200)
@example("%_" * 3000)
async def test_whatever_is_typed_is_only_text(db: Database, typed: str) -> None:
    async with db.read() as conn:
        assert await suggested(conn, typed) == []


async def test_a_title_typed_in_full_is_found(db: Database) -> None:
    title = " ".join(f"word{number}" for number in range(40))
    async with db.write() as conn:
        await meet(conn, title)
        assert await suggested(conn, title) == [title]
