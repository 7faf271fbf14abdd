"""Which servers a process works for, where several share them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, true


class Shards(NamedTuple):
    """Which servers this process speaks for (Discord's rule: `(server_id >> 22) % of_all`)."""

    of_all: int
    ids: tuple[int, ...]


def ours(server_id: ColumnElement[int], shards: Shards | None) -> ColumnElement[bool]:
    """Rows of this process's servers; all of them without shards."""
    if shards is None:
        return true()
    # a whole division, since PostgreSQL shifts by an `integer` only and every number is sent as a `bigint`
    return (server_id // (1 << 22) % shards.of_all).in_(shards.ids)
