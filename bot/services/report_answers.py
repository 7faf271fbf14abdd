"""What others say to a report: same here, an answer, a question; and which answer made the difference."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.report_rules import check_may
from bot.domain.report_views import ReportView, Viewer, visible_answer
from bot.domain.reports import (
    ANSWERS_AN_HOUR,
    QUESTIONS_AN_HOUR,
    Answer,
    AnswerKind,
    Report,
    next_batch,
)
from bot.errors import DoneElsewhere, NotAllowed, NotFound, UserError
from bot.services.reports import HOUR, seen
from bot.storage import interactions, report_answers, reports
from bot.storage.database import Connection, Database

ANSWER_GONE = "That answer is not there any more. Open the report again with /reports show."


class Answered(NamedTuple):
    """`id` is the answer's; `ask` whom a question goes to, None for a reporter without a name; `shown_at` is when
    others see it, None when they do already."""

    id: int
    report: ReportView
    ask: int | None
    shown_at: datetime | None


class ReportAnswers:
    """Every call is one transaction. Each begins with what this member may see."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def confirm(self, server_id: int, report_id: int, user_id: int, line: str) -> int:
        """Same here, with a line if they like. Returns the report's paper."""
        async with self._db.write() as conn:
            found, view = await self._seen(conn, server_id, report_id, user_id, manager=False)
            check_may("same", view)
            await report_answers.confirm(conn, report_id, user_id, line or None, self._clock.now())
        return found.paper

    async def unconfirm(self, server_id: int, report_id: int, user_id: int) -> int:
        """Taken back. Returns the report's paper."""
        async with self._db.write() as conn:
            found, _ = await self._seen(conn, server_id, report_id, user_id, manager=False)
            await report_answers.unconfirm(conn, report_id, user_id)
        return found.paper

    async def answer(
        self,
        server_id: int,
        report_id: int,
        user_id: int,
        text: str,
        *,
        says_author: bool = False,
        manager: bool = False,
        interaction_id: int,
    ) -> Answered:
        """By anybody; that of a reporter without a name reads "the reporter" and waits for the batch."""
        return await self._add(
            server_id,
            report_id,
            user_id,
            "answer",
            text,
            says_author=says_author,
            manager=manager,
            interaction_id=interaction_id,
        )

    async def ask(
        self, server_id: int, report_id: int, user_id: int, text: str, *, manager: bool = False, interaction_id: int
    ) -> Answered:
        """The reporter is asked, in the paper's thread."""
        return await self._add(
            server_id, report_id, user_id, "question", text, manager=manager, interaction_id=interaction_id
        )

    async def _add(
        self,
        server_id: int,
        report_id: int,
        user_id: int,
        kind: AnswerKind,
        text: str,
        *,
        manager: bool,
        interaction_id: int,
        says_author: bool = False,
    ) -> Answered:
        now = self._clock.now()
        async with self._db.write() as conn:
            if not await interactions.first(conn, interaction_id, now):
                raise DoneElsewhere
            found, view = await self._seen(conn, server_id, report_id, user_id, manager=manager)
            check_may("ask" if kind == "question" else "answer", view)
            await reports.lock_member(conn, server_id, user_id)
            await self._within_limit(conn, server_id, user_id, kind, now)
            unnamed = view.mine and found.anonymous
            new = Answer(
                id=secrets.randbits(62) + 1,
                report_id=report_id,
                user_id=user_id,
                kind=kind,
                text=text,
                says_author=says_author and not unnamed,
                difference_at=None,
                shown_at=next_batch(now) if unnamed else now,
                at=now,
            )
            await report_answers.add(conn, new)
        return Answered(new.id, view, view.author_id, new.shown_at if unnamed else None)

    async def made_difference(self, server_id: int, answer_id: int, user_id: int, *, manager: bool) -> bool:
        """Says that this answer explains the outcome, or takes that back: the reporter or a manager. True when
        it does now."""
        now = self._clock.now()
        async with self._db.write() as conn:
            answer, found, view = await self._answer(conn, server_id, answer_id, user_id, manager=manager)
            if not (view.mine or manager):
                raise NotAllowed("Only who wrote the report, or a manager, can say what made the difference.")
            if answer.kind == "question":
                raise NotAllowed("A question explains nothing yet. Choose an answer.")
            unnamed = view.mine and found.anonymous
            seen = visible_answer(answer, found, Viewer(user_id, manager, now))
            marked = seen is not None and seen.made_difference
            if marked and unnamed and answer.difference_at is not None and answer.difference_at <= now:
                raise NotAllowed("Others see that already. Ask a manager to take it back.")
            at = next_batch(now) if unnamed else now
            await report_answers.set_difference(conn, answer_id, None if marked else at)
        return not marked

    async def take_away(self, server_id: int, answer_id: int, user_id: int, *, manager: bool) -> ReportView:
        """By who wrote it, or a manager."""
        async with self._db.write() as conn:
            answer, found, view = await self._answer(conn, server_id, answer_id, user_id, manager=manager)
            if answer.user_id != user_id and not manager:
                raise NotAllowed("Only who wrote it, or a manager, can take it away.")
            if view.mine and found.anonymous and answer.user_id == user_id and answer.shown_at <= self._clock.now():
                raise NotAllowed("Others see it already. Ask a manager to take it away.")
            await report_answers.remove(conn, answer_id)
        return view

    async def _answer(
        self, conn: Connection, server_id: int, answer_id: int, user_id: int, *, manager: bool
    ) -> tuple[Answer, Report, ReportView]:
        answer = await report_answers.get(conn, server_id, answer_id)
        if answer is None:
            raise NotFound(ANSWER_GONE)
        found, view = await self._seen(conn, server_id, answer.report_id, user_id, manager=manager)
        if visible_answer(answer, found, Viewer(user_id, manager, self._clock.now())) is None:
            raise NotFound(ANSWER_GONE)
        return answer, found, view

    async def _seen(
        self, conn: Connection, server_id: int, report_id: int, user_id: int, *, manager: bool
    ) -> tuple[Report, ReportView]:
        return await seen(conn, server_id, report_id, Viewer(user_id, manager, self._clock.now()), lock=True)

    async def _within_limit(
        self, conn: Connection, server_id: int, user_id: int, kind: AnswerKind, now: datetime
    ) -> None:
        since = now - HOUR
        many = await report_answers.written_since(conn, server_id, user_id, since) >= ANSWERS_AN_HOUR
        if kind == "question":
            asked = await report_answers.written_since(conn, server_id, user_id, since, kind=kind)
            many = many or asked >= QUESTIONS_AN_HOUR
        if many:
            raise UserError("That was a lot within an hour. Wait a little, then send this one.")
