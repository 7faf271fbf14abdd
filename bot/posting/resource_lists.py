"""Keeps one list of resources in each paper's thread: posted once, then edited.

What happens when the process dies in between:
- before the request: nothing was posted; the lease runs out and the list is due again;
- after Discord took it, before it was recorded: the next try looks for the list in the thread, and sends the same
  nonce as long as nothing changed meanwhile (`OwnMessages`);
- an edit comes out the same when done twice.
A list that somebody deleted comes back with the next change. One in an archived thread is edited at the first change
after the thread is open again; its button shows what is true all the while.
"""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.domain.resources import ListClaim
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.permissions import SaidOnce
from bot.posting.replies import NO_PINGS, PASSING, is_passing
from bot.services.resource_lists import ResourceLists
from bot.tree import report
from bot.views.resources import ALL, list_view

log = logging.getLogger(__name__)

_POST_SECONDS = 45.0
"""Inside the lease: nobody else may be at work on the same list."""
_AWAY_SECONDS = 60.0
_PAUSE_AFTER_FAILURE_SECONDS = 5.0
_ARCHIVED = 50083


class ResourceListPoster:
    """One list at a time."""

    def __init__(self, client: discord.Client, lists: ResourceLists) -> None:
        self._client = client
        self._lists = lists
        self._messages = OwnMessages(client)
        self._said = SaidOnce()
        self._working = False

    @property
    def idle(self) -> bool:
        """Whether every list is up to date, as far as this process knows."""
        return not self._working and not self._lists.woken

    def wake(self) -> None:
        """A paper's resources changed, or its thread was opened."""
        self._lists.wake()

    async def run(self) -> None:
        """Works off what is due, for ever. Cancelling is safe at any point."""
        while True:
            self._working = True
            try:
                while (claimed := await self._lists.claim()) is not None:
                    await self._bring_up_to_date(claimed)
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens in one turn
                await report(error, during="listing resources")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
            finally:
                self._working = False
            await self._lists.wait_for_work()

    async def _bring_up_to_date(self, claimed: ListClaim) -> None:
        guild = self._client.get_guild(claimed.server_id)
        if guild is not None and guild.unavailable:
            await self._lists.wait(claimed, _AWAY_SECONDS)
            return
        try:
            async with asyncio.timeout(_POST_SECONDS):
                message_id = await self._show(claimed)
        except discord.NotFound:  # the thread is gone
            await self._lists.shown(claimed, None)
        except discord.Forbidden:
            self._said.warn(claimed.thread_id, "list a paper's resources")
            await self._lists.shown(claimed, claimed.message_id)
        except (discord.HTTPException, *PASSING) as error:
            if isinstance(error, discord.HTTPException) and not is_passing(error):
                if error.code != _ARCHIVED:
                    await report(error, during="listing resources")
                await self._lists.shown(claimed, claimed.message_id)
            else:
                log.info("Discord is away, a list of resources waits: %s", error)
                await self._lists.wait(claimed, _AWAY_SECONDS)
        else:
            await self._lists.shown(claimed, message_id)

    async def _show(self, claimed: ListClaim) -> int | None:
        found = await self._lists.resources(claimed)
        view = list_view(claimed.paper_number, found)
        view.stop()
        thread = self._client.get_partial_messageable(claimed.thread_id, guild_id=claimed.server_id)
        if claimed.message_id is not None:
            try:
                await thread.get_partial_message(claimed.message_id).edit(view=view, allowed_mentions=NO_PINGS)
            except discord.NotFound:
                claimed = await self._lists.message_gone(claimed)
            else:
                return claimed.message_id
        if not found and not claimed.again:
            return None
        posted = await self._messages.post_once(
            thread,
            nonce=f"pc:l{claimed.paper_number}:{claimed.version}",
            again=claimed.again,
            since=claimed.posting_since,
            is_it=has_button(ALL, claimed.paper_number),
            view=view,
        )
        if claimed.again:  # one that was found may show what was true then
            await posted.edit(view=view, allowed_mentions=NO_PINGS)
        return posted.id
