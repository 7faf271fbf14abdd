"""The command tree, and the one place where a failure becomes an answer.

discord.py lets a failure out by five doors: the tree, views and forms, dynamic items, listeners, and background
loops. Each leads to `report` here: an expected failure (`UserError`) shows its sentence, anything else an apology
with a short code that the log has too.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.answers import Interaction, send
from bot.errors import DoneElsewhere, UserError

log = logging.getLogger(__name__)

_ALREADY_ANSWERED = 40060
"""Two processes on one shard hear of each interaction, while a new version takes over from the old one."""
_TOO_LATE = 10062
"""Discord does not know the interaction any more: three seconds had passed before the answer arrived."""


class PaperTree(app_commands.CommandTree[Any]):
    """Slash commands and message menus."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Called by discord.py after a command failed."""
        await report(error, interaction=interaction)


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
    if sentence is None:
        code = secrets.token_hex(3)
        where = during or _name_of(interaction)
        log.error("Unexpected failure %s in %s", code, where, exc_info=cause)
        sentence = f"Something went wrong on my side. Please try again; if it stays so, tell a manager the code {code}."
    if interaction is None:
        return
    try:
        await send(interaction, sentence, private=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError, RuntimeError) as unheard:
        # Nobody can be told any more: the interaction ran out, Discord is away, or the bot is closing (aiohttp says so
        # with a RuntimeError).
        log.warning("Could not answer %s: %s", _name_of(interaction), unheard)


def sentence_for(error: BaseException) -> str | None:
    """What a member reads; None for the unexpected. The most specific type decides."""
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind] or str(error)
    return None


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
}


def _name_of(interaction: Interaction | None) -> str:
    if interaction is None:
        return "a background task"
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    return "a button"
