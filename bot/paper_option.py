"""The option PAPER, the same in every command: a link, an id, or words, with this server's papers offered."""

from __future__ import annotations

from typing import TypeAlias

from discord import app_commands

from bot.answers import Interaction
from bot.domain.text import shorten
from bot.services.papers import Papers

PAPER_DESCRIPTION = "A link, an id like 1706.03762, or words of the title"

FETCH_SECONDS = 20.0
"""How long a command waits for a paper that is new here: a few of arXiv's three-second turns."""

_CHOICE_LENGTH = 100
"""Discord's limit for the name and the value of a choice."""


class PaperOption(app_commands.Transformer):
    """Leaves the text as typed; what it means is found by `Papers.find`."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        """Called by discord.py with what the member sent."""
        return value

    async def autocomplete(self, interaction: Interaction, value: str, /) -> list[app_commands.Choice[str]]:  # type: ignore[override]  # the base allows int and float choices too
        """Called by discord.py while the member types."""
        papers: Papers = interaction.client.services.papers
        if interaction.guild_id is None:
            return []
        found = await papers.suggest(interaction.guild_id, value)
        return [
            app_commands.Choice(name=shorten(" ".join(title.split()), _CHOICE_LENGTH) or paper, value=paper)
            for title, paper in found
            if len(paper) <= _CHOICE_LENGTH
        ]


PaperText: TypeAlias = app_commands.Transform[str, PaperOption]
