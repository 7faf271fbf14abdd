"""The one place where everything is built, wired, and closed in reverse order."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import discord
from discord.gateway import ReconnectWebSocket

from bot.client import PaperBot, Services, use_discord_at
from bot.clock import Clock, SystemClock, sleep_unless
from bot.health.metrics import LogCounter, MeasuredSource, Metrics
from bot.posting.replies import PASSING, is_passing
from bot.services.away import Away
from bot.services.backfills import Backfills
from bot.services.cards import Cards
from bot.services.digests import Digests
from bot.services.discussions import Discussions
from bot.services.explanations import Explanations
from bot.services.export import Exports
from bot.services.fetching import PaperFetcher
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
from bot.settings import Settings
from bot.sources.arxiv import ArxivSource
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.shards import Shards

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.paper_cards",
    "cogs.reading_list",
    "cogs.search",
    "cogs.list_pages",
    "cogs.statuses",
    "cogs.tags_and_notes",
    "cogs.more_panel",
    "cogs.explanations",
    "cogs.resources",
    "cogs.save_papers",
    "cogs.mentioning",
    "cogs.discussions",
    "cogs.reports",
    "cogs.report_pages",
    "cogs.report_answers",
    "cogs.rounds",
    "cogs.poll_events",
    "cogs.digest",
    "cogs.occurrences",
    "cogs.backfill",
    "cogs.export",
    "cogs.imports",
    "cogs.settings",
    "cogs.settings_page",
    "cogs.privacy",
    "cogs.retention",
    "cogs.servers",
    "cogs.help",
)

PORTAL = "https://discord.com/developers/applications"
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 60.0
CLOSE_SECONDS = 6.0


class StartRefused(Exception):
    """Discord will not have this token or this intent: one line that says what to do."""


class Parts(NamedTuple):
    """What a running bot is made of, besides its connection."""

    services: Services
    database: Database
    metrics: Metrics


async def run(
    settings: Settings,
    *,
    stop: asyncio.Event,
    clock: Clock | None = None,
    client: Callable[..., PaperBot] = PaperBot,
) -> None:
    """Runs the bot until `stop` is set. `client` makes the client: the sandbox wants to see it.

    Raises StartRefused when Discord refuses, and StorageError when the database cannot be used.
    """
    time = clock or SystemClock()
    use_discord_at(settings.discord_api_url)
    async with parts(settings, time) as built:

        def make_bot(*, message_content: bool) -> PaperBot:
            return client(
                built.services,
                time,
                extensions=EXTENSIONS,
                message_content=message_content,
                shard_count=settings.shard_count,
                shard_ids=settings.shard_ids,
            )

        current = _Current()
        async with _health(settings, built, current):
            await _stay_connected(make_bot, settings.discord_token.get_secret_value(), stop, time, current)


@asynccontextmanager
async def parts(settings: Settings, clock: Clock) -> AsyncIterator[Parts]:
    """Opens the database (bringing its schema up to date) and everything between it and Discord."""
    log.info("SQLite %s", sqlite3.sqlite_version)
    url = settings.database_url.get_secret_value()
    await migrate(url)
    database = await Database.open(url)
    try:
        metrics = Metrics()
        arxiv = MeasuredSource(ArxivSource(settings.arxiv_api_url, contact_email=settings.contact_email), metrics)
        fetcher = PaperFetcher(database, [arxiv], clock)
        try:
            shards = _shards(settings)
            limits = Limits(clock)
            paper_cards = PaperCards(database, fetcher, clock, shards=shards, limits=limits)
            fetcher.on_settled = paper_cards.settled
            metrics.show_failures(fetcher.failures)
            fetcher.start()
            occurrences = Occurrences(database, clock, shards=shards)
            reading_list = ReadingList(database, clock)
            services = Services(
                papers=Papers(database, fetcher),
                cards=Cards(database, clock),
                paper_cards=paper_cards,
                reading_list=reading_list,
                readers=Readers(database, clock),
                saving=Saving(fetcher, reading_list),
                discussions=Discussions(database, clock),
                servers=Servers(database, clock, occurrences),
                privacy=Privacy(database, clock),
                retention=Retention(database, clock, shards=shards),
                away=Away(database, clock),
                occurrences=occurrences,
                rounds=Rounds(database, clock, occurrences),
                search=Search(database),
                digests=Digests(database, clock, occurrences),
                backfills=Backfills(database, paper_cards, fetcher, clock, shards=shards),
                exports=Exports(database, clock),
                imports=Imports(database, fetcher, clock, shards=shards),
                limits=limits,
                reports=Reports(database, clock, occurrences),
                report_pages=ReportPages(database, clock),
                report_answers=ReportAnswers(database, clock),
                explanations=Explanations(database, clock),
                resources=Resources(database, clock),
                resource_lists=ResourceLists(database, clock, shards=shards),
                session_starts=SessionStarts(database, clock),
            )
            yield Parts(services, database, metrics)
        finally:
            await fetcher.close()
            await arxiv.close()
    finally:
        await database.close()


class _Current:
    """The client that is connected now; a new one takes its place after Discord was away at login."""

    def __init__(self) -> None:
        self.bot: PaperBot | None = None


async def _stay_connected(
    make_bot: Callable[..., PaperBot], token: str, stop: asyncio.Event, clock: Clock, current: _Current
) -> None:
    message_content, wait = True, FIRST_WAIT_SECONDS
    while not stop.is_set():
        bot = current.bot = make_bot(message_content=message_content)
        try:
            await _run_client(bot, token, stop)
        except discord.LoginFailure:
            raise StartRefused(
                f"Discord refuses DISCORD_TOKEN. Make a new one at {PORTAL}, page Bot, *Reset Token*."
            ) from None
        except discord.PrivilegedIntentsRequired:
            page = f"{PORTAL}/{bot.application_id}/bot"
            if not message_content or _portal_allows_content(bot):
                raise StartRefused(
                    f"Discord refuses the Message Content intent. Turn it on at {page}, *Privileged Gateway Intents*."
                ) from None
            log.warning(
                "Message Content is off: links in messages are not seen, unless the message mentions the bot. "
                "Commands work. Turn it on at %s, *Privileged Gateway Intents*.",
                page,
            )
            message_content = False
        except discord.ConnectionClosed as closed:
            raise StartRefused(
                f"Discord's gateway refuses this bot (code {closed.code}). Check DISCORD_TOKEN, SHARD_COUNT and "
                f"SHARD_IDS; the codes are explained at https://discord.com/developers/docs/topics/opcodes-and-status-codes"
            ) from None
        except (discord.GatewayNotFound, discord.HTTPException, ReconnectWebSocket, *PASSING) as away:
            if isinstance(away, discord.HTTPException) and not is_passing(away):
                raise
            if bot.is_ready():  # it had been connected: this is another outage
                wait = FIRST_WAIT_SECONDS
            log.warning("Discord cannot be reached (%s); trying again in %.0f s", away, wait)
            await sleep_unless(stop, clock, wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)


async def _run_client(bot: PaperBot, token: str, stop: asyncio.Event) -> None:
    """Until it is told to stop, or the client gives up."""
    running = asyncio.create_task(bot.start(token), name="discord-client")
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
    finally:
        stopping.cancel()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await bot.close()
        except TimeoutError:
            log.warning("The connection to Discord did not close in time; leaving it")
        running.cancel()
        await asyncio.gather(running, stopping, return_exceptions=True)


def _portal_allows_content(bot: PaperBot) -> bool:
    flags = bot.application_flags
    return flags.gateway_message_content or flags.gateway_message_content_limited


def _shards(settings: Settings) -> Shards | None:
    if settings.shard_count is None or settings.shard_ids is None:
        return None
    return Shards(settings.shard_count, settings.shard_ids)


@asynccontextmanager
async def _health(settings: Settings, built: Parts, current: _Current) -> AsyncIterator[None]:
    """The health pages, where HTTP_PORT is set."""
    if settings.http_port is None:
        yield
        return
    from bot.health.site import HealthSite, gateway_problem  # noqa: PLC0415 - a web server, of 2 MiB, that few ask for

    def latencies() -> list[float]:
        return [] if current.bot is None else [latency for _, latency in current.bot.latencies]

    async def gateway() -> str | None:
        return gateway_problem(ready=current.bot is not None and current.bot.is_ready(), latencies=latencies())

    async def database() -> str | None:
        await built.services.servers.settings(0)
        return None

    checks = {"gateway": gateway, "database": database}
    counter = LogCounter(built.metrics)
    logging.getLogger().addHandler(counter)
    built.metrics.show_latency(lambda: max(latencies(), default=math.inf))
    site = HealthSite(host=settings.http_host, port=settings.http_port, checks=checks, metrics=built.metrics)
    await site.start()
    try:
        yield
    finally:
        await site.close()
        logging.getLogger().removeHandler(counter)
