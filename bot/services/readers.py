"""What is a member's own: how far they are with a paper, and their note on it."""

from __future__ import annotations

from bot.clock import Clock
from bot.domain.reading_list import MemberView, Status, note_text
from bot.errors import NotFound
from bot.services.reading_list import NOT_ON_LIST, check_known
from bot.storage import reading_list, readings
from bot.storage.database import Database


class Readers:
    """Every call is one transaction, safe to repeat. A status needs no entry on the list; a note does."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, server_id: int, number: int, user_id: int) -> MemberView:
        """What this member sees of a paper besides its card."""
        async with self._db.read() as conn:
            return MemberView(
                status=await readings.status_of(conn, server_id, number, user_id),
                saved=await reading_list.on_list(conn, server_id, number),
                tags=await reading_list.tags(conn, server_id, number),
                notes=tuple(await reading_list.notes(conn, server_id, number)),
            )

    async def set_status(self, server_id: int, number: int, user_id: int, status: Status | None) -> bool:
        """None takes it away. False when nothing changed."""
        async with self._db.write() as conn:
            if status is None:
                return await readings.clear_status(conn, server_id, number, user_id)
            await check_known(conn, number)
            return await readings.set_status(conn, server_id, number, user_id, status, self._clock.now())

    async def set_note(self, server_id: int, number: int, user_id: int, text: str) -> bool:
        """Takes the place of the member's earlier note; an empty one takes it away. True when there was one."""
        text = note_text(text)
        async with self._db.write() as conn:
            if not await reading_list.lock(conn, server_id, number):
                raise NotFound(NOT_ON_LIST)
            had = await reading_list.remove_note(conn, server_id, number, user_id)
            if text:
                await reading_list.set_note(conn, server_id, number, user_id, text, self._clock.now())
            return had
