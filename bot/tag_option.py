"""The options TAG and TAGS: free text, with the tags of this server offered while it is typed."""

from __future__ import annotations

from typing import TypeAlias

from discord import app_commands

from bot.answers import Interaction
from bot.offered_option import CHOICE_LENGTH, OfferedOption
from bot.services.reading_list import ReadingList


class TagOption(OfferedOption):
    """Of several tags with commas between them, the last is finished."""

    async def offer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Tags of this server."""
        reading_list: ReadingList = interaction.client.services.reading_list
        if interaction.guild_id is None:
            return []
        offered = await reading_list.suggest_tags(interaction.guild_id, typed)
        return [app_commands.Choice(name=tags, value=tags) for tags in offered if len(tags) <= CHOICE_LENGTH]


TagText: TypeAlias = app_commands.Transform[str, TagOption]
