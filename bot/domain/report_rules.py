"""Who may say what to a report, decided by what they see of it."""

from __future__ import annotations

from typing import Literal

from bot.domain.report_views import ReportView
from bot.errors import NotAllowed

Saying = Literal["same", "answer", "ask", "link", "hide", "unhide", "contest"]


def check_may(saying: Saying, view: ReportView) -> None:
    """Raises NotAllowed where this member may not say that to the report."""
    if saying in {"same", "ask"} and view.mine:
        raise NotAllowed("This report is your own. Use **Answer** to add to it, or **Edit** to change its words.")
    if saying == "link" and not view.mine:
        raise NotAllowed("Only who wrote a report can change it. Use **Answer** to add to it.")
    if saying in {"hide", "unhide"} and not view.may_hide:
        raise NotAllowed(
            "This report is your own. Remove it, or ask another manager to look at it."
            if view.mine
            else "Only managers can hide reports or show them again. Ask one of them."
        )
    if saying == "contest" and not view.may_contest:
        raise NotAllowed("You can contest once, while your report is hidden. See it with /reports show.")


def check_own(view: ReportView) -> None:
    """Raises NotAllowed for whoever did not write it."""
    if not view.mine:
        raise NotAllowed("Only who wrote a report can remove it; a manager can hide it.")
