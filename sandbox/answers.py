"""What a member gets back from the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox import reading
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import CallbackKind, InteractionKind
from sandbox.state.message import Message

LABEL = 18


class Choice(NamedTuple):
    """One line that autocomplete offers."""

    name: str
    value: str | int | float


class Modal:
    """A form on the member's screen. `fields` maps each input's label to its component."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self._data = interaction.callback_data

    @property
    def custom_id(self) -> str:
        return str(self._data["custom_id"])

    @property
    def title(self) -> str:
        return str(self._data["title"])

    @property
    def components(self) -> list[dict[str, Any]]:
        return list(self._data["components"])

    @property
    def fields(self) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for part in reading.walk(self.components):
            if part["type"] == LABEL:
                found[part["label"]] = part["component"]
            elif "custom_id" in part and "label" in part:
                found[part["label"]] = part
        return found


class Answer:
    """Follows the interaction: what the bot adds later is seen too."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def messages(self) -> list[Message]:
        """All messages that answer, the first answer first; not the message whose button was pressed."""
        own = self.interaction.original
        first = [own] if own is not None and own is not self.interaction.source else []
        shown = [*first, *self.interaction.followups]
        return [message for message in shown if not message.deleted and not message.is_loading]

    @property
    def message(self) -> Message | None:
        """The first of them."""
        return next(iter(self.messages), None)

    @property
    def private(self) -> Message | None:
        """The first that only the asker sees."""
        return next((message for message in self.messages if message.private), None)

    @property
    def public(self) -> Message | None:
        """The first that everybody sees."""
        return next((message for message in self.messages if not message.private), None)

    @property
    def text(self) -> str:
        """All that there is to read in the messages."""
        return "\n".join(message.text for message in self.messages)

    @property
    def updated(self) -> Message | None:
        """The message whose component was used, when the bot changed it."""
        return self.interaction.source if self.interaction.source_edited else None

    @property
    def deferred(self) -> bool:
        """Whether the bot asked for more time first."""
        return self.interaction.callback in (CallbackKind.DEFERRED_MESSAGE, CallbackKind.DEFERRED_UPDATE)

    @property
    def modal(self) -> Modal | None:
        """The form that opened."""
        return Modal(self.interaction) if self.interaction.callback is CallbackKind.MODAL else None

    @property
    def choices(self) -> list[Choice]:
        if self.interaction.kind is not InteractionKind.AUTOCOMPLETE:
            return []
        listed = self.interaction.callback_data.get("choices") or ()
        return [Choice(choice["name"], choice["value"]) for choice in listed]

    def __repr__(self) -> str:
        kind = self.interaction.callback
        return f"<Answer {kind.name if kind else 'none'}: {self.text!r}>"
