"""What a reply should be now, worked out from what is stored; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.paper_cards import Card, ReplyPlan, form_for
from bot.domain.papers import PaperId
from bot.domain.stored_paper import StoredPaper
from bot.storage import lookups, mentions, papers, replies
from bot.storage.community import community
from bot.storage.database import Connection
from bot.storage.replies import Claim

LOOK_AGAIN = timedelta(minutes=10)
"""A reply that waits for a paper is told when it comes; where that word is lost (another process, another database
transaction under way) it looks by itself."""


class _Content(NamedTuple):
    cards: tuple[Card, ...]
    missing: bool
    waiting: bool


_NOTHING = _Content((), missing=False, waiting=False)


class ReplyPlans:
    """Plans for claimed replies. `schemes` are the kinds of papers that some source can fetch."""

    def __init__(self, clock: Clock, schemes: Collection[str]) -> None:
        self._clock = clock
        self._schemes = schemes

    async def plan(
        self, conn: Connection, claim: Claim, known: Mapping[PaperId, StoredPaper] | None = None
    ) -> ReplyPlan | None:
        """What the claimed reply should be; `known` are all papers of its message that are, where somebody has just
        looked. None when there is nothing to do: then the lease is over already."""
        content = _NOTHING
        if claim.message_id is not None:
            content = await self._content(conn, claim.server_id, claim.message_id, known)
        plan = ReplyPlan(
            reply_id=claim.id,
            server_id=claim.server_id,
            channel_id=claim.channel_id,
            message_id=claim.message_id,
            posted_id=claim.posted_id,
            generation=claim.generation,
            attempts=claim.attempts,
            claimed_due_at=claim.due_at,
            cards=content.cards,
            missing=content.missing,
            look_again_at=self._clock.now() + LOOK_AGAIN if content.waiting else None,
            reacted=claim.reacted,
            hide_preview=claim.hide_preview,
        )
        if plan.cards or plan.posted_id is not None or plan.missing != plan.reacted:
            return plan
        if plan.message_id is None:
            await replies.drop(conn, [claim.id])
        else:
            await replies.record(
                conn,
                claim.id,
                claim.due_at,
                posted_id=None,
                reacted=claim.reacted,
                generation=claim.generation,
                look_again_at=plan.look_again_at,
            )
        return None

    async def _content(
        self,
        conn: Connection,
        server_id: int,
        message_id: int,
        known: Mapping[PaperId, StoredPaper] | None = None,
    ) -> _Content:
        named = [
            m.paper for m in await mentions.of_message(conn, server_id, message_id) if not m.quiet and not m.dismissed
        ]
        if not named:
            return _NOTHING
        if known is None:
            known = await papers.by_ids(conn, named)
        # Ids that no source can fetch show a paper only where it is known by another of its ids.
        unknown = [paper for paper in named if paper not in known and paper.scheme in self._schemes]
        missing = waiting = False
        if unknown:
            states = await lookups.states(conn, unknown)
            await lookups.wait(conn, [paper for paper in unknown if paper not in states], self._clock.now())
            missing = any(state.state == "missing" for state in states.values())
            waiting = any(paper not in states or states[paper].state == "waiting" for paper in unknown)
        numbers = list(dict.fromkeys(known[paper].number for paper in named if paper in known))
        by_number = {known[paper].number: known[paper] for paper in named if paper in known}
        known_here = await community(conn, server_id, numbers)
        return _Content(
            tuple(
                Card(
                    paper=by_number[number],
                    community=known_here[number],
                    form=form_for(known_here[number], message_id),
                )
                for number in numbers
            ),
            missing=missing,
            waiting=waiting,
        )

    async def cared_for(self, conn: Connection, server_id: int, reply: replies.Found) -> bool:
        """Whether somebody saved or voted for a paper that the posted reply shows."""
        if reply.posted_id is None or reply.message_id is None:
            return False
        content = await self._content(conn, server_id, reply.message_id)
        return any(card.community.saved or card.community.votes for card in content.cards)
