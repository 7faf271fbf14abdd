"""Which servers the bot is in."""

from __future__ import annotations

from typing import Any

import discord


def forget_lost_servers(client: discord.AutoShardedClient) -> None:
    """Discord lists all servers of a shard when a session begins, those in an outage too
    (developers/events/gateway-events, Ready). discord.py adds them to the ones it knows, and so keeps a server that
    removed the bot between two sessions: from now on it lets go of it."""
    connection = client._connection
    parse = connection.parsers["READY"]

    def parse_and_forget(data: Any) -> None:
        shard_id = data["shard"][0] if "shard" in data else 0
        listed = {int(guild["id"]) for guild in data["guilds"]}
        for guild in client.guilds:
            if guild.shard_id == shard_id and guild.id not in listed:
                connection._remove_guild(guild)
        parse(data)

    connection.parsers["READY"] = parse_and_forget
