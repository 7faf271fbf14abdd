"""Asking the bot on behalf of a member, and waiting for what comes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox import events, payloads
from sandbox.answers import Answer
from sandbox.permissions import in_channel
from sandbox.state.interaction import FIRST_ANSWER_SECONDS, Interaction
from sandbox.state.kinds import CallbackKind, InteractionKind
from sandbox.stopwatch import Stopwatch

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.message import Message
    from sandbox.state.users import Member, User

UPLOAD_BYTES = 10 * 1024 * 1024
_DEFERRED_ANSWER_SECONDS = 20
"""How long somebody in front of the screen watches "thinking" here before giving up."""
_PATIENCE_SECONDS = 20
"""In real time, for a clock that is slow or stands still; Discord's own deadline is by that clock."""


class NoAnswer(Exception):
    """The member reads "The application did not respond"."""


def ask(
    kind: InteractionKind,
    user: User,
    channel: Channel,
    data: dict[str, Any],
    *,
    member: Member | None,
    source: Message | None = None,
    opened_by: Interaction | None = None,
) -> Interaction:
    """Sends an interaction to the bot."""
    world = channel.world
    asked = Interaction(
        id=world.snowflakes.next(),
        token=secrets.token_urlsafe(32),
        kind=kind,
        user=user,
        member=member,
        channel=channel,
        data=data,
        source=source,
        opened_by=opened_by,
        age=Stopwatch(world.clock),
    )
    world.interactions[asked.token] = asked
    # sent wherever the command was used, whether or not the bot can see the channel
    guild_id = channel.guild.id if channel.guild else None
    world.publish(events.interaction_created(guild_id, payload(asked)))
    return asked


async def first_answer(asked: Interaction) -> Answer:
    """Waits for the first answer, which may be "thinking". NoAnswer when the bot misses the deadline."""
    await asked.channel.world.until(
        lambda: asked.callback is not None or asked.too_late, what="an answer", seconds=_PATIENCE_SECONDS
    )
    if asked.too_late:
        raise _no_answer(asked, f"nothing came within {FIRST_ANSWER_SECONDS} s")
    return Answer(asked)


async def answered(asked: Interaction) -> Answer:
    """Waits for the first answer and, after "thinking", for the message. NoAnswer when the bot misses a deadline."""
    answer = await first_answer(asked)
    if asked.callback is CallbackKind.DEFERRED_MESSAGE:
        try:
            await asked.channel.world.until(lambda: not asked.is_thinking, what="", seconds=_DEFERRED_ANSWER_SECONDS)
        except AssertionError:
            raise _no_answer(asked, f"still thinking after {_DEFERRED_ANSWER_SECONDS} s") from None
    return answer


def _no_answer(asked: Interaction, what: str) -> NoAnswer:
    asked.channel.world.violation(what, f"INTERACTION_CREATE {describe(asked)}")
    return NoAnswer(f"{describe(asked)}: {what}")


def describe(asked: Interaction) -> str:
    """For the log: what was used."""
    return f"{asked.kind.name.lower()} {asked.data.get('name') or asked.data.get('custom_id')!r}"


def payload(asked: Interaction) -> dict[str, Any]:
    """INTERACTION_CREATE's data."""
    world, guild = asked.channel.world, asked.channel.guild
    described: dict[str, Any] = {
        "id": str(asked.id),
        "application_id": str(world.application.id),
        "type": int(asked.kind),
        "token": asked.token,
        "version": 1,
        "data": asked.data,
        "channel_id": str(asked.channel.id),
        "channel": payloads.channel(asked.channel),
        "app_permissions": str(int(asked.channel.bot_permissions) & ((1 << 53) - 1)),
        "locale": asked.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": asked.integration_owners,
        "context": 1 if guild is None else 0,
        "attachment_size_limit": UPLOAD_BYTES,
    }
    if asked.source is not None:
        described["message"] = payloads.message(asked.source)
    if guild is None or asked.member is None:
        return described | {"user": payloads.user(asked.user)}
    allowed = in_channel(asked.member, asked.channel, world.clock.now())
    return described | {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": payloads.member_with_permissions(asked.member, allowed),
    }
