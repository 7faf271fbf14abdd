"""What Discord would refuse in the body of a message (developers/resources/message#create-message).

Editing, as Discord does it (developers/resources/message#edit-message; discord-net/Discord.Net#3132 for the first):

- IS_COMPONENTS_V2 can be set by an edit and never taken away. An edit that leaves the flag out of `flags` is no error
  by itself and the message keeps it, but its components are then read as legacy ones: anything but rows is refused.
- An edit without `flags` is read as what the message is.
- An edit that sets the flag on a message with content or embeds must empty them (`content: null`, `embeds: []`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from sandbox.bodies.components import check_components
from sandbox.bodies.embeds import check_embeds, shows_something
from sandbox.bodies.field import Field, Problem
from sandbox.bodies.kinds import Component
from sandbox.bodies.mentions import check_allowed_mentions
from sandbox.bodies.polls import check_poll

Target: TypeAlias = Literal["create", "edit", "callback", "webhook"]
"""A new message; a change of one (PATCH, and a component's answer of type 7); an interaction's answer of type 4; a
followup."""

EMPTY_MESSAGE = "Cannot send an empty message"
"""The rule that Discord reports with a code of its own (50006)."""

_PAGES: dict[Target, str] = {
    "create": "resources/message#create-message",
    "edit": "resources/message#edit-message",
    "callback": "interactions/receiving-and-responding#interaction-response-object-messages",
    "webhook": "resources/webhook#execute-webhook",
}
_COMPONENTS_V2 = 1 << 15
_FORWARD = 1
_REPLACED_BY_COMPONENTS = ("content", "embeds", "poll", "sticker_ids")
_MOST_FLAGS = 2**53


def message_problems(
    body: object, *, target: Target, files: Collection[str] = (), flags_before: int | None = None
) -> list[Problem]:
    """`files` are the names of uploaded files and of those that the edited message already has, beside the names under
    `attachments`. `flags_before` are those of the message that is edited; where they are not known, an edit without
    `flags` gets the benefit of the doubt."""
    root = Field(body, _PAGES[target])
    check_message(root, target=target, files=files, flags_before=flags_before)
    return root.problems


def check_message(
    message: Field, *, target: Target, files: Collection[str] = (), flags_before: int | None = None
) -> None:
    message = message.ruled_by(_PAGES[target])
    if not message.is_object():
        message.needed()
        return
    attached = [entry["filename"].text(1, 1024) for entry in message["attachments"].items(0, 10)]
    names = {*files, *attached}
    v2 = _is_v2(message, target, flags_before)
    message["content"].text(0, 2000)
    check_embeds(message["embeds"], names)
    check_components(message["components"], v2=v2, files=names)
    check_allowed_mentions(message["allowed_mentions"])
    if message["poll"].present:
        check_poll(message["poll"])
    message["sticker_ids"].items(0, 3)
    message["tts"].truth()
    _check_nonce(message["nonce"])
    if v2 or (flags_before or 0) & _COMPONENTS_V2:
        for key in _REPLACED_BY_COMPONENTS:
            if message[key].filled:
                message[key].refuse("cannot be used in a message with the flag IS_COMPONENTS_V2")
    if target != "edit" and not files and not _has_something(message):
        message.refuse(EMPTY_MESSAGE)


def _is_v2(message: Field, target: Target, flags_before: int | None) -> bool:
    """How the components are read."""
    flags = message["flags"].whole(0, _MOST_FLAGS)
    if flags is not None:
        return bool(flags & _COMPONENTS_V2)
    if flags_before is not None:
        return bool(flags_before & _COMPONENTS_V2)
    if target != "edit":
        return False
    top_level = [component["type"].value for component in message["components"].parts]
    return any(kind != Component.ACTION_ROW for kind in top_level)


def _has_something(message: Field) -> bool:
    content = message["content"].value
    return (
        bool(content.strip() if isinstance(content, str) else content)
        or any(shows_something(embed) for embed in message["embeds"].parts)
        or message["message_reference"]["type"].value == _FORWARD
        or any(message[key].filled for key in ("components", "sticker_ids", "poll", "attachments"))
    )


def _check_nonce(nonce: Field) -> None:
    if isinstance(nonce.value, str):
        nonce.text(0, 25)
    elif nonce.present:
        nonce.whole(-(2**63), 2**63 - 1)
