"""The line of ids that cannot be had now."""

from __future__ import annotations

from bot.domain.lookups import Lookup
from bot.domain.papers import PaperId
from bot.storage import lookups
from bot.storage.database import Database
from tests.storage.examples import NOW, after

FIRST = PaperId("arxiv", "1706.03762")
SECOND = PaperId("arxiv", "hep-th/9901001")
THIRD = PaperId("doi", "10.1000/xyz")


async def test_waiting_ids_are_due_at_once_in_the_order_they_came(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [SECOND], after(1))
        await lookups.wait(conn, [FIRST, FIRST], NOW)
        await lookups.wait(conn, [], NOW)
        assert [lookup.id for lookup in await lookups.due(conn, after(1), 10)] == [FIRST, SECOND]
        assert [lookup.id for lookup in await lookups.due(conn, after(1), 1)] == [FIRST]
        assert [lookup.id for lookup in await lookups.due(conn, NOW, 10)] == [FIRST]
        assert await lookups.next_due(conn) == NOW


async def test_asking_again_changes_nothing_for_those_in_line(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [FIRST], NOW)
        await lookups.failed(conn, [FIRST], after(60), "HTTP 503")
        await lookups.wait(conn, [FIRST, SECOND], after(1))
        assert [lookup.id for lookup in await lookups.due(conn, after(1), 10)] == [SECOND]


async def test_failures_are_counted_until_the_source_answers(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [FIRST, SECOND], NOW)
        await lookups.failed(conn, [FIRST], after(1), "timed out")
        await lookups.failed(conn, [FIRST], after(2), "HTTP 503")
        assert (await lookups.states(conn, [FIRST, THIRD])) == {
            FIRST: Lookup(id=FIRST, state="waiting", attempts=2, looks=0, due_at=after(2), reason="HTTP 503")
        }
        await lookups.missing(conn, [FIRST], after(3))
        await lookups.missing(conn, [FIRST], after(4))
        await lookups.failed(conn, [FIRST], after(5), "timed out")
        assert (await lookups.states(conn, [FIRST]))[FIRST] == Lookup(
            id=FIRST, state="missing", attempts=1, looks=2, due_at=after(5), reason="timed out"
        )


async def test_what_nobody_will_try_again_is_never_due(db: Database) -> None:
    async with db.write() as conn:
        assert await lookups.next_due(conn) is None
        await lookups.wait(conn, [FIRST], NOW)
        await lookups.missing(conn, [FIRST], None)
        assert await lookups.due(conn, after(1e6), 10) == []
        assert await lookups.next_due(conn) is None
        assert (await lookups.states(conn, [FIRST]))[FIRST].due_at is None


async def test_done_leaves_the_line(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [FIRST, SECOND, THIRD], NOW)
        await lookups.done(conn, [FIRST, THIRD])
        await lookups.done(conn, [])
        assert set(await lookups.states(conn, [FIRST, SECOND, THIRD])) == {SECOND}


async def test_what_was_given_up_is_in_line_again_when_somebody_asks(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [FIRST, SECOND], NOW)
        await lookups.missing(conn, [FIRST], None)
        await lookups.missing(conn, [SECOND], after(60))
        await lookups.again(conn, [FIRST, SECOND], after(5))
        assert [lookup.id for lookup in await lookups.due(conn, after(5), 10)] == [FIRST]
        found = (await lookups.states(conn, [FIRST]))[FIRST]
        assert (found.state, found.looks) == ("missing", 0)


async def test_a_later_turn_comes_forward_but_no_later_try(db: Database) -> None:
    async with db.write() as conn:
        await lookups.wait(conn, [FIRST, SECOND], after(60))
        await lookups.failed(conn, [SECOND], after(60), "HTTP 503")
        await lookups.sooner(conn, [FIRST, SECOND], after(5))
        await lookups.sooner(conn, [FIRST], after(9))
        found = await lookups.states(conn, [FIRST, SECOND])
        assert (found[FIRST].due_at, found[SECOND].due_at) == (after(5), after(60))
