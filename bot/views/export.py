"""The answer to `/export`."""

from __future__ import annotations

from discord import ui

from bot.domain.export.files import Format

PRIVATE_WORDS = "Who saved, voted and noted is not in it. Only you see this message."


def export_view(wanted: Format, name: str, papers: int) -> ui.LayoutView:
    """A sentence and the file, which is sent along as `name`."""
    view = ui.LayoutView(timeout=None)
    count = "1 paper" if papers == 1 else f"{papers:,} papers"
    view.add_item(ui.TextDisplay(f"The reading list as {wanted}, {count}.\n-# {PRIVATE_WORDS}"))
    view.add_item(ui.File(f"attachment://{name}"))
    return view
