"""Rounds with their ballots, on both engines, and that each server's are its own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.ballot import Listed, Nomination
from bot.domain.papers import PaperId
from bot.domain.rounds import Candidate, Place, Round, Standing
from bot.storage import reading_list, rounds
from bot.storage.database import Connection, Database
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

CHANNEL = 7


async def papers(conn: Connection, count: int) -> list[int]:
    return [await store(conn, make_paper(f"2401.{number:05}")) for number in range(count)]


async def begin(conn: Connection, *places: Place, server_id: int = SERVER) -> Round:
    begun = await rounds.add(conn, server_id, CHANNEL, hours=72, places=places, now=NOW)
    assert begun is not None
    return begun


async def win(conn: Connection, number: int, *, server_id: int = SERVER) -> Round:
    """A decided round with this winner."""
    begun = await begin(conn, Place(number, "votes"), server_id=server_id)
    await rounds.change(conn, begun.id, state="decided", winner_id=number, decided_at=NOW)
    return begun


async def test_a_round_with_its_ballot(db: Database) -> None:
    async with db.write() as conn:
        first, second = await papers(conn, 2)
        begun = await begin(conn, Place(second, "nominated", ADA), Place(first, "seldom"))
    async with db.read() as conn:
        assert await rounds.get(conn, begun.id) == await rounds.running(conn, SERVER) == begun
        assert await rounds.running(conn, OTHER_SERVER) is None
        assert await rounds.get(conn, begun.id + 1) is None
    assert (begun.number, begun.state, begun.made_at) == (1, "opening", NOW)
    assert begun.candidates == (
        Candidate(position=0, paper=second, reason="nominated", nominated_by=ADA),
        Candidate(position=1, paper=first, reason="seldom"),
    )


async def test_a_server_runs_one_at_a_time(db: Database) -> None:
    async with db.write() as conn:
        (number,) = await papers(conn, 1)

    async def begin_one(server_id: int) -> Round | None:
        async with db.write() as conn:
            return await rounds.add(conn, server_id, CHANNEL, hours=1, places=[Place(number, "votes")], now=NOW)

    begun = await asyncio.gather(*(begin_one(server_id) for server_id in [SERVER] * 5 + [OTHER_SERVER]))
    assert sorted(found.server_id for found in begun if found is not None) == sorted([SERVER, OTHER_SERVER])
    async with db.write() as conn:
        running = await rounds.running(conn, SERVER)
        assert running is not None
        await rounds.change(conn, running.id, state="cancelled")
        again = await begin(conn, Place(number, "votes"))
    assert again.number == running.number + 1


async def test_a_change_asks_for_the_state(db: Database) -> None:
    async with db.write() as conn:
        (number,) = await papers(conn, 1)
        begun = await begin(conn, Place(number, "votes"))
        assert not await rounds.change(conn, begun.id, states=["open", "closing"], state="telling")
        assert await rounds.change(conn, begun.id, states=["opening"], state="open", poll_message_id=55)
        await rounds.note(conn, begun.id, "thread_id", 66)
        found = await rounds.of_poll(conn, 55)
        assert await rounds.of_poll(conn, 56) is None
        assert await rounds.running_in(conn, CHANNEL) == [begun.id]
        assert await rounds.running_in(conn, 8) == []
    assert found is not None
    assert (found.state, found.thread_id) == ("open", 66)


async def test_counts_stand_with_their_candidates(db: Database) -> None:
    async with db.write() as conn:
        first, second = await papers(conn, 2)
        begun = await begin(conn, Place(first, "votes"), Place(second, "votes"))
        other = await begin(conn, Place(first, "votes"), server_id=OTHER_SERVER)
        await rounds.set_counts(conn, begun.id, {1: 0, 2: 5})
        counted, untouched = await rounds.get(conn, begun.id), await rounds.get(conn, other.id)
    assert counted is not None
    assert untouched is not None
    assert [candidate.votes for candidate in counted.candidates] == [0, 5]
    assert untouched.candidates[0].votes is None


async def test_what_can_be_on_a_ballot(db: Database) -> None:
    async with db.write() as conn:
        won, wanted, oldest, newest, elsewhere = await papers(conn, 5)
        await win(conn, won)
        await win(conn, wanted, server_id=OTHER_SERVER)
        for minutes, number in enumerate((won, oldest, newest, wanted)):
            await reading_list.save(conn, SERVER, number, ADA, after(minutes))
        for number in (oldest, elsewhere):
            await reading_list.save(conn, OTHER_SERVER, number, ADA, NOW)
        for user_id in (ADA, GRACE):
            await reading_list.toggle_vote(conn, SERVER, wanted, user_id, NOW)
            await reading_list.toggle_vote(conn, OTHER_SERVER, oldest, user_id, NOW)
        found = await rounds.listed(conn, SERVER, unvoted=1)
        assert await rounds.chosen(conn, SERVER) == {won}
    assert found == [Listed(wanted, 2, after(3), "cs"), Listed(oldest, 0, after(1), "cs")]


async def test_standings_of_what_was_taken_off_the_list(db: Database) -> None:
    async with db.write() as conn:
        listed, gone = await papers(conn, 2)
        await reading_list.save(conn, SERVER, listed, ADA, after(-9))
        await reading_list.toggle_vote(conn, SERVER, listed, GRACE, NOW)
        found = await rounds.standings(conn, SERVER, [listed, gone], otherwise=NOW)
    assert found == {listed: Standing(1, after(-9)), gone: Standing(0, NOW)}


async def test_mentions_count_by_field_in_their_time(db: Database) -> None:
    physics = make_paper("hep-th/9711200").model_copy(update={"primary_category": "hep-th"})
    language = make_paper("2401.00001", doi="10.1000/a")
    async with db.write() as conn:
        await store(conn, physics)
        await store(conn, language)
        await share(conn, language.id, message_id=1)
        await share(conn, PaperId("doi", "10.1000/a"), message_id=2)
        await share(conn, physics.id, message_id=3)
        await share(conn, physics.id, message_id=4, at=NOW - timedelta(days=91))
        await share(conn, physics.id, message_id=5, server_id=OTHER_SERVER)
        found = await rounds.mentions_by_field(conn, SERVER, NOW - timedelta(days=90))
    assert sum(found.values()) == 3
    assert found["cs"] == 2


async def test_a_member_has_one_nomination(db: Database) -> None:
    async with db.write() as conn:
        first, second = await papers(conn, 2)
        assert await rounds.nominate(conn, SERVER, ADA, first, after(1)) is None
        assert await rounds.nominate(conn, SERVER, GRACE, first, after(2)) is None
        assert await rounds.nominate(conn, SERVER, ADA, first, after(3)) == first
        assert (await rounds.nominations(conn, SERVER))[0] == Nomination(first, ADA, after(1)), "keeps its date"
        assert await rounds.nominate(conn, SERVER, ADA, second, after(4)) == first
        assert await rounds.nominations(conn, SERVER) == [
            Nomination(first, GRACE, after(2)),
            Nomination(second, ADA, after(4)),
        ]
        assert await rounds.nominations(conn, OTHER_SERVER) == []
        await rounds.withdraw(conn, OTHER_SERVER, [first, second])
        await rounds.withdraw(conn, SERVER, [first])
        assert await rounds.nominations(conn, SERVER) == [Nomination(second, ADA, after(4))]


async def test_nominations_come_back_in_their_order_but_not_over_newer_ones(db: Database) -> None:
    linus = 3
    async with db.write() as conn:
        first, second, third, newer = await papers(conn, 4)
        begun = await begin(
            conn, Place(first, "nominated", linus), Place(second, "nominated", ADA), Place(third, "nominated", GRACE)
        )
        await rounds.nominate(conn, SERVER, ADA, newer, after(5))
        await rounds.give_back(conn, begun)
        found = await rounds.nominations(conn, SERVER)
    assert [(nomination.paper, nomination.user_id) for nomination in found] == [
        (first, linus),
        (third, GRACE),
        (newer, ADA),
    ]


async def test_presenting_and_no_more(db: Database) -> None:
    async with db.write() as conn:
        (number,) = await papers(conn, 1)
        begun = await win(conn, number)
        assert await rounds.present(conn, begun.id, GRACE, after(1))
        assert await rounds.present(conn, begun.id, ADA, after(2))
        assert await rounds.presenters(conn, begun.id) == (GRACE, ADA)
        assert not await rounds.present(conn, begun.id, GRACE, after(3))
        assert await rounds.presenters(conn, begun.id) == (ADA,)


async def test_history_and_what_was_last(db: Database) -> None:
    async with db.write() as conn:
        first, second = await papers(conn, 2)
        won = [await win(conn, number) for number in (first, second)]
        await rounds.note(conn, won[0].id, "thread_id", 66)
        nobody = await begin(conn, Place(first, "votes"))
        await rounds.change(conn, nobody.id, state="no_winner", decided_at=after(9))
        page, total = await rounds.history(conn, SERVER, limit=1, offset=1)
        assert (await rounds.history(conn, OTHER_SERVER, limit=9, offset=0)) == ([], 0)
        latest = await rounds.latest(conn, SERVER, "decided", "no_winner")
        decided = await rounds.latest(conn, SERVER, "decided")
        in_thread = await rounds.in_thread(conn, SERVER, 66)
        assert await rounds.in_thread(conn, OTHER_SERVER, 66) is None
        between = await rounds.decided_between(conn, SERVER, NOW, after(1))
        assert await rounds.decided_between(conn, SERVER, after(-9), NOW) is None
    assert ([found.winner for found in page], total) == ([first], 2)
    assert latest is not None
    assert latest.id == nobody.id
    assert decided is not None
    assert decided.id == won[1].id
    assert in_thread is not None
    assert in_thread.id == won[0].id
    assert between is not None
    assert between.winner == second
