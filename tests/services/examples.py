"""A source that never answers, and messages, for tests of services."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.links import Link
from bot.domain.paper_cards import HeardMessage
from bot.domain.papers import PaperId
from bot.sources.ports import Answer, SourceFailed
from tests.storage.examples import ADA, NOW, SERVER

CHANNEL = 613425648685547599


class SilentSource:
    """Reads arXiv ids and DOIs, if anybody ever asked it."""

    name = "silent"
    schemes = frozenset({"arxiv", "doi"})
    batch = 100
    pause_seconds = 3.0
    timeout_seconds = 20.0
    surely_exists = PaperId("arxiv", "1706.03762")

    async def fetch(self, ids: Sequence[PaperId]) -> Answer:
        raise SourceFailed("is silent")

    async def close(self) -> None:
        """It holds nothing."""


def message(*links: PaperId | Link, message_id: int = 1000, **changes: object) -> HeardMessage:
    """A member's message in a watched channel that names these papers."""
    fields: dict[str, object] = {
        "server_id": SERVER,
        "channel_id": CHANNEL,
        "parent_id": None,
        "message_id": message_id,
        "author_id": ADA,
        "at": NOW,
        "links": tuple(link if isinstance(link, Link) else Link(link, None, quiet=False) for link in links),
        "from_bot": False,
        "addresses_bot": False,
        "only_papers": True,
    }
    return HeardMessage.model_validate(fields | changes)
