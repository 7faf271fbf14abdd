"""Opens and closes the polls of rounds.

Each step is recorded before the next begins, and a try after a crash begins with the first step that is not:
- the ballot and the poll carry a nonce of the round, and are looked for in the channel before they are posted again;
- no event of Discord's is relied on for the end: an occurrence is due when the poll ends, and looks until Discord's
  count is final. Events only make it look sooner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from bot.clock import Clock
from bot.domain.occurrences import Occurrence, too_late
from bot.domain.rounds import Round
from bot.posting.announcements import Announcer
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.permissions import SaidOnce
from bot.posting.replies import NO_PINGS, is_passing
from bot.services.occurrences import TOO_LATE
from bot.services.rounds import NotEnough, Rounds, Shown, few
from bot.views.rounds import ballot_view, closed_view, poll, question

log = logging.getLogger(__name__)

_UNTIL_COUNTED = (10, 30, 60, 300)
_THEN_EACH_SECONDS = 900
"""How soon to look again for Discord's final count, which takes seconds, or hours on a bad day."""
_POLL_EXPIRED = 520001


class RoundPoster:
    """What is due in a round's life. The runner tries again what fails in passing."""

    def __init__(self, client: discord.Client, rounds: Rounds, announcer: Announcer, clock: Clock) -> None:
        self._client = client
        self._rounds = rounds
        self._announcer = announcer
        self._clock = clock
        self._messages = OwnMessages(client)
        self._said = SaidOnce()

    async def begin(self, due: Occurrence) -> str:
        """A scheduled poll's time has come."""
        begun = await self._rounds.begin(due)
        if begun is None:
            return "skipped: another round was running, or the schedule was gone"
        if isinstance(begun, NotEnough):
            return await self._say_why_not(due, begun)
        return await self._open(begun.id, due)

    async def start(self, due: Occurrence) -> str:
        """A manager started a round."""
        return await self._open(_round_id(due), due)

    async def close(self, due: Occurrence) -> str | datetime:
        """The poll's time is over, or something happened to it."""
        round_ = await self._rounds.find(_round_id(due))
        if round_.state in ("open", "closing"):
            counted = await self._count(round_, due)
            if isinstance(counted, datetime):
                return counted
        shown = await self._rounds.shown(round_.id)
        if shown.round.state in ("telling", "no_winner"):
            await self._announcer.tell(shown, again=due.attempts > 1)
            return "decided" if shown.round.winner is not None else "no winner"
        if shown.round.state in ("cancelled", "lost"):
            await self._tidy(shown.round)
        return shown.round.state

    async def _open(self, round_id: int, due: Occurrence) -> str:
        shown = await self._rounds.shown(round_id)
        round_ = shown.round
        if round_.state in ("cancelled", "lost"):
            await self._tidy(round_, again=due.attempts > 1)
        if round_.state != "opening":
            return round_.state
        try:
            if too_late(due, self._clock.now()) and await self._posted_poll(round_) is None:
                return await self._not_opened(round_, TOO_LATE)
            posted = await self._post(shown, again=due.attempts > 1)
        except discord.HTTPException as refused:
            if is_passing(refused):
                raise
            return await self._not_opened(round_, f"lost: Discord refused the poll ({refused.text})")
        ends_at = posted.poll.expires_at if posted.poll is not None else None
        still_open = await self._rounds.opened(
            round_.id, posted.id, ends_at or posted.created_at + timedelta(hours=round_.hours)
        )
        if not still_open:
            await self._tidy((await self._rounds.shown(round_.id)).round)
            return "called off while it was being opened"
        return "opened"

    async def _post(self, shown: Shown, *, again: bool) -> discord.Message:
        """The ballot, then the poll."""
        round_ = shown.round
        channel = self._channel(round_)
        if round_.list_message_id is None:
            ballot = await self._messages.post_once(
                channel,
                nonce=f"pc:r{round_.id}:list",
                again=again,
                since=round_.made_at,
                is_it=has_button("ballot", round_.id),
                view=ballot_view(shown),
            )
            await self._rounds.listed(round_.id, ballot.id)
        return await self._messages.post_once(
            channel,
            nonce=f"pc:r{round_.id}:poll",
            again=again,
            since=round_.made_at,
            is_it=_has_poll_of(round_),
            poll=poll(shown),
        )

    async def _posted_poll(self, round_: Round) -> discord.Message | None:
        """One that was posted in a try that ended before it was recorded."""
        return await self._messages.find(self._channel(round_), round_.made_at, _has_poll_of(round_))

    async def _not_opened(self, round_: Round, why: str) -> str:
        log.warning("Round %d of server %d was not opened: %s", round_.number, round_.server_id, why)
        await self._rounds.lost(round_.id)
        await self._tidy((await self._rounds.shown(round_.id)).round, again=True)
        return why

    async def _count(self, round_: Round, due: Occurrence) -> datetime | None:
        """When to look again; None once the round is decided, or lost with its poll."""
        assert round_.poll_message_id is not None  # noqa: S101 - a round is open once its poll is there
        message: discord.Message | None = None
        try:
            message = await self._channel(round_).fetch_message(round_.poll_message_id)
        except discord.NotFound:
            log.info("The poll of round %d of server %d was deleted", round_.number, round_.server_id)
        except discord.Forbidden:
            self._said.warn(round_.channel_id, "read how a poll ended")
            return self._clock.now() + timedelta(seconds=_THEN_EACH_SECONDS)
        if message is None or message.poll is None:
            await self._rounds.lost(round_.id)
            return None
        if message.poll.is_finalised():
            await self._rounds.counted(round_.id, {answer.id: answer.vote_count for answer in message.poll.answers})
            return None
        now = self._clock.now()
        ends_at = round_.ends_at or now
        if now < ends_at:
            if round_.state == "open":
                return ends_at
            await _end(message)  # the count that follows is looked for like any other
        await self._rounds.closing(round_.id, min(now, ends_at))
        return now + timedelta(seconds=_look_again_seconds(due.attempts))

    async def _say_why_not(self, due: Occurrence, found: NotEnough) -> str:
        channel = self._client.get_partial_messageable(found.channel_id, guild_id=due.server_id)
        text = (
            f"No poll this time: there {few(found.papers)}. Press **Save** on a card, or use `/poll nominate`; "
            "the next poll opens in a week."
        )
        try:
            await self._messages.post_once(
                channel,
                nonce=f"pc:o{due.id}:few",
                again=due.attempts > 1,
                since=due.due_at,
                is_it=lambda message: message.content == text,
                content=text,
            )
        except (discord.Forbidden, discord.NotFound):
            return f"skipped: {found.papers} papers, and the channel takes no message"
        return f"skipped: {found.papers} papers"

    async def _tidy(self, ended: Round, *, again: bool = False) -> None:
        """A round without a result leaves no open poll behind, and says so where its ballot stood. `again` says that
        an earlier try may have posted what is not recorded."""
        channel = self._channel(ended)
        try:
            if ended.poll_message_id is not None:
                await channel.get_partial_message(ended.poll_message_id).delete()
            elif again and (unrecorded := await self._posted_poll(ended)) is not None:
                await unrecorded.delete()
        except (discord.NotFound, discord.Forbidden):
            pass  # it is gone, or out of reach
        try:
            ballot_id = ended.list_message_id
            if ballot_id is None and again:
                found = await self._messages.find(channel, ended.made_at, has_button("ballot", ended.id))
                ballot_id = found.id if found is not None else None
            if ballot_id is not None:
                view = closed_view(await self._rounds.shown(ended.id))
                view.stop()
                await channel.get_partial_message(ballot_id).edit(view=view, allowed_mentions=NO_PINGS)
        except (discord.NotFound, discord.Forbidden):
            pass

    def _channel(self, round_: Round) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(round_.channel_id, guild_id=round_.server_id)


def _has_poll_of(round_: Round) -> Callable[[discord.Message], bool]:
    return lambda message: message.poll is not None and message.poll.question == question(round_.number)


async def _end(message: discord.Message) -> None:
    """Nobody votes any more; it may have ended already, in a try before this one or by itself."""
    try:
        await message.end_poll()
    except discord.HTTPException as refused:
        if refused.code != _POLL_EXPIRED:
            raise


def _round_id(due: Occurrence) -> int:
    assert due.round_id is not None  # noqa: S101 - these kinds are made for a round
    return due.round_id


def _look_again_seconds(attempts: int) -> int:
    return _UNTIL_COUNTED[attempts - 1] if attempts <= len(_UNTIL_COUNTED) else _THEN_EACH_SECONDS
