"""Requests that a member carries out without the bot: writing, reacting, pinning, voting."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.commands import NotPossible
from sandbox.page.requests import AboutMessage, Id, Parameters, Requests
from sandbox.page.uploads import Upload, all_decoded
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json

requests = Requests()

_LONGEST_TEXT = 2000
_MOST_REACTIONS = 20
Name = Annotated[str, Field(min_length=1, max_length=100)]
Emoji = Annotated[str, Field(min_length=1, max_length=64)]


class Post(Parameters):
    channel_id: Id
    text: str
    reply_to: Id | None = None
    ping: bool = True
    files: Annotated[list[Upload], Field(default_factory=list)]


class PostInForum(Parameters):
    channel_id: Id
    title: Name
    text: str


class StartThread(Parameters):
    channel_id: Id
    name: Name
    message_id: Id | None = None


class Edit(AboutMessage):
    text: str


class Forward(AboutMessage):
    to: Id


class React(AboutMessage):
    emoji: Emoji


class Vote(AboutMessage):
    answer_ids: list[int]


class Interested(Parameters):
    guild_id: Id
    event_id: Id
    on: Annotated[bool, Field(alias="is")]


@requests("post", Post)
async def post(viewer: Viewer, wanted: Post) -> Json:
    person, channel = viewer.channel(wanted.channel_id)
    _check_text(wanted.text, empty=bool(wanted.files))
    answered = viewer.message(wanted.channel_id, wanted.reply_to)[1] if wanted.reply_to else None
    files = all_decoded(wanted.files)
    message = await person.post(channel, wanted.text, reply_to=answered, attachments=files, ping=wanted.ping)
    return {"message_id": str(message.id)}


@requests("post_in_forum", PostInForum)
async def post_in_forum(viewer: Viewer, wanted: PostInForum) -> Json:
    person, forum = viewer.channel(wanted.channel_id)
    _check_text(wanted.text)
    thread = await person.post_in_forum(forum, wanted.title, wanted.text)
    return {"channel_id": str(thread.id)}


@requests("start_thread", StartThread)
async def start_thread(viewer: Viewer, wanted: StartThread) -> Json:
    person, channel = viewer.channel(wanted.channel_id)
    source = viewer.message(wanted.channel_id, wanted.message_id)[1] if wanted.message_id else None
    thread = await person.start_thread(channel, wanted.name, message=source)
    return {"channel_id": str(thread.id)}


@requests("edit", Edit)
async def edit(viewer: Viewer, wanted: Edit) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    _check_text(wanted.text, empty=bool(message.attachments))
    await person.edit(message, wanted.text)


@requests("delete", AboutMessage)
async def delete(viewer: Viewer, wanted: AboutMessage) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    await person.delete(message)


@requests("dismiss", AboutMessage)
async def dismiss(viewer: Viewer, wanted: AboutMessage) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    await person.dismiss(message)


@requests("forward", Forward)
async def forward(viewer: Viewer, wanted: Forward) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    _, target = viewer.channel(wanted.to)
    await person.forward(message, target)


@requests("react", React)
async def react(viewer: Viewer, wanted: React) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    if message.private:
        raise NotPossible("A private answer takes no reactions.")
    if wanted.emoji not in message.reactions and len(message.reactions) >= _MOST_REACTIONS:
        raise NotPossible(f"A message takes {_MOST_REACTIONS} reactions.")
    await person.react(message, wanted.emoji)


@requests("unreact", React)
async def unreact(viewer: Viewer, wanted: React) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    await person.unreact(message, wanted.emoji)


@requests("pin", AboutMessage)
async def pin(viewer: Viewer, wanted: AboutMessage) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    if message.private:
        raise NotPossible("A private answer cannot be pinned.")
    await person.pin(message)


@requests("unpin", AboutMessage)
async def unpin(viewer: Viewer, wanted: AboutMessage) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    await person.unpin(message)


@requests("vote", Vote)
async def vote(viewer: Viewer, wanted: Vote) -> None:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    if message.poll is None:
        raise NotPossible("There is no poll in this message.")
    await person.vote_for(message, wanted.answer_ids)


@requests("interested", Interested)
async def interested(viewer: Viewer, wanted: Interested) -> None:
    person, event = viewer.event(wanted.guild_id, wanted.event_id)
    await (person.interested(event) if wanted.on else person.not_interested(event))


def _check_text(text: str, *, empty: bool = False) -> None:
    if not text.strip() and not empty:
        raise NotPossible("A message needs some text.")
    if len(text) > _LONGEST_TEXT:
        raise NotPossible(f"A message takes {_LONGEST_TEXT} characters, not {len(text)}.")
