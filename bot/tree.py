"""The command tree, and the one place where a failure becomes an answer.

discord.py lets a failure out by several doors: the tree, what is offered while an option is typed, views and forms,
dynamic items, listeners, and background loops. Each leads to `report` here: an expected failure (`UserError`) shows
its sentence, anything else an apology with a short code that the log has too.
"""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.answers import Interaction, send
from bot.errors import DoneElsewhere, UserError
from bot.services.limits import Limits
from bot.views.limits import TOO_FAST

log = logging.getLogger(__name__)

_ALREADY_ANSWERED = 40060
"""Two processes on one shard hear of each interaction, while a new version takes over from the old one."""
_TOO_LATE = 10062
"""Discord does not know the interaction any more: three seconds had passed before the answer arrived."""


class PaperTree(app_commands.CommandTree[Any]):
    """Slash commands and message menus."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Called by discord.py before a command runs or offers what is being typed."""
        if interaction.type is discord.InteractionType.autocomplete:
            limits: Limits = interaction.client.services.limits
            if limits.may_complete(interaction.guild_id or 0, interaction.user.id):
                return True
            await interaction.response.autocomplete([])
            return False
        try:
            check_pace(interaction)
        except UserError as error:
            await report(error, interaction=interaction)
            return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Called by discord.py after a command failed."""
        await report(error, interaction=interaction)


def check_pace(interaction: Interaction) -> None:
    """Before a command, button, menu or form is carried out: raises UserError when the member asks for too much at
    once."""
    limits: Limits = interaction.client.services.limits
    if not limits.may_press(interaction.guild_id or 0, interaction.user.id):
        raise UserError(TOO_FAST)


async def report(error: BaseException, *, interaction: Interaction | None = None, during: str = "") -> None:
    """Logs what is unexpected and, where somebody waits for an answer, says in one private sentence what happened."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, DoneElsewhere) or getattr(cause, "code", None) == _ALREADY_ANSWERED:
        log.info("Another process answered %s", during or _name_of(interaction))
        return
    if getattr(cause, "code", None) == _TOO_LATE:
        log.warning("Could not answer %s: three seconds were over", during or _name_of(interaction))
        return
    sentence = sentence_for(cause)
    if isinstance(cause, _STUMBLED):
        log.warning("Discord failed during %s: %s", during or _name_of(interaction), cause)
    if sentence is None:
        code = secrets.token_hex(3)
        where = during or _name_of(interaction)
        log.error("Unexpected failure %s in %s", code, where, exc_info=cause)
        sentence = f"Something went wrong on my side. Please try again; if it stays so, tell a manager the code {code}."
    if interaction is None or interaction.type is discord.InteractionType.autocomplete:
        return  # nobody waits, or for nothing that a sentence would fit into
    try:
        await send(interaction, sentence, private=True)
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, RuntimeError) as unheard:
        # Nobody can be told any more: the interaction ran out, Discord is away or takes no answers for long, or the
        # bot is closing (aiohttp says so with a RuntimeError).
        log.warning("Could not answer %s: %s", _name_of(interaction), unheard)


def sentence_for(error: BaseException) -> str | None:
    """What a member reads; None for the unexpected. The most specific type decides."""
    if isinstance(error, discord.RateLimited) or getattr(error, "status", None) == HTTPStatus.TOO_MANY_REQUESTS:
        return "Discord asks me to slow down. Please try again in a few minutes."
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind] or str(error)
    return None


_STUMBLED = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError)
_MAY_BE_DONE = "Discord did not answer me. What you asked for may be done all the same: look first, then try again."

_SENTENCES: dict[type[Any], str] = {
    UserError: "",  # brings its own
    app_commands.NoPrivateMessage: "This works in a server only.",
    app_commands.TransformerError: (  # of all options only a channel can be one that the bot does not know
        "I cannot see that channel. Give me *View Channel* there, then try again."
    ),
    app_commands.MissingPermissions: "You may not use this command here.",
    app_commands.CommandNotFound: (
        "This command has changed since your Discord loaded it. Restart Discord, or try again in an hour."
    ),
    app_commands.CommandSignatureMismatch: (
        "This command has changed since your Discord loaded it. Restart Discord, or try again in an hour."
    ),
    discord.Forbidden: (
        "Discord does not let me do that here. A manager can see which permissions I miss with /settings show."
    ),
    **dict.fromkeys(_STUMBLED, _MAY_BE_DONE),
}


def _name_of(interaction: Interaction | None) -> str:
    if interaction is None:
        return "a background task"
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    return "a button"
