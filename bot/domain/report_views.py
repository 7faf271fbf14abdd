"""Who may see what of a report, decided here alone. docs/decisions/0016 says what one without a name keeps secret."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.reports import Answer, AnswerKind, Report, Words


class Viewer(NamedTuple):
    """Who looks, and when."""

    user_id: int
    manager: bool
    now: datetime


class ReportView(BaseModel):
    """As one member sees it. `author_id` is None of one without a name, also for its author, who knows it by `mine`;
    `at` is the moment of writing, or of the batch. `contested_with` is what its author says against being hidden."""

    model_config = ConfigDict(frozen=True)

    id: int
    paper: int
    author_id: int | None
    anonymous: bool
    mine: bool
    words: Words
    at: datetime
    edited: bool
    waits_until: datetime | None
    hidden_reason: str | None
    contested_with: str | None
    may_contest: bool
    may_hide: bool

    @property
    def hidden(self) -> bool:
        return self.hidden_reason is not None


def visible(report: Report, viewer: Viewer) -> ReportView | None:
    """What the viewer may see of it: the one place that decides so. None when it is not there for them."""
    mine = report.author_id == viewer.user_id
    if mine and report.leaving:
        return None
    if not mine and (report.shown_at is None or (report.hidden_at is not None and not viewer.manager)):
        return None
    told = mine or viewer.manager
    contest_seen = report.contested_at is not None and (mine or report.contested_at <= viewer.now)
    return ReportView(
        id=report.id,
        paper=report.paper,
        author_id=None if report.anonymous else report.author_id,
        anonymous=report.anonymous,
        mine=mine,
        words=(report.pending or report.words) if mine else report.words,
        at=(report.shown_at or report.made_at) if report.anonymous else report.made_at,
        edited=report.edited_at is not None or (mine and report.pending is not None),
        waits_until=report.waits_until if mine else None,
        hidden_reason=report.hidden_reason if told else None,
        contested_with=report.contested_with if told and contest_seen else None,
        may_contest=mine and report.hidden_at is not None and report.contested_at is None,
        may_hide=viewer.manager and not mine and report.shown_at is not None,
    )


class AnswerView(BaseModel):
    """As one member sees it. `user_id` is None where the reporter without a name wrote it."""

    model_config = ConfigDict(frozen=True)

    id: int
    user_id: int | None
    kind: AnswerKind
    text: str
    says_author: bool
    made_difference: bool
    at: datetime
    waits: bool
    mine: bool


def visible_answer(answer: Answer, report: Report, viewer: Viewer) -> AnswerView | None:
    """The same for an answer to a report that the viewer sees."""
    mine = answer.user_id == viewer.user_id
    if answer.shown_at > viewer.now and not mine:
        return None
    by_reporter = answer.user_id == report.author_id
    marked = answer.difference_at is not None and (
        answer.difference_at <= viewer.now or report.author_id == viewer.user_id
    )
    return AnswerView(
        id=answer.id,
        user_id=None if by_reporter and report.anonymous else answer.user_id,
        kind=answer.kind,
        text=answer.text,
        says_author=answer.says_author,
        made_difference=marked,
        at=answer.shown_at,
        waits=answer.shown_at > viewer.now,
        mine=mine,
    )
