"""Servers, their channels and members."""

from __future__ import annotations

from sandbox import payloads
from sandbox.errors import Code, refusal
from sandbox.permissions import in_guild
from sandbox.rest.routes import NO_CONTENT, Call, Reply, Routes

routes = Routes()


@routes("GET", "/users/@me/guilds")
async def own_guilds(call: Call) -> Reply:
    joined = [(guild, guild.bot_member) for guild in call.world.guilds.values()]
    return Reply(body=[
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(in_guild(member))),
            "features": [],
        }
        for guild, member in joined
        if member is not None
    ])  # fmt: skip


@routes("DELETE", "/users/@me/guilds/{guild_id}")
async def leave(call: Call) -> Reply:
    call.guild().kick_bot()
    return NO_CONTENT


@routes("GET", "/guilds/{guild_id}")
async def guild(call: Call) -> Reply:
    return Reply(body=payloads.guild(call.guild()))


@routes("GET", "/guilds/{guild_id}/channels")
async def channels(call: Call) -> Reply:
    return Reply(body=[payloads.channel(channel) for channel in call.guild().channels])


@routes("GET", "/guilds/{guild_id}/threads/active")
async def active_threads(call: Call) -> Reply:
    threads = [thread for thread in call.guild().active_threads if thread.bot_can_view]
    bot_id = call.world.bot.id
    joined = [(thread, thread.as_thread.joined.get(bot_id)) for thread in threads]
    return Reply(body={
        "threads": [payloads.channel(thread) for thread in threads],
        "members": [payloads.thread_member(thread, bot_id, at) for thread, at in joined if at is not None],
        "has_more": False,
    })  # fmt: skip


@routes("GET", "/guilds/{guild_id}/roles")
async def roles(call: Call) -> Reply:
    return Reply(body=[payloads.role(role) for role in call.guild().roles.values()])


@routes("GET", "/guilds/{guild_id}/members/{user_id}")
async def member(call: Call) -> Reply:
    found = call.guild().members.get(call.id("user_id"))
    if found is None:
        raise refusal(Code.UNKNOWN_MEMBER, gone=call.id("user_id") in call.world.users)
    return Reply(body=payloads.member(found))
