"""Whether the machine's clock is right, by the date that Discord puts on its answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.check.finding import Finding

WARN_SECONDS, FAIL_SECONDS = 2, 60
"""Members have three seconds for an answer, and schedules run by the minute."""

_HALF = timedelta(seconds=0.5)
"""The date is cut to whole seconds, and always in GMT (RFC 9110, 5.6.7)."""


def compare(date: str | None, asked_at: datetime, answered_at: datetime) -> Finding:
    """`date` is the header's, sent some time between the two instants of the machine's clock."""
    try:
        theirs = parsedate_to_datetime(date or "").replace(tzinfo=UTC) + _HALF
    except ValueError:
        return Finding("warn", "clock", "Discord's answer has no date to compare with; see that the machine uses NTP")
    off = ((asked_at - theirs) + (answered_at - theirs)).total_seconds() / 2
    unsure = (answered_at - asked_at).total_seconds() / 2 + _HALF.total_seconds()
    if abs(off) - unsure <= WARN_SECONDS:
        return Finding("ok", "clock", "agrees with Discord's")
    words = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} Discord's; let the machine set it by NTP"
    return Finding("fail" if abs(off) - unsure > FAIL_SECONDS else "warn", "clock", words)
