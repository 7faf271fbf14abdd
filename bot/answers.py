"""One answer to one interaction, in time.

Discord ends an interaction that got no first response within 3 seconds, and its token after 15 minutes
(developers/interactions/receiving-and-responding). An `Answer` defers by itself when the work behind it takes
longer than a second, and then answers through the follow-up routes, so no command has to know how slow it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import discord
from discord.ui import LayoutView, Modal
from discord.utils import MISSING

from bot.errors import NotFound, Unavailable, UserError

T = TypeVar("T")

DEFER_AFTER_SECONDS = 1.0

Interaction = discord.Interaction[Any]
"""The client's type is known to cogs alone."""

_UNKNOWN_MESSAGE = 10008
_ANSWERED = "answered"
_DEFERRED_PRIVATELY = "deferred privately"


class Answer:
    """Use as `async with Answer(interaction) as answer:`. `private` says who may see a deferral's "thinking" and the
    plain answer; `update` means that the answer changes the message whose button was pressed."""

    def __init__(self, interaction: Interaction, *, private: bool = True, update: bool = False) -> None:
        self._interaction = interaction
        self._private = private
        self._update = update
        self._lock = asyncio.Lock()
        self._deferring: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._deferring = asyncio.create_task(self._defer_later(), name="defer-interaction")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._deferring is not None:
            async with self._lock:  # never cancelled while its request is on the way
                self._deferring.cancel()
            await asyncio.gather(self._deferring, return_exceptions=True)

    async def say(self, text: str) -> None:
        """Answers with a sentence."""
        async with self._lock:
            await send(self._interaction, text, private=self._private)

    async def show(self, *views: LayoutView, file: discord.File | None = None) -> int | None:
        """Answers with layouts, one message each; `file` is what the last of them shows. Returns the id of the last,
        where Discord told it."""
        message_id = None
        async with self._lock:
            for view in views:
                attached = file if view is views[-1] else None
                message_id = await send(self._interaction, view=view, file=attached, private=self._private)
        return message_id

    async def change(self, view: LayoutView) -> None:
        """Changes the message whose button was pressed."""
        async with self._lock:
            view.stop()  # buttons are found by their custom_id: nothing is to be kept in memory
            try:
                if self._interaction.response.is_done():
                    await self._interaction.edit_original_response(view=view)
                else:
                    await _insist(lambda: self._interaction.response.edit_message(view=view))
            except discord.NotFound as error:
                if error.code != _UNKNOWN_MESSAGE:
                    raise
                raise NotFound("Done, but the message you pressed was deleted meanwhile.") from None

    async def ask(self, form: Modal) -> None:
        """Opens a form. Discord takes one only as the first response, so nothing slow may come before it."""
        async with self._lock:
            if self._interaction.response.is_done():
                raise Unavailable("That took too long to open the form. Please try again.")
            form.stop()  # what comes back is found by its custom_id
            await self._interaction.response.send_modal(form)

    async def whisper(self, text: str) -> None:
        """Tells only the member who pressed, and leaves the message as it is."""
        async with self._lock:
            await send(self._interaction, text, private=True)

    async def vanish(self) -> None:
        """Deletes the message whose button was pressed."""
        async with self._lock:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer()
            await _take_away(self._interaction)

    async def nothing(self) -> None:
        """Accepts a press whose effect is seen elsewhere."""
        async with self._lock:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer()

    async def _defer_later(self) -> None:
        await asyncio.sleep(DEFER_AFTER_SECONDS)
        async with self._lock:
            if not self._interaction.response.is_done():
                self._interaction.extras[_DEFERRED_PRIVATELY] = self._private
                await self._interaction.response.defer(ephemeral=self._private, thinking=not self._update)


async def send(
    interaction: Interaction,
    text: str | None = None,
    *,
    view: LayoutView | None = None,
    file: discord.File | None = None,
    private: bool,
) -> int | None:
    """Answers now, by whichever route is still open. Returns the id of the message, where Discord told it.

    A first answer takes the place of the "thinking" that a deferral left. That was public or private for good, so a
    private answer to a publicly deferred command takes it away and follows up instead.
    """
    if view is not None:
        view.stop()
    layout: Any = MISSING if view is None else view
    attached = MISSING if file is None else [file]
    thinking = _is_thinking(interaction)
    interaction.extras[_ANSWERED] = True
    if not interaction.response.is_done():
        answered = await _insist(
            lambda: interaction.response.send_message(text, view=layout, files=attached, ephemeral=private)
        )
        return answered.message_id
    if thinking and interaction.extras.get(_DEFERRED_PRIVATELY) == private:
        return (await interaction.edit_original_response(content=text, view=layout, attachments=attached)).id
    if thinking:
        await _take_away(interaction)
    content = MISSING if text is None else text
    return (await interaction.followup.send(content, view=layout, files=attached, ephemeral=private, wait=True)).id


async def _insist(answer: Callable[[], Awaitable[T]]) -> T:
    """A first answer on a connection that broke is given once more. When Discord has it already, it refuses this one
    as answered before."""
    try:
        return await answer()
    except aiohttp.ClientError:
        return await answer()


async def _take_away(interaction: Interaction) -> None:
    try:
        await interaction.delete_original_response()
    except discord.NotFound as error:  # a second try after an answer that was lost, or somebody deleted it
        if error.code != _UNKNOWN_MESSAGE:
            raise


FOR_MANAGERS: dict[Any, Any] = {"for": "managers"}
"""As `extras` of a command that checks `is_manager` itself, because others of its group are for all: Discord keeps the
default permissions of a whole group."""


def is_manager(interaction: Interaction) -> bool:
    """Whether who asks may manage the server."""
    return interaction.permissions.manage_guild or interaction.permissions.administrator


def server_of(interaction: Interaction) -> int:
    """The server it came from; every command and button of ours is for servers only."""
    if interaction.guild_id is None:
        raise UserError("This works in a server only.")
    return interaction.guild_id


def _is_thinking(interaction: Interaction) -> bool:
    return (
        interaction.response.type is discord.InteractionResponseType.deferred_channel_message
        and not interaction.extras.get(_ANSWERED)
    )
