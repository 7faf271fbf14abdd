"""What reports come to, in a few words: on cards, announcements and digests."""

from __future__ import annotations

from collections.abc import Mapping

from discord.utils import format_dt

from bot.domain.report_sums import ReportSum
from bot.domain.reports import Group, Learned

_SYMBOLS: Mapping[Group, str] = {"works": "✅", "partly": "◐", "fails": "✗"}


LEARNED_WORDS: Mapping[Learned, str] = {
    "reported": " that somebody tried",
    "reproduced": " that somebody could reproduce",
    "failed": " that somebody could not reproduce",
    "explained": " that somebody explained",
}
"""After "12 papers"."""


def sum_words(total: ReportSum) -> str:
    """`✅ 2 · ◐ 1 · ✗ 3, the last one 5 days ago`."""
    counts = group_words({"works": total.works, "partly": total.partly, "fails": total.fails})
    return f"{counts}, the last one {format_dt(total.latest, 'R')}"


def tried_words(total: ReportSum) -> str:
    """`3 tried it, 1 could`."""
    return f"{total.people} tried it, {total.works or 'nobody'} could"


def group_words(counts: Mapping[Group, int]) -> str:
    """`✅ 1 · ✗ 2`: only groups with somebody in them."""
    return " · ".join(f"{_SYMBOLS[group]} {counts[group]}" for group in _SYMBOLS if counts.get(group))
