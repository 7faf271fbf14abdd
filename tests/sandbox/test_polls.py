"""A poll from its first vote to its result."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bodies import poll_problems
from sandbox.polls import NotTheAuthor, Poll, PollEnded, VoteChange

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOT, ADA, BEN, CAM = 1, 2, 3, 4
BODY: dict[str, Any] = {
    "question": {"text": "Which paper?"},
    "answers": [
        {"poll_media": {"text": "BERT"}},
        {"poll_media": {"text": "GPT", "emoji": {"id": None, "name": "🤖"}}},
        {"poll_media": {"text": "T5", "emoji": {"id": "77", "name": "t5", "animated": True}}},
    ],
    "duration": 72.0,
    "layout_type": 1,
}


def new_poll(**more: Any) -> Poll:
    assert poll_problems(BODY | more) == []
    return Poll.create(BODY | more, author_id=BOT, now=NOW)


def fields_of(poll: Poll) -> dict[str, str]:
    embed = poll.result_embed()
    assert embed["type"] == "poll_result"
    return {field["name"]: field["value"] for field in embed["fields"]}


def ended_with(*votes: tuple[int, int], **more: Any) -> Poll:
    poll = new_poll(**more)
    for user_id, answer_id in votes:
        poll.vote(user_id, answer_id, now=NOW)
    poll.end(BOT, now=NOW)
    return poll


def test_a_new_poll_as_discord_shows_it() -> None:
    assert new_poll().payload(me=BOT) == {
        "question": {"text": "Which paper?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "BERT"}},
            {"answer_id": 2, "poll_media": {"text": "GPT", "emoji": {"id": None, "name": "🤖"}}},
            {
                "answer_id": 3,
                "poll_media": {"text": "T5", "emoji": {"id": "77", "name": "t5", "animated": True}},
            },
        ],
        "expiry": "2026-03-05T09:00:00+00:00",
        "allow_multiselect": False,
        "layout_type": 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }


def test_without_a_duration_it_lasts_a_day() -> None:
    assert new_poll(duration=None).expiry == NOW + timedelta(hours=24)


def test_one_choice_is_moved_by_a_second_vote() -> None:
    poll = new_poll()
    assert poll.vote(ADA, 1, now=NOW) == [VoteChange(ADA, 1, added=True)]
    assert poll.vote(ADA, 1, now=NOW) == []
    assert poll.vote(ADA, 2, now=NOW) == [VoteChange(ADA, 1, added=False), VoteChange(ADA, 2, added=True)]
    assert poll.choices_of(ADA) == [2]


def test_several_choices_stand_together() -> None:
    poll = new_poll(allow_multiselect=True)
    poll.vote(ADA, 1, now=NOW)
    poll.vote(ADA, 3, now=NOW)
    assert poll.choices_of(ADA) == [1, 3]
    assert poll.unvote(ADA, 1, now=NOW) == [VoteChange(ADA, 1, added=False)]
    assert poll.unvote(ADA, 1, now=NOW) == []
    assert poll.choices_of(ADA) == [3]


def test_an_unknown_answer_is_an_error() -> None:
    with pytest.raises(KeyError):
        new_poll().vote(ADA, 4, now=NOW)


def test_counts_name_voted_answers_only_and_who_looks() -> None:
    poll = new_poll()
    poll.vote(ADA, 2, now=NOW)
    poll.vote(BEN, 2, now=NOW)
    assert poll.payload(me=ADA)["results"]["answer_counts"] == [{"id": 2, "count": 2, "me_voted": True}]
    assert poll.payload(me=BOT)["results"]["answer_counts"] == [{"id": 2, "count": 2, "me_voted": False}]


def test_voters_come_in_pages_by_id() -> None:
    poll = new_poll()
    for user_id in (9, 5, 7):
        poll.vote(user_id, 1, now=NOW)
    assert poll.voters(1, limit=2) == [5, 7]
    assert poll.voters(1, after=7) == [9]
    assert poll.voters(2) == []


def test_it_expires_once_and_takes_no_votes_from_then_on() -> None:
    poll = new_poll()
    poll.vote(ADA, 1, now=NOW)
    last_moment = poll.expiry - timedelta(seconds=1)
    assert not poll.expire(now=last_moment)
    poll.vote(BEN, 1, now=last_moment)
    for act in (poll.vote, poll.unvote):  # even before anybody has noticed
        with pytest.raises(PollEnded):
            act(ADA, 1, now=poll.expiry)
    assert poll.expire(now=poll.expiry)
    assert not poll.expire(now=poll.expiry)


def test_only_the_author_ends_it_and_only_once() -> None:
    poll = new_poll()
    with pytest.raises(NotTheAuthor):
        poll.end(ADA, now=NOW)
    poll.end(BOT, now=NOW + timedelta(hours=1))
    assert poll.payload(me=BOT)["expiry"] == "2026-03-02T10:00:00+00:00"
    with pytest.raises(PollEnded):
        poll.end(BOT, now=NOW + timedelta(hours=2))
    with pytest.raises(PollEnded):
        poll.vote(ADA, 1, now=NOW)
    assert not poll.expire(now=NOW + timedelta(hours=100))


def test_counts_are_exact_only_when_final() -> None:
    poll = ended_with((ADA, 1), (BEN, 1), (CAM, 2))
    poll.miscounts = {1: -1, 2: 2}
    running = poll.payload(me=BOT)["results"]
    assert running == {
        "is_finalized": False,
        "answer_counts": [{"id": 1, "count": 1, "me_voted": False}, {"id": 2, "count": 3, "me_voted": False}],
    }
    poll.finalize()
    final = poll.payload(me=BOT)["results"]
    assert final["is_finalized"]
    assert {one["id"]: one["count"] for one in final["answer_counts"]} == {1: 2, 2: 1}


def test_an_open_poll_cannot_be_finalized() -> None:
    with pytest.raises(ValueError, match="open"):
        new_poll().finalize()


def test_the_result_names_the_victor() -> None:
    assert fields_of(ended_with((ADA, 1), (BEN, 1), (CAM, 2))) == {
        "poll_question_text": "Which paper?",
        "victor_answer_votes": "2",
        "total_votes": "3",
        "victor_answer_id": "1",
        "victor_answer_text": "BERT",
    }


def test_the_result_shows_the_victors_emoji() -> None:
    fields = fields_of(ended_with((ADA, 3)))
    assert fields["victor_answer_emoji_id"] == "77"
    assert fields["victor_answer_emoji_name"] == "t5"
    assert fields["victor_answer_emoji_animated"] == "true"
    assert "victor_answer_emoji_id" not in fields_of(ended_with((ADA, 2)))


@pytest.mark.parametrize(
    ("votes", "most", "total"), [([], "0", "0"), ([(ADA, 1), (BEN, 2)], "1", "2")], ids=["none", "tie"]
)
def test_without_one_winner_there_is_no_victor(votes: list[tuple[int, int]], most: str, total: str) -> None:
    assert fields_of(ended_with(*votes)) == {
        "poll_question_text": "Which paper?",
        "victor_answer_votes": most,
        "total_votes": total,
    }


def test_a_lone_answer_does_not_win_without_votes() -> None:
    assert "victor_answer_id" not in fields_of(ended_with(answers=BODY["answers"][:1]))


@settings(max_examples=60, deadline=None)
@given(
    st.booleans(),
    st.lists(st.tuples(st.booleans(), st.integers(2, 5), st.integers(1, 3)), max_size=20),
)
def test_changes_add_up_to_the_votes(multiple: bool, acts: list[tuple[bool, int, int]]) -> None:
    poll = new_poll(allow_multiselect=multiple)
    told: set[tuple[int, int]] = set()
    for voting, user_id, answer_id in acts:
        for change in (poll.vote if voting else poll.unvote)(user_id, answer_id, now=NOW):
            one = (change.user_id, change.answer_id)
            assert (one in told) != change.added
            told = told | {one} if change.added else told - {one}
    assert told == {(user_id, answer_id) for user_id in range(2, 6) for answer_id in poll.choices_of(user_id)}
    assert multiple or all(len(poll.choices_of(user_id)) <= 1 for user_id in range(2, 6))
