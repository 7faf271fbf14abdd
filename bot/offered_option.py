"""Options of free text for which something is offered while they are typed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.answers import Interaction
from bot.tree import report

CHOICE_LENGTH = 100
"""Discord's limit for the name and the value of a choice (developers/interactions/application-commands)."""


class OfferedOption(app_commands.Transformer[Any]):
    """Leaves the text as typed. discord.py would only log a failure, and the member's list would go on loading: here
    it leads to the log with a code, as everywhere, and nothing is offered."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        """Called by discord.py with what the member sent."""
        return value

    async def autocomplete(self, interaction: Interaction, value: str, /) -> list[app_commands.Choice[str]]:  # type: ignore[override]  # the base allows int and float choices too
        """Called by discord.py while the member types. Answers by itself: a failure there has to be seen too."""
        choices: Sequence[app_commands.Choice[str]] = ()
        try:
            choices = await self.offer(interaction, value)
        except Exception as error:  # noqa: BLE001 - whatever it is, the member is shown an empty list
            await report(error, during=_where(interaction))
        try:
            await interaction.response.autocomplete(choices)
        except Exception as error:  # noqa: BLE001 - too late, say, while the next letter is typed
            await report(error, during=_where(interaction))
            # Nobody waits any more; discord.py would answer once more, and log that failure as its own.
            interaction.response._response_type = discord.InteractionResponseType.autocomplete_result
        return list(choices)

    @abstractmethod
    async def offer(self, interaction: Interaction, typed: str) -> Sequence[app_commands.Choice[str]]:
        """Up to 25 choices."""


def _where(interaction: Interaction) -> str:
    command = interaction.command
    return f"offering choices for /{command.qualified_name}" if command is not None else "offering choices"
