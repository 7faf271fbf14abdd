"""What the rest of the bot knows of an outside metadata service."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple, Protocol

from bot.domain.papers import Paper, PaperId


class Answer(NamedTuple):
    """What one request brought. An id that stands nowhere here was left out by a cut or broken answer, which is a
    failure for that id alone."""

    papers: dict[PaperId, Paper]
    missing: frozenset[PaperId] = frozenset()
    """The service surely does not have these."""
    unasked: frozenset[PaperId] = frozenset()
    """Not looked up, because another id spoilt the request: ask again without that one."""
    doubtful: bool = False
    """Nothing that was asked for came: the papers may not exist, or the service may be broken. Asking again
    together with a paper that surely exists tells which."""


class SourceFailed(Exception):
    """No usable answer. `reason` completes "arXiv …", for the log; `throttled`: it wants fewer requests;
    `retry_after`: in seconds, when it said how long to wait; `status`: of HTTP, when it answered with one."""

    def __init__(
        self, reason: str, *, throttled: bool = False, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.throttled = throttled
        self.retry_after = retry_after
        self.status = status

    @property
    def refused(self) -> bool:
        """It found fault with the request."""
        return self.status == HTTPStatus.BAD_REQUEST

    @property
    def may_be_one_id(self) -> bool:
        """One of the ids can be the cause, and the service be well otherwise."""
        return self.refused or self.status == HTTPStatus.INTERNAL_SERVER_ERROR


class PaperSource(Protocol):
    """One outside service. Callers keep its terms: one request at once, a pause before the next, bounded size."""

    @property
    def name(self) -> str:
        """Stands in the database and the log."""

    @property
    def schemes(self) -> frozenset[str]:
        """The identifiers it answers for."""

    @property
    def batch(self) -> int:
        """How many ids one request may carry."""

    @property
    def pause_seconds(self) -> float:
        """From the end of an answer to the next request, over all processes."""

    @property
    def timeout_seconds(self) -> float:
        """After this long `fetch` has returned or failed."""

    @property
    def surely_exists(self) -> PaperId:
        """A paper that only a broken service does not know."""

    async def fetch(self, ids: Sequence[PaperId]) -> Answer:
        """Asks for papers in one request; raises SourceFailed."""

    async def close(self) -> None:
        """Ends a request under way and every thread and connection."""
