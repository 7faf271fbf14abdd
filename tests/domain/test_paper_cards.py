"""Which messages get cards, and in which form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.paper_cards import (
    MAX_POSTING_ATTEMPTS,
    Form,
    HeardMessage,
    ReplyPlan,
    form_for,
    is_watched,
    retry_posting_at,
)
from bot.domain.reading_list import Community, FirstShared
from bot.domain.servers import ServerSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAPERS, MEMES, THREAD = 11, 12, 13


def message(**changes: object) -> HeardMessage:
    fields: dict[str, object] = {
        "server_id": 1,
        "channel_id": PAPERS,
        "parent_id": None,
        "message_id": 100,
        "author_id": 7,
        "at": NOW,
        "links": (),
        "from_bot": False,
        "addresses_bot": False,
        "only_papers": True,
    }
    return HeardMessage.model_validate(fields | changes)


def settings(**changes: object) -> ServerSettings:
    fields: dict[str, object] = {
        "id": 1,
        "hide_previews": True,
        "watch_bots": False,
        "timezone": "UTC",
        "watched": frozenset(),
    }
    return ServerSettings.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("heard", "now", "watched"),
    [
        (message(), settings(), True),
        (message(), settings(watched={PAPERS}), True),
        (message(channel_id=MEMES), settings(watched={PAPERS}), False),
        (message(channel_id=THREAD, parent_id=PAPERS), settings(watched={PAPERS}), True),
        (message(channel_id=THREAD, parent_id=MEMES), settings(watched={PAPERS}), False),
        (message(channel_id=MEMES, addresses_bot=True), settings(watched={PAPERS}), True),
        (message(from_bot=True), settings(), False),
        (message(from_bot=True), settings(watch_bots=True), True),
        (message(from_bot=True, addresses_bot=True), settings(), False),
    ],
)
def test_what_is_watched(heard: HeardMessage, now: ServerSettings, watched: bool) -> None:
    assert is_watched(heard, now, ignored=False) is watched
    assert is_watched(heard, now, ignored=True) is False


def shared(message_id: int | None) -> Community:
    return Community(first_shared=FirstShared(at=NOW, author_id=7, channel_id=PAPERS, message_id=message_id))


def test_the_first_message_gets_the_full_card_and_later_ones_a_short_one() -> None:
    assert form_for(shared(100), 100) is Form.FULL
    assert form_for(shared(100), 101) is Form.SHORT
    assert form_for(Community(), 100) is Form.FULL


def test_a_paper_met_before_stays_met_when_its_first_message_was_deleted() -> None:
    assert form_for(shared(None), 101) is Form.SHORT
    assert form_for(shared(None), None) is Form.SHORT


def test_a_paper_that_was_only_saved_has_been_met() -> None:
    assert form_for(Community(saved_at=NOW), 100) is Form.SHORT


def plan(**changes: object) -> ReplyPlan:
    fields: dict[str, object] = {
        "reply_id": 1,
        "server_id": 2**63 - 1,
        "channel_id": 3,
        "message_id": 2**63 - 1,
        "posted_id": None,
        "generation": 0,
        "attempts": 1,
        "claimed_due_at": NOW,
        "cards": (),
        "missing": False,
        "reacted": False,
        "hide_preview": False,
        "look_again_at": None,
    }
    return ReplyPlan.model_validate(fields | changes)


def test_every_try_at_one_posting_has_the_same_nonce_and_no_other_has_it() -> None:
    assert plan(attempts=1).nonce == plan(attempts=5, reply_id=9).nonce
    others = {plan(generation=1).nonce, plan(message_id=5).nonce, plan(server_id=5).nonce}
    assert len(others | {plan().nonce}) == 4
    assert len(plan().nonce) <= 25


def test_posting_is_tried_again_for_about_a_day() -> None:
    at, waits = NOW, []
    for attempt in range(1, MAX_POSTING_ATTEMPTS + 1):
        following = retry_posting_at(attempt, at)
        assert following is not None
        waits.append(following - at)
        at = following
    assert waits[0] == timedelta(seconds=2)
    assert max(waits) == timedelta(hours=1)
    assert timedelta(hours=20) < at - NOW < timedelta(hours=26)
    assert retry_posting_at(MAX_POSTING_ATTEMPTS + 1, at) is None
