"""How late each kind may still be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.occurrences import Kind, Occurrence, too_late

DUE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def occurrence(kind: Kind, **ids: int) -> Occurrence:
    return Occurrence(id=1, server_id=2, kind=kind, due_at=DUE, **ids)


@pytest.mark.parametrize(("kind", "hours"), [("poll", 24), ("start", 24), ("digest", 48), ("reminder", 12)])
def test_each_kind_may_be_so_late_and_no_more(kind: Kind, hours: int) -> None:
    limit = DUE + timedelta(hours=hours)
    assert not too_late(occurrence(kind), limit)
    assert too_late(occurrence(kind), limit + timedelta(seconds=1))


def test_a_poll_that_is_over_is_counted_however_late() -> None:
    assert not too_late(occurrence("close"), DUE + timedelta(days=4000))


@pytest.mark.parametrize(
    ("due", "begun"),
    [
        (occurrence("poll"), False),
        (occurrence("poll", round_id=3), True),
        (occurrence("start", round_id=3), True),
        (occurrence("digest", digest_id=4), True),
        (occurrence("reminder", round_id=3), False),
        (occurrence("close", round_id=3), False),
    ],
)
def test_begun_is_what_may_be_on_discord_in_part(due: Occurrence, begun: bool) -> None:
    assert due.begun is begun
