"""`/import`: the papers of a file onto the list, after a look at what it would bring."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.posting.imports import ImportRunner, download
from bot.views.custom_ids import Press
from bot.views.imports import (
    CANCEL,
    CANCELLED,
    LOOK,
    REFUSED_FILE,
    START,
    is_cut,
    offer_view,
    refused_text,
    result_view,
    state_view,
)
from bot.views.reading_list import sentence_view

Interaction = discord.Interaction[PaperBot]


class Imports(commands.Cog):
    """For managers: a thousand papers at once change what the list is."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.imports = bot.services.imports
        self.runner = ImportRunner(bot.services.imports, bot.refresher, bot.clock)

    async def cog_load(self) -> None:
        """Names the buttons, and goes on with what was left undone."""
        self.bot.buttons.add(**{START: self.press_start, CANCEL: self.press_cancel, LOOK: self.press_look})
        self.runner.start()

    async def cog_unload(self) -> None:
        """What is under way goes on after the next start."""
        await self.runner.stop()

    @app_commands.command(name="import", description="Put the papers of a file on the list. You see first which.")
    @app_commands.describe(file="BibTeX, RIS, CSL-JSON, CSV, JSON, or any text with links; up to 1 MB, 1,000 papers")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Nothing is saved yet."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            offer = await self.imports.offer(server_id, interaction.user.id, await download(file))
            refused = None
            if is_cut(offer):
                refused = discord.File(io.BytesIO(refused_text(offer).encode()), filename=REFUSED_FILE)
            await answer.show(offer_view(offer, file.filename), file=refused)

    async def press_start(self, interaction: Interaction, press: Press) -> None:
        """From here on it runs, and the message follows it."""
        number, server_id = press.number, server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            state = await self.imports.start(number, server_id, interaction.user.id)
            await answer.change(state_view(number, state))
        self.runner.show(interaction, number)

    async def press_look(self, interaction: Interaction, press: Press) -> None:
        """The message follows the import again."""
        number, server_id = press.number, server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            state = await self.imports.look(number, server_id, interaction.user.id)
            await answer.change(state_view(number, state))
        self.runner.show(interaction, number)

    async def press_cancel(self, interaction: Interaction, press: Press) -> None:
        """Before the end nothing was changed, so there is nothing to undo."""
        async with Answer(interaction, update=True) as answer:
            too_late = await self.imports.cancel(press.number, server_of(interaction), interaction.user.id)
            await answer.change(sentence_view(CANCELLED) if too_late is None else result_view(too_late))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Imports(bot))
