"""The digest of a week: what is in it, and that it is told once. Posting is for `bot.posting.digests`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.digest import FIRST_WEEK, LONGEST, REPEAT_AFTER, Digest, Shared, Week, choose
from bot.domain.occurrences import Occurrence
from bot.domain.stored_paper import StoredPaper
from bot.services.occurrences import Occurrences
from bot.services.rounds import SELDOM_DAYS
from bot.storage import digests, discussions, occurrences, papers, report_sums, rounds, schedules, servers
from bot.storage.database import Connection, Database

Messages = Mapping[int, int]
"""How many messages threads have, by the thread's id, as Discord says."""


class Told(NamedTuple):
    """A digest with what stands behind its numbers; `threads` are of its papers, by their numbers."""

    digest: Digest
    papers: Mapping[int, StoredPaper]
    threads: Mapping[int, int]


class Begun(NamedTuple):
    """A digest that is to be posted. `message_id` is None until it is."""

    id: int
    channel_id: int
    message_id: int | None
    told: Told


class Digests:
    """Reads in one transaction; what is chosen is noted before it is posted, so that a second try tells the same."""

    def __init__(self, db: Database, clock: Clock, engine: Occurrences) -> None:
        self._db = db
        self._clock = clock
        self._engine = engine

    async def preview(self, server_id: int, messages: Messages) -> Told | None:
        """What would be posted now; None when there is nothing to tell."""
        async with self._db.read() as conn:
            return await self._told(conn, server_id, await self._since(conn, server_id), self._clock.now(), messages)

    async def post(self, server_id: int, channel_id: int, messages: Messages) -> bool:
        """By hand: it is posted at once. False when there is nothing to tell."""
        now = self._clock.now()
        async with self._db.write() as conn:
            begun = await self._add(conn, server_id, channel_id, messages)
            if begun is None:
                return False
            await occurrences.add(conn, server_id, "digest", now, digest_id=begun.id)
        self._engine.changed()
        return True

    async def begin(self, due: Occurrence, messages: Messages) -> Begun | None:
        """The digest of an occurrence: the same one when it was begun before. None when there is nothing to tell, or
        the schedule is gone."""
        async with self._db.write() as conn:
            if due.digest_id is not None:
                return await self._again(conn, due.digest_id, messages)
            plan = await schedules.get(conn, due.server_id, "digest")
            if plan is None or plan.channel_id is None:
                return None
            begun = await self._add(conn, due.server_id, plan.channel_id, messages)
            if begun is not None:
                await occurrences.attach(conn, due.id, digest_id=begun.id)
            return begun

    async def posted(self, digest_id: int, message_id: int, messages: Messages) -> None:
        """It is there; the next one counts from here."""
        async with self._db.write() as conn:
            kept = await digests.get(conn, digest_id)
            await digests.posted(conn, digest_id, message_id)
            if kept is not None:
                await digests.set_messages_told(conn, kept.server_id, messages)

    async def _add(self, conn: Connection, server_id: int, channel_id: int, messages: Messages) -> Begun | None:
        since, until = await self._since(conn, server_id), self._clock.now()
        told = await self._told(conn, server_id, since, until, messages)
        if told is None:
            return None
        digest = told.digest
        past = digest.past.paper if digest.past else None
        digest_id = await digests.add(
            conn, server_id, channel_id, since=since, until=until, outside=digest.outside, past=past
        )
        return Begun(digest_id, channel_id, None, told)

    async def _again(self, conn: Connection, digest_id: int, messages: Messages) -> Begun | None:
        kept = await digests.get(conn, digest_id)
        if kept is None:
            return None
        told = await self._told(conn, kept.server_id, kept.since, kept.until, messages, again=kept)
        return None if told is None else Begun(kept.id, kept.channel_id, kept.message_id, told)

    async def _told(
        self,
        conn: Connection,
        server_id: int,
        since: datetime,
        until: datetime,
        messages: Messages,
        *,
        again: digests.Kept | None = None,
    ) -> Told | None:
        week = await self._week(conn, server_id, since, until, messages)
        # on a second try, what the first chose from outside and from the past is not taken for told already
        not_outside, not_past = await digests.named_since(conn, server_id, until - REPEAT_AFTER, but=again)
        digest = choose(week, not_outside=not_outside, not_past=not_past)
        if digest is None:
            return None
        found = await papers.by_numbers(conn, digest.papers)
        return Told(digest, found, await discussions.threads_of(conn, server_id, digest.papers))

    async def _week(
        self, conn: Connection, server_id: int, since: datetime, until: datetime, messages: Messages
    ) -> Week:
        mentions = await digests.mentions(conn, server_id, since, until)
        settings = await servers.get(conn, server_id)
        won = await rounds.chosen(conn, server_id)
        cast = await digests.votes(conn, server_id, since, until)
        decided = await rounds.decided_between(conn, server_id, since, until)
        own = Counter(await digests.cards_posted(conn, server_id, since, until))
        if decided is not None and decided.thread_id is not None and decided.card_message_id is not None:
            own[decided.thread_id] += 1  # Discord's notice that the winner's card was pinned
        return Week(
            since=since,
            until=until,
            shared=_shared(mentions, cast),
            votes=cast,
            messages=await self._written(conn, server_id, since, messages, own),
            known=tuple(each for each in await digests.known(conn, server_id, until) if each.paper not in won),
            usual=await rounds.mentions_by_field(conn, server_id, until - timedelta(days=SELDOM_DAYS)),
            round=decided,
            reported=await report_sums.new_between(conn, server_id, since, until),
            days=_days(mentions, since, until, ZoneInfo(settings.timezone)),
        )

    async def _written(
        self, conn: Connection, server_id: int, since: datetime, messages: Messages, own: Messages
    ) -> dict[int, int]:
        """New messages by paper, without the bot's `own`. Of an older thread that no digest has known yet, none are
        known to be new."""
        written = {}
        for thread_id, thread in (await digests.threads(conn, server_id)).items():
            told = thread.messages_told
            if told is None and thread.made_at >= since:
                told = 0
            if told is not None and thread_id in messages:
                written[thread.paper] = messages[thread_id] - told - own.get(thread_id, 0)
        return written

    async def _since(self, conn: Connection, server_id: int) -> datetime:
        now = self._clock.now()
        last = await digests.last_until(conn, server_id)
        return now - FIRST_WEEK if last is None else max(last, now - LONGEST)


def _shared(mentions: list[digests.Mention], votes: Mapping[int, int]) -> tuple[Shared, ...]:
    times = Counter(mention.paper for mention in mentions)
    first = {mention.paper: mention for mention in reversed(mentions)}
    return tuple(
        Shared(
            paper=paper, mentions=count, first_at=first[paper].at, field=first[paper].field, votes=votes.get(paper, 0)
        )
        for paper, count in times.items()
    )


def _days(
    mentions: list[digests.Mention], since: datetime, until: datetime, zone: ZoneInfo
) -> dict[date, dict[str, int]]:
    """Every day, also without papers; each paper counts on the first day it came up, so that the days add up."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days: dict[date, Counter[str]] = {
        first + timedelta(days=number): Counter() for number in range((last - first).days + 1)
    }
    seen: set[int] = set()
    for mention in mentions:
        if mention.paper not in seen:
            days[mention.at.astimezone(zone).date()][mention.field] += 1
        seen.add(mention.paper)
    return {day: dict(fields) for day, fields in days.items()}
