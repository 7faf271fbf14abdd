"""Who the bot is, and where its gateway is."""

from __future__ import annotations

from sandbox import payloads
from sandbox.errors import Code, refusal
from sandbox.rest.routes import Call, Reply, Routes

routes = Routes()


@routes("GET", "/users/@me")
async def own_user(call: Call) -> Reply:
    return Reply(body=payloads.own_user(call.world.bot))


@routes("GET", "/users/{user_id}")
async def user(call: Call) -> Reply:
    account = call.world.users.get(call.id("user_id"))
    if account is None:
        raise refusal(Code.UNKNOWN_USER)
    return Reply(body=payloads.user(account))


@routes("POST", "/users/@me/channels")
async def direct_channel(call: Call) -> Reply:
    account = call.world.users.get(int(call.json["recipient_id"]))
    if account is None:
        raise refusal(Code.UNKNOWN_USER)
    return Reply(body=payloads.channel(call.world.direct_channel(account)))


@routes("GET", "/gateway", needs_token=False)
async def gateway(call: Call) -> Reply:
    return Reply(body={"url": call.gateway.url})


@routes("GET", "/gateway/bot")
async def gateway_for_bots(call: Call) -> Reply:
    limit = call.gateway.starts.described()
    return Reply(body={"url": call.gateway.url, "shards": call.gateway.shard_count, "session_start_limit": limit})
