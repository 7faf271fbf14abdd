"""The bot's first words in a server."""

from __future__ import annotations

import discord
from discord import ui

from bot.views.custom_ids import custom_id

WELCOME = (
    "### Hello, I am Paper Club\n"
    "I show the research papers you link here, keep a reading list you share, and hold a weekly vote on what to read.\n"
    "To begin, paste a link to a paper, such as one from arXiv; `/help` has the rest.\n"
    "-# Managers choose the channels I watch, the time zone, the weekly poll and the digest."
)

SETUP = "setup"
"""What the button asks for."""


def welcome_view() -> ui.LayoutView:
    """Three lines, and the way to the settings."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(WELCOME))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(ui.Button(label="Set up", style=discord.ButtonStyle.primary, custom_id=custom_id(SETUP)))
    container.add_item(row)
    view.add_item(container)
    return view
