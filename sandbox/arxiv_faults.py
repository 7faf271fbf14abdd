"""What goes wrong at arXiv, so that a test can ask for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

FaultKind = Literal[
    400,  # statuses; 429 and 503 with or without Retry-After
    429,
    500,
    503,
    "html",  # a maintenance page with status 200
    "empty_body",  # status 200 and nothing
    "empty_feed",  # a well-formed feed without entries for papers that exist
    "truncated",  # the feed ends in the middle, all promised bytes sent
    "cut",  # the connection closes before the promised number of bytes
    "reset",  # the connection is reset before an answer
    "torn",  # the connection is reset in the middle of it
    "hang",  # no answer until `release()`
    "slow",  # the right answer, a little at a time
    "unpublished",  # the first entry lacks <published>
    "unordered",  # entries in another order than asked for
    "wrong_charset",  # UTF-8 that the header calls ISO-8859-1
]


@dataclass
class Fault:
    """One kind of trouble for the next `times` requests, or for all when None; `with_id`: of those that ask for it."""

    kind: FaultKind
    times: int | None
    retry_after: str | None
    seconds: float
    with_id: str | None = None


class PlainAnswer(NamedTuple):
    """An answer that is not a feed."""

    status: int
    content_type: str
    body: bytes


_PAGE = b"<!DOCTYPE html>\n<html><head><title>arXiv</title></head><body><h1>%s</h1></body></html>\n"

PLAIN_ANSWERS: dict[FaultKind, PlainAnswer] = {
    400: PlainAnswer(400, "text/plain", b"Bad Request"),
    429: PlainAnswer(429, "text/plain", b"Rate exceeded."),
    500: PlainAnswer(500, "text/html", _PAGE % b"Internal Server Error"),
    503: PlainAnswer(503, "text/html", _PAGE % b"Service Unavailable"),
    "html": PlainAnswer(200, "text/html", _PAGE % b"Down for maintenance"),
    "empty_body": PlainAnswer(200, "application/atom+xml", b""),
}


class FaultPlan:
    """Faults in the order they were asked for; each request takes the next that is meant for it."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.kind not in get_args(FaultKind):
            raise ValueError(f"unknown fault {fault.kind!r}")
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def next(self, ids: Collection[str]) -> Fault | None:
        fault = next((fault for fault in self._waiting if fault.with_id is None or fault.with_id in ids), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return fault
