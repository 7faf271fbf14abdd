"""Requests that the bot answers: buttons, menus, commands, forms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox import interactions
from sandbox.commands import NotPossible
from sandbox.interactions import NoAnswer
from sandbox.page.options import chosen, filled, typed
from sandbox.page.requests import AboutMessage, Id, Parameters, Requests
from sandbox.page.uploads import Upload
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json
from sandbox.state.interaction import Interaction

requests = Requests()

Option = str | bool | int | float | Upload


class Click(AboutMessage):
    custom_id: str


class Choose(AboutMessage):
    custom_id: str
    values: Annotated[list[str], Field(max_length=25)]


class Command(Parameters):
    channel_id: Id
    path: Annotated[str, Field(min_length=1, max_length=100)]
    options: dict[str, Option]


class Complete(Command):
    focus: str


class Menu(AboutMessage):
    name: str


class Submit(Parameters):
    form: str
    values: dict[str, str | bool | list[str] | None]


@requests("click", Click)
async def click(viewer: Viewer, wanted: Click) -> Json:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    return await _answer(viewer, person.send_click(message, custom_id=wanted.custom_id))


@requests("choose", Choose)
async def choose(viewer: Viewer, wanted: Choose) -> Json:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    values = chosen(viewer, message, wanted.custom_id, wanted.values)
    return await _answer(viewer, person.send_choice(message, wanted.custom_id, values))


@requests("command", Command)
async def command(viewer: Viewer, wanted: Command) -> Json:
    person, channel = viewer.channel(wanted.channel_id)
    declared = person.options_of(wanted.path, channel)
    options = filled(viewer, channel, declared, wanted.options)
    return await _answer(viewer, person.send_command(wanted.path, channel, options))


@requests("complete", Complete)
async def complete(viewer: Viewer, wanted: Complete) -> list[Json]:
    person, channel = viewer.channel(wanted.channel_id)
    options = typed(viewer, channel, person.options_of(wanted.path, channel), wanted.options, wanted.focus)
    try:
        answer = await interactions.first_answer(person.send_completion(wanted.path, channel, options, wanted.focus))
    except NoAnswer:
        raise NotPossible("Loading options failed") from None
    return [choice._asdict() for choice in answer.choices]


@requests("menu", Menu)
async def menu(viewer: Viewer, wanted: Menu) -> Json:
    person, message = viewer.message(wanted.channel_id, wanted.message_id)
    return await _answer(viewer, person.send_menu(wanted.name, message))


@requests("submit", Submit)
async def submit(viewer: Viewer, wanted: Submit) -> Json:
    """The form stays open until the bot has taken it, so that nothing typed is lost."""
    form = viewer.form(wanted.form)
    person, _ = viewer.channel(form.interaction.channel.id)
    values = {name: value for name, value in wanted.values.items() if value is not None}
    result = await _answer(viewer, person.send_form(form, values))
    viewer.close_form(wanted.form)
    return result


async def _answer(viewer: Viewer, asked: Interaction) -> Json:
    """When the bot has answered, which may be with "thinking"."""
    modal = (await interactions.first_answer(asked)).modal
    if modal is None:
        return {"form": None}
    return {"form": {"token": viewer.keep(modal), "title": modal.title, "components": modal.components}}
