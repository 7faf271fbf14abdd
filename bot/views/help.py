"""The help page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from discord import ui

INTRODUCTION = (
    "### Paper Club\n"
    "Paste a link to a paper and I answer with its card: title, authors, abstract, and what this server knows about "
    "it. **Save** puts it on the shared list, **▲ Vote** says you want it read, **Discuss** opens its thread.\n"
    "-# A link in <angle brackets> gets no card. ✕ takes a card away: yours, or any for managers."
)


class HelpLine(NamedTuple):
    """A command this member may use."""

    name: str
    description: str


def help_view(lines: Sequence[HelpLine]) -> ui.LayoutView:
    """What the bot is for, then the commands."""
    commands = "\n".join(f"`/{line.name}` {line.description}" for line in lines)
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(INTRODUCTION))
    container.add_item(ui.Separator())
    container.add_item(ui.TextDisplay(commands))
    view.add_item(container)
    return view
