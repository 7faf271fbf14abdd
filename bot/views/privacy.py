"""What a member is told about what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.privacy import Deleted, ExportFile, Holdings, Kind
from bot.views.custom_ids import custom_id

NAMES = {
    Kind.SHARED: ("link to a paper you posted", "links to papers you posted"),
    Kind.SAVED: ("paper you saved", "papers you saved"),
    Kind.VOTES: ("vote", "votes"),
    Kind.STATUSES: ("reading status", "reading statuses"),
    Kind.NOTES: ("note", "notes"),
    Kind.NOMINATIONS: ("open nomination", "open nominations"),
    Kind.CANDIDATES: ("nomination that came to a vote", "nominations that came to a vote"),
    Kind.PRESENTED: ("paper you present or presented", "papers you present or presented"),
    Kind.IMPORTS: ("imported file", "imported files"),
    Kind.REPORTS: ("report on a paper", "reports on papers"),
    Kind.CONFIRMATIONS: ("report you confirmed", "reports you confirmed"),
    Kind.ANSWERS: ("answer or question to a report", "answers and questions to reports"),
    Kind.EXPLANATIONS: ("explanation in plain words", "explanations in plain words"),
    Kind.EXPLANATION_VOTES: ("vote for an explanation", "votes for explanations"),
    Kind.RESOURCES: ("resource you added", "resources you added"),
    Kind.BACKFILLS: ("reading of a channel's history you asked for", "readings of a channel's history you asked for"),
}
"""One of each kind, and several."""

EXPORT, DELETE, SURE, KEEP = "privacy-export", "privacy-delete", "privacy-sure", "privacy-keep"
"""Actions of the buttons. None names a member: whoever presses means themselves."""

_HOW_LONG = (
    "I keep this until you delete it. What a server has goes 30 days after it removed me; when your message is "
    "deleted, I forget who posted it and where. The text of messages is never kept."
)
IGNORED = (
    "From now on I neither answer nor record your messages, in any server. Undo it with "
    "/privacy ignore-me ignore: False."
)
NOT_IGNORED = "I answer links in your messages again."
_FROM_NOW_ON = "Links you post from now on are noted again; /privacy ignore-me stops that."
_OPTED_OUT = "You opted out: your messages are neither answered nor recorded."
_STILL_OUT = (
    "Your id stays in one place, the list of members who opted out: without it I could not ignore your messages. "
    "/privacy ignore-me ignore: False takes it off."
)
_NOTHING, _NOTHING_ELSE = "I keep nothing of you.", "I keep nothing else of you."


def show_view(holdings: Holdings, *, policy_url: str | None) -> ui.LayoutView:
    """How much is kept, how long, and what can be done."""
    lines = ["### What I keep of you"]
    if holdings.here:
        lines.append(f"**In this server:** {_counted(holdings.here)}")
    if holdings.elsewhere:
        others = holdings.other_servers
        lines.append(f"**In {others} other {'server' if others == 1 else 'servers'}:** {_counted(holdings.elsewhere)}")
    if not holdings.total:
        lines.append(_NOTHING_ELSE if holdings.ignored_since else _NOTHING)
    if holdings.ignored_since is not None:
        lines.append(f"{_OPTED_OUT} (Since {format_dt(holdings.ignored_since, 'd')}.)")
    lines.append(f"-# {_HOW_LONG}")
    buttons: list[ui.Button[ui.LayoutView]] = [
        ui.Button(label="Export", custom_id=custom_id(EXPORT)),
        ui.Button(label="Delete", style=discord.ButtonStyle.danger, custom_id=custom_id(DELETE)),
    ]
    if policy_url:
        buttons.append(ui.Button(label="Privacy policy", url=policy_url))
    return _view("\n".join(lines), *buttons)


def export_view(file: ExportFile) -> ui.LayoutView:
    """Goes with the file."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("Everything I keep of you, from all servers. Only you see this message."))
    view.add_item(ui.File(f"attachment://{file.name}"))
    return view


def ask_view(holdings: Holdings) -> ui.LayoutView:
    """Says what goes, and asks."""
    if not holdings.total:
        return _view(f"{_NOTHING_ELSE} {_STILL_OUT}" if holdings.ignored_since else _NOTHING)
    lines = [
        "### Delete everything of yours?",
        f"In all servers, for good: {_counted(holdings.total)}.",
        "Papers you saved stay on the list without your name, links you posted stay as a count, votes no longer count.",
        f"-# {_STILL_OUT if holdings.ignored_since else _FROM_NOW_ON}",
    ]
    return _view(
        "\n".join(lines),
        ui.Button(label="Delete", style=discord.ButtonStyle.danger, custom_id=custom_id(SURE)),
        ui.Button(label="Keep it", custom_id=custom_id(KEEP)),
    )


def deleted_view(deleted: Deleted) -> ui.LayoutView:
    """It is done."""
    if not deleted.counts:
        return _view("There was nothing of yours left to delete.")
    in_order = {kind: deleted.counts[kind] for kind in Kind if kind in deleted.counts}
    lines = [f"Deleted in all servers: {_counted(in_order)}."]
    if deleted.cards or deleted.rounds:
        lines.append("Recent cards that name you change within minutes.")
    lines.append(f"-# {_STILL_OUT if deleted.still_ignored else _FROM_NOW_ON}")
    return _view("\n".join(lines))


def kept_view() -> ui.LayoutView:
    """They thought better of it."""
    return _view("Nothing was deleted.")


def _counted(counts: Mapping[Kind, int]) -> str:
    return ", ".join(f"{counts[kind]} {NAMES[kind][counts[kind] != 1]}" for kind in Kind if kind in counts)


def _view(text: str, *buttons: ui.Button[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    return view
