"""When a message gets cards, how many, and in which form."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.links import Link
from bot.domain.papers import PaperId
from bot.domain.reading_list import Community
from bot.domain.servers import ServerSettings
from bot.domain.stored_paper import StoredPaper

MAX_CARDS = 4
"""More papers than this in one message become one compact list."""

LATE_EDIT = timedelta(hours=24)
"""An edit that adds a link to an older message that had none is left alone: it is housekeeping, not sharing."""


MAX_POSTING_ATTEMPTS = 34
"""Twelve doubling steps come to a bit over an hour, then hourly for most of a day."""


class Form(StrEnum):
    """FULL shows the abstract; SHORT reminds of a paper this server has already met."""

    FULL = "full"
    SHORT = "short"


class HeardMessage(BaseModel):
    """What the bot keeps in mind of a member's message: never its text."""

    model_config = ConfigDict(frozen=True)

    server_id: int
    channel_id: int
    parent_id: int | None
    """The channel a thread or forum post belongs to."""
    message_id: int
    author_id: int
    at: datetime
    links: tuple[Link, ...]
    from_bot: bool
    addresses_bot: bool
    only_papers: bool
    """No other link stands in it, so hiding Discord's previews hides nothing but the papers'."""


class Mention(BaseModel):
    """One paper in one message."""

    model_config = ConfigDict(frozen=True)

    paper: PaperId
    position: int
    quiet: bool
    dismissed: bool


class Card(BaseModel):
    """One paper as this server knows it."""

    model_config = ConfigDict(frozen=True)

    paper: StoredPaper
    community: Community
    form: Form


class ReplyPlan(BaseModel):
    """What the bot's reply to one message should be now. Whoever holds it has the lease on that reply.

    No cards and a `posted_id`: delete it. Cards and a `posted_id`: edit it. `message_id` is None when the member's
    message is gone.
    """

    model_config = ConfigDict(frozen=True)

    reply_id: int
    server_id: int
    channel_id: int
    message_id: int | None
    posted_id: int | None
    generation: int
    attempts: int
    claimed_due_at: datetime
    cards: tuple[Card, ...]
    missing: bool
    """At least one paper named there does not exist: the message carries the quiet reaction."""
    reacted: bool
    hide_preview: bool
    look_again_at: datetime | None
    """When to look again although nothing is known to have changed: set while a paper is waited for."""

    @property
    def nonce(self) -> str:
        """The same for every try at this one posting, so that Discord posts it once (at most 25 characters)."""
        row = f"{self.server_id}:{self.message_id}:{self.generation}"
        return hashlib.blake2s(row.encode(), digest_size=12).hexdigest()


def is_watched(message: HeardMessage, settings: ServerSettings, *, ignored: bool) -> bool:
    """Whether links in this message are for the bot: not from who opted out, bots only where they are welcome,
    every channel until some are named, and anywhere when the bot itself is mentioned."""
    if ignored or (message.from_bot and not settings.watch_bots):
        return False
    if message.addresses_bot or not settings.watched:
        return True
    return message.channel_id in settings.watched or message.parent_id in settings.watched


def form_for(community: Community, message_id: int | None) -> Form:
    """A paper's first message in a server gets the full card, later ones a short one."""
    first = community.first_shared
    if first is None:
        return Form.SHORT if community.saved else Form.FULL
    return Form.FULL if first.message_id is not None and first.message_id == message_id else Form.SHORT


def retry_posting_at(attempts: int, now: datetime) -> datetime | None:
    """When Discord did not take a reply: 2 s after the first try, doubling to an hour, given up after about a day."""
    if attempts > MAX_POSTING_ATTEMPTS:
        return None
    return now + timedelta(seconds=min(2.0 ** min(attempts, 12), 3600))
