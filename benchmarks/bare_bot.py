"""What a bot on discord.py costs before it does anything useful: the figures of Paper Club stand beside these."""

from __future__ import annotations

import discord
from discord import ui

ABSTRACT = "The dominant sequence transduction models are based on complex networks. " * 10


def wanted_intents() -> discord.Intents:
    """The library's default, and what stands in messages."""
    wanted = discord.Intents.default()
    wanted.message_content = True
    return wanted


class EmptyClient(discord.Client):
    """Hears everything and does nothing."""


class BareBot(discord.Client):
    """Answers every link with the same card: no storage, no look-up, no repeat check."""

    async def on_message(self, message: discord.Message) -> None:
        """A card looks like Paper Club's: two texts, a row of buttons, a row of links."""
        if self.user is None or message.author.id == self.user.id or "https://" not in message.content:
            return
        buttons: list[ui.Button[ui.LayoutView]] = [ui.Button(label=f"{n}", custom_id=f"b{n}") for n in range(5)]
        links: list[ui.Button[ui.LayoutView]] = [ui.Button(label="PDF", url="https://arxiv.org/pdf/1") for _ in "ab"]
        texts: list[ui.TextDisplay[ui.LayoutView]] = [ui.TextDisplay("### Title\nAuthors"), ui.TextDisplay(ABSTRACT)]
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.Container(*texts, ui.ActionRow(*buttons), ui.ActionRow(*links)))
        view.stop()
        await message.reply(view=view, mention_author=False)
