"""A poll with its counts, and the line that announces its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sandbox.polls import Poll
from sandbox.terminal.lines import Line, Span, span, wrap

_BAR = 20
"""Columns of the longest bar."""


def draw_poll(poll: Poll, width: int) -> list[Line]:
    """Question, answers with bars, and how it stands."""
    total = sum(poll.count(answer.id) for answer in poll.answers)
    rows: list[Line] = [*wrap((span(poll.question, "bold"),), width)]
    for answer in poll.answers:
        votes = poll.count(answer.id)
        bar = "█" * round(_BAR * votes / total) if total else ""
        rows += wrap((span("○ ", "dim"), Span(answer.text)), width)
        rows.append((span(f"  {bar:<{_BAR}} {votes}", "blue"),))
    state = "ended" if poll.ended else f"open until {poll.expiry + timedelta(seconds=30):%A %H:%M} UTC"
    return [*rows, (span(f"{total} vote{'' if total == 1 else 's'} · {state}", "dim"),)]


def draw_result(embeds: Sequence[Mapping[str, Any]], width: int) -> list[Line]:
    """What Discord says in the name of whoever made the poll."""
    rows: list[Line] = []
    for embed in embeds:
        values = {entry["name"]: entry["value"] for entry in embed.get("fields") or ()}
        won = values.get("victor_answer_text", "no single winner")
        rows += wrap((span("Poll closed: ", "dim"), Span(won)), width)
    return rows
