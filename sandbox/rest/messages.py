"""Messages of channels."""

from __future__ import annotations

from datetime import timedelta

from sandbox import payloads, polling
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.permissions import Permission, sending_in
from sandbox.rest.bodies import changes, new_message
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.channel import Channel
from sandbox.state.kinds import WRITABLE, ChannelKind, MessageFlag, MessageKind
from sandbox.state.message import Message, Reference

routes = Routes()

NONCE_KEPT = timedelta(minutes=5)
"""Discord says "in the past few minutes" (developers/resources/message#create-message)."""

_BULK_AGE = timedelta(days=14)
_BULK_LEAST, _BULK_MOST = 2, 100


@routes("GET", "/channels/{channel_id}/messages")
async def history(call: Call) -> Reply:
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
        return Reply(body=[])
    after, before, around = (call.snowflake(name) for name in ("after", "before", "around"))
    listed = channel.messages
    if around is not None:
        half = limit // 2
        older = [m for m in listed if m.id < around][-half:]
        newer = [m for m in listed if m.id >= around][: limit - half]
        found = [*older, *newer]
    elif after is not None:
        found = [m for m in listed if m.id > after][:limit]
    else:
        found = [m for m in listed if before is None or m.id < before][-limit:]
    return Reply(body=[_payload(call, message) for message in reversed(found)])


@routes("GET", "/channels/{channel_id}/messages/{message_id}")
async def message(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    return Reply(body=_payload(call, call.message(channel)))


@routes("POST", "/channels/{channel_id}/messages")
async def create(call: Call) -> Reply:
    channel, body = call.channel(), call.json
    require_sending(call, channel)
    attributes = new_message(call, channel, body, "create")
    earlier = _sent_before(call, body)
    if earlier is not None:
        return Reply(body=_payload(call, earlier))
    attributes |= _reply(call, channel, body)
    if body.get("poll"):
        call.require(channel, Permission.SEND_POLLS)
    posted = channel.add_message(call.world.bot, nonce=body.get("nonce"), **attributes)
    polling.end_in_time(posted)
    if posted.nonce is not None:
        call.world.by_nonce[str(posted.nonce)] = posted
    return Reply(body=_payload(call, posted))


@routes("PATCH", "/channels/{channel_id}/messages/{message_id}")
async def edit(call: Call) -> Reply:
    channel = call.channel()
    changed, body = call.message(channel), call.json
    if changed.author is not call.world.bot:
        return _suppress_embeds(call, changed, body)
    if channel.is_thread and channel.as_thread.archived:
        raise refusal(Code.THREAD_ARCHIVED)
    if changed.poll is not None:
        raise refusal(Code.POLL_CANNOT_BE_EDITED)
    changed.edit(**changes(call, changed, body))
    return Reply(body=_payload(call, changed))


@routes("DELETE", "/channels/{channel_id}/messages/{message_id}")
async def delete(call: Call) -> Reply:
    channel = call.channel()
    target = call.message(channel)
    if target.author is not call.world.bot:
        call.require(channel, Permission.MANAGE_MESSAGES)
    target.delete()
    return NO_CONTENT


@routes("POST", "/channels/{channel_id}/messages/bulk-delete")
async def delete_many(call: Call) -> Reply:
    channel = call.channel(Permission.MANAGE_MESSAGES)
    ids = {int(message_id) for message_id in call.json["messages"]}
    if not _BULK_LEAST <= len(ids) <= _BULK_MOST:
        raise refusal(Code.BULK_SIZE)
    found = [message for message in channel.messages if message.id in ids]
    if any(call.world.clock.now() - message.created_at > _BULK_AGE for message in found):
        raise refusal(Code.BULK_TOO_OLD)
    channel.delete_messages(found)
    return NO_CONTENT


def require_sending(call: Call, channel: Channel) -> None:
    """Whether the bot may write there now."""
    if channel.kind is ChannelKind.FORUM:
        raise refusal(Code.FORUM_NEEDS_POST)
    if channel.kind not in WRITABLE:
        raise refusal(Code.NOT_A_TEXT_CHANNEL)
    needed = sending_in(channel)
    if call.uploads:
        needed |= Permission.ATTACH_FILES
    call.require(channel, needed)
    locked = channel.is_thread and channel.as_thread.locked
    if locked and Permission.MANAGE_THREADS not in channel.bot_permissions:
        raise refusal(Code.THREAD_LOCKED)


def _payload(call: Call, shown: Message) -> Json:
    return payloads.message(shown, full=call.world.application.message_content)


def _sent_before(call: Call, body: Json) -> Message | None:
    """With `enforce_nonce`, the bot's recent message with this nonce, wherever it is. One that was deleted since cannot
    be returned, nor is it made again."""
    nonce = body.get("nonce")
    if not body.get("enforce_nonce") or nonce is None:
        return None
    earlier = call.world.by_nonce.get(str(nonce))
    if earlier is None or call.world.clock.now() - earlier.created_at > NONCE_KEPT:
        return None
    if earlier.deleted:
        raise refusal(Code.UNKNOWN_MESSAGE, gone=True)
    return earlier


def _reply(call: Call, channel: Channel, body: Json) -> Json:
    reference = body.get("message_reference")
    if not reference:
        return {}
    message_id, kind = int(reference["message_id"]), int(reference.get("type") or 0)
    source = call.world.channels.get(int(reference.get("channel_id") or channel.id))
    original = source.find(message_id) if source else None
    if kind == 1:
        return _forward(call, source, message_id, original)
    if Permission.READ_MESSAGE_HISTORY not in channel.bot_permissions:
        raise refusal(Code.REPLY_WITHOUT_HISTORY)
    if original is None:
        if reference.get("fail_if_not_exists", True):
            error = invalid_form(FieldProblem("message_reference", "Unknown message"))
            error.gone = message_id in call.world.gone
            raise error
        return {}
    guild_id = channel.guild.id if channel.guild else None
    return {
        "kind": MessageKind.REPLY,
        "reference": Reference(original.id, channel.id, guild_id),
        "referenced": original,
    }


def _forward(call: Call, source: Channel | None, message_id: int, original: Message | None) -> Json:
    if source is None or original is None:
        raise refusal(Code.UNKNOWN_MESSAGE, gone=message_id in call.world.gone)
    call.require(source, Permission.READ_MESSAGE_HISTORY)
    guild_id = source.guild.id if source.guild else None
    return {
        "reference": Reference(original.id, source.id, guild_id, kind=1),
        "flags": MessageFlag.HAS_SNAPSHOT,
        "snapshots": [payloads.snapshot(original)],
    }


def _suppress_embeds(call: Call, other: Message, body: Json) -> Reply:
    """On somebody else's message only the previews can be hidden or shown."""
    if set(body) - {"flags", "tts"}:
        raise refusal(Code.CANNOT_EDIT_OTHERS)
    call.require(other.channel, Permission.MANAGE_MESSAGES)
    hidden = MessageFlag(body["flags"] or 0) & MessageFlag.SUPPRESS_EMBEDS
    other.flags = other.flags & ~MessageFlag.SUPPRESS_EMBEDS | hidden
    other.changed()
    return Reply(body=_payload(call, other))
