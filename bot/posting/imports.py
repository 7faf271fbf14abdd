"""Downloads files for import, works off imports in the background, and keeps the member's message current.

The message is changed through the interaction of a press, which Discord takes for fifteen minutes. That is kept in
memory alone: after it ended, or after a restart, the import goes on in silence, and a press of *Look again* (which is
an interaction of its own) shows the state and goes on showing it.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import aiohttp
import discord
import yarl
from discord.http import Route

from bot.answers import Interaction
from bot.clock import Clock
from bot.domain.import_file import MOST_BYTES
from bot.domain.imports import Result, Standing
from bot.errors import NotFound, NotUnderstood, Unavailable
from bot.posting.refresh import CardRefresher
from bot.posting.replies import PASSING, is_passing
from bot.services.imports import Imports
from bot.tree import report
from bot.views.imports import state_view

log = logging.getLogger(__name__)

TOO_LARGE = f"That file is too large; I take up to {MOST_BYTES // 1_000_000} MB. Split it and import the parts."

_DISCORDS_FILES = frozenset(map(yarl.URL, ("https://cdn.discordapp.com", "https://media.discordapp.net")))
"""Where Discord keeps what members attach (https://discord.com/developers/docs/reference#cdn-formatting)."""
_DOWNLOAD_SECONDS = 20.0
_SHOW_SECONDS = 3.0
_SHOWN_FOR = timedelta(minutes=14)
_PAUSE_AFTER_FAILURE_SECONDS = 5.0
_FINISH_SECONDS = 3.0


async def download(attachment: discord.Attachment) -> bytes:
    """The file of a command's option. Its size is known before; its address comes from Discord, and nothing but
    Discord's own file hosts, or the host that stands in for Discord (DISCORD_API_URL), is ever asked."""
    if attachment.size > MOST_BYTES:
        raise NotUnderstood(TOO_LARGE)
    if not is_discords(attachment.url):
        log.warning("A file for import has an address that is not Discord's: %s", yarl.URL(attachment.url).host)
        raise Unavailable("I cannot get that file from Discord. Please try again.")
    try:
        async with asyncio.timeout(_DOWNLOAD_SECONDS):
            data = await attachment.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.warning("Discord did not give a file for import: %s", error)
        raise Unavailable("I cannot get that file from Discord. Please try again.") from None
    if len(data) > MOST_BYTES:
        raise NotUnderstood(TOO_LARGE)
    return data


def is_discords(url: str) -> bool:
    """Whether files may be fetched from there."""
    address = yarl.URL(url)
    return address.absolute and address.origin() in (*_DISCORDS_FILES, yarl.URL(Route.BASE).origin())


class ImportRunner:
    """One import at a time; and for each that somebody watches, a message that follows it."""

    def __init__(self, imports: Imports, refresher: CardRefresher, clock: Clock) -> None:
        self._imports = imports
        self._refresher = refresher
        self._clock = clock
        self._work: asyncio.Task[None] | None = None
        self._shown: dict[int, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begins, with what was left undone."""
        self._work = asyncio.create_task(self._run(), name="imports")

    async def stop(self) -> None:
        """Lets go of what is under way, so that whoever comes next can go on at once."""
        self._imports.finish()
        for task in self._shown.values():
            task.cancel()
        await asyncio.gather(*self._shown.values(), return_exceptions=True)
        if self._work is not None:
            await asyncio.wait((self._work,), timeout=_FINISH_SECONDS)
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def show(self, interaction: Interaction, number: int) -> None:
        """From now on the message whose button was pressed follows the import."""
        before = self._shown.pop(number, None)
        if before is not None:
            before.cancel()
        task = asyncio.create_task(self._follow(interaction, number), name="import-progress")
        self._shown[number] = task
        task.add_done_callback(lambda done: self._shown.pop(number) if self._shown.get(number) is done else None)

    async def _run(self) -> None:
        while not self._imports.finishing:
            try:
                await self._turn()
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens in one turn
                await report(error, during="importing a file")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)

    async def _turn(self) -> None:
        job = await self._imports.claim()
        if job is None:
            await self._imports.wait_for_work()
            return
        ended = await self._imports.work(job)
        if ended is not None:
            log.info("Import %d put %d papers on the list of server %d", job.id, len(ended.saved), ended.server_id)
            for paper in ended.saved:
                self._refresher.changed(ended.server_id, paper)

    async def _follow(self, interaction: Interaction, number: int) -> None:
        until = self._clock.now() + _SHOWN_FOR
        shown: Standing | Result | None = None
        try:
            while self._clock.now() < until and not isinstance(shown, Result):
                await self._clock.sleep(_SHOW_SECONDS)
                state = await self._imports.look(number, interaction.guild_id or 0, interaction.user.id)
                if state != shown and await _edited(interaction, number, state):
                    shown = state
        except (NotFound, discord.NotFound):
            return  # cancelled, or the member put the message away
        except Exception as error:  # noqa: BLE001 - a task of its own: nobody else would say so
            await report(error, during="showing how far an import is")


async def _edited(interaction: Interaction, number: int, state: Standing | Result) -> bool:
    """False when Discord is away for a moment."""
    view = state_view(number, state)
    view.stop()
    try:
        await interaction.edit_original_response(view=view)
    except discord.NotFound:
        raise
    except discord.HTTPException as error:
        if not is_passing(error):
            raise
        return False
    except PASSING:
        return False
    return True
