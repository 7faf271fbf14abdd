"""A paper in plain words: one explanation for each member and paper, one vote for each member and paper."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.explanations import Draft, Explanation, best_first
from bot.errors import DoneElsewhere, NotAllowed, NotFound
from bot.services.reading_list import check_known
from bot.storage import explanations, interactions
from bot.storage.database import Database

PAGE_SIZE = 3

GONE = "That explanation is not there any more. Open the list again with **Explanations**, behind **More** on a card."


class ExplanationPage(NamedTuple):
    """One page, the best first; `number` is counted from 0. `voted` is the one that the asker votes for, on whichever
    page it stands; `own` whether one of all is theirs."""

    number: int
    shown: tuple[Explanation, ...]
    total: int
    voted: int | None
    own: bool


class Explanations:
    """Every call is one transaction, safe to make from forty members at once."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def own(self, server_id: int, number: int, user_id: int) -> Draft | None:
        """What the member wrote, to be changed."""
        async with self._db.read() as conn:
            return await explanations.own(conn, server_id, number, user_id)

    async def put(self, server_id: int, number: int, user_id: int, draft: Draft) -> bool:
        """Takes the place of the member's earlier one. True when there was none."""
        new_id = secrets.randbits(62) + 1
        async with self._db.write() as conn:
            await check_known(conn, number)
            return await explanations.put(conn, new_id, server_id, number, user_id, draft, self._clock.now())

    async def page(self, server_id: int, number: int, user_id: int, page: int) -> ExplanationPage:
        """The last page when there are fewer."""
        async with self._db.read() as conn:
            found = best_first(await explanations.of_paper(conn, server_id, number))
            voted = await explanations.voted(conn, server_id, number, user_id)
        at = max(0, min(page, (len(found) - 1) // PAGE_SIZE))
        shown = tuple(found[at * PAGE_SIZE : (at + 1) * PAGE_SIZE])
        return ExplanationPage(at, shown, len(found), voted, any(each.user_id == user_id for each in found))

    async def vote(self, server_id: int, explanation_id: int, user_id: int, *, interaction_id: int) -> int:
        """Votes, moves the vote here, or takes it back; raises DoneElsewhere when this interaction did so already.
        Returns the paper's number."""
        now = self._clock.now()
        async with self._db.write() as conn:
            if not await interactions.first(conn, interaction_id, now):
                raise DoneElsewhere
            found = await explanations.lock(conn, server_id, explanation_id)
            if found is None:
                raise NotFound(GONE)
            await explanations.toggle_vote(conn, server_id, found.paper_number, user_id, explanation_id, now)
        return found.paper_number

    async def remove(self, server_id: int, explanation_id: int, user_id: int, *, manager: bool) -> int:
        """By its author or a manager. Returns the paper's number."""
        async with self._db.write() as conn:
            found = await explanations.lock(conn, server_id, explanation_id)
            if found is None:
                raise NotFound(GONE)
            if not manager and found.user_id != user_id:
                raise NotAllowed("Only the person who wrote it, or a manager, can take an explanation away.")
            await explanations.remove(conn, explanation_id)
        return found.paper_number
