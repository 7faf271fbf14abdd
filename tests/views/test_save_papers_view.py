"""What became of each paper of a message, within Discord's limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.domain.papers import PaperId
from bot.domain.reading_list import Community
from bot.services.saving import OnList, SavedPapers
from bot.views.save_papers import saved_view
from tests.storage.examples import ADA, GRACE, make_paper
from tests.views.layouts import ALL_KNOWN, active, hostile_texts, longest, sound, stored

MANY_IDS = tuple(PaperId("doi", f"10.1000/{n}" + "*" * 300) for n in range(300))


@pytest.mark.parametrize(("new", "known"), [(0, 300), (300, 0), (5, 300), (10, 10), (300, 300), (1, 0)])
def test_a_message_full_of_papers_fits(new: int, known: int) -> None:
    papers = [stored(longest(f"2401.{n:05}"), n + 1) for n in range(max(new, known))]
    saved = SavedPapers(
        new=tuple(papers[:new]),
        known=tuple(OnList(paper, ALL_KNOWN) for paper in papers[:known]),
        missing=MANY_IDS,
        waiting=MANY_IDS,
        unread=MANY_IDS,
    )
    (text,) = sound(saved_view(saved, ADA))
    assert text.count("\n- **") == min(10, new + known)
    assert text.count(" and 292 more") == 3


def test_who_saved_it_before_is_named_where_it_is_known() -> None:
    paper = stored(make_paper())
    before = (Community(saved_by=ADA), Community(saved_by=GRACE), Community())
    saved = SavedPapers(new=(), known=tuple(OnList(paper, community) for community in before))
    (text,) = sound(saved_view(saved, ADA))
    title = "- **Attention Is All You Need**"
    assert text.splitlines()[1:] == [f"{title} · saved by you", f"{title} · saved by <@{GRACE}>", title]


@given(title=hostile_texts, value=hostile_texts)
@settings(max_examples=60)
def test_neither_titles_nor_ids_act(title: str, value: str) -> None:
    paper = stored(make_paper(title=title))
    plain = SavedPapers((stored(make_paper(title="x")),), (), missing=(PaperId("doi", "10.1/x"),))
    hostile = SavedPapers((paper,), (), missing=(PaperId("doi", f"10.1/x{value}"),))
    (wanted,), (said,) = (sound(saved_view(each, ADA), by_description=False) for each in (plain, hostile))
    assert active([said]) == active([wanted])
