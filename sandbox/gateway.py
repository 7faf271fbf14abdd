"""The WebSocket side: sessions, events, resuming (developers/events/gateway)."""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox import payloads
from sandbox.events import Event
from sandbox.session_starts import SessionStarts
from sandbox.sessions import Close, Connection, Op, Session
from sandbox.state.kinds import KNOWN_INTENTS, Intent

if TYPE_CHECKING:
    from sandbox.state.guild import Guild
    from sandbox.state.world import World

HEARTBEAT_SECONDS = 41.25
_LOGGED = 10_000
_GOODBYES = (1000, 1001)


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.url = ""
        self.shard_count = 1
        """Below what a big bot would need, Discord answers 4011."""
        self.starts = SessionStarts(world.clock)
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.refuses_connections = False
        self.refused = 0
        """How many connections were."""
        self.drops_connections = 0
        """So many of the next connections are accepted and broken before a word is said."""
        self.in_outage: set[int] = set()
        """Servers that Discord cannot show now; `begin_outage` and `end_outage` change it."""
        self.connections: list[Connection] = []
        self.frames: deque[tuple[str, dict[str, Any]]] = deque(maxlen=_LOGGED)
        """What came ("<") and went (">") over the sockets lately; no IDENTIFY, which holds the token."""
        self.watchers: list[Callable[[str, dict[str, Any]], None]] = []
        """Told of each of these frames."""
        self.connection_watchers: list[Callable[[], None]] = []
        """Told when the bot comes or goes."""
        self._sessions: dict[str, Session] = {}
        world.listeners.append(self.publish)

    @property
    def sessions(self) -> list[Session]:
        return list(self._sessions.values())

    @property
    def connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.connection is not None]

    def publish(self, event: Event) -> None:
        """Sends an event to the sessions that want it."""
        for session in self.sessions:
            if session.wants(event) and event.guild_id not in self.in_outage:
                self._dispatch(session, event.name, event.data(Intent.MESSAGE_CONTENT in session.intents))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one socket from HELLO to its end."""
        if self.refuses_connections:
            self.refused += 1
            self._world.changed()
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        if self.drops_connections:
            self.drops_connections -= 1
            await socket.close(code=1001)
            return socket
        connection = Connection(socket, request.transport)
        self.connections.append(connection)
        connection.send({"op": int(Op.HELLO), "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not (connection.silent or connection.deaf):
                    await self._receive(connection, message.data)
        finally:
            await connection.stop_writing()
            self.connections.remove(connection)
            self._left(connection)
            self._came_or_went()
        return socket

    async def disconnect(self, *, resumable: bool = True) -> None:
        """Closes every connection; without `resumable` the sessions are forgotten as well."""
        if not resumable:
            self._sessions.clear()
        for connection in list(self.connections):
            await connection.close(4000, "unknown error")

    def break_off(self) -> None:
        """Every connection ends without a goodbye, as when a cable is cut."""
        for connection in self.connections:
            connection.break_off()

    def request_reconnect(self) -> None:
        """Op 7: Discord asks the clients to come back and resume."""
        for connection in self.connections:
            connection.send({"op": int(Op.RECONNECT), "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Op 9: the session is invalid, or (resumable) only has to be taken up again."""
        if not resumable:
            self._sessions.clear()
        for connection in self.connections:
            connection.send({"op": int(Op.INVALID_SESSION), "d": resumable})

    def fall_silent(self) -> None:
        """Zombies: the connections stay open, but nothing more is heard on them, nor said."""
        for connection in self.connections:
            connection.silent = True

    def fall_deaf(self) -> None:
        """Half-dead: events still go out on these connections, but nothing that is said on them arrives."""
        for connection in self.connections:
            connection.deaf = True

    def begin_outage(self, guild: Guild) -> None:
        """Discord loses sight of a server; so it does for those that connect meanwhile."""
        self.in_outage.add(guild.id)
        self._tell_shard(guild, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def end_outage(self, guild: Guild) -> None:
        """The server is back."""
        self.in_outage.discard(guild.id)
        self._tell_shard(guild, "GUILD_CREATE", payloads.guild_create(guild))

    def _tell_shard(self, guild: Guild, name: str, data: dict[str, Any]) -> None:
        for session in self.sessions:
            if session.has(guild.id):
                self._dispatch(session, name, data)

    def ask_for_heartbeats(self) -> None:
        """Op 1: each client answers at once with the number of the last event it has read."""
        for connection in self.connections:
            connection.send({"op": int(Op.HEARTBEAT), "d": None})

    async def _receive(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
            op = Op(frame["op"])
        except (ValueError, KeyError, TypeError) as error:
            code = (
                Close.UNKNOWN_OPCODE if isinstance(error, ValueError) and text.startswith("{") else Close.DECODE_ERROR
            )
            await self._refuse(connection, code, "a frame that cannot be read")
            return
        self._note("<", {"op": int(op)} | ({} if op is Op.IDENTIFY else {"d": frame.get("d")}))
        if op is Op.HEARTBEAT:
            connection.acknowledged = frame.get("d") or 0
            connection.send({"op": int(Op.ACK)})
            self._world.changed()
        elif op is Op.IDENTIFY:
            await self._identify(connection, frame["d"])
        elif op is Op.RESUME:
            await self._resume(connection, frame["d"])
        elif connection.session is None:
            await self._refuse(connection, Close.NOT_AUTHENTICATED, "a frame before IDENTIFY")
        elif op is Op.REQUEST_MEMBERS:
            self._send_members(connection.session, frame["d"])
        elif op not in (Op.PRESENCE, Op.VOICE):
            await self._refuse(connection, Close.UNKNOWN_OPCODE, f"op {op}")

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        shard, shard_count = data.get("shard") or (0, 1)
        intents = data.get("intents")
        refused = self._identify_problem(connection, data.get("token"), intents, shard, shard_count)
        if refused is not None:
            await self._refuse(connection, *refused)
            return
        if self.starts.came_too_soon(shard):
            self._world.violation("IDENTIFY sooner than 5 s after the last of its bucket", f"gateway, shard {shard}")
            connection.send({"op": int(Op.INVALID_SESSION), "d": False})
            return
        self._forget_absent(shard, shard_count)
        session = Session(secrets.token_hex(16), shard, shard_count, Intent(intents or 0), connection)
        self._sessions[session.id] = session
        connection.session = session
        world = self._world
        guilds = [
            guild
            for guild in world.guilds.values()
            if guild.bot_member is not None and (guild.id >> 22) % shard_count == shard
        ]
        self._dispatch(session, "READY", {
            "v": 10,
            "user": payloads.own_user(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [shard, shard_count],
            "application": {"id": str(world.application.id), "flags": world.application.flags},
            "private_channels": [],
        })  # fmt: skip
        all_members = Intent.GUILD_PRESENCES in session.intents
        for guild in guilds:
            if guild.id not in self.in_outage:
                self._dispatch(session, "GUILD_CREATE", payloads.guild_create(guild, all_members=all_members))
        self._came_or_went()

    def _identify_problem(
        self, connection: Connection, token: object, intents: object, shard: int, shard_count: int
    ) -> tuple[Close, str] | None:
        application = self._world.application
        switched_off = Intent.NONE
        switched_off |= Intent.NONE if application.message_content else Intent.MESSAGE_CONTENT
        switched_off |= Intent.NONE if application.server_members else Intent.GUILD_MEMBERS
        switched_off |= Intent.NONE if application.presence else Intent.GUILD_PRESENCES
        number = intents if isinstance(intents, int) else -1
        known = not number & ~KNOWN_INTENTS
        wanted = Intent(number) if known else Intent.NONE
        checks = (
            (connection.session is not None, Close.ALREADY_AUTHENTICATED, "IDENTIFY twice"),
            (token != application.token, Close.WRONG_TOKEN, "IDENTIFY with a wrong token"),
            (not 0 <= shard < shard_count, Close.INVALID_SHARD, f"IDENTIFY as shard {shard} of {shard_count}"),
            (shard_count < self.shard_count, Close.SHARDING_REQUIRED, f"IDENTIFY with {shard_count} shards"),
            (not known, Close.INVALID_INTENTS, f"IDENTIFY with the intents {intents}"),
            (self.starts.remaining <= 0, Close.WRONG_TOKEN, "IDENTIFY more often in a day than Discord allows"),
            (bool(wanted & switched_off), Close.DISALLOWED_INTENTS, "IDENTIFY with an intent that is switched off"),
        )
        return next(((code, what) for wrong, code, what in checks if wrong), None)

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self._sessions.get(data.get("session_id", ""))
        if data.get("token") != self._world.application.token:
            await self._refuse(connection, Close.WRONG_TOKEN, "RESUME with a wrong token")
        elif session is None:
            connection.send({"op": int(Op.INVALID_SESSION), "d": False})
        elif not session.remembers(data["seq"]):
            del self._sessions[session.id]
            connection.send({"op": int(Op.INVALID_SESSION), "d": False})
        elif data["seq"] > session.sequence:
            await self._refuse(connection, Close.INVALID_SEQ, "RESUME from an event that was never sent")
        else:
            session.connection, connection.session = connection, session
            for number, frame in session.sent:
                if number > data["seq"]:
                    connection.send(frame)
            self._dispatch(session, "RESUMED", {"_trace": []})
            self._came_or_went()

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild_id = data["guild_id"][0] if isinstance(data["guild_id"], list) else data["guild_id"]
        guild = self._world.guilds[int(guild_id)]
        wanted = {int(user_id) for user_id in _listed(data.get("user_ids"))}
        start = (data.get("query") or "").lower()
        found = [
            payloads.member(member)
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.name.lower().startswith(start))
        ]
        chunk = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        chunk["not_found"] = [str(user_id) for user_id in wanted if user_id not in guild.members]
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        self._dispatch(session, "GUILD_MEMBERS_CHUNK", chunk)

    def _dispatch(self, session: Session, name: str, data: dict[str, Any]) -> None:
        # serialised now: what is sent must not change when the world does
        frozen = json.loads(json.dumps(data))
        self._note(">", {"op": 0, "t": name, "d": frozen})
        session.dispatch(name, frozen)

    def _note(self, direction: str, frame: dict[str, Any]) -> None:
        self.frames.append((direction, frame))
        for watcher in self.watchers:
            watcher(direction, frame)

    def _came_or_went(self) -> None:
        for watcher in self.connection_watchers:
            watcher()
        self._world.changed()

    def _left(self, connection: Connection) -> None:
        """A client that says goodbye (1000, 1001) ends its session; any other end leaves it to be resumed."""
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        if connection.socket.close_code in _GOODBYES and not connection.dropped:
            self._sessions.pop(session.id, None)

    def _forget_absent(self, shard: int, shard_count: int) -> None:
        for session in self.sessions:
            if session.connection is None and (session.shard == shard or session.shard_count != shard_count):
                del self._sessions[session.id]

    async def _refuse(self, connection: Connection, code: Close, what: str) -> None:
        world = self._world
        world.violations.refused(world.clock.now(), code, f"{what} (closed with {int(code)})", "gateway")
        await connection.close(code, what)


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
