"""How forms are put together."""

from __future__ import annotations

from discord import ui


def form(title: str, custom_id: str, *fields: ui.Item[ui.Modal]) -> ui.Modal:
    """A form with these labels and texts: title up to 45 characters, one to five fields (Discord's limits:
    developers/components/reference, modal). Send it with `Answer.ask`; `bot.forms` takes what comes back."""
    made = ui.Modal(title=title, custom_id=custom_id, timeout=None)
    for field in fields:
        made.add_item(field)
    return made
