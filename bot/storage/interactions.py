"""Which of the members' presses and commands were carried out.

Discord tells every process on a shard of each: two while a new version takes over from the old one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import insert_on
from bot.storage.prepared import Prepared
from bot.storage.tables import interaction

KEPT = timedelta(minutes=15)
"""After this long Discord takes no answer any more (developers/interactions/receiving-and-responding)."""


async def first(conn: AsyncConnection, interaction_id: int, now: datetime) -> bool:
    """Whether nobody has carried this out. From the end of the transaction on, somebody has."""
    await _FORGET.run(conn, {"before": now - KEPT})
    return await _NOTE.first(conn, {"id": interaction_id, "at": now}) is not None


_FORGET = Prepared(lambda _dialect: delete(interaction).where(interaction.c.at < bindparam("before")))
_NOTE = Prepared(lambda dialect: insert_on(dialect, interaction).on_conflict_do_nothing().returning(interaction.c.id))
