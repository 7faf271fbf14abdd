"""Registering commands, for all servers or for one."""

from __future__ import annotations

from sandbox import payloads
from sandbox.bodies import command_problems
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.rest.bodies import refuse_problems
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.application import Command
from sandbox.state.kinds import CommandKind

routes = Routes()

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@routes("GET", _GLOBAL)
@routes("GET", _GUILD)
async def listed(call: Call) -> Reply:
    found = call.world.application.commands_for(_guild_id(call))
    return Reply(body=[_payload(call, command) for command in found])


@routes("PUT", _GLOBAL)
@routes("PUT", _GUILD)
async def overwrite(call: Call) -> Reply:
    """Replaces all; a command that keeps its name and kind keeps its id."""
    guild_id, bodies = _guild_id(call), call.body
    if not isinstance(bodies, list):
        raise invalid_form(FieldProblem("", "Only iterables may be used in an Array"))
    refuse_problems(command_problems(bodies))
    application = call.world.application
    before = {(command.kind, command.name): command for command in application.commands_for(guild_id)}
    new = [_registered(call, guild_id, body, before.get(_key(body))) for body in bodies]
    application.commands = [c for c in application.commands if c.guild_id != guild_id] + new
    return Reply(body=[_payload(call, command) for command in new])


@routes("POST", _GLOBAL)
@routes("POST", _GUILD)
async def create(call: Call) -> Reply:
    """Adds one, in place of one with the same name and kind."""
    guild_id, body = _guild_id(call), call.json
    application = call.world.application
    others = [c for c in application.commands_for(guild_id) if (c.kind, c.name) != _key(body)]
    same = next((c for c in application.commands_for(guild_id) if (c.kind, c.name) == _key(body)), None)
    refuse_problems(command_problems([*(command.body for command in others), body]))
    command = _registered(call, guild_id, body, same)
    application.commands = [c for c in application.commands if c is not same] + [command]
    return Reply(201 if same is None else 200, _payload(call, command))


@routes("GET", _GLOBAL + "/{command_id}")
@routes("GET", _GUILD + "/{command_id}")
async def command(call: Call) -> Reply:
    return Reply(body=_payload(call, _find(call)))


@routes("PATCH", _GLOBAL + "/{command_id}")
@routes("PATCH", _GUILD + "/{command_id}")
async def edit(call: Call) -> Reply:
    found = _find(call)
    body = found.body | call.json
    others = [c.body for c in call.world.application.commands_for(found.guild_id) if c is not found]
    refuse_problems(command_problems([*others, body]))
    found.body, found.version = body, call.world.snowflakes.next()
    return Reply(body=_payload(call, found))


@routes("DELETE", _GLOBAL + "/{command_id}")
@routes("DELETE", _GUILD + "/{command_id}")
async def delete(call: Call) -> Reply:
    call.world.application.commands.remove(_find(call))
    return NO_CONTENT


def _registered(call: Call, guild_id: int | None, body: Json, same: Command | None) -> Command:
    version = call.world.snowflakes.next()
    if same is None:
        return Command(version, version, guild_id, body)
    return Command(same.id, same.version if same.body == body else version, guild_id, body)


def _find(call: Call) -> Command:
    wanted = call.id("command_id")
    for command in call.world.application.commands_for(_guild_id(call)):
        if command.id == wanted:
            return command
    raise refusal(Code.UNKNOWN_COMMAND)


def _guild_id(call: Call) -> int | None:
    if call.id("application_id") != call.world.application.id:
        raise refusal(Code.UNKNOWN_APPLICATION)
    return call.guild().id if "guild_id" in call.parameters else None


def _key(body: Json) -> tuple[CommandKind, str]:
    return CommandKind(body.get("type") or CommandKind.SLASH), str(body.get("name"))


def _payload(call: Call, command: Command) -> Json:
    return payloads.command(command, call.world.application)
