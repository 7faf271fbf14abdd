"""From a request's body to a message's attributes, for every route that makes or changes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox import bodies
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.polls import Poll
from sandbox.rest.components import stored
from sandbox.rest.routes import Call, Json, Upload
from sandbox.state.kinds import MessageFlag
from sandbox.state.message import Attachment, Message

if TYPE_CHECKING:
    from sandbox.bodies import Problem
    from sandbox.bodies.messages import Target
    from sandbox.state.channel import Channel

_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.EPHEMERAL | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)
_CHANGEABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2


def refuse_problems(problems: Iterable[Problem]) -> None:
    """400 with all of them, if there are any. A message that is empty and nothing else has a code of its own."""
    found = [FieldProblem(problem.path, problem.rule) for problem in problems]
    if [problem.rule for problem in found] == [bodies.EMPTY_MESSAGE]:
        raise refusal(Code.EMPTY_MESSAGE)
    if found:
        raise invalid_form(*found)


def new_message(call: Call, channel: Channel, body: Json, target: Target) -> Json:
    """The attributes of a message that is to be made."""
    names = [upload.filename for upload in call.uploads]
    refuse_problems(bodies.message_problems(body, target=target, files=names))
    attachments = _uploaded(channel, body, call.uploads)
    return {
        "content": body.get("content") or "",
        "embeds": _embeds(body.get("embeds") or ()),
        "components": stored(body.get("components") or (), attachments),
        "attachments": attachments,
        "flags": MessageFlag(body.get("flags") or 0) & _SETTABLE,
        "allowed_mentions": body.get("allowed_mentions"),
        "poll": _poll(call, body),
    }


def changes(call: Call, message: Message, body: Json) -> Json:
    """The attributes that an edit sets."""
    kept = _kept(message, body)
    names = [*(file.filename for file in kept), *(upload.filename for upload in call.uploads)]
    refuse_problems(
        bodies.message_problems(_with_names(message, body), target="edit", files=names, flags_before=int(message.flags))
    )
    attachments = kept + _uploaded(message.channel, body, call.uploads)
    changed: Json = {"allowed_mentions": body.get("allowed_mentions"), "attachments": attachments}
    if "content" in body:
        changed["content"] = body["content"] or ""
    if "embeds" in body:
        changed["embeds"] = _embeds(body["embeds"] or ())
    if "components" in body:
        changed["components"] = stored(body["components"] or (), attachments)
    if body.get("flags") is not None:
        fixed = message.flags & ~MessageFlag.SUPPRESS_EMBEDS
        changed["flags"] = fixed | (MessageFlag(body["flags"]) & _CHANGEABLE)
    _refuse_mixture(message, changed)
    return changed


def _poll(call: Call, body: Json) -> Poll | None:
    if not body.get("poll"):
        return None
    return Poll.create(body["poll"], author_id=call.world.bot.id, now=call.world.clock.now())


def _refuse_mixture(message: Message, changed: Json) -> None:
    """What the body alone does not show: a message stays of its kind, and never becomes empty."""
    flags = changed.get("flags", message.flags)
    content, embeds = changed.get("content", message.content), changed.get("embeds", message.embeds)
    components = changed.get("components", message.components)
    if MessageFlag.COMPONENTS_V2 in flags:
        if content or embeds:
            rule = "cannot be used with MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form(FieldProblem("content" if content else "embeds", rule))
        if not components:
            raise refusal(Code.EMPTY_MESSAGE)
    elif not (content or embeds or components or changed["attachments"] or message.poll or message.is_loading):
        raise refusal(Code.EMPTY_MESSAGE)


def _with_names(message: Message, body: Json) -> Json:
    """Files that are kept are listed by their id alone."""
    if not body.get("attachments"):
        return body
    names = {str(file.id): file.filename for file in message.attachments}
    listed = [{"filename": names.get(str(entry["id"]), "")} | entry for entry in body["attachments"]]
    return body | {"attachments": listed}


def _uploaded(channel: Channel, body: Json, uploads: list[Upload]) -> list[Attachment]:
    described = {str(entry["id"]): entry for entry in body.get("attachments") or ()}
    files = []
    for upload in uploads:
        entry = described.get(_number(upload), {})
        name = entry.get("filename") or upload.filename
        files.append(channel.add_file(name, upload.content, entry.get("description")))
    return files


def _kept(message: Message, body: Json) -> list[Attachment]:
    if "attachments" not in body:
        return list(message.attachments)
    ids = {int(entry["id"]) for entry in body["attachments"] or ()}
    return [file for file in message.attachments if file.id in ids]


def _number(upload: Upload) -> str:
    """`files[3]` is the third uploaded file's number."""
    return upload.field.removeprefix("files[").removesuffix("]")


def _embeds(embeds: Iterable[Mapping[str, Any]]) -> list[Json]:
    return [{"type": "rich", **embed} for embed in embeds]
