"""The option PAPER, the same in every command: a link, an id, or words, with this server's papers offered."""

from __future__ import annotations

from typing import TypeAlias

from discord import app_commands

from bot.answers import Interaction
from bot.domain.text import shorten
from bot.offered_option import CHOICE_LENGTH, OfferedOption
from bot.services.papers import Papers

PAPER_DESCRIPTION = "A link, an id like 1706.03762, or words of the title"

FETCH_SECONDS = 20.0
"""How long a command waits for a paper that is new here: a few of arXiv's three-second turns."""


class PaperOption(OfferedOption):
    """What the text means is found by `Papers.find`."""

    async def offer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Papers of this server."""
        papers: Papers = interaction.client.services.papers
        if interaction.guild_id is None:
            return []
        found = await papers.suggest(interaction.guild_id, typed)
        return [
            app_commands.Choice(name=shorten(" ".join(title.split()), CHOICE_LENGTH) or paper, value=paper)
            for title, paper in found
            if len(paper) <= CHOICE_LENGTH
        ]


PaperText: TypeAlias = app_commands.Transform[str, PaperOption]
