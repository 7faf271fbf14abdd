"""Column types that mean the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

Snowflake = BigInteger
"""A Discord id: up to 64 bits, given by Discord, never counted up here."""

SurrogateKey = BigInteger().with_variant(Integer, "sqlite")
"""A number of our own. SQLite counts up only what is declared INTEGER PRIMARY KEY."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware on both sides of the database, whatever zone it came in; naive values are refused.

    SQLite has no type for it and forgets the zone, so there it stands as UTC wall-clock text, which sorts by
    time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime is no instant: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
