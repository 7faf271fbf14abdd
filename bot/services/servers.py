"""What a server has set, and who has opted out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.clock import Clock
from bot.domain.occurrences import LATE
from bot.domain.servers import ServerSettings
from bot.services.occurrences import Occurrences
from bot.storage import occurrences, servers
from bot.storage.database import Database


class Servers:
    """Settings of one server at a time; the right to change them is checked by Discord's command permissions."""

    def __init__(self, db: Database, clock: Clock, engine: Occurrences) -> None:
        self._db = db
        self._clock = clock
        self._engine = engine

    async def settings(self, server_id: int) -> ServerSettings:
        """Defaults where nothing was set."""
        async with self._db.read() as conn:
            return await servers.get(conn, server_id)

    async def joined(self, since: Mapping[int, datetime]) -> None:
        """The bot is in these servers, since when Discord says. One that invited it (again) within the last days is
        to be welcomed: once for each invitation, whoever hears of it and how often."""
        now = self._clock.now()
        async with self._db.read() as conn:
            known = await servers.known(conn, since)
        for server_id, at in since.items():
            if server_id in known and known[server_id] >= at:
                continue
            async with self._db.write() as conn:
                if await servers.joined(conn, server_id, at) and now - at <= LATE["welcome"]:
                    await occurrences.add(conn, server_id, "welcome", at)
        self._engine.changed()

    async def was_welcomed(self, server_id: int) -> bool:
        """Whether this invitation was answered with a hello."""
        async with self._db.read() as conn:
            return await servers.was_welcomed(conn, server_id)

    async def welcomed(self, server_id: int) -> None:
        """The hello is posted."""
        async with self._db.write() as conn:
            await servers.set_welcomed(conn, server_id, self._clock.now())

    async def left(self, server_id: int) -> None:
        """The bot was removed."""
        async with self._db.write() as conn:
            await servers.left(conn, server_id, self._clock.now())

    async def watch(self, server_id: int, channel_id: int) -> ServerSettings:
        """From now on only channels that were named are watched."""
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, self._clock.now())
            await servers.watch(conn, server_id, channel_id)
            return await servers.get(conn, server_id)

    async def unwatch(self, server_id: int, channel_id: int) -> ServerSettings:
        """With the last one gone, every channel is watched again."""
        async with self._db.write() as conn:
            await servers.unwatch(conn, server_id, channel_id)
            return await servers.get(conn, server_id)

    async def change_watched(self, server_id: int, *, more: Collection[int], fewer: Collection[int]) -> None:
        """Names some channels and takes others away, whatever somebody else changes at the same time."""
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, self._clock.now())
            for channel_id in more:
                await servers.watch(conn, server_id, channel_id)
            for channel_id in fewer:
                await servers.unwatch(conn, server_id, channel_id)

    async def set_previews(self, server_id: int, *, hide: bool) -> None:
        """Whether Discord's own preview of a paper's link is hidden where the bot may."""
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, self._clock.now())
            await servers.set_previews(conn, server_id, hide=hide)

    async def set_watch_bots(self, server_id: int, *, watch: bool) -> None:
        """Whether links of other bots and webhooks count."""
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, self._clock.now())
            await servers.set_watch_bots(conn, server_id, watch=watch)

    async def set_ping_role(self, server_id: int, role_id: int | None) -> None:
        """The role that is mentioned when a round has a winner; None for nobody."""
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, self._clock.now())
            await servers.set_ping_role(conn, server_id, role_id)

    async def ignore_member(self, user_id: int, *, ignore: bool) -> None:
        """A member opts out everywhere (or in again): neither answered nor recorded."""
        async with self._db.write() as conn:
            if ignore:
                await servers.ignore_member(conn, user_id, self._clock.now())
            else:
                await servers.unignore_member(conn, user_id)

    async def ignores(self, user_id: int) -> bool:
        """Whether this member opted out."""
        async with self._db.read() as conn:
            return bool(await servers.ignored(conn, [user_id]))

    async def command_tree(self, application_id: int) -> str | None:
        """The fingerprint of the commands Discord was last told."""
        async with self._db.read() as conn:
            return await servers.command_tree(conn, application_id)

    async def set_command_tree(self, application_id: int, digest: str) -> None:
        """Discord has taken these commands."""
        async with self._db.write() as conn:
            await servers.set_command_tree(conn, application_id, digest)
