"""Every text of every record that we have goes through: nothing raises, nothing is slow, nothing is active markdown.

The model of Discord's markdown is slow, so it reads each odd record and every third of the others.
"""

from __future__ import annotations

from time import thread_time

import pytest

from bot.domain.latex import readable
from bot.domain.text import literal, literal_within, shorten
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids
from tests.domain.discord_markdown import shown

pytestmark = needs_records

_LIMIT_SECONDS = 0.05


def test_every_record_is_readable_in_time() -> None:
    slow = []
    for paper in all_papers():
        started = thread_time()
        texts = readable(paper.title), readable(paper.abstract)
        if thread_time() - started > _LIMIT_SECONDS:
            slow.append(paper)
        assert all(texts), paper.id
    assert [paper.id for paper in slow if _best_seconds(paper.title, paper.abstract) > _LIMIT_SECONDS] == []


@pytest.mark.parametrize("part", range(4))
def test_no_record_is_active_markdown(part: int) -> None:
    sample = [paper for n, paper in enumerate(all_papers()) if n % 3 == 0 or paper.id.value in odd_ids()]
    for paper in sample[part::4]:
        for text in (readable(paper.title), readable(paper.abstract)):
            read = shown(literal(text))
            assert read.active == [], paper.id
            assert read.text == text, paper.id


def test_the_longest_abstracts_fit_everywhere() -> None:
    for paper in all_papers():
        if len(paper.abstract) > 2000:
            abstract = readable(paper.abstract)
            assert len(shorten(abstract, 700)) <= 700
            assert 600 <= len(literal_within(abstract, 1200)) <= 1200


def _best_seconds(*texts: str) -> float:
    best = float("inf")
    for _ in range(3):
        started = thread_time()
        for text in texts:
            readable(text)
        best = min(best, thread_time() - started)
    return best
