"""The digest's message: that it always fits, names what was chosen, and lets nothing of a paper act."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings

from bot.domain.categories import ARCHIVES
from bot.domain.digest import Count, Digest, Shared
from bot.domain.papers import Paper
from bot.domain.rounds import Candidate, Round
from bot.services.digests import Told
from bot.views.digest import PICTURE, alt_text, digest_view, explanation_view
from bot.views.digest_picture import Chart, chart
from tests.domain.arxiv_records import all_papers, needs_records
from tests.storage.examples import NOW, SERVER, make_paper
from tests.views.layouts import (
    BIGGEST,
    active,
    buttons,
    components_of,
    empty,
    hostile_texts,
    longest,
    sound,
    stored,
    walk,
)

WEEK_AGO = NOW - timedelta(days=7)
MOST = 10**9


def told(papers: list[Paper], *, count: int = MOST) -> Told:
    """Twelve different papers, each in one place, all with threads."""
    numbers = [BIGGEST - place for place in range(12)]
    places = [Count(paper=number, count=count) for number in numbers]
    candidates = (Candidate(position=0, paper=numbers[9], reason="votes", votes=count),)
    decided = Round(
        id=BIGGEST,
        server_id=SERVER,
        number=BIGGEST,
        channel_id=BIGGEST,
        state="decided",
        hours=72,
        made_at=NOW,
        candidates=candidates,
        winner=numbers[9],
        meeting_at=NOW,
    )
    digest = Digest(
        since=WEEK_AGO,
        until=NOW,
        shared=count,
        top=tuple(places[:3]),
        voted=tuple(places[3:6]),
        discussed=tuple(places[6:9]),
        round=decided,
        outside=numbers[10],
        past=Shared(paper=numbers[11], mentions=count, first_at=WEEK_AGO, field="cs"),
        days={},
    )
    known = {number: stored(paper, number) for number, paper in zip(numbers, papers, strict=True)}
    return Told(digest, known, dict.fromkeys(numbers, BIGGEST))


def only(**changes: object) -> Digest:
    """A digest with nothing in it but this."""
    nothing = Digest(
        since=WEEK_AGO,
        until=NOW,
        shared=0,
        top=(),
        voted=(),
        discussed=(),
        round=None,
        outside=None,
        past=None,
        days={},
    )
    return nothing.model_copy(update=changes)


def picture(fields: int = 8) -> Chart:
    days = {date(2026, 3, 2) + timedelta(days=day): dict.fromkeys(list(ARCHIVES)[:fields], MOST) for day in range(8)}
    found = chart(days)
    assert found is not None
    return found


def test_the_longest_and_the_emptiest_digest_fit() -> None:
    for make in (longest, empty):
        for shown in (picture(20), None):
            sound(digest_view(told([make()] * 12), digest_id=BIGGEST, picture=shown), files=[PICTURE])
    sound(explanation_view())


@needs_records
def test_the_longest_real_titles_fit_with_all_numbers_extreme() -> None:
    papers = sorted(all_papers(), key=lambda paper: -len(paper.title))[:12]
    texts = sound(digest_view(told(papers), digest_id=BIGGEST, picture=picture(20)), files=[PICTURE])
    assert sum(map(len, texts)) < 4000


def test_what_a_digest_says() -> None:
    papers = [make_paper(f"2603.{n:05}", title=f"Paper {n}") for n in range(1, 13)]
    view = digest_view(told(papers, count=2), digest_id=5, picture=picture(1))
    since, until = int(WEEK_AGO.timestamp()), int(NOW.timestamp())
    thread = f"<#{BIGGEST}>"
    assert sound(view, files=[PICTURE]) == [
        f"### <t:{since}:D> to <t:{until}:D>\n2 papers shared.",
        f"**Shared most**\n1\\. **Paper 1** · shared 2 times · {thread}\n2\\. **Paper 2** · shared 2 times · {thread}\n"
        f"3\\. **Paper 3** · shared 2 times · {thread}",
        f"**Most votes**\n4\\. **Paper 4** · ▲ 2 · {thread}\n5\\. **Paper 5** · ▲ 2 · {thread}\n"
        f"6\\. **Paper 6** · ▲ 2 · {thread}",
        f"**Most discussed**\n7\\. **Paper 7** · 2 messages · {thread}\n8\\. **Paper 8** · 2 messages · {thread}\n"
        f"9\\. **Paper 9** · 2 messages · {thread}",
        f"**Round {BIGGEST}**\n10\\. **Paper 10** · won with 2 of 2 votes · meeting <t:{until}:F> · {thread}",
        f"**From outside the usual fields**\n11\\. **Paper 11** · Computer Science · {thread}",
        f"**From the past**\n12\\. **Paper 12** · first shared <t:{since}:D> · shared 2 times · {thread}",
    ]
    assert buttons(view) == {
        "Show 1": f"pc:1:show:{BIGGEST}",
        "Show 2": f"pc:1:show:{BIGGEST - 1}",
        "Show 3": f"pc:1:show:{BIGGEST - 2}",
        "Show 11": f"pc:1:show:{BIGGEST - 10}",
        "Show 12": f"pc:1:show:{BIGGEST - 11}",
        "How this is chosen": "pc:1:digest:5",
    }


def test_a_paper_keeps_its_number_and_has_one_button() -> None:
    digest = only(shared=1, top=(Count(paper=8, count=1),), voted=(Count(paper=8, count=1), Count(paper=9, count=1)))
    found = Told(digest, {8: stored(make_paper(title="A"), 8), 9: stored(make_paper(title="B"), 9)}, {})
    view = digest_view(found, digest_id=5, picture=None)
    assert sound(view)[0].endswith("\n1 paper shared.")
    assert sound(view)[1:] == [
        "**Shared most**\n1\\. **A** · shared once",
        "**Most votes**\n1\\. **A** · ▲ 1\n2\\. **B** · ▲ 1",
    ]
    assert list(buttons(view)) == ["Show 1", "Show 2", "How this is chosen"]


def test_a_week_of_votes_alone() -> None:
    found = Told(only(voted=(Count(paper=8, count=1),)), {8: stored(make_paper(title="A"), 8)}, {})
    head, votes = sound(digest_view(found, digest_id=5, picture=None))
    assert head.endswith("\nNo papers were shared.")
    assert votes == "**Most votes**\n1\\. **A** · ▲ 1"


def test_the_picture_is_described_in_numbers() -> None:
    days = {date(2026, 3, 2) + timedelta(days=day): {"cs": 1} for day in range(7)} | {date(2026, 3, 8): {"math": 5}}
    shown = chart(days)
    assert shown is not None
    assert alt_text(shown) == "11 papers from 2 to 8 March: 6 Computer Science, 5 Mathematics"
    one = chart({date(2026, 3, 2): {"cs": 1}})
    assert one is not None
    assert alt_text(one) == "1 paper on 2 March: 1 Computer Science"
    over = chart({date(2026, 2, 26): {"cs": 1}, date(2026, 3, 4): {}})
    assert over is not None
    assert alt_text(over).startswith("1 paper from 26 February to 4 March:")
    view = digest_view(told([make_paper()] * 12), digest_id=5, picture=shown)
    (gallery,) = [part for part in walk(components_of(view)) if "items" in part]
    assert gallery["items"][0]["media"]["url"] == f"attachment://{PICTURE}"
    assert gallery["items"][0]["description"] == alt_text(shown)


@given(hostile_texts)
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_title_is_active(title: str) -> None:
    def shown_for(title: str) -> list[str]:
        return sound(digest_view(told([make_paper(title=title)] * 12), digest_id=1, picture=None), by_description=False)

    assert active(shown_for(title)) == active(shown_for("a"))
