"""Lines about a report that stand in more than one place."""

from __future__ import annotations

from discord.utils import format_dt

from bot.domain.report_views import AnswerView, ReportView
from bot.domain.reports import SYMBOLS, Words
from bot.domain.text import literal_within


def outcome(words: Words, most: int) -> str:
    """`✗ did not reproduce · CIFAR-10, one GPU`."""
    return f"{SYMBOLS[words.outcome]} **{words.outcome}** · {literal_within(one_line(words.setting), most)}"


def who(report: ReportView) -> str:
    """Who wrote it and when, as far as this member may know."""
    by = "without a name" if report.author_id is None else f"by <@{report.author_id}>"
    yours = " (yours)" if report.mine else ""
    edited = " · edited" if report.edited else ""
    return f"{by}{yours} {format_dt(report.at, 'D')}{edited}"


def by_whom(answer: AnswerView) -> str:
    """`@ada, says to be an author, answers`."""
    by = "the reporter" if answer.user_id is None else f"<@{answer.user_id}>"
    author = ", says to be an author," if answer.says_author else ""
    return f"{by}{author} {'asks' if answer.kind == 'question' else 'answers'}"


def notices(report: ReportView, *, reason: int, contested: int) -> list[str]:
    """What stands between the report and others. The numbers are how long a manager's reason, and what its author
    says against it, may be."""
    lines = []
    if report.waits_until is not None:
        lines.append(f"-# Others see it as it stands here {format_dt(report.waits_until, 'R')}.")
    if report.hidden_reason is not None:
        lines.append(f"⚠️ Hidden by a manager: {literal_within(one_line(report.hidden_reason), reason)}")
    if report.contested_with is not None:
        lines.append(f"Its author contests that: {literal_within(one_line(report.contested_with), contested)}")
    elif report.may_contest:
        lines.append("-# Only you and managers see it. **Contest** is behind **Read**, once.")
    return lines


def count(number: int, what: str) -> str:
    """`2 answers`; nothing for none."""
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def one_line(text: str) -> str:
    """Without line breaks, so that nothing begins a line of its own."""
    return " ".join(text.split())
