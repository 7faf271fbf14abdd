"""Cards and lists of them: within Discord's limits for every paper, and nothing of a paper is active."""

from __future__ import annotations

import functools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paper_cards import MAX_CARDS, Form
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import Community
from bot.views import card_text
from bot.views.card_text import CROWDED
from bot.views.paper_cards import LISTED, cards_view
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids
from tests.storage.examples import SERVER, make_paper
from tests.views.layouts import (
    ALL_KNOWN,
    BIGGEST,
    COMMUNITIES,
    NOTHING_KNOWN,
    active,
    buttons,
    card,
    components_of,
    empty,
    hostile_texts,
    longest,
    numbered,
    sound,
)

COUNTS = [1, 2, 3, 4, 5, 12, 13, 40]
FORMS = list(Form)


# --- limits


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("community", COMMUNITIES)
@pytest.mark.parametrize("form", FORMS)
def test_the_longest_and_the_emptiest_papers_fit(count: int, community: Community, form: Form) -> None:
    for make in (longest, empty):
        papers = [make(f"2401.{n:05}") for n in range(count)]
        sound(cards_view(numbered(papers, form=form, community=community), BIGGEST))


@pytest.mark.parametrize("count", COUNTS)
def test_papers_of_other_sources_fit(count: int) -> None:
    for scheme, value in (("doi", "10.1000/" + "ü" * 300), ("pmlr", "v45/liang15"), ("ieee", "1"), ("cvf", "unread")):
        papers = [make_paper(value, scheme=scheme) for _ in range(count)]
        sound(cards_view(numbered(papers), BIGGEST))


@needs_records
@pytest.mark.parametrize("part", range(8))
def test_every_odd_record_fits_alone(part: int) -> None:
    odd = [paper for paper in all_papers() if paper.id.value in odd_ids()]
    for n, paper in enumerate(odd[part::8]):
        view = cards_view([card(paper, form=FORMS[n % 2], community=COMMUNITIES[n % 3])], BIGGEST)
        sound(view, by_description=n % 10 == 0)


@needs_records
@pytest.mark.parametrize("count", COUNTS[1:])
def test_records_fit_together(count: int) -> None:
    sample = [paper for n, paper in enumerate(all_papers()) if n % 100 == 0 or len(paper.abstract) > 2500]
    for start in range(0, len(sample), count):
        view = cards_view(numbered(sample[start : start + count], community=COMMUNITIES[start % 3]), BIGGEST)
        sound(view, by_description=start % 10 == 0)


@given(hostile_texts, hostile_texts, hostile_texts, st.sampled_from([1, 3, 4, 5]), st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None)
def test_hostile_papers_fit_and_nothing_of_them_is_active(
    title: str, author: str, abstract: str, count: int, form: Form
) -> None:
    texts = sound(cards_view(numbered([_paper(title, author, abstract)] * count, form=form), SERVER))
    assert active(texts) == _active_by_itself(count, form)


@functools.cache
def _active_by_itself(count: int, form: Form) -> Counter[str]:
    """What is active on cards of the most harmless paper."""
    return active(sound(cards_view(numbered([_paper("a", "b", "c")] * count, form=form), SERVER)))


def _paper(title: str, author: str, abstract: str) -> Paper:
    return make_paper(title=title, authors=(author, author)).model_copy(
        update={"abstract": abstract, "journal_ref": abstract, "comment": title}
    )


# --- what it says


def test_a_card_alone_says_all_that_is_known() -> None:
    paper = make_paper(authors=tuple(f"A{n}" for n in range(17))).model_copy(
        update={"journal_ref": "NeurIPS 2017", "comment": "Code: https://github.com/tensorflow/tensor2tensor"}
    )
    head, body, foot = sound(cards_view([card(paper)], SERVER))
    assert head.splitlines() == [
        "### Attention Is All You Need",
        "A0, A1, A2, A3, A4 and 12 more",
        "-# 2 Mar 2026 · cs.CL · Computation and Language · v7 · NeurIPS 2017",
    ]
    assert body == "We propose α."
    assert foot.splitlines() == [
        f"-# First shared by <@{BIGGEST}> <t:1772442000:R> in <#{BIGGEST}> · "
        f"[jump](https://discord.com/channels/{SERVER}/{BIGGEST}/{BIGGEST}) · shared 99999 times",
        f"-# ▲ 99999 votes · Saved by <@{BIGGEST}> <t:1772442000:R> · 99999 notes",
        f"-# Discussion: <#{BIGGEST}>",
        "-# 99999 have read it, 99999 are reading",
        "-# Tags: one, two",
    ]
    assert buttons(cards_view([card(paper, 5)], SERVER)) == {
        "Save": "pc:1:save:5:full",
        "▲ Vote 99999": "pc:1:vote:5",
        "Discuss": "pc:1:discuss:5",
        "More": "pc:1:more:5",
        "✕": "pc:1:dismiss:5",
        "arXiv": "https://arxiv.org/abs/1706.03762",
        "PDF": "https://arxiv.org/pdf/1706.03762",
        "GitHub": "https://github.com/tensorflow/tensor2tensor",
    }


def test_one_of_a_kind_is_said_in_the_singular_and_nothing_of_what_is_not_there() -> None:
    few = Community(saved_at=ALL_KNOWN.saved_at, votes=1, notes=1)
    foot = sound(cards_view([card(make_paper(), community=few)], SERVER))[-1]
    assert foot == "-# ▲ 1 vote · Saved <t:1772442000:R> · 1 note"
    assert len(sound(cards_view([card(make_paper(), community=NOTHING_KNOWN)], SERVER))) == 2


def test_a_withdrawn_paper_says_so_first() -> None:
    withdrawn = make_paper().model_copy(update={"withdrawn": True})
    for form in FORMS:
        body = sound(cards_view([card(withdrawn, form=form)], SERVER))[1]
        assert body.startswith("⚠️ **This paper has been withdrawn.**")


def test_a_short_card_leaves_the_abstract_to_a_button() -> None:
    view = cards_view([card(make_paper(), 5, form=Form.SHORT)], SERVER)
    assert not any("We propose" in text for text in sound(view))
    assert buttons(view)["Full abstract"] == "pc:1:abstract:5"


def test_a_long_abstract_is_cut_at_a_sentence_and_a_button_has_the_rest() -> None:
    long = make_paper().model_copy(update={"abstract": "This is one sentence of many. " * 200})
    view = cards_view([card(long, 5)], SERVER)
    assert sound(view)[1].endswith("one sentence of many. …")
    assert buttons(view)["Full abstract"] == "pc:1:abstract:5"


def test_the_button_of_what_stands_is_green() -> None:
    def styles(community: Community) -> list[int]:
        (container,) = components_of(cards_view([card(make_paper(), community=community)], SERVER))
        row = next(inner for inner in container["components"] if inner["type"] == 1)
        return [button["style"] for button in row["components"]]

    assert styles(NOTHING_KNOWN) == [2, 2, 2, 2, 2]
    assert styles(ALL_KNOWN) == [3, 2, 3, 2, 2]


def test_a_deleted_first_message_is_not_led_to() -> None:
    first = ALL_KNOWN.first_shared
    assert first is not None
    gone = first.model_copy(update={"author_id": None, "channel_id": None, "message_id": None})
    foot = sound(cards_view([card(make_paper(), community=Community(first_shared=gone, mentions=1))], SERVER))[-1]
    assert foot == "-# First shared <t:1772442000:R>"


@pytest.mark.parametrize("count", range(2, MAX_CARDS + 1))
def test_each_of_several_cards_has_its_title_and_buttons(count: int) -> None:
    papers = [make_paper(str(n), title=f"Paper {n}") for n in range(count)]
    view = cards_view(numbered(papers), SERVER)
    assert [text.splitlines()[0] for text in sound(view)] == [f"### Paper {n}" for n in range(count)]
    assert len(components_of(view)) == count


def test_a_crowded_card_keeps_what_the_server_knows() -> None:
    text = sound(cards_view(numbered([longest()] * 4), BIGGEST))[0]
    assert "[jump](" in text
    assert "Discussion: <#" in text
    assert len(text) > sum(CROWDED) - 100


def test_more_than_four_are_one_list() -> None:
    papers = [make_paper(f"2401.{n:05}", title=f"Paper {n}") for n in range(15)]
    view = cards_view(numbered(papers), SERVER)
    *lines, rest = sound(view)
    assert [line.splitlines()[0] for line in lines] == [f"**Paper {n}**" for n in range(LISTED)]
    assert lines[0].splitlines()[1] == (
        "-# Ashish Vaswani, Noam Shazeer · 2026 · ▲ 99999 · [arXiv](https://arxiv.org/abs/2401.00000)"
    )
    assert rest.startswith("-# Also: [2401.00012](https://arxiv.org/abs/2401.00012), [2401.00013](")
    assert "more" not in rest


def test_a_list_counts_what_it_cannot_name() -> None:
    papers = [make_paper(f"2401.{n:05}") for n in range(40)]
    rest = sound(cards_view(numbered(papers), SERVER))[-1]
    named = rest.count("](")
    assert 5 < named < 28
    assert rest.endswith(f" and {28 - named} more")


def test_a_paper_without_a_title_is_called_by_its_id() -> None:
    paper = Paper(id=PaperId("arxiv", "1706.03762"), title="", authors=(), abstract="")
    assert sound(cards_view([card(paper)], SERVER))[0] == "### arxiv:1706.03762"


@pytest.mark.parametrize("count", range(1, MAX_CARDS + 1))
def test_cards_that_use_up_each_of_their_shares_fit(count: int) -> None:
    share = card_text.SHARES.get(count, CROWDED)
    tag = "t" * (share.community - len("-# Tags: \n"))
    community = NOTHING_KNOWN.model_copy(update={"tags": (tag,)})
    # without escapes and long words each piece is cut at the end of its share
    fullest = longest("cond-mat/9901001").model_copy(
        update={"title": "t" * 2000, "authors": ("a " * 99,) * 9, "abstract": "b" * 9000, "journal_ref": "c " * 99}
    )
    texts = sound(cards_view(numbered([fullest] * count, community=community), BIGGEST))
    assert any(tag in text for text in texts)
