"""Messages, and what they refer to.

`full=False` is how a message looks to an application without the message content intent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, emoji, instant
from sandbox.payloads.channels import channel
from sandbox.payloads.users import member, user
from sandbox.state.kinds import InteractionKind, MessageFlag, MessageKind

if TYPE_CHECKING:
    from sandbox.state.interaction import Interaction
    from sandbox.state.message import Attachment, Message


def attachment(file: Attachment) -> Json:
    payload: Json = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": file.url,
        "proxy_url": file.url,
        "content_type": file.content_type,
    }
    return payload | ({"description": file.description} if file.description else {})


def message(post: Message, *, full: bool = True) -> Json:
    """As the REST routes answer."""
    full = full or post.is_open_to_bot
    payload: Json = {
        "id": str(post.id),
        "channel_id": str(post.channel.id),
        "type": int(post.kind),
        "author": user(post.author),
        "content": post.content if full else "",
        "embeds": post.embeds if full and MessageFlag.SUPPRESS_EMBEDS not in post.flags else [],
        "attachments": [attachment(file) for file in post.attachments] if full else [],
        "components": post.components if full else [],
        "timestamp": instant(post.created_at),
        "edited_timestamp": instant(post.edited_at),
        "flags": int(post.flags),
        "tts": False,
        "pinned": post.pinned,
        "mentions": [user(account) for account in post.mentioned],
        "mention_roles": [str(role_id) for role_id in post.mentioned_roles],
        "mention_everyone": post.mentions_everyone,
    }
    if post.reactions:
        payload["reactions"] = _reactions(post)
    if post.nonce is not None:
        payload["nonce"] = post.nonce
    if post.webhook_id is not None:
        payload |= {"webhook_id": str(post.webhook_id), "application_id": str(post.webhook_id)}
    if post.poll is not None and full:
        payload["poll"] = post.poll.payload(me=post.channel.world.bot.id)
    if post.thread is not None:
        payload["thread"] = channel(post.thread)
    return payload | _references(post, full=full) | _interaction_metadata(post)


def message_event(post: Message, *, full: bool) -> Json:
    """As MESSAGE_CREATE and MESSAGE_UPDATE carry it: with the server and the author's membership."""
    payload = message(post, full=full)
    server = post.channel.guild
    if server is not None:
        payload["guild_id"] = str(server.id)
        membership = server.members.get(post.author.id)
        if membership is not None:
            payload["member"] = member(membership, with_user=False)
    return payload


def snapshot(post: Message) -> Json:
    """What a forward shows of the original."""
    whole = message(post)
    kept = (
        "type", "content", "embeds", "attachments", "components", "timestamp", "edited_timestamp", "flags", "mentions",
        "mention_roles",
    )  # fmt: skip
    return {"message": {key: whole[key] for key in kept}}


def _reactions(post: Message) -> list[Json]:
    bot_id = post.channel.world.bot.id
    return [
        {
            "emoji": emoji(name),
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me_burst": False,
            "me": bot_id in users,
        }
        for name, users in post.reactions.items()
    ]


def _references(post: Message, *, full: bool) -> Json:
    reference = post.reference
    if reference is None:
        return {}
    payload: Json = {
        "message_reference": {
            "type": reference.kind,
            "message_id": str(reference.message_id),
            "channel_id": str(reference.channel_id),
        }
    }
    if reference.guild_id is not None:
        payload["message_reference"]["guild_id"] = str(reference.guild_id)
    if post.snapshots:
        payload["message_snapshots"] = post.snapshots if full else []
    elif post.kind is MessageKind.REPLY:
        original = post.referenced
        gone = original is None or original.deleted
        payload["referenced_message"] = None if gone or original is None else _original(original, full=full)
    return payload


def _original(post: Message, *, full: bool) -> Json:
    """A replied-to message does not carry its own replied-to message, nor its thread."""
    payload = message(post, full=full)
    for key in ("referenced_message", "thread", "reactions"):
        payload.pop(key, None)
    return payload


def _interaction_metadata(post: Message) -> Json:
    if post.interaction is None:
        return {}
    return {"interaction_metadata": _metadata(post.interaction)}


def _metadata(asked: Interaction) -> Json:
    payload: Json = {
        "id": str(asked.id),
        "type": int(asked.kind),
        "user": user(asked.user),
        "authorizing_integration_owners": asked.integration_owners,
    }
    if asked.kind is InteractionKind.COMPONENT and asked.source is not None:
        payload["interacted_message_id"] = str(asked.source.id)
    if asked.opened_by is not None:
        payload["triggering_interaction_metadata"] = _metadata(asked.opened_by)
    return payload
