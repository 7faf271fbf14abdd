"""From a member's message to the reply it gets: what to remember, what to show, what to do again.

Rows come first. A message's mentions, its reply and the papers still to be fetched are written in one transaction;
the reply is then posted by whoever holds its lease. Dying at any point leaves a row that is found due again, and
the nonce of the row keeps Discord from posting twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.clock import Clock, sleep_unless
from bot.domain.paper_cards import (
    LATE_EDIT,
    HeardMessage,
    ReplyPlan,
    is_watched,
    retry_posting_at,
)
from bot.domain.papers import PaperId
from bot.domain.stored_paper import StoredPaper
from bot.errors import NotAllowed
from bot.services.cards import record_shown
from bot.services.fetching import PaperFetcher
from bot.services.limits import Limits
from bot.services.reply_plans import ReplyPlans
from bot.storage import card_messages, lookups, mentions, papers, replies, servers
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards

LOOK_SECONDS = 3.0
"""How soon a reply is posted for which another process fetched the paper. A look is one small read."""

AFTER_MANY_EDITS = timedelta(seconds=30)
"""A reply follows this long after the last of many edits."""

LeftOut = Callable[[HeardMessage], Awaitable[None]]


class _Heard(NamedTuple):
    """What came of a message. `at_work`: somebody has its reply in hand, and will find it due again."""

    plan: ReplyPlan | None = None
    cared_for: bool = True
    left_out: bool = False
    at_work: bool = False


_NOT_FOR_US = _Heard(cared_for=False)


class PaperCards:
    """The use cases of watching: heard, edited, deleted, dismissed, posted. Set `on_left_out` before messages come: it
    hears of those that get no card because their author had many just before, and `is_crowded`: whether many cards
    wait in a channel (asked on the database's thread), since nobody is held up by those that do not."""

    def __init__(
        self,
        db: Database,
        fetcher: PaperFetcher,
        clock: Clock,
        *,
        shards: Shards | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._db = db
        self._fetcher = fetcher
        self._clock = clock
        self._shards = shards
        self._limits = limits or Limits(clock)
        self.on_left_out: LeftOut | None = None
        self.is_crowded: Callable[[int], bool] = lambda _channel_id: False
        self._plans = ReplyPlans(clock, fetcher.schemes)
        self._work = asyncio.Event()
        self._looking = False

    async def heard(self, message: HeardMessage) -> ReplyPlan | None:
        """Remembers a new message's papers. Returns what to post now, if anything can be."""
        if not message.links:
            return None
        heard = await self._db.write_at_once(lambda conn: self._take_in(conn, message))
        if not heard.cared_for:
            return None
        if heard.left_out and self.on_left_out is not None:
            await self.on_left_out(message)
        return self._begin(heard)

    async def _take_in(self, conn: Connection, message: HeardMessage) -> _Heard:
        settings, ignored = await servers.hearing(conn, message.server_id, message.author_id)
        if not is_watched(message, settings, ignored=ignored):
            return _NOT_FOR_US
        await mentions.one_at_a_time(conn, message.message_id)
        await self._note(conn, message)
        if all(link.quiet for link in message.links):
            return _NOT_FOR_US
        known = await self._stand_in_line(conn, message)
        in_time = self._limits.may_have_card(message.server_id, message.author_id, message.at)
        if not in_time and self.is_crowded(
            message.channel_id
        ):  # of the messages before this one, when its turn has come
            return _Heard(left_out=True)
        heard = await self._open(conn, message, known, hide=settings.hide_previews)
        if heard.plan is not None and heard.plan.missing:
            await lookups.again(conn, [link.paper for link in message.links], self._clock.now())
        return heard

    async def edited(self, message: HeardMessage, *, by_author: bool) -> ReplyPlan | None:
        """Makes the reply follow an edit. Discord also sends updates for previews, pins and threads: `by_author`
        tells a real edit, and only that may bring a first link into a message."""
        before = await self._db.read_at_once(
            lambda conn: mentions.of_message(conn, message.server_id, message.message_id)
        )
        late = self._clock.now() - message.at > LATE_EDIT
        if not before:
            return await self.heard(message) if by_author and not late else None
        if [(m.paper, m.quiet) for m in before] == [(link.paper, link.quiet) for link in message.links]:
            return None
        async with self._db.write() as conn:
            await mentions.one_at_a_time(conn, message.message_id)
            before = await mentions.of_message(conn, message.server_id, message.message_id)
            settings = await servers.get(conn, message.server_id)
            if await servers.ignored(conn, [message.author_id]):  # since then: nothing more is recorded of them
                noted = {m.paper for m in before}
                kept = tuple(link for link in message.links if link.paper in noted)
                message = message.model_copy(update={"links": kept})
            gone = {m.paper for m in before} - {link.paper for link in message.links}
            if gone:
                await mentions.remove(conn, message.server_id, message.message_id, gone)
            if message.links:
                await self._note(conn, message)
            there = await replies.to_messages(conn, message.server_id, [message.message_id])
            if late and not there:
                return None  # known from history: no card appears under an old message
            known = await self._stand_in_line(conn, message)
            if not self._limits.may_have_card(message.server_id, message.author_id, self._clock.now()):
                await replies.mark_due(conn, [reply.id for reply in there], self._clock.now() + AFTER_MANY_EDITS)
                self._work.set()
                return None
            opened = await self._open(conn, message, known, hide=settings.hide_previews)
        return self._begin(opened)

    async def note_history(self, conn: Connection, server_id: int, messages: Sequence[HeardMessage]) -> int:
        """Remembers the papers of a server's old messages and answers none of them, in the caller's transaction. Who
        opted out and which bots count is as ever; whether the channel is watched does not matter, since a manager
        named it. A message that is known stays as it is. Returns how many mentions are new."""
        if not messages:
            return 0
        everywhere = {"watched": frozenset[int]()}
        settings = (await servers.get(conn, server_id)).model_copy(update=everywhere)
        ignored = await servers.ignored(conn, {message.author_id for message in messages})
        known = await mentions.noted(conn, server_id, [message.message_id for message in messages])
        new = [
            message
            for message in messages
            if message.message_id not in known
            and is_watched(message, settings, ignored=message.author_id in ignored)
            and message.links
        ]
        for message in new:
            await self._note(conn, message)
        return sum(len(message.links) for message in new)

    async def deleted(self, server_id: int, message_ids: Collection[int]) -> None:
        """Members' messages or the bot's own are gone. A reply goes with its message, unless somebody saved or voted
        for what it shows."""
        async with self._db.read() as conn:
            noted = await mentions.noted(conn, server_id, message_ids)
            ours = await card_messages.noted(conn, server_id, message_ids)
        if not noted and not ours:
            return
        async with self._db.write() as conn:
            await replies.drop_posted(conn, server_id, message_ids)
            await card_messages.forget(conn, server_id, message_ids)
            found = await replies.to_messages(conn, server_id, message_ids)
            kept = [reply.id for reply in found if await self._plans.cared_for(conn, server_id, reply)]
            going = [reply.id for reply in found if reply.id not in kept]
            await mentions.forget_messages(conn, server_id, noted)
            await replies.detach(conn, kept, due_at=None)
            await replies.detach(conn, going, due_at=self._clock.now())
        self._work.set()

    async def dismiss(
        self, server_id: int, posted_id: int, number: int, *, user_id: int, manager: bool
    ) -> ReplyPlan | None:
        """Takes a card away from the bot's reply `posted_id`, for who posted the link or a manager. None when the
        message is not a reply to a link, or somebody else is at work on it and will take the card away."""
        async with self._db.write() as conn:
            reply = await replies.posted_as(conn, server_id, posted_id)
            if reply is None:
                return None
            poster = reply.message_id and await mentions.author_of(conn, server_id, reply.message_id)
            if user_id != poster and not manager:
                raise NotAllowed("Only the person who posted the link, or a manager, can dismiss this card.")
            if reply.message_id is None:
                await replies.mark_due(conn, [reply.id], self._clock.now())
            else:
                named = [m.paper for m in await mentions.of_message(conn, server_id, reply.message_id)]
                known = await papers.by_ids(conn, named)
                away = [paper for paper in named if paper in known and known[paper].number == number]
                await mentions.dismiss(conn, server_id, reply.message_id, away)
                await replies.mark_due(conn, [reply.id], self._clock.now())
            plans = await self._claim(conn, limit=1, reply_id=reply.id)
        return plans[0] if plans else None

    async def is_reply(self, server_id: int, posted_id: int) -> bool:
        """Whether this message of the bot answers a member's message."""
        async with self._db.read() as conn:
            return await replies.posted_as(conn, server_id, posted_id) is not None

    async def settled(self, ids: Collection[PaperId]) -> None:
        """These papers became known, or known not to exist: replies that waited for them are due."""
        async with self._db.write() as conn:
            await replies.mark_due_for_papers(conn, ids, self._clock.now())
        self._work.set()

    async def claim_due(self, limit: int) -> list[ReplyPlan]:
        """The replies whose time has come, leased to the caller."""
        async with self._db.write() as conn:
            plans = await self._claim(conn, limit=limit)
        self._fetcher.wake()
        return plans

    @property
    def has_work(self) -> bool:
        """Whether a reply may be due that nobody has looked at."""
        return self._work.is_set() or self._looking

    async def wait_for_work(self) -> None:
        """Returns when a reply may be due. Another process may make one due, and can only say so in the database:
        so it looks now and then."""
        self._work.clear()
        self._looking = True
        try:
            async with self._db.read() as conn:
                due_at = await replies.next_due(conn, shards=self._shards)
        finally:
            self._looking = False
        seconds = LOOK_SECONDS if due_at is None else (due_at - self._clock.now()).total_seconds()
        if seconds <= 0:
            return
        await sleep_unless(self._work, self._clock, min(seconds, LOOK_SECONDS))

    async def carried_out(self, plan: ReplyPlan, *, posted_id: int | None, reacted: bool) -> None:
        """What the plan asked for is done; `posted_id` is the message that now stands, None when there is none."""
        again = await self._db.write_at_once(
            lambda conn: self._record(conn, plan, posted_id=posted_id, reacted=reacted)
        )
        if again:
            self._work.set()

    async def _record(self, conn: Connection, plan: ReplyPlan, *, posted_id: int | None, reacted: bool) -> bool:
        """Whether the reply has become due again meanwhile."""
        again = await replies.record(
            conn,
            plan.reply_id,
            plan.claimed_due_at,
            posted_id=posted_id,
            reacted=reacted,
            generation=plan.generation + (plan.posted_id is not None and posted_id is None),
            look_again_at=plan.look_again_at,
        )
        if plan.posted_id is not None and posted_id is None:
            await card_messages.forget(conn, plan.server_id, [plan.posted_id])
        if plan.message_id is None and posted_id is None:
            await replies.drop(conn, [plan.reply_id])
        elif posted_id is not None and plan.cards:
            now = self._clock.now()
            await record_shown(conn, plan.server_id, plan.channel_id, posted_id, plan.cards, now=now)
        return again

    async def failed(self, plan: ReplyPlan, *, try_again: bool) -> None:
        """Discord did not take it. Tried again later, or left for good when trying cannot help."""
        at = retry_posting_at(plan.attempts, self._clock.now()) if try_again else None
        async with self._db.write() as conn:
            await replies.postpone(conn, plan.reply_id, plan.claimed_due_at, at)
        self._work.set()

    def _begin(self, heard: _Heard) -> ReplyPlan | None:
        """What was decided has its row. What is unknown stands in line already; what is old joins it."""
        plan = heard.plan
        if heard.at_work:
            self._work.set()
        if plan is None or plan.look_again_at is not None or plan.missing:
            self._fetcher.wake()
        if plan is not None:
            self._fetcher.refresh([card.paper for card in plan.cards])
        return plan

    async def _note(self, conn: Connection, message: HeardMessage) -> None:
        await mentions.add(
            conn,
            message.links,
            server_id=message.server_id,
            channel_id=message.channel_id,
            message_id=message.message_id,
            author_id=message.author_id,
            at=message.at,
        )

    async def _stand_in_line(self, conn: Connection, message: HeardMessage) -> dict[PaperId, StoredPaper]:
        """What is unknown, no more at once than is its author's share. What stands there for later, by somebody else's
        share, comes as soon as by this one's. Returns what is known."""
        named = list(dict.fromkeys(link.paper for link in message.links if not link.quiet))
        known = await papers.by_ids(conn, named)
        unknown = [paper for paper in named if paper not in known and paper.scheme in self._fetcher.schemes]
        for due, some in self._limits.turns(message.server_id, message.author_id, unknown).items():
            await lookups.wait(conn, some, due)
            await lookups.sooner(conn, some, due)
        return known

    async def _open(
        self, conn: Connection, message: HeardMessage, known: dict[PaperId, StoredPaper], *, hide: bool
    ) -> _Heard:
        now = self._clock.now()
        claim = await replies.open_claimed(
            conn,
            server_id=message.server_id,
            channel_id=message.channel_id,
            message_id=message.message_id,
            hide_preview=hide and message.only_papers,
            now=now,
        )
        if claim is None:
            return _Heard(at_work=True)
        return _Heard(plan=await self._plans.plan(conn, claim, known))

    async def _claim(self, conn: Connection, *, limit: int, reply_id: int | None = None) -> list[ReplyPlan]:
        claims = await replies.claim_due(conn, self._clock.now(), shards=self._shards, limit=limit, reply_id=reply_id)
        plans = [await self._plans.plan(conn, claim) for claim in claims]
        return [plan for plan in plans if plan is not None]
