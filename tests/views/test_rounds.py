"""Ballots, announcements and what else shows a round: that the worst papers fit, and what they say."""

from __future__ import annotations

from typing import get_args

import pytest
from discord import ui
from discord.utils import format_dt
from hypothesis import given

from bot.domain.ballot import Nomination
from bot.domain.papers import Paper
from bot.domain.rounds import LONGEST_HOURS, MOST_CANDIDATES, Candidate, Place, Reason, Round, State
from bot.services.rounds import HISTORY_PAGE, HistoryPage, Next, Shown
from bot.views.rounds import (
    ANSWER_LENGTH,
    REMINDER,
    RULE,
    ballot_view,
    closed_view,
    event_text,
    history_view,
    poll,
    question,
    reminder_view,
    result_view,
    show_view,
)
from tests.storage.examples import NOW, SERVER, make_paper
from tests.views.layouts import BIGGEST, active, buttons, empty, hostile_texts, longest, sound, stored

REASONS = get_args(Reason)
QUESTION_LENGTH = 300
EVENT_TEXT_LENGTH = 1000


def shown(papers: list[Paper], *, state: State = "open", winner: int | None = None, **changes: object) -> Shown:
    """A round with these papers, numbered downwards from the biggest, all ids as long as they come."""
    kept = {BIGGEST - index: stored(paper, BIGGEST - index) for index, paper in enumerate(papers)}
    candidates = tuple(
        Candidate(
            position=index,
            paper=number,
            reason=REASONS[index % len(REASONS)],
            nominated_by=BIGGEST if REASONS[index % len(REASONS)] == "nominated" else None,
            votes=99_999,
        )
        for index, number in enumerate(kept)
    )
    round_ = Round(
        id=BIGGEST,
        server_id=BIGGEST,
        number=99_999,
        channel_id=BIGGEST,
        state=state,
        hours=LONGEST_HOURS,
        made_at=NOW,
        ends_at=NOW,
        decided_at=NOW,
        poll_message_id=BIGGEST,
        meeting_at=NOW,
        candidates=candidates,
        winner=None if winner is None else BIGGEST - winner,
        tie=None if winner is None else "list votes",
        thread_id=BIGGEST,
    )
    return Shown(round_.model_copy(update=changes), kept, (BIGGEST,) * 30)


def coming(found: Shown) -> Next:
    places = tuple(Place(c.paper, c.reason, c.nominated_by) for c in found.round.candidates)
    return Next(places, found.papers, (Nomination(places[0].paper, BIGGEST, NOW),), NOW)


def history(found: Shown, count: int) -> HistoryPage:
    rounds = (found.round,) * count
    return HistoryPage(0, 99_999, rounds, found.papers)


def shown_now(found: Shown) -> ui.LayoutView:
    """`/poll show` with the same papers on the next ballot."""
    return show_view(found, coming(found))


def worst(count: int) -> list[Paper]:
    return [longest(f"2401.{index:05}") for index in range(count)]


@pytest.mark.parametrize("count", [2, 3, 4, MOST_CANDIDATES])
def test_the_longest_papers_fit_everywhere(count: int) -> None:
    found = shown(worst(count), winner=1)
    notes = [f"⚠️ Without *{'x' * 60}* in <#{BIGGEST}> no poll can open."] * 5
    for view in (
        ballot_view(found),
        result_view(found, thread_id=BIGGEST, role_id=BIGGEST),
        reminder_view(found, NOW),
        show_view(found, coming(found), notes=notes),
        show_view(shown(worst(count), state="decided", winner=0), coming(found), notes=notes),
        history_view(history(found, HISTORY_PAGE)),
    ):
        sound(view)
    assert len(event_text(found)) <= EVENT_TEXT_LENGTH


@pytest.mark.parametrize("count", [2, MOST_CANDIDATES])
def test_polls_keep_to_discords_limits(count: int) -> None:
    made = poll(shown([*worst(count - 1), empty()]))
    assert len(made.question) <= QUESTION_LENGTH
    assert made.question == question(99_999)
    assert made.duration.total_seconds() == LONGEST_HOURS * 3600
    texts = [answer.text for answer in made.answers]
    assert len(texts) == count
    assert all(0 < len(text) <= ANSWER_LENGTH for text in texts)
    assert [text.split(".")[0] for text in texts] == [str(number) for number in range(1, count + 1)]
    assert texts[-1] == f"{count}. arxiv:2401.00002"


@given(hostile_texts)
def test_titles_and_names_stay_words(title: str) -> None:
    """Only what stands in the layout anyway is acted on, whatever a paper is called."""
    plain, hostile = make_paper(), make_paper(title=title, authors=(title,) * 3)
    for view in (ballot_view, result_view, lambda found: history_view(history(found, 3)), shown_now):
        calm = active(sound(view(shown([plain] * 3, winner=0)), by_description=False))
        wild = active(sound(view(shown([hostile] * 3, winner=0)), by_description=False))
        assert wild == calm


def test_a_ballot_says_why_a_paper_is_there() -> None:
    texts = sound(ballot_view(shown([make_paper(title=name) for name in "ABCD"], hours=1)))
    assert texts[0] == "### Round 99999: which paper do we read?\nVote in the poll below; it is open for 1 hour."
    whys = [text.split("[PDF]")[1].partition(")")[2] for text in texts[1:]]
    assert whys == [f" · nominated by <@{BIGGEST}>", " · from the last ballot", "", " · from a field seldom read here"]
    assert buttons(ballot_view(shown([make_paper()] * 2)))["How papers get here"] == f"pc:1:ballot:{BIGGEST}"


def test_an_announcement_says_what_decided() -> None:
    papers = [make_paper(title=name) for name in "ABC"]
    by_list = sound(result_view(shown(papers, winner=1)))[0]
    assert "99999 of 299997 votes; others had as many, the reading list's votes decided." in by_list
    by_age = sound(result_view(shown(papers, winner=1, tie="older entry")))[0]
    assert "others had as many, the older entry won." in by_age
    alone = sound(result_view(shown(papers, winner=1, tie=None, meeting_at=None)._replace(presenters=())))
    assert alone[0].endswith("99999 of 299997 votes.")
    assert alone[1] == "-# 99999 · A\n-# 99999 · C"
    nobody = sound(result_view(shown(papers)))
    assert nobody == ["### Round 99999: nobody voted\nThere is no winner; the ballot carries over to the next round."]


def test_the_role_is_named_only_when_there_is_one() -> None:
    found = shown([make_paper()] * 2, winner=0)
    assert f"<@&{SERVER}>" in sound(result_view(found, role_id=SERVER))
    assert not any("<@&" in text for text in sound(result_view(found)))


def test_a_reminder_is_told_from_the_announcement_by_its_button() -> None:
    found = shown([make_paper()] * 2, winner=0)._replace(presenters=())
    (text,) = sound(reminder_view(found, NOW))
    assert text.splitlines()[0] == f"### We meet {format_dt(NOW, 'R')}"
    assert text.splitlines()[-1] == "Nobody presents yet."
    assert buttons(reminder_view(found, NOW))["I will present"] == f"pc:1:present:{BIGGEST}:{REMINDER}"
    assert buttons(result_view(found))["I will present"] == f"pc:1:present:{BIGGEST}"


@pytest.mark.parametrize(
    ("state", "poll_message_id", "words"),
    [
        ("cancelled", 1, "was called off"),
        ("lost", 1, "has no result: its poll was deleted"),
        ("lost", None, "could not be opened"),
    ],
)
def test_a_ballot_whose_round_has_no_result(state: State, poll_message_id: int | None, words: str) -> None:
    (text,) = sound(closed_view(shown([make_paper()] * 2, state=state, poll_message_id=poll_message_id)))
    assert text.startswith(f"### Round 99999 {words}\n")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("opening", "The poll is being opened."),
        ("open", f"Open until {format_dt(NOW, 'F')}"),
        ("closing", "Voting is over; Discord is counting."),
        ("telling", "There is a winner; the announcement is on its way."),
        ("no_winner", "### The next poll"),
        ("cancelled", "### The next poll"),
    ],
)
def test_show_says_how_far_a_round_is(state: State, words: str) -> None:
    found = shown([make_paper()] * 2, state=state)
    (text,) = sound(show_view(found, coming(found)))
    assert words in text
    assert text.endswith(RULE)


def test_the_first_and_the_last_page_turn_one_way() -> None:
    found = shown([make_paper()], winner=0)
    for number, lit in ((0, [False, True]), (1, [True, True]), (2, [True, False])):
        view = history_view(HistoryPage(number, 3, (found.round,), found.papers))
        arrows = [item for item in view.walk_children() if getattr(item, "label", None) in {"◀", "▶"}]
        assert [not arrow.disabled for arrow in arrows] == lit  # type: ignore[attr-defined]  # they are buttons
    assert buttons(history_view(HistoryPage(0, 1, (found.round,), found.papers))) == {}
