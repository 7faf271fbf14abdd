"""How the reading of a channel's history stands, and the buttons to stop it and let it go on."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import ui
from discord.utils import format_dt, snowflake_time

from bot.domain.backfill import BEGINNING, Problem, Reading
from bot.views.custom_ids import custom_id

HIDDEN = (
    "I may not read the history of {channel}. Give me *View Channel* and *Read Message History* there, then try again."
)
UNREAD = (
    "I cannot read messages: the *Message Content* intent is off. Whoever runs me can turn it on in Discord's "
    "developer portal."
)
MANAGERS_ONLY = "Only managers can stop this or let it go on. Ask one of them."

_PROBLEMS: Mapping[Problem, str] = {
    "hidden": "I may not read on there. Give me *View Channel* and *Read Message History*, then press *Go on*.",
    "unread": "The *Message Content* intent is off. Once whoever runs me has turned it on, press *Go on*.",
    "gone": "The channel was deleted. This is what I found before.",
    "left": "I was removed from the server. This is what I found before.",
}


def reading_view(reading: Reading) -> ui.LayoutView:
    """For everyone in the channel where it was asked for."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay("\n".join(_lines(reading))))
    if reading.state == "running":
        stop = ui.Button[ui.LayoutView](label="Stop", custom_id=custom_id("backfill-stop", reading.id))
        container.add_item(ui.ActionRow(stop))
    elif reading.state != "done":
        go_on = ui.Button[ui.LayoutView](
            label="Go on", style=discord.ButtonStyle.primary, custom_id=custom_id("backfill-go-on", reading.id)
        )
        container.add_item(ui.ActionRow(go_on))
    view.add_item(container)
    return view


def _lines(reading: Reading) -> list[str]:
    lines = [f"### {_HEADS[reading.state]} <#{reading.channel_id}>"]
    if reading.problem is not None:
        lines.append(f"⚠️ {_PROBLEMS[reading.problem]}")
    if reading.state == "running" and reading.behind is not None:
        lines.append(f"I begin when I am through with <#{reading.behind}>.")
    lines.append(_read(reading))
    if reading.state == "done":
        lines.append(_found(reading))
        return lines
    lines.append(f"{_count(reading.mentions, 'new mention')} of papers so far.")
    if reading.at_id > BEGINNING:
        lines.append(
            f"-# Oldest first, now at {format_dt(snowflake_time(reading.at_id), 'D')}. I post no cards for these."
        )
    else:
        lines.append("-# Oldest first, its threads after it. I post no cards for these.")
    return lines


_HEADS = {
    "running": "Reading the history of",
    "stopped": "Stopped reading the history of",
    "paused": "Waiting to read on in",
    "done": "I have read the history of",
}


def _read(reading: Reading) -> str:
    """How much; the limit only where it left something out."""
    where = f" in the channel and {_count(reading.threads, 'thread')}" if reading.threads else ""
    limit = ""
    if reading.most is not None and reading.messages >= reading.most:
        limit = f" (the newest {reading.most:,}{' of each' if reading.threads else ''})"
    return f"{_count(reading.messages, 'message')} read{where}{limit}."


def _found(reading: Reading) -> str:
    if not reading.papers:
        return "Nobody has shared a paper there."
    return (
        f"**{_count(reading.papers, 'paper')}** shared there, "
        f"**{_count(reading.mentions, 'mention')}** that I did not know."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
