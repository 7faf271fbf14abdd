"""Where ids stand in line after a request that did not bring them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from random import Random

from bot.domain.lookups import APART, Lookup, next_try, put_apart
from bot.domain.papers import PaperId
from bot.domain.source_gates import look_again_at
from bot.sources.ports import SourceFailed
from bot.storage import lookups
from bot.storage.database import Connection


async def after_failure(
    conn: Connection, wanted: Sequence[Lookup], now: datetime, failure: SourceFailed, random: Random
) -> None:
    """Nobody knows yet whether the service or one of the ids is the cause."""
    if failure.may_be_one_id:
        for marked, half in put_apart(wanted, now):
            await lookups.apart(conn, half, marked)
        return
    apart = bool(wanted) and wanted[0].apart
    await put_back(conn, wanted, now, APART if apart else failure.reason, random, retry_after=failure.retry_after)


async def after_fault_of_its_own(
    conn: Connection, wanted: Sequence[Lookup], now: datetime, failure: SourceFailed, random: Random
) -> list[PaperId]:
    """An id failed alone while the service works: there is no such paper where the request was found at fault, else
    it waits for the service to get over it. Either way it never travels with others again. Returns what is missing."""
    if not failure.refused:
        await put_back(conn, wanted, now, APART, random)
        return []
    await mark_missing(conn, wanted, now, APART)
    return [lookup.id for lookup in wanted]


async def mark_missing(conn: Connection, missing: Iterable[Lookup], now: datetime, reason: str = "") -> None:
    """The service knows no such papers; they are looked for again, rarer and rarer."""
    for looks, same in _grouped(missing, lambda lookup: lookup.looks):
        await lookups.missing(conn, same, look_again_at(now, looks + 1), reason)


async def put_back(
    conn: Connection,
    wanted: Iterable[Lookup],
    now: datetime,
    reason: str,
    random: Random,
    *,
    retry_after: float | None = None,
) -> None:
    """They are tried again later. One time for all that failed as often, so that they go out together again."""
    for attempts, same in _grouped(wanted, lambda lookup: lookup.attempts):
        await lookups.failed(conn, same, next_try(attempts, now, retry_after, random), reason)


def _grouped(rows: Iterable[Lookup], key: Callable[[Lookup], int]) -> list[tuple[int, list[PaperId]]]:
    return [(count, [lookup.id for lookup in same]) for count, same in groupby(sorted(rows, key=key), key=key)]
