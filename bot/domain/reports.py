"""What members found when they tried a paper, as it is kept: one report for each member and paper, and what others
say to it.

docs/decisions/0015 says what a report holds, `bot.domain.report_views` who sees what of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Outcome = Literal[
    "reproduced",
    "partly",
    "only in narrow settings",
    "did not reproduce",
    "works in production",
    "does not work in production",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

SYMBOLS: Mapping[Outcome, str] = {
    "reproduced": "✅",
    "partly": "◐",
    "only in narrow settings": "◔",
    "did not reproduce": "✗",
    "works in production": "🚀",
    "does not work in production": "⛔",
}

Group = Literal["works", "partly", "fails"]
GROUPS: Mapping[Outcome, Group] = {
    "reproduced": "works",
    "works in production": "works",
    "partly": "partly",
    "only in narrow settings": "partly",
    "did not reproduce": "fails",
    "does not work in production": "fails",
}
"""What the sum on a card counts together."""

Learned = Literal["reported", "reproduced", "failed", "explained"]
LEARNED: tuple[Learned, ...] = get_args(Learned)
"""By what a list is narrowed. `reproduced` and `failed`: somebody reported an outcome of that group."""

AnswerKind = Literal["answer", "question"]

SETTING_LENGTH, TRIED_LENGTH, HAPPENED_LENGTH, MADE_WORK_LENGTH, LINK_LENGTH = 300, 1000, 1000, 800, 300
"""Together below the 4,000 characters of a message, in which a refused form keeps what was typed."""

LINE_LENGTH, ANSWER_LENGTH, REASON_LENGTH = 200, 500, 300

REPORTS_AN_HOUR, ANSWERS_AN_HOUR, QUESTIONS_AN_HOUR = 5, 20, 5
"""By one member in one server. A question pings somebody, so there are fewer."""

_SOONEST = timedelta(minutes=1)


class Words(BaseModel):
    """What a report says."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    setting: str
    tried: str
    happened: str
    made_work: str = ""
    link: str | None = None


class Report(BaseModel):
    """As it is kept. `shown_at` is when others could first see it. Of one without a name `waits_until` is the batch
    that something waits for: the whole report, its `pending` words, or its end (`leaving`). `told_at` is when its
    author was told that it is hidden."""

    model_config = ConfigDict(frozen=True)

    id: int
    server_id: int
    paper: int
    author_id: int
    anonymous: bool
    words: Words
    made_at: datetime
    edited_at: datetime | None = None
    shown_at: datetime | None = None
    waits_until: datetime | None = None
    pending: Words | None = None
    leaving: bool = False
    hidden_at: datetime | None = None
    hidden_reason: str | None = None
    told_at: datetime | None = None
    contested_at: datetime | None = None
    contested_with: str | None = None


class Edit(BaseModel):
    """What a report said before that moment; for its author and managers."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    before: Words


class Confirmation(BaseModel):
    """ "Same here", always with a name."""

    model_config = ConfigDict(frozen=True)

    user_id: int
    line: str | None
    at: datetime


class Answer(BaseModel):
    """As it is kept. `difference_at` is since when others see that it explains the outcome."""

    model_config = ConfigDict(frozen=True)

    id: int
    report_id: int
    user_id: int
    kind: AnswerKind
    text: str
    says_author: bool
    difference_at: datetime | None
    shown_at: datetime
    at: datetime


def next_batch(now: datetime) -> datetime:
    """When what has no name is shown next: on the full hour, a minute away at least."""
    hour = full_hour(now) + timedelta(hours=1)
    return hour if hour - now >= _SOONEST else hour + timedelta(hours=1)


def full_hour(now: datetime) -> datetime:
    """The last one."""
    return now.replace(minute=0, second=0, microsecond=0)
