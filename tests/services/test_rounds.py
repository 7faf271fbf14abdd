"""The weekly round without Discord: what follows from what. NOW is a Monday, 09:00 UTC."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.occurrences import Kind, Occurrence
from bot.domain.rounds import Round
from bot.errors import DoneElsewhere, NotFound, UserError
from bot.services.occurrences import Occurrences
from bot.services.rounds import HISTORY_PAGE, TRIED_AFTER, NotEnough, Rounds
from bot.storage import reading_list
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

CHANNEL, LIST, POLL = 7, 70, 71
KINDS: tuple[Kind, ...] = ("poll", "start", "close", "reminder")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Week:
    """One server's rounds, with the clock in hand."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = VirtualClock(NOW)
        self.engine = Occurrences(db, self.clock)
        self.rounds = Rounds(db, self.clock, self.engine)
        self._interactions = 0

    async def list_papers(self, count: int = 3) -> list[int]:
        """The first has most votes."""
        numbers = []
        async with self.db.write() as conn:
            for index in range(count):
                number = await store(conn, make_paper(f"2401.{index:05}"))
                await reading_list.save(conn, SERVER, number, ADA, NOW + index * HOUR)
                for voter in range(count - index):
                    await reading_list.toggle_vote(conn, SERVER, number, voter + 1, NOW)
                numbers.append(number)
        return numbers

    async def due(self, kind: Kind) -> Occurrence:
        """The one of this kind that is due."""
        found = await self.engine.claim_due(KINDS, 10)
        assert [each.kind for each in found] == [kind]
        return found[0]

    async def nothing_due(self) -> bool:
        return await self.engine.claim_due(KINDS, 10) == []

    async def opened(self, *, candidates: int = 3) -> Round:
        """A round by hand whose poll is open for 72 hours; no two begin at the same instant."""
        self.clock.advance(1)
        begun = await self.rounds.start(SERVER, CHANNEL, hours=72, candidates=candidates)
        start = await self.due("start")
        assert start.round_id == begun.id
        await self.rounds.listed(begun.id, LIST)
        assert await self.rounds.opened(begun.id, POLL + begun.number, self.clock.now() + 72 * HOUR)
        await self.engine.finish(start, "opened")
        return begun

    async def present(self, user_id: int, **where: int | None) -> tuple[int, tuple[int, ...], bool]:
        """The winner, who presents it now, and whether this member does."""
        self._interactions += 1
        asked = {"round_id": None, "thread_id": None} | where
        shown, presents = await self.rounds.present(
            SERVER,
            user_id,
            round_id=asked["round_id"],
            thread_id=asked["thread_id"],
            interaction_id=self._interactions,
        )
        assert shown.round.winner is not None
        return shown.round.winner, shown.presenters, presents


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db)


async def test_a_scheduled_round_begins_once(week: Week) -> None:
    papers = await week.list_papers()
    await week.engine.set_schedule(
        SERVER, "poll", weekday=0, minute=10 * 60, channel_id=CHANNEL, hours=24, candidates=2
    )
    assert await week.nothing_due()
    week.clock.advance(3600)
    due = await week.due("poll")
    begun = await week.rounds.begin(due)
    assert isinstance(begun, Round)
    assert (begun.channel_id, begun.hours, begun.state) == (CHANNEL, 24, "opening")
    assert [candidate.paper for candidate in begun.candidates] == papers[:2]
    await week.engine.again(due, week.clock.now())
    again = await week.due("poll")
    assert again.round_id == begun.id
    assert await week.rounds.begin(again) == begun


async def test_a_scheduled_round_gives_way_to_one_that_runs(week: Week) -> None:
    await week.list_papers()
    await week.engine.set_schedule(SERVER, "poll", weekday=0, minute=10 * 60, channel_id=CHANNEL)
    await week.opened()
    week.clock.advance(3600)
    assert await week.rounds.begin(await week.due("poll")) is None


async def test_too_few_papers_begin_nothing(week: Week) -> None:
    await week.list_papers(1)
    await week.engine.set_schedule(SERVER, "poll", weekday=0, minute=10 * 60, channel_id=CHANNEL)
    week.clock.advance(3600)
    assert await week.rounds.begin(await week.due("poll")) == NotEnough(1, CHANNEL)
    with pytest.raises(UserError, match="just one paper"):
        await week.rounds.start(SERVER, CHANNEL, hours=72, candidates=4)
    assert await week.rounds.current(SERVER) is None


async def test_two_managers_start_one_round(week: Week) -> None:
    await week.list_papers()
    starts = (week.rounds.start(SERVER, CHANNEL, hours=1, candidates=2) for _ in range(4))
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert sum(isinstance(result, Round) for result in results) == 1
    assert sum(isinstance(result, UserError) for result in results) == 3


async def test_the_end_is_due_when_the_poll_ends_or_is_ended(week: Week) -> None:
    await week.list_papers()
    begun = await week.opened()
    assert await week.nothing_due()
    await week.rounds.end(SERVER)
    close = await week.due("close")
    assert close.round_id == begun.id
    await week.rounds.closing(begun.id, week.clock.now())
    shown = await week.rounds.shown(begun.id)
    assert (shown.round.state, shown.round.ends_at) == ("closing", week.clock.now())


async def test_what_is_opening_cannot_be_ended_but_called_off(week: Week) -> None:
    await week.list_papers()
    begun = await week.rounds.start(SERVER, CHANNEL, hours=72, candidates=3)
    with pytest.raises(UserError, match="just being opened"):
        await week.rounds.end(SERVER)
    await week.rounds.cancel(SERVER)
    assert not await week.rounds.opened(begun.id, POLL, NOW + HOUR)
    shown = await week.rounds.shown(begun.id)
    assert (shown.round.state, shown.round.poll_message_id) == ("cancelled", POLL), "so that it can be deleted"


async def test_the_count_decides_once(week: Week) -> None:
    papers = await week.list_papers()
    begun = await week.opened()
    decided = await week.rounds.counted(begun.id, {2: 4, 1: 1})
    assert (decided.state, decided.winner, decided.tie) == ("telling", papers[1], None)
    assert [candidate.votes for candidate in decided.candidates] == [1, 4, 0]
    assert await week.rounds.counted(begun.id, {3: 9}) == decided
    with pytest.raises(UserError, match="has its winner"):
        await week.rounds.cancel(SERVER)
    await week.rounds.done(begun.id)
    with pytest.raises(UserError, match="No round is running"):
        await week.rounds.cancel(SERVER)
    with pytest.raises(UserError, match="won a round here"):
        await week.rounds.nominate(SERVER, ADA, papers[1])
    assert [place.paper for place in (await week.rounds.next(SERVER)).places] == [papers[0], papers[2]]


async def test_equal_counts_go_by_the_list_as_it_is_now(week: Week) -> None:
    papers = await week.list_papers()
    begun = await week.opened()
    async with week.db.write() as conn:
        await reading_list.remove(conn, SERVER, papers[0])
    decided = await week.rounds.counted(begun.id, {1: 2, 3: 2})
    assert (decided.winner, decided.tie) == (papers[2], "list votes")


async def test_a_round_without_votes_leaves_its_ballot(week: Week) -> None:
    papers = await week.list_papers()
    await week.rounds.nominate(SERVER, GRACE, papers[2])
    begun = await week.opened(candidates=2)
    assert await week.rounds.nominate(SERVER, GRACE, papers[1]) is None, "the first one has come to a vote"
    ended = await week.rounds.counted(begun.id, {})
    assert (ended.state, ended.winner) == ("no_winner", None)
    coming = await week.rounds.next(SERVER)
    assert [(place.paper, place.reason) for place in coming.places] == [
        (papers[1], "nominated"),
        (papers[2], "carried"),
        (papers[0], "carried"),
    ]


@pytest.mark.parametrize("ending", ["cancel", "lost"])
async def test_nominations_come_back_from_a_round_without_result(week: Week, ending: str) -> None:
    papers = await week.list_papers()
    await week.rounds.nominate(SERVER, GRACE, papers[2])
    begun = await week.opened()
    assert (await week.rounds.next(SERVER)).nominations == ()
    with pytest.raises(UserError, match="on the ballot right now"):
        await week.rounds.nominate(SERVER, ADA, papers[2])
    if ending == "cancel":
        await week.rounds.cancel(SERVER)
    else:
        assert await week.rounds.lost(begun.id)
        assert not await week.rounds.lost(begun.id)
    (nomination,) = (await week.rounds.next(SERVER)).nominations
    assert (nomination.paper, nomination.user_id) == (papers[2], GRACE)


async def test_a_nomination_tells_what_it_takes_the_place_of(week: Week) -> None:
    first, second = (await week.list_papers())[:2]
    assert await week.rounds.nominate(SERVER, ADA, first) is None
    assert await week.rounds.nominate(SERVER, ADA, first) is None
    before = await week.rounds.nominate(SERVER, ADA, second)
    assert before is not None
    assert before.number == first


async def test_the_meeting_and_its_reminder(week: Week) -> None:
    await week.list_papers()
    await week.engine.set_schedule(SERVER, "meeting", weekday=3, minute=18 * 60)
    begun = await week.opened()
    decided = await week.rounds.counted(begun.id, {1: 1})
    assert decided.meeting_at == NOW + 3 * DAY + 9 * HOUR
    await week.rounds.done(begun.id)
    await week.rounds.done(begun.id)
    week.clock.jump_to(decided.meeting_at - DAY)
    reminder = [each for each in await week.engine.claim_due(KINDS, 10) if each.kind == "reminder"]
    assert [(each.due_at, each.round_id) for each in reminder] == [(decided.meeting_at - DAY, begun.id)]


async def test_two_rounds_with_one_meeting_are_each_spoken_of(week: Week) -> None:
    """As after a poll that was closed days late."""
    await week.list_papers()
    await week.engine.set_schedule(SERVER, "meeting", weekday=3, minute=18 * 60)
    meeting, ids = NOW + 3 * DAY + 9 * HOUR, []
    for answer in (1, 2):
        begun = await week.opened()
        decided = await week.rounds.counted(begun.id, {answer: 1})
        assert decided.meeting_at == meeting
        await week.rounds.done(begun.id)
        ids.append(begun.id)
    kinds: tuple[Kind, Kind] = ("reminder", "tried")
    for kind, due_at in zip(kinds, (meeting - DAY, meeting + TRIED_AFTER), strict=True):
        week.clock.jump_to(due_at + timedelta(minutes=2))
        for number in ids:  # one at a time in a server
            [due] = await week.engine.claim_due(kinds, 10)
            assert (due.kind, due.round_id) == (kind, number)
            await week.engine.finish(due, "told")


async def test_no_reminder_for_a_meeting_within_a_day(week: Week) -> None:
    await week.list_papers()
    await week.engine.set_schedule(SERVER, "meeting", weekday=1, minute=8 * 60)
    begun = await week.opened()
    decided = await week.rounds.counted(begun.id, {1: 1})
    assert decided.meeting_at == NOW + 23 * HOUR
    await week.rounds.done(begun.id)
    week.clock.advance(23 * 3600)
    assert await week.nothing_due()


async def test_presenting_by_button_in_the_thread_and_elsewhere(week: Week) -> None:
    papers = await week.list_papers()
    with pytest.raises(NotFound):
        await week.present(ADA)
    rounds = []
    for answer in (1, 1):
        begun = await week.opened()
        await week.rounds.counted(begun.id, {answer: 1})
        await week.rounds.told(begun.id, "thread_id", 100 + begun.number)
        await week.rounds.done(begun.id)
        rounds.append(begun)
    assert await week.present(ADA, thread_id=101) == (papers[0], (ADA,), True)
    assert await week.present(GRACE, round_id=rounds[0].id) == (papers[0], (ADA, GRACE), True)
    assert await week.present(ADA, thread_id=5) == (papers[1], (ADA,), True)
    assert await week.present(ADA, thread_id=101) == (papers[0], (GRACE,), False)
    with pytest.raises(NotFound):
        await week.rounds.present(OTHER_SERVER, ADA, round_id=rounds[0].id, thread_id=101, interaction_id=99)
    with pytest.raises(DoneElsewhere):
        await week.rounds.present(SERVER, ADA, round_id=None, thread_id=None, interaction_id=2)


async def test_history_in_pages(week: Week) -> None:
    papers = await week.list_papers(HISTORY_PAGE + 2)
    empty = await week.rounds.history(SERVER, 3)
    assert (empty.number, empty.pages, empty.rounds) == (0, 1, ())
    for _ in range(HISTORY_PAGE + 1):
        begun = await week.opened(candidates=2)
        await week.rounds.counted(begun.id, {1: 1})
        await week.rounds.done(begun.id)
    first, last = await week.rounds.history(SERVER, 0), await week.rounds.history(SERVER, 99)
    assert (first.pages, [found.winner for found in first.rounds]) == (2, papers[HISTORY_PAGE:0:-1])
    assert (last.number, [found.winner for found in last.rounds]) == (1, papers[:1])
    assert set(last.papers) == {papers[0]}
    assert (await week.rounds.history(OTHER_SERVER, 0)).rounds == ()


async def test_what_happens_to_a_poll_makes_it_be_looked_at(week: Week) -> None:
    await week.list_papers()
    begun = await week.opened()
    found = await week.rounds.of_poll(POLL + begun.number)
    assert found is not None
    assert await week.rounds.running_in(CHANNEL) == [begun.id]
    await week.rounds.look(begun.id)
    assert (await week.due("close")).round_id == begun.id
