"""Forms that survive a restart: what a form was for is read from its `custom_id`, so whoever runs when it is sent can
take it. discord.py itself forgets a form with the process that opened it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import discord

from bot.answers import Interaction
from bot.domain.raw_text import without_unseen
from bot.errors import UserError
from bot.tree import check_pace, report
from bot.views.custom_ids import UNKNOWN, Press, Unreadable, parse_text


class Submitted(NamedTuple):
    """A form as the member sent it: `press` is what the form was for; `texts` what was typed, by the field's id;
    `chosen` what was selected (ids or values), by the field's id. Asking either for a field that the form does not
    have, an older one perhaps, raises Unreadable."""

    press: Press
    texts: Mapping[str, str]
    chosen: Mapping[str, tuple[str, ...]]


Handler = Callable[[Interaction, Submitted], Awaitable[None]]


class Forms:
    """Which cog takes which form."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, **handlers: Handler) -> None:
        """`forms.add(note=self.submit_note)`: one handler for each action."""
        self._handlers.update(handlers)

    async def submit(self, interaction: Interaction) -> None:
        """Runs the handler of a form of ours; a failure becomes an answer like everywhere else."""
        data: Any = interaction.data or {}
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        press = parse_text(str(data.get("custom_id", ""))) or UNKNOWN
        handler = self._handlers.get(press.action, _out_of_use)
        try:
            check_pace(interaction)
            await handler(interaction, _submitted(press, data.get("components", ())))
        except Exception as error:  # noqa: BLE001 - discord.py would only log it and leave the member waiting
            cause = _OUT_OF_USE if isinstance(error, Unreadable) else error
            await report(cause, interaction=interaction, during=f"form {press.action}")


_OUT_OF_USE = UserError("This form is no longer in use. Close it and open it again from a current message.")


async def _out_of_use(_interaction: Interaction, _form: Submitted) -> None:
    raise _OUT_OF_USE


_Value = TypeVar("_Value")


class _ByField(dict[str, _Value]):
    def __missing__(self, field: str) -> _Value:
        raise Unreadable(f"the form has no field {field}")


def _submitted(press: Press, components: Sequence[Any]) -> Submitted:
    texts: _ByField[str] = _ByField()
    chosen: _ByField[tuple[str, ...]] = _ByField()
    for field in _fields(components):
        if "values" in field:
            chosen[field["custom_id"]] = tuple(map(str, field["values"]))
        else:
            texts[field["custom_id"]] = without_unseen(str(field.get("value") or "")).strip()
    return Submitted(press, texts, chosen)


def _fields(components: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Each field stands alone in a label, or in a row of the older kind of form
    (developers/interactions/receiving-and-responding, modal submit data)."""
    for component in components:
        if "component" in component:
            yield component["component"]
        elif "components" in component:
            yield from _fields(component["components"])
        elif "custom_id" in component:
            yield component
