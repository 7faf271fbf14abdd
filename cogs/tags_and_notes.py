"""`/tag` and `/note`: what members write on the papers of the list."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.reading_list import NOTE_LENGTH, note_text
from bot.domain.stored_paper import StoredPaper
from bot.domain.tags import parse_all_tags
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.tag_option import TagText
from bot.views.changes import note_words, tags_words

Interaction = discord.Interaction[PaperBot]

_NO_NOTE = "none"


class TagsAndNotes(commands.Cog):
    """Tags are everyone's, as the list is; a note is its writer's."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @app_commands.command(description="Set the tags of a paper on the list, in place of those it has.")
    @app_commands.describe(paper=PAPER_DESCRIPTION, tags="All its tags, with commas between them; none for no tags")
    @app_commands.guild_only()
    async def tag(self, interaction: Interaction, paper: PaperText, tags: TagText) -> None:
        """For everyone who may save."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            wanted = parse_all_tags(tags)
            found = await self._find(server_id, paper)
            changed = await self.bot.services.reading_list.set_tags(server_id, found.number, wanted)
            self.bot.refresher.changed(server_id, found.number)
            await answer.say(tags_words(found, changed))

    @app_commands.command(description="Write a note on a paper of the list; everyone can read it, with your name.")
    @app_commands.describe(paper=PAPER_DESCRIPTION, text="In place of your earlier note; none takes it away")
    @app_commands.guild_only()
    async def note(
        self, interaction: Interaction, paper: PaperText, text: app_commands.Range[str, 1, NOTE_LENGTH]
    ) -> None:
        """One for each member and paper."""
        server_id, user_id = server_of(interaction), interaction.user.id
        async with Answer(interaction) as answer:
            found = await self._find(server_id, paper)
            written = "" if text.strip().casefold() == _NO_NOTE else note_text(text)
            had = await self.bot.services.readers.set_note(server_id, found.number, user_id, written)
            self.bot.refresher.changed(server_id, found.number)
            await answer.say(note_words(found, had=had, has=bool(written)))

    async def _find(self, server_id: int, typed: str) -> StoredPaper:
        return await self.bot.services.papers.find(server_id, typed, wait_seconds=FETCH_SECONDS)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(TagsAndNotes(bot))
