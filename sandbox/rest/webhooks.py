"""What follows the first answer: more messages, and changes to them, by the interaction's token."""

from __future__ import annotations

from sandbox import payloads
from sandbox.errors import Code, refusal
from sandbox.rest.bodies import changes, new_message
from sandbox.rest.interactions import post_answer
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import MessageFlag
from sandbox.state.message import Message

routes = Routes()

_WEBHOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"


@routes("POST", _WEBHOOK, needs_token=False)
async def follow_up(call: Call) -> Reply:
    asked = _interaction(call)
    if asked.is_thinking and asked.original is not None:
        # takes the place of "thinking", private or public as that was
        return Reply(body=payloads.message(_fill(call, asked, asked.original, call.json)))
    message = post_answer(call, asked, call.json, "webhook")
    asked.followups.append(message)
    call.world.changed()
    return Reply(body=payloads.message(message))


@routes("GET", _MESSAGE, needs_token=False)
async def message(call: Call) -> Reply:
    return Reply(body=payloads.message(_message(call, _interaction(call))))


@routes("PATCH", _MESSAGE, needs_token=False)
async def edit(call: Call) -> Reply:
    asked = _interaction(call)
    target = _message(call, asked)
    if target.is_loading:
        return Reply(body=payloads.message(_fill(call, asked, target, call.json)))
    target.edit(**changes(call, target, call.json))
    asked.source_edited = asked.source_edited or target is asked.source
    return Reply(body=payloads.message(target))


@routes("DELETE", _MESSAGE, needs_token=False)
async def delete(call: Call) -> Reply:
    _message(call, _interaction(call)).delete()
    return NO_CONTENT


def _interaction(call: Call) -> Interaction:
    asked = call.world.interactions.get(call.parameters["token"])
    if asked is None or asked.callback is None:
        raise refusal(Code.UNKNOWN_WEBHOOK)
    if asked.expired:
        raise refusal(Code.INVALID_WEBHOOK_TOKEN)
    return asked


def _message(call: Call, asked: Interaction) -> Message:
    """A message of this interaction; `@original` is the first answer."""
    name = call.parameters["message_id"]
    if name == "@original":
        found = asked.original
    else:
        own = [*asked.followups, *([asked.original] if asked.original else [])]
        found = next((message for message in own if str(message.id) == name), None)
    if found is None or found.deleted:
        raise refusal(Code.UNKNOWN_MESSAGE, gone=found is not None)
    return found


def _fill(call: Call, asked: Interaction, thinking: Message, body: Json) -> Message:
    attributes = new_message(call, asked.channel, body, "webhook")
    kept = thinking.flags & MessageFlag.EPHEMERAL
    attributes["flags"] = attributes["flags"] & ~MessageFlag.EPHEMERAL | kept
    thinking.edit(**attributes)
    return thinking
