"""The weekly round: nominations, the ballot, who won. Posting is for `bot.posting.rounds`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bot.clock import Clock
from bot.domain.ballot import Listed, Nomination, ballot
from bot.domain.occurrences import Occurrence
from bot.domain.report_sums import ReportSum
from bot.domain.rounds import CANDIDATES, FEWEST_CANDIDATES, HOURS, MOST_CANDIDATES, Place, Round, State, decide
from bot.domain.schedule import day_before, next_occurrence
from bot.domain.stored_paper import StoredPaper
from bot.errors import DoneElsewhere, NotFound, UserError
from bot.services.occurrences import Occurrences
from bot.storage import interactions, occurrences, papers, reading_list, report_sums, rounds, schedules, servers
from bot.storage.database import Connection, Database

SELDOM_DAYS = 90
"""A field's share of the mentions is taken over so many days."""

HISTORY_PAGE = 10

TRIED_AFTER = timedelta(weeks=1)
"""How long after the meeting, or the decision where there is none, the thread asks whether anyone tried it."""

Told = Literal["result_message_id", "thread_id", "card_message_id", "event_id"]
"""What telling the room leaves on Discord."""

RUNNING_ALREADY = "A round is running already. See it with `/poll show`."
NO_ROUND = "No round is running. A manager starts one with `/poll start`."


class NotEnough(NamedTuple):
    """No poll with fewer than two papers; `papers` is how many there are."""

    papers: int
    channel_id: int


class Shown(NamedTuple):
    """A round with what stands behind its numbers."""

    round: Round
    papers: Mapping[int, StoredPaper]
    presenters: tuple[int, ...] = ()
    reports: ReportSum | None = None
    """On the winner."""


class Next(NamedTuple):
    """The ballot as it would be now, and when the poll opens, where that is scheduled."""

    places: tuple[Place, ...]
    papers: Mapping[int, StoredPaper]
    nominations: tuple[Nomination, ...]
    due_at: datetime | None


class HistoryPage(NamedTuple):
    """`number` is counted from 0."""

    number: int
    pages: int
    rounds: tuple[Round, ...]
    papers: Mapping[int, StoredPaper]


class Rounds:
    """Each call is one transaction. What follows from one later is an occurrence, so that it survives the process."""

    def __init__(self, db: Database, clock: Clock, engine: Occurrences) -> None:
        self._db = db
        self._clock = clock
        self._engine = engine

    # --- the beginning

    async def begin(self, due: Occurrence) -> Round | NotEnough | None:
        """The round of a scheduled occurrence: the same one when it was begun before. None when nothing is to begin:
        another round is running, or the schedule is gone."""
        async with self._db.write() as conn:
            if due.round_id is not None:
                return await rounds.get(conn, due.round_id)
            plan = await schedules.get(conn, due.server_id, "poll")
            if plan is None or plan.channel_id is None:
                return None
            begun = await self._add(
                conn, due.server_id, plan.channel_id, plan.hours or HOURS, plan.candidates or CANDIDATES
            )
            if isinstance(begun, Round):
                await occurrences.attach(conn, due.id, round_id=begun.id)
            return begun

    async def start(self, server_id: int, channel_id: int, *, hours: int, candidates: int) -> Round:
        """A round by hand; it opens at once. Raises UserError while one is running or with too few papers."""
        async with self._db.write() as conn:
            begun = await self._add(conn, server_id, channel_id, hours, candidates)
            if begun is None:
                raise UserError(RUNNING_ALREADY)
            if isinstance(begun, NotEnough):
                raise UserError(f"There {few(begun.papers)}. Save papers, or nominate with `/poll nominate`.")
            now = self._clock.now()
            await occurrences.add(conn, server_id, "start", now, round_id=begun.id)
        self._engine.changed()
        return begun

    async def _add(
        self, conn: Connection, server_id: int, channel_id: int, hours: int, candidates: int
    ) -> Round | NotEnough | None:
        if await rounds.running(conn, server_id) is not None:
            return None
        places = await self._ballot(conn, server_id, candidates)
        if len(places) < FEWEST_CANDIDATES:
            return NotEnough(len(places), channel_id)
        begun = await rounds.add(conn, server_id, channel_id, hours=hours, places=places, now=self._clock.now())
        if begun is not None:
            await rounds.withdraw(conn, server_id, [place.paper for place in places])
        return begun

    async def _ballot(self, conn: Connection, server_id: int, candidates: int) -> tuple[Place, ...]:
        since = self._clock.now() - timedelta(days=SELDOM_DAYS)
        listed: list[Listed] = await rounds.listed(conn, server_id, unvoted=MOST_CANDIDATES)
        last = await rounds.latest(conn, server_id, "decided", "telling", "no_winner")
        carried = [c.paper for c in last.candidates] if last is not None and last.state == "no_winner" else []
        return ballot(
            candidates,
            nominations=await rounds.nominations(conn, server_id),
            carried=carried,
            listed=listed,
            chosen=await rounds.chosen(conn, server_id),
            mentions=await rounds.mentions_by_field(conn, server_id, since),
        )

    async def listed(self, round_id: int, message_id: int) -> None:
        """The message with the candidates is there."""
        async with self._db.write() as conn:
            await rounds.change(conn, round_id, list_message_id=message_id)

    async def opened(self, round_id: int, message_id: int, ends_at: datetime) -> bool:
        """The poll is there until `ends_at`. False when the round was called off meanwhile."""
        async with self._db.write() as conn:
            is_open = await rounds.change(
                conn, round_id, states=["opening"], state="open", poll_message_id=message_id, ends_at=ends_at
            )
            if not is_open:
                await rounds.change(conn, round_id, poll_message_id=message_id)
                return False
            opened = await self._existing(conn, round_id)
            await occurrences.add(conn, opened.server_id, "close", ends_at, round_id=round_id)
        self._engine.changed()
        return True

    # --- the end

    async def end(self, server_id: int) -> Round:
        """By hand, before its time: members cannot vote any more, and Discord counts."""
        async with self._db.write() as conn:
            now_running = await self._running(conn, server_id)
            if now_running.state == "opening":
                raise UserError("The poll is just being opened. Try again in a moment.")
            await rounds.change(conn, now_running.id, states=["open"], state="closing")
            await occurrences.wake(conn, now_running.id, "close", self._clock.now())
        self._engine.changed()
        return now_running

    async def cancel(self, server_id: int) -> Round:
        """Called off: no winner; nominations are open again."""
        async with self._db.write() as conn:
            now_running = await self._running(conn, server_id)
            if now_running.state == "telling":
                raise UserError("This round has its winner already. Wait a moment for the announcement.")
            await self._without_winner(conn, now_running, "cancelled")
            for kind in ("start", "poll", "close"):
                await occurrences.wake(conn, now_running.id, kind, self._clock.now())
        self._engine.changed()
        return now_running

    async def closing(self, round_id: int, ended_at: datetime) -> None:
        """The poll is over since then; Discord counts."""
        async with self._db.write() as conn:
            await rounds.change(conn, round_id, states=["open", "closing"], state="closing", ends_at=ended_at)

    async def lost(self, round_id: int) -> bool:
        """The poll is gone: somebody deleted it or its channel. Whether that ended the round just now."""
        async with self._db.write() as conn:
            gone = await self._existing(conn, round_id)
            if gone.state not in ("opening", "open", "closing"):
                return False
            await self._without_winner(conn, gone, "lost")
            return True

    async def counted(self, round_id: int, counts: Mapping[int, int]) -> Round:
        """Discord's final counts, by answer id: decides the round, once."""
        now = self._clock.now()
        async with self._db.write() as conn:
            ended = await self._existing(conn, round_id)
            if ended.state not in ("open", "closing"):
                return ended
            await rounds.set_counts(conn, round_id, {c.answer_id: counts.get(c.answer_id, 0) for c in ended.candidates})
            candidates = [c.paper for c in ended.candidates]
            standings = await rounds.standings(conn, ended.server_id, candidates, otherwise=ended.made_at)
            decision = decide(ended.candidates, counts, standings)
            if decision is None:
                await self._without_winner(conn, ended, "no_winner")
                return await self._existing(conn, round_id)
            meeting_at = await self._meeting(conn, ended.server_id, now)
            await rounds.change(
                conn,
                round_id,
                state="telling",
                winner_id=decision.winner,
                tie=decision.tie,
                decided_at=now,
                meeting_at=meeting_at,
            )
            await rounds.withdraw(conn, ended.server_id, [decision.winner])
            return await self._existing(conn, round_id)

    async def _meeting(self, conn: Connection, server_id: int, now: datetime) -> datetime | None:
        plan = await schedules.get(conn, server_id, "meeting")
        if plan is None:
            return None
        settings = await servers.get(conn, server_id)
        return next_occurrence(plan.weekly(settings.timezone), now)

    async def _without_winner(self, conn: Connection, ended: Round, state: State) -> None:
        await rounds.change(conn, ended.id, state=state, decided_at=self._clock.now())
        await rounds.give_back(conn, ended)

    # --- telling the room

    async def told(self, round_id: int, what: Told, discord_id: int) -> None:
        """What was posted is noted at once, so that it is not posted again."""
        async with self._db.write() as conn:
            await rounds.note(conn, round_id, what, discord_id)

    async def done(self, round_id: int) -> None:
        """All is told. The reminder of the meeting is due the day before, unless that is past."""
        now = self._clock.now()
        async with self._db.write() as conn:
            told = await self._existing(conn, round_id)
            if not await rounds.change(conn, round_id, states=["telling"], state="decided"):
                return
            if told.meeting_at is not None:
                settings = await servers.get(conn, told.server_id)
                remind_at = day_before(told.meeting_at, settings.timezone)
                if remind_at > now:
                    await occurrences.add_for_round(conn, told.server_id, "reminder", remind_at, round_id)
            if told.winner is not None:
                ask_at = (told.meeting_at or told.decided_at or now) + TRIED_AFTER
                await occurrences.add_for_round(conn, told.server_id, "tried", ask_at, round_id)
        self._engine.changed()

    # --- members

    async def nominate(self, server_id: int, user_id: int, number: int) -> StoredPaper | None:
        """A member's nomination for the next ballot; gives the paper whose place it takes. UserError says why not."""
        async with self._db.write() as conn:
            if number in await rounds.chosen(conn, server_id):
                raise UserError("That paper won a round here already. See `/poll history`.")
            now_running = await rounds.running(conn, server_id)
            if now_running is not None and any(c.paper == number for c in now_running.candidates):
                raise UserError("That paper is on the ballot right now. Vote for it in the poll.")
            await reading_list.save(conn, server_id, number, user_id, self._clock.now())
            before = await rounds.nominate(conn, server_id, user_id, number, self._clock.now())
            return None if before in (None, number) else (await papers.by_numbers(conn, [before]))[before]

    async def present(
        self, server_id: int, user_id: int, *, round_id: int | None, thread_id: int | None, interaction_id: int
    ) -> tuple[Shown, bool]:
        """A member presents a winner, or takes that back: of this round; with none named, of the one talked about in
        this thread, else of the last. Gives the round and whether they present now."""
        async with self._db.write() as conn:
            if not await interactions.first(conn, interaction_id, self._clock.now()):
                raise DoneElsewhere
            found: Round | None = None
            if round_id is not None:
                found = await rounds.get(conn, round_id)
            else:
                if thread_id is not None:
                    found = await rounds.in_thread(conn, server_id, thread_id)
                found = found or await rounds.latest(conn, server_id, "decided", "telling")
            if found is None or found.server_id != server_id or found.winner is None:
                raise NotFound("There is no winner to present yet. See `/poll show` for what comes next.")
            presents = await rounds.present(conn, found.id, user_id, self._clock.now())
            return await self._shown(conn, found), presents

    # --- looking

    async def current(self, server_id: int) -> Shown | None:
        """The running round, else the last one that ended."""
        async with self._db.read() as conn:
            found = await rounds.running(conn, server_id)
            if found is None:
                found = await rounds.latest(conn, server_id, "decided", "no_winner", "cancelled", "lost")
            return None if found is None else await self._shown(conn, found)

    async def find(self, round_id: int) -> Round:
        """One round."""
        async with self._db.read() as conn:
            return await self._existing(conn, round_id)

    async def shown(self, round_id: int) -> Shown:
        """One round with its papers."""
        async with self._db.read() as conn:
            return await self._shown(conn, await self._existing(conn, round_id))

    async def next(self, server_id: int) -> Next:
        """The ballot as it would be now."""
        async with self._db.read() as conn:
            plan = await schedules.get(conn, server_id, "poll")
            wanted = plan.candidates if plan is not None else None
            places = await self._ballot(conn, server_id, wanted or CANDIDATES)
            nominated = tuple(await rounds.nominations(conn, server_id))
            numbers = {place.paper for place in places} | {nomination.paper for nomination in nominated}
            due_at = await occurrences.next_due(conn, server_id, "poll")
            return Next(places, await papers.by_numbers(conn, numbers), nominated, due_at)

    async def history(self, server_id: int, page: int) -> HistoryPage:
        """Chosen papers, the latest first; a page past the end is the last one."""
        async with self._db.read() as conn:
            _, total = await rounds.history(conn, server_id, limit=0, offset=0)
            pages = max(1, -(-total // HISTORY_PAGE))
            number = min(max(page, 0), pages - 1)
            found, _ = await rounds.history(conn, server_id, limit=HISTORY_PAGE, offset=number * HISTORY_PAGE)
            winners = [chosen.winner for chosen in found if chosen.winner is not None]
            return HistoryPage(number, pages, tuple(found), await papers.by_numbers(conn, winners))

    async def of_poll(self, message_id: int) -> Round | None:
        """The round whose poll stands in this message."""
        async with self._db.read() as conn:
            return await rounds.of_poll(conn, message_id)

    async def look(self, round_id: int) -> None:
        """Something happened to the poll: it is looked at now, not at the next appointed time."""
        async with self._db.write() as conn:
            await occurrences.wake(conn, round_id, "close", self._clock.now())
        self._engine.changed()

    async def running_in(self, channel_id: int) -> list[int]:
        """Running rounds in this channel."""
        async with self._db.read() as conn:
            return await rounds.running_in(conn, channel_id)

    async def _shown(self, conn: Connection, found: Round) -> Shown:
        numbers = [candidate.paper for candidate in found.candidates]
        known = await report_sums.sums(conn, found.server_id, numbers)
        presenters = await rounds.presenters(conn, found.id)
        return Shown(found, await papers.by_numbers(conn, numbers), presenters, known.get(found.winner or 0))

    async def _running(self, conn: Connection, server_id: int) -> Round:
        found = await rounds.running(conn, server_id)
        if found is None:
            raise UserError(NO_ROUND)
        return found

    async def _existing(self, conn: Connection, round_id: int) -> Round:
        found = await rounds.get(conn, round_id)
        if found is None:
            raise NotFound("That round is not known any more. Look at `/poll history`.")
        return found


def few(papers: int) -> str:
    """How many papers there are, after "There": a poll needs two."""
    return "is no paper to vote on" if papers == 0 else "is just one paper to vote on, and a poll needs two"
