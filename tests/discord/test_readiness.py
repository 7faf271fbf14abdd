"""How long the bot waits for servers before it calls itself ready."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.readiness import PromptState
from sandbox import payloads
from sandbox.server import Sandbox
from sandbox.state.guild import Guild

PATIENCE_SECONDS = 2.0


class Client(discord.AutoShardedClient):
    def _get_state(self, **options: Any) -> PromptState:
        return PromptState(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )


@pytest.fixture
def guilds() -> list[Guild]:
    sandbox = Sandbox()
    return [sandbox.add_guild(f"Server {number}") for number in range(3)]


@pytest.fixture
def state(guilds: list[Guild]) -> PromptState:
    """As after READY, which names the servers."""
    state = Client(intents=discord.Intents(guilds=True), guild_ready_timeout=PATIENCE_SECONDS)._connection
    assert isinstance(state, PromptState)
    state.shard_count = 1
    for guild in guilds:
        named: Any = {"id": str(guild.id), "unavailable": True}
        state._add_guild_from_data(named)
    return state


def test_it_waits_for_every_server_that_was_named(state: PromptState, guilds: list[Guild]) -> None:
    for guild in guilds:
        assert state.guild_ready_timeout == PATIENCE_SECONDS
        state.parse_guild_create(payloads.guild_create(guild))
    assert state.guild_ready_timeout < 0.1


def test_the_order_does_not_matter(state: PromptState, guilds: list[Guild]) -> None:
    for guild in reversed(guilds):
        assert state.guild_ready_timeout == PATIENCE_SECONDS
        state.parse_guild_create(payloads.guild_create(guild))
    assert state.guild_ready_timeout < 0.1


def test_one_that_is_removed_meanwhile_is_not_waited_for(state: PromptState, guilds: list[Guild]) -> None:
    for guild in guilds[:-1]:
        state.parse_guild_create(payloads.guild_create(guild))
    assert state.guild_ready_timeout == PATIENCE_SECONDS
    gone: Any = {"id": str(guilds[-1].id)}
    state.parse_guild_delete(gone)
    assert state.guild_ready_timeout < 0.1


def test_with_no_server_at_all_there_is_nothing_to_wait_for() -> None:
    state = Client(intents=discord.Intents.none(), guild_ready_timeout=PATIENCE_SECONDS)._connection
    assert state.guild_ready_timeout < 0.1


def test_who_wants_less_waits_less() -> None:
    assert Client(intents=discord.Intents.none(), guild_ready_timeout=0)._connection.guild_ready_timeout == 0
