"""Making threads, their members and the archive."""

from __future__ import annotations

from datetime import datetime

from sandbox import payloads
from sandbox.bodies import thread_problems
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.permissions import Permission
from sandbox.rest.bodies import new_message, refuse_problems
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.channel import Channel
from sandbox.state.kinds import THREADS, ChannelKind

routes = Routes()

_DEFAULT_MINUTES = 4320


@routes("POST", "/channels/{channel_id}/messages/{message_id}/threads")
async def from_message(call: Call) -> Reply:
    channel = call.channel(Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    message, body = call.message(channel), call.json
    if channel.kind not in (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT):
        raise refusal(Code.WRONG_CHANNEL_TYPE)
    refuse_problems(thread_problems(body))
    if message.thread is not None:
        raise refusal(Code.THREAD_EXISTS)
    thread = channel.start_thread(call.world.bot, body["name"], message=message, auto_archive_minutes=_minutes(body))
    return _created(thread, body)


@routes("POST", "/channels/{channel_id}/threads")
async def without_message(call: Call) -> Reply:
    channel, body = call.channel(), call.json
    if channel.kind is ChannelKind.FORUM:
        return _forum_post(call, channel, body)
    if channel.kind not in (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT):
        raise refusal(Code.WRONG_CHANNEL_TYPE)
    number = body.get("type", ChannelKind.PRIVATE_THREAD)
    if number not in THREADS:
        raise invalid_form(FieldProblem("type", "Value must be one of 10, 11, 12."))
    kind = ChannelKind(number)
    private = kind is ChannelKind.PRIVATE_THREAD
    call.require(channel, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    refuse_problems(thread_problems(body))
    thread = channel.start_thread(
        call.world.bot,
        body["name"],
        kind=kind,
        auto_archive_minutes=_minutes(body),
        invitable=body.get("invitable", True),
    )
    return _created(thread, body)


@routes("PUT", "/channels/{channel_id}/thread-members/@me")
async def join(call: Call) -> Reply:
    _thread(call).join_thread(call.world.bot)
    return NO_CONTENT


@routes("DELETE", "/channels/{channel_id}/thread-members/@me")
async def leave(call: Call) -> Reply:
    _thread(call).leave_thread(call.world.bot)
    return NO_CONTENT


@routes("PUT", "/channels/{channel_id}/thread-members/{user_id}")
async def add_member(call: Call) -> Reply:
    thread = _thread(call)
    call.require(thread, Permission.SEND_MESSAGES_IN_THREADS)
    guild = thread.guild
    member = guild.members.get(call.id("user_id")) if guild else None
    if member is None:
        raise refusal(Code.UNKNOWN_MEMBER, gone=call.id("user_id") in call.world.users)
    thread.join_thread(member.user)
    return NO_CONTENT


@routes("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
async def remove_member(call: Call) -> Reply:
    thread = _thread(call)
    call.require(thread, Permission.MANAGE_THREADS)
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise refusal(Code.UNKNOWN_USER)
    thread.leave_thread(user)
    return NO_CONTENT


@routes("GET", "/channels/{channel_id}/thread-members")
async def members(call: Call) -> Reply:
    thread = _thread(call)
    joined = thread.as_thread.joined.items()
    return Reply(body=[payloads.thread_member(thread, user_id, at) for user_id, at in joined])


@routes("GET", "/channels/{channel_id}/threads/archived/public")
async def archived(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 2, 100)
    before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
    sleeping = [
        thread
        for thread in channel.threads
        if thread.as_thread.archived and thread.kind is not ChannelKind.PRIVATE_THREAD
    ]
    sleeping.sort(key=lambda thread: thread.as_thread.archived_at, reverse=True)
    found = [thread for thread in sleeping if before is None or thread.as_thread.archived_at < before]
    bot_id = call.world.bot.id
    joined = [(thread, thread.as_thread.joined.get(bot_id)) for thread in found[:limit]]
    return Reply(body={
        "threads": [payloads.channel(thread) for thread in found[:limit]],
        "members": [payloads.thread_member(thread, bot_id, at) for thread, at in joined if at is not None],
        "has_more": len(found) > limit,
    })  # fmt: skip


def _forum_post(call: Call, forum: Channel, body: Json) -> Reply:
    """A post needs the permission to write, not the one to make threads; its first message has the thread's id."""
    call.require(forum, Permission.SEND_MESSAGES)
    refuse_problems(thread_problems(body))
    if not isinstance(body.get("message"), dict):
        raise invalid_form(FieldProblem("message", "This field is required"))
    attributes = new_message(call, forum, body["message"], "create")
    tags = [int(tag) for tag in body.get("applied_tags") or ()]
    thread = forum.start_thread(call.world.bot, body["name"], auto_archive_minutes=_minutes(body), applied_tags=tags)
    message = thread.add_message(call.world.bot, id=thread.id, **attributes)
    thread.slowmode_seconds = body.get("rate_limit_per_user") or 0
    return Reply(201, payloads.channel(thread) | {"message": payloads.message(message)})


def _created(thread: Channel, body: Json) -> Reply:
    thread.slowmode_seconds = body.get("rate_limit_per_user") or 0
    return Reply(201, payloads.channel(thread))


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if not thread.is_thread:
        raise refusal(Code.WRONG_CHANNEL_TYPE)
    if thread.as_thread.archived:
        raise refusal(Code.THREAD_ARCHIVED)
    return thread


def _minutes(body: Json) -> int:
    return body.get("auto_archive_duration") or _DEFAULT_MINUTES
