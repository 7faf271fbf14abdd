"""The first answer to an interaction (developers/interactions/receiving-and-responding)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox import payloads, polling
from sandbox.bodies import autocomplete_problems, modal_problems
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.rest.bodies import changes, new_message, refuse_problems
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import CallbackKind, InteractionKind, MessageFlag, MessageKind
from sandbox.state.message import Message

if TYPE_CHECKING:
    from sandbox.bodies.messages import Target

routes = Routes()

_ALLOWED: dict[CallbackKind, set[InteractionKind]] = {
    CallbackKind.MESSAGE: {InteractionKind.COMMAND, InteractionKind.COMPONENT, InteractionKind.MODAL},
    CallbackKind.DEFERRED_MESSAGE: {
        InteractionKind.COMMAND, InteractionKind.COMPONENT, InteractionKind.MODAL
    },
    CallbackKind.DEFERRED_UPDATE: {InteractionKind.COMPONENT, InteractionKind.MODAL},
    CallbackKind.UPDATE: {InteractionKind.COMPONENT, InteractionKind.MODAL},
    CallbackKind.CHOICES: {InteractionKind.AUTOCOMPLETE},
    CallbackKind.MODAL: {InteractionKind.COMMAND, InteractionKind.COMPONENT},
}  # fmt: skip
_UPDATES = (CallbackKind.DEFERRED_UPDATE, CallbackKind.UPDATE)


@routes("POST", "/interactions/{interaction_id}/{token}/callback", needs_token=False)
async def callback(call: Call) -> Reply:
    asked = call.world.interactions.get(call.parameters["token"])
    if asked is None or asked.id != call.id("interaction_id") or asked.too_late:
        raise refusal(Code.UNKNOWN_INTERACTION)
    if asked.callback is not None:
        raise refusal(Code.ALREADY_ANSWERED)
    kind, data = _kind(asked, call.json), call.json.get("data") or {}
    _ANSWERS[kind](call, asked, data)
    asked.callback, asked.callback_data = kind, data
    call.world.changed()
    if call.flag("with_response"):
        return Reply(body=_response(asked, kind))
    return NO_CONTENT


def _kind(asked: Interaction, body: Json) -> CallbackKind:
    try:
        kind = CallbackKind(body["type"])
    except (KeyError, ValueError):
        raise invalid_form(FieldProblem("type", "Value must be one of 4, 5, 6, 7, 8, 9.")) from None
    if asked.kind not in _ALLOWED[kind] or (kind in _UPDATES and asked.source is None):
        raise invalid_form(FieldProblem("type", f"{kind.name} does not answer this {asked.kind.name}"))
    return kind


def _message(call: Call, asked: Interaction, data: Json) -> None:
    asked.original = post_answer(call, asked, data, "callback")


def _thinking(call: Call, asked: Interaction, data: Json) -> None:
    flags = MessageFlag(data.get("flags") or 0) & MessageFlag.EPHEMERAL | MessageFlag.LOADING
    asked.original = add_answer(asked, {"flags": flags})


def _deferred_update(call: Call, asked: Interaction, data: Json) -> None:
    asked.original = asked.source


def _update(call: Call, asked: Interaction, data: Json) -> None:
    source = asked.source
    if source is None or source.deleted:
        raise refusal(Code.UNKNOWN_MESSAGE, gone=True)
    edited = changes(call, source, data)
    asked.original, asked.source_edited = source, True
    source.edit(**edited)


def _choices(call: Call, asked: Interaction, data: Json) -> None:
    refuse_problems(autocomplete_problems(data))


def _modal(call: Call, asked: Interaction, data: Json) -> None:
    refuse_problems(modal_problems(data))


_ANSWERS: dict[CallbackKind, Callable[[Call, Interaction, Json], None]] = {
    CallbackKind.MESSAGE: _message,
    CallbackKind.DEFERRED_MESSAGE: _thinking,
    CallbackKind.DEFERRED_UPDATE: _deferred_update,
    CallbackKind.UPDATE: _update,
    CallbackKind.CHOICES: _choices,
    CallbackKind.MODAL: _modal,
}


def post_answer(call: Call, asked: Interaction, body: Json, target: Target) -> Message:
    """Posts a message that answers; needs no permission of the bot's in the channel."""
    message = add_answer(asked, new_message(call, asked.channel, body, target))
    polling.end_in_time(message)
    return message


def add_answer(asked: Interaction, attributes: Json) -> Message:
    """Adds the message to the channel, for the asker alone where the flags say so."""
    world = asked.channel.world
    private = MessageFlag.EPHEMERAL in attributes["flags"]
    command = asked.kind is InteractionKind.COMMAND and asked.original is None
    kind = MessageKind.MENU if "target_id" in asked.data else MessageKind.COMMAND
    return asked.channel.add_message(
        world.bot,
        kind=kind if command else MessageKind.DEFAULT,
        reader=asked.user if private else None,
        webhook_id=world.application.id,
        interaction=asked,
        **attributes,
    )


def _response(asked: Interaction, kind: CallbackKind) -> Json:
    described: Json = {
        "id": str(asked.id),
        "type": int(asked.kind),
        "channel_id": str(asked.channel.id),
    }
    if asked.channel.guild is not None:
        described["guild_id"] = str(asked.channel.guild.id)
    answer: Json = {"interaction": described}
    message = asked.original
    if message is not None:
        described |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.private,
        }
    if kind in (CallbackKind.MESSAGE, CallbackKind.UPDATE) and message is not None:
        answer["resource"] = {"type": int(kind), "message": payloads.message(message)}
    return answer
