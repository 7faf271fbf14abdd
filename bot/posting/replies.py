"""Posts, edits and deletes the replies to messages that name papers.

A plan holds the lease on its reply. What happens when the process dies in between:
- before the request: nothing was posted; the lease runs out and the reply is due again;
- after Discord took it, before it was recorded: the next try looks for the reply in the channel, and sends the same
  nonce, for which Discord answers with the message that is there ("enforce_nonce", developers/resources/message,
  Create Message);
- edits, deletions, the reaction and the hidden preview come out the same when done twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import MultipartParameters, handle_message_parameters

from bot.domain.paper_cards import ReplyPlan
from bot.posting.lines import Lines
from bot.posting.permissions import SaidOnce, allowed, may_post
from bot.services.paper_cards import PaperCards
from bot.tree import report
from bot.views.paper_cards import cards_view

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_SUCH_PAPER = "❓"
"""The quiet reaction under a link to a paper that does not exist."""

_AT_ONCE = 10
_CROWD = 8
"""Cards that wait in one channel: as many seconds until the next."""

_POST_SECONDS = 45.0
"""Well inside the lease: nobody else may be at work on the same reply."""
_PAUSE_AFTER_FAILURE_SECONDS = 5.0
_INVALID_FORM = 50035
_LOOK_BACK = 100

NO_PINGS = discord.AllowedMentions.none()
"""The library adds the client's own rule to new messages, and leaves it out when only the layout of one changes."""

PASSING = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
"""Failures that the same request may not meet a moment later."""


def is_passing(error: discord.HTTPException) -> bool:
    """Whether the same request may be answered a moment later."""
    return isinstance(error, PASSING) or error.status == HTTPStatus.TOO_MANY_REQUESTS


class ReplyPoster:
    """Carries out plans: those a listener hands over, and in the background all that are due."""

    def __init__(self, client: discord.Client, cards: PaperCards) -> None:
        self._client = client
        self._cards = cards
        self._said = SaidOnce()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._lines = Lines()
        self._deciding = Lines()
        self._finishing = False

    @property
    def idle(self) -> bool:
        """Whether there is nothing to post as far as this process knows."""
        return not self._under_way and not self._cards.has_work

    def is_crowded(self, channel_id: int) -> bool:
        """Whether many cards wait there already: Discord takes one a second in a channel, from everybody together."""
        return self._lines.waiting(channel_id) >= _CROWD

    async def finish(self, seconds: float) -> None:
        """Before the connection closes: lets what was sent be recorded, so that it is not sent again. Begins nothing
        more."""
        self._finishing = True
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=seconds)

    async def run(self) -> None:
        """Works off what is due, for ever. Cancelling is safe at any point."""
        while not self._finishing:
            try:
                if not await self._to_the_end(self._turn()):
                    await self._cards.wait_for_work()
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens in one turn
                await report(error, during="posting replies")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)

    async def follow(self, message_id: int, deciding: Coroutine[Any, Any, ReplyPlan | None]) -> None:
        """Decides and carries out in one piece, so that no lease is left behind when the bot is told to stop in
        between. After that nothing new begins, also where many messages are read back: the next start reads them.
        What a message says later is decided later, or the card would stay with what it said before."""
        if self._finishing:
            deciding.close()
            raise asyncio.CancelledError
        await self._to_the_end(self._follow(message_id, deciding))

    async def carry_out(self, plan: ReplyPlan) -> None:
        """Makes the channel look as planned and records it, or puts the reply in line again."""
        await self._to_the_end(self._carry_out(plan))

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Goes on even when who asked for it is cancelled; `finish` waits for it."""
        task = asyncio.create_task(work, name="reply")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _turn(self) -> bool:
        plans = await self._cards.claim_due(_AT_ONCE)
        await asyncio.gather(*(self.carry_out(plan) for plan in plans))
        return bool(plans)

    async def _follow(self, message_id: int, deciding: Coroutine[Any, Any, ReplyPlan | None]) -> None:
        try:
            async with self._deciding.turn(message_id):
                plan = await deciding
        finally:
            deciding.close()  # also where its turn never came
        if plan is not None:
            await self._carry_out(plan)

    async def _carry_out(self, plan: ReplyPlan) -> None:
        if self._finishing:
            await self._cards.failed(plan, try_again=True)  # whoever comes next need not wait for the lease to end
            return
        try:
            async with asyncio.timeout(_POST_SECONDS):
                async with self._lines.turn(plan.channel_id):
                    mine = allowed(self._client, plan.server_id, plan.channel_id)
                    posted_id = await self._post(plan, mine)
                    reacted = await self._react(plan, mine)
                # outside the line, the next need not wait; before the record, or who dies in between leaves it for good
                if posted_id is not None and plan.posted_id is None:
                    await self._hide_preview(plan, mine)
        except discord.HTTPException as error:
            if await self._message_gone(plan, error):
                return
            passing = is_passing(error)
            if not passing:
                log.warning("Discord refused a reply in channel %d: %s", plan.channel_id, error)
            await self._cards.failed(plan, try_again=passing)
            return
        except PASSING as error:
            log.info("Discord is away, the reply in channel %d waits: %s", plan.channel_id, error)
            await self._cards.failed(plan, try_again=True)
            return
        await self._cards.carried_out(plan, posted_id=posted_id, reacted=reacted)

    async def _post(self, plan: ReplyPlan, mine: discord.Permissions | None) -> int | None:
        channel = self._client.get_partial_messageable(plan.channel_id, guild_id=plan.server_id)
        if not plan.cards:
            if plan.posted_id is not None:
                try:
                    await channel.get_partial_message(plan.posted_id).delete()
                except discord.NotFound:
                    log.debug("Reply %d was deleted already", plan.reply_id)
            return None
        view = cards_view(plan.cards, plan.server_id)
        view.stop()  # presses are found by custom_id: nothing of the view is to be kept in memory
        if plan.posted_id is not None:
            await channel.get_partial_message(plan.posted_id).edit(view=view, allowed_mentions=NO_PINGS)
            return plan.posted_id
        if plan.attempts > 1 and (found := await self._already_posted(plan)) is not None:
            await channel.get_partial_message(found).edit(view=view, allowed_mentions=NO_PINGS)
            return found
        if not may_post(mine, in_thread=self._in_thread(plan)):
            self._said.warn(plan.channel_id, "post cards")
            return None
        options: dict[str, Any] = {}
        if plan.message_id is not None and (mine is None or mine.read_message_history):
            options["message_reference"] = {
                "message_id": plan.message_id,
                "channel_id": plan.channel_id,
                "guild_id": plan.server_id,
            }
        # as `channel.send`, which then takes the whole card that comes back apart
        params = handle_message_parameters(view=view, nonce=plan.nonce, allowed_mentions=NO_PINGS, **options)
        sent = await self._client.http.send_message(plan.channel_id, params=params)
        return int(sent["id"])

    async def _already_posted(self, plan: ReplyPlan) -> int | None:
        """An earlier try may have reached Discord without being recorded, longer ago than Discord keeps nonces."""
        if plan.message_id is None:
            return None
        channel = self._client.get_partial_messageable(plan.channel_id, guild_id=plan.server_id)
        after = discord.Object(plan.message_id)
        try:
            async for message in channel.history(limit=_LOOK_BACK, after=after, oldest_first=True):
                reference = message.reference
                ours = self._client.user is not None and message.author.id == self._client.user.id
                if ours and reference is not None and reference.message_id == plan.message_id:
                    return message.id
        except discord.Forbidden:
            log.debug("May not read back channel %d; the nonce alone guards this reply", plan.channel_id)
        return None

    async def _react(self, plan: ReplyPlan, mine: discord.Permissions | None) -> bool:
        """Whether the reaction stands afterwards."""
        if plan.missing == plan.reacted or plan.message_id is None:
            return plan.reacted
        if mine is not None and not (mine.add_reactions and mine.read_message_history):
            self._said.warn(plan.channel_id, "mark links to papers that do not exist")
            return plan.reacted
        channel = self._client.get_partial_messageable(plan.channel_id, guild_id=plan.server_id)
        message = channel.get_partial_message(plan.message_id)
        try:
            if plan.missing:
                await message.add_reaction(NO_SUCH_PAPER)
            elif self._client.user is not None:
                await message.remove_reaction(NO_SUCH_PAPER, self._client.user)
        except discord.NotFound:  # the message went while its reply was posted: the reply goes, too
            await self._cards.deleted(plan.server_id, [plan.message_id])
            return plan.reacted
        return plan.missing

    async def _hide_preview(self, plan: ReplyPlan, mine: discord.Permissions | None) -> None:
        """Best effort: the card is there, and Discord's preview would only repeat it."""
        if not plan.hide_preview or plan.message_id is None or mine is None:
            return
        if not mine.manage_messages:
            self._said.warn(plan.channel_id, "hide Discord's previews")
            return
        # Of another's message only the flags may be sent; the library's own edit adds fields to them.
        only_flags = {"flags": discord.MessageFlags(suppress_embeds=True).value}
        params = MultipartParameters(payload=only_flags, multipart=None, files=None)
        try:
            await self._client.http.edit_message(plan.channel_id, plan.message_id, params=params)
        except (discord.HTTPException, *PASSING) as error:
            log.info("Could not hide a preview in channel %d: %s", plan.channel_id, error)

    def _in_thread(self, plan: ReplyPlan) -> bool:
        guild = self._client.get_guild(plan.server_id)
        return guild is not None and guild.get_thread(plan.channel_id) is not None

    async def _message_gone(self, plan: ReplyPlan, error: discord.HTTPException) -> bool:
        """Whether the failure means that the member's message, or ours, is no longer there; then it is settled."""
        reference_gone = error.code == _INVALID_FORM and "message_reference" in error.text
        if isinstance(error, discord.NotFound) or reference_gone:
            if plan.posted_id is not None:  # before its id is forgotten: whoever deleted it does not want it again
                await self._cards.deleted(plan.server_id, [plan.posted_id])
            await self._cards.carried_out(plan, posted_id=None, reacted=plan.reacted)
            if plan.posted_id is None and plan.message_id is not None:
                await self._cards.deleted(plan.server_id, [plan.message_id])
            return True
        return False
