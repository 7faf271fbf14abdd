"""The Discord client: what it asks of Discord, and what it carries for the cogs."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from bot.buttons import Buttons, PressedItem
from bot.clock import Clock
from bot.discord_requests import LONGEST_LIMIT_SECONDS, mend, traced
from bot.forms import Forms
from bot.posting.away import AwayReader
from bot.posting.backfills import BackfillReader
from bot.posting.hearing import take_in
from bot.posting.occurrences import OccurrenceRunner
from bot.posting.quiet_state import QuietState
from bot.posting.refresh import CardRefresher
from bot.posting.replies import ReplyPoster
from bot.posting.resource_lists import ResourceListPoster
from bot.services.away import Away
from bot.services.backfills import Backfills
from bot.services.cards import Cards
from bot.services.digests import Digests
from bot.services.discussions import Discussions
from bot.services.explanations import Explanations
from bot.services.export import Exports
from bot.services.imports import Imports
from bot.services.limits import Limits
from bot.services.occurrences import Occurrences
from bot.services.paper_cards import PaperCards
from bot.services.papers import Papers
from bot.services.privacy import Privacy
from bot.services.readers import Readers
from bot.services.reading_list import ReadingList
from bot.services.report_answers import ReportAnswers
from bot.services.report_pages import ReportPages
from bot.services.reports import Reports
from bot.services.resource_lists import ResourceLists
from bot.services.resources import Resources
from bot.services.retention import Retention
from bot.services.rounds import Rounds
from bot.services.saving import Saving
from bot.services.search import Search
from bot.services.servers import Servers
from bot.services.session_starts import SessionStarts
from bot.tree import PaperTree, report

if TYPE_CHECKING:
    from discord.types.gateway import SessionStartLimit

log = logging.getLogger(__name__)

FINISH_SECONDS = 3.0

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    add_reactions=True,
    manage_messages=True,
    send_polls=True,
    pin_messages=True,
    attach_files=True,
    create_events=True,
)
"""What the invite link asks for. Each has one use: docs/operating.md lists them."""


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, as the cogs reach them."""

    papers: Papers
    cards: Cards
    paper_cards: PaperCards
    reading_list: ReadingList
    readers: Readers
    saving: Saving
    discussions: Discussions
    servers: Servers
    privacy: Privacy
    retention: Retention
    away: Away
    occurrences: Occurrences
    rounds: Rounds
    search: Search
    digests: Digests
    backfills: Backfills
    exports: Exports
    imports: Imports
    limits: Limits
    reports: Reports
    report_pages: ReportPages
    report_answers: ReportAnswers
    explanations: Explanations
    resources: Resources
    resource_lists: ResourceLists
    session_starts: SessionStarts


def intents(*, message_content: bool) -> discord.Intents:
    """Servers, their messages, and (where the portal allows it) what stands in them. Nothing else."""
    return discord.Intents(guilds=True, guild_messages=True, message_content=message_content)


class PaperBot(commands.AutoShardedBot):
    """Sharded even when there is one shard: a plain client gives up when the gateway is away at the first try."""

    def __init__(
        self,
        services: Services,
        clock: Clock,
        *,
        extensions: Sequence[str],
        message_content: bool = True,
        shard_count: int | None = None,
        shard_ids: Sequence[int] | None = None,
        **options: Any,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
        if shard_ids is not None:
            options["shard_ids"] = list(shard_ids)
            options["shard_connect_timeout"] = None  # what can hang has its own; a turn comes when it comes
        super().__init__(
            shard_count=shard_count,
            command_prefix=(),
            help_command=None,
            intents=intents(message_content=message_content),
            tree_cls=PaperTree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_LIMIT_SECONDS,
            http_trace=traced(len(shard_ids) / shard_count if shard_ids and shard_count else 1),
            **options,
        )
        mend(self.http, lambda: len(self.shards))
        self.services = services
        self.clock = clock
        self.buttons = Buttons()
        self.forms = Forms()
        self.replies = ReplyPoster(self, services.paper_cards)
        self.refresher = CardRefresher(self, services.cards, services.paper_cards, clock)
        self.away = AwayReader(self, services.away, services.paper_cards, self.replies, clock)
        self.occurrences = OccurrenceRunner(services.occurrences, clock)
        self.resource_lists = ResourceListPoster(self, services.resource_lists)
        self.backfills = BackfillReader(self, services.backfills, services.paper_cards, self.replies, clock)
        self.asked_extensions = tuple(extensions)
        self._max_concurrency = 1
        self._outlive_odd_events()

    async def setup_hook(self) -> None:
        """Runs between login and the first connection."""
        shards, url, starts = await self.http.get_bot_gateway()
        # With a fixed shard count discord.py would go to an address of its own instead of asking.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self._max_concurrency = starts["max_concurrency"]
        await self._until_discord_allows(len(self.shard_ids or ()) or self.shard_count or shards, starts)
        self.add_dynamic_items(PressedItem)
        for extension in self.asked_extensions:
            await self.load_extension(extension)
        await self._sync_commands()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Processes that share a bot take turns. One that has it alone waits as the library does."""
        if self.shard_ids is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self.services.session_starts.turn(*self._start_of(shard_id or 0))

    async def on_shard_connect(self, shard_id: int) -> None:
        """READY has come."""
        if self.shard_ids is not None:
            await self.services.session_starts.began(*self._start_of(shard_id))

    def _start_of(self, shard_id: int) -> tuple[int, int]:
        return self.application_id or 0, shard_id % self._max_concurrency

    async def _until_discord_allows(self, shards: int, starts: SessionStartLimit) -> None:
        """Waits while a day's IDENTIFYs are used up: one more ends all sessions of the bot and its token with them
        (developers/events/gateway#identifying). It takes a bot that is restarted every minute to get here."""
        if starts["remaining"] < shards:
            seconds = starts["reset_after"] / 1000
            log.error("Discord lets this bot connect %d more times today; waiting %.0f s", starts["remaining"], seconds)
            await self.clock.sleep(seconds)

    def _get_state(self, **options: Any) -> QuietState:
        return QuietState(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    async def close(self) -> None:
        """Lets what was just sent be recorded first."""
        await asyncio.gather(
            self.replies.finish(FINISH_SECONDS),
            self.occurrences.finish(FINISH_SECONDS),
            self.backfills.finish(FINISH_SECONDS),
        )
        await super().close()
        await self._close_half_opened()

    async def _close_half_opened(self) -> None:
        """discord.py closes the connections it holds. One that has not identified yet (client.py waits five seconds in
        `before_identify_hook`) is held by the thread of its heartbeats alone, which would go on for ever."""
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection:
                await thread.ws.close(1000)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Called by discord.py with each event, and once more with its name, for which nobody here listens. Cogs hear
        of a message by what it is to them: `paper_message` with what it names, `bot_call`, `poll_result`."""
        if event_name == "message":
            (message,) = args
            if message.type is discord.MessageType.poll_result:
                super().dispatch("poll_result", message)
            if (heard := take_in(self, message, with_links_only=True)) is not None:
                super().dispatch("paper_message", heard)
            if message.mentions or message.role_mentions:
                super().dispatch("bot_call", message)
        elif event_name != "socket_event_type":
            super().dispatch(event_name, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction[Any], /) -> None:
        """Commands and buttons find their own way; forms come back here."""
        await self.forms.submit(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Called by discord.py when a listener failed."""
        error = sys.exception()
        if error is not None:
            await report(error, during=event_method)

    def _outlive_odd_events(self) -> None:
        """discord.py lets go of the gateway for good when it cannot read an event (gateway.py, `received_message`):
        here an event costs only itself, but for those that the connection begins with."""
        parsers = self._connection.parsers
        for name in parsers.keys() - {"READY", "RESUMED"}:
            parsers[name] = _or_log(name, parsers[name])

    async def _sync_commands(self) -> None:
        """Tells Discord the commands, only when they changed: syncing is limited and slow to reach members. Of several
        processes the one with shard 0 does: while they are updated one by one, they know different commands."""
        if self.shard_ids is not None and 0 not in self.shard_ids:
            return
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        application_id = self.application_id or 0
        if await self.services.servers.command_tree(application_id) == digest:
            return
        try:
            await self.tree.sync()
        except (discord.HTTPException, OSError) as error:
            log.error(  # noqa: TRY400 - Discord's own words say what is wrong
                "Discord did not take the commands, the ones it has stay: %s", error
            )
            return
        await self.services.servers.set_command_tree(application_id, digest)
        log.info("Told Discord %d commands", len(payload))


def _or_log(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], None]:
    def parse_or_log(data: Any) -> None:
        try:
            parse(data)
        except Exception:
            log.exception("Could not read an event of Discord's, %s; going on without it", event)

    return parse_or_log


def use_discord_at(api_url: str) -> None:
    """Sends every request of discord.py to this address; it knows one address for each process."""
    Route.BASE = api_url.rstrip("/")
