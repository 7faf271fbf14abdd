"""Requests that only look."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox import commands, payloads
from sandbox.page.requests import Id, Parameters, Requests
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json
from sandbox.permissions import Permission

requests = Requests()


class Read(Parameters):
    channel_id: Id
    before: Id | None = None
    around: Id | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class OneChannel(Parameters):
    channel_id: Id


@requests("read", Read)
async def read(viewer: Viewer, wanted: Read) -> Json:
    """`more`: whether there are older ones; `newer`: whether there are newer ones than these."""
    _, channel = viewer.channel(wanted.channel_id)
    messages = viewer.sight.messages(channel)
    end = len(messages)
    if wanted.before is not None:
        end = sum(message.id < wanted.before for message in messages)
    elif wanted.around is not None:
        end = min(end, sum(message.id <= wanted.around for message in messages) + wanted.limit // 2)
    start = max(0, end - wanted.limit)
    return {
        "messages": [viewer.sight.message(message) for message in messages[start:end]],
        "more": start > 0,
        "newer": end < len(messages),
    }


@requests("pins", OneChannel)
async def pins(viewer: Viewer, wanted: OneChannel) -> list[Json]:
    """Newest pin first."""
    _, channel = viewer.channel(wanted.channel_id)
    may_read = Permission.READ_MESSAGE_HISTORY in viewer.sight.allowed(channel)
    return [viewer.sight.message(message) for message in channel.pins] if may_read else []


@requests("commands", OneChannel)
async def list_commands(viewer: Viewer, wanted: OneChannel) -> list[Json]:
    """Those that the member may use there."""
    person, channel = viewer.channel(wanted.channel_id)
    application = person.world.application
    visible = commands.visible_commands(application, person.member, channel)
    found = sorted(visible, key=lambda command: command.name)
    return [payloads.command(command, application) for command in found]
