"""Buttons and menus that work for ever: what a press means is read from its `custom_id`, whoever posted the message
and when."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

from discord import ui

from bot.answers import Interaction
from bot.errors import UserError
from bot.tree import check_pace, report
from bot.views.custom_ids import UNKNOWN, Press, Unreadable, parse_text

Handler = Callable[[Interaction, Press], Awaitable[None]]

_EVERY_ID = re.compile(r"(?s:.*)")
"""Also one that is not ours: whoever presses is answered."""


class Buttons:
    """Which cog answers which action."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, **handlers: Handler) -> None:
        """`buttons.add(vote=self.press_vote)`: one handler for each action."""
        self._handlers.update(handlers)

    async def press(self, interaction: Interaction, press: Press) -> None:
        """Runs the handler; a failure becomes an answer like everywhere else."""
        handler = self._handlers.get(press.action, _out_of_use)
        try:
            check_pace(interaction)
            await handler(interaction, press)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it and leave the member waiting
            cause = _OUT_OF_USE if isinstance(error, Unreadable) else error
            await report(cause, interaction=interaction, during=f"button {press.action}")


_OUT_OF_USE = UserError("This button is no longer in use. Paste the link again to get a current card.")


async def _out_of_use(_interaction: Interaction, _press: Press) -> None:
    raise _OUT_OF_USE


class PressedItem(ui.DynamicItem[ui.Item[Any]], template=_EVERY_ID):
    """discord.py makes one for each press of a button, and each choice from a menu."""

    def __init__(self, item: ui.Item[Any], press: Press) -> None:
        super().__init__(item)
        self._press = press

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """Called by discord.py with the button that was pressed."""
        data: Any = interaction.data or {}
        return cls(item, (parse_text(match[0]) or UNKNOWN)._replace(values=tuple(map(str, data.get("values", ())))))

    async def callback(self, interaction: Interaction) -> None:
        """Called by discord.py once the button is in place."""
        buttons: Buttons = interaction.client.buttons
        await buttons.press(interaction, self._press)
