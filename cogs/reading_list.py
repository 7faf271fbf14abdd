"""The reading list: `/save`, `/unsave`, `/vote`, and the Save and Vote buttons."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.paper_cards import Card
from bot.domain.reading_list import NOTE_LENGTH
from bot.domain.stored_paper import StoredPaper
from bot.domain.tags import parse_tags
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.tag_option import TagText
from bot.views.changes import kept_words, saved_words, unsaved_words, vote_words
from bot.views.custom_ids import Press
from bot.views.paper_cards import cards_view, shown_on
from bot.views.reading_list import sentence_view, unsave_view

Interaction = discord.Interaction[PaperBot]


class ReadingList(commands.Cog):
    """One list for the whole server."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.list = bot.services.reading_list

    async def cog_load(self) -> None:
        """Names the buttons."""
        self.bot.buttons.add(
            save=self.press_save,
            vote=self.press_vote,
            unsave=self.press_unsave,
            keep=self.press_keep,
        )

    @app_commands.command(description="Put a paper on this server's reading list.")
    @app_commands.describe(
        paper=PAPER_DESCRIPTION,
        tags="Tags for it, with commas between them",
        note="A note on it, shown with your name",
    )
    @app_commands.guild_only()
    async def save(
        self,
        interaction: Interaction,
        paper: PaperText,
        tags: TagText | None = None,
        note: app_commands.Range[str, 1, NOTE_LENGTH] | None = None,
    ) -> None:
        """Fetches it when it is new."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            wanted = parse_tags(tags or "")
            found = await self._find(server_id, paper)
            saved = await self.list.save(server_id, found.number, interaction.user.id, tags=wanted, note=note)
            async with self.bot.refresher.follows(server_id, found.number):
                await answer.say(saved_words(found, saved.community, new=saved.new))

    @app_commands.command(description="Take a paper off the reading list: yours, or any for managers.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def unsave(self, interaction: Interaction, paper: PaperText) -> None:
        """Says what is lost and asks first."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self._find(server_id, paper)
            community = await self.list.would_remove(
                server_id, found.number, interaction.user.id, manager=is_manager(interaction)
            )
            await answer.show(unsave_view(found, community))

    @app_commands.command(description="Vote for a paper, or take your vote back.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def vote(self, interaction: Interaction, paper: PaperText) -> None:
        """A second time takes the vote back."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self._find(server_id, paper)
            vote = await self.list.vote(server_id, found.number, interaction.user.id, interaction_id=interaction.id)
            async with self.bot.refresher.follows(server_id, found.number):
                await answer.say(vote_words(found, vote))

    async def press_save(self, interaction: Interaction, press: Press) -> None:
        """Saves; the card then says who did."""
        server_id, message = server_of(interaction), _message(interaction)
        async with (
            Answer(interaction, update=True) as answer,
            self.bot.refresher.pressing(server_id, message),
        ):
            saved = await self.list.save(server_id, press.number, interaction.user.id)
            if saved.new:
                await self._redraw(answer, server_id, message, press.number)
            else:
                found = await self.bot.services.papers.by_number(press.number)
                await answer.whisper(saved_words(found, saved.community, new=False))

    async def press_vote(self, interaction: Interaction, press: Press) -> None:
        """Votes or takes back; the count on the card follows."""
        server_id, message = server_of(interaction), _message(interaction)
        async with (
            Answer(interaction, update=True) as answer,
            self.bot.refresher.pressing(server_id, message),
        ):
            cards = await self.list.vote_on_card(
                server_id,
                press.number,
                interaction.user.id,
                interaction_id=interaction.id,
                message_id=message.id,
                seen=shown_on(message),
            )
            async with self.bot.refresher.follows(server_id, press.number, current=message.id):
                await _show(answer, cards, server_id)

    async def press_unsave(self, interaction: Interaction, press: Press) -> None:
        """The member is sure."""
        server_id = server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            found = await self.bot.services.papers.by_number(press.number)
            await self.list.remove(server_id, press.number, interaction.user.id, manager=is_manager(interaction))
            async with self.bot.refresher.follows(server_id, press.number):
                await answer.change(sentence_view(unsaved_words(found)))

    async def press_keep(self, interaction: Interaction, press: Press) -> None:
        """The member thought better of it."""
        async with Answer(interaction, update=True) as answer:
            found = await self.bot.services.papers.by_number(press.number)
            await answer.change(sentence_view(kept_words(found)))

    async def _find(self, server_id: int, typed: str) -> StoredPaper:
        return await self.bot.services.papers.find(server_id, typed, wait_seconds=FETCH_SECONDS)

    async def _redraw(self, answer: Answer, server_id: int, message: discord.Message, number: int) -> None:
        async with self.bot.refresher.follows(server_id, number, current=message.id):
            cards = await self.bot.services.cards.cards_on(server_id, message.id, shown_on(message))
            await _show(answer, cards, server_id)


async def _show(answer: Answer, cards: Sequence[Card], server_id: int) -> None:
    if cards:
        await answer.change(cards_view(cards, server_id))
    else:
        await answer.nothing()


def _message(interaction: Interaction) -> discord.Message:
    assert interaction.message is not None  # noqa: S101 - a press comes from a button, which stands on a message
    return interaction.message


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(ReadingList(bot))
