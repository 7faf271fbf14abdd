"""Papers and communities of every shape for tests of layouts, and what holds for each layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from discord import ui
from hypothesis import strategies as st

from bot.domain.explanations import EXPLANATION_LENGTH, BestExplanation
from bot.domain.latex import readable
from bot.domain.paper_cards import Card, Form
from bot.domain.papers import Paper
from bot.domain.reading_list import Community, FirstShared
from bot.domain.resources import KINDS
from bot.domain.stored_paper import StoredPaper
from sandbox.bodies import message_problems
from tests.discord.spec import checker
from tests.domain.discord_markdown import shown
from tests.storage.examples import NOW, make_paper

_COMPONENTS_V2 = 1 << 15
BIGGEST = 2**63 - 1
"""The longest id that Discord can give."""

NOTHING_KNOWN = Community()
ALL_KNOWN = Community(
    first_shared=FirstShared(at=NOW, author_id=BIGGEST, channel_id=BIGGEST, message_id=BIGGEST),
    mentions=99_999,
    saved_by=BIGGEST,
    saved_at=NOW,
    votes=99_999,
    tags=("one", "two"),
    notes=99_999,
    thread_id=BIGGEST,
    reading=99_999,
    read=99_999,
)
LONG_TAGS = tuple("*" * 29 + letter for letter in "abcdefghij")
EXPLAINED = ALL_KNOWN.model_copy(
    update={
        "explanation": BestExplanation(user_id=BIGGEST, level="practitioner", text="*" * EXPLANATION_LENGTH, of=99),
        "resources": dict.fromkeys(KINDS, 50),
    }
)
COMMUNITIES = (NOTHING_KNOWN, EXPLAINED, ALL_KNOWN.model_copy(update={"tags": LONG_TAGS}))

HOSTILE = [
    "# ",
    "-# ",
    "> ",
    ">>> ",
    "- ",
    "1. ",
    "*i*",
    "**b**",
    "__u__",
    "~~s~~",
    "||spoiler||",
    "`",
    "``",
    "```",
    "[label](https://example.org)",
    "](",
    "https://example.org/a_b",
    "<https://example.org>",
    "<@1>",
    "<#1>",
    "<@&1>",
    "</paper:1>",
    "<t:1:R>",
    ":smile:",
    "@everyone",
    "@here",
    "\\",
    "\n",
    "\n\n",
    " ",
    "\u200b",
    "\u202e",
    "e\u0301",
    "\U0001f1e9\U0001f1ea",
    "word ",
    "Sentence. ",
]
hostile_texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=25).map("".join)


def stored(paper: Paper, number: int = BIGGEST) -> StoredPaper:
    """The paper as the bot keeps it."""
    return StoredPaper(
        number=number,
        paper=paper,
        title_text=readable(paper.title),
        abstract_text=readable(paper.abstract),
        fetched_at=NOW,
    )


def card(paper: Paper, number: int = BIGGEST, *, form: Form = Form.FULL, community: Community = ALL_KNOWN) -> Card:
    return Card(paper=stored(paper, number), community=community, form=form)


def numbered(papers: Sequence[Paper], *, form: Form = Form.FULL, community: Community = ALL_KNOWN) -> list[Card]:
    """A card for each, with long numbers that are all different."""
    return [card(paper, BIGGEST - n, form=form, community=community) for n, paper in enumerate(papers)]


def longest(value: str = "2401.00001") -> Paper:
    """Every field as long as its share allows, and every character escaped."""
    return make_paper(value, title="*" * 2000, authors=("*" * 200,) * 9).model_copy(
        update={
            "abstract": "*" * 9000,
            "journal_ref": "*" * 500,
            "comment": "https://github.com/" + "a" * 200 + "/" + "b" * 200,
            "withdrawn": True,
            "primary_category": "cond-mat.mtrl-sci",
        }
    )


def empty(value: str = "2401.00002") -> Paper:
    """Nothing but an id."""
    return Paper(id=make_paper(value).id, title="", authors=(), abstract="")


def sound(view: ui.LayoutView, *, by_description: bool = True, files: Sequence[str] = ()) -> list[str]:
    """Fails on what Discord would refuse, by its limits and (slower) by its description; returns the texts. `files`
    are names of what is sent with it."""
    components = components_of(view)
    body = {"components": components, "flags": _COMPONENTS_V2}
    assert message_problems(body, target="create", files=files) == []
    spec = checker() if by_description else None
    assert spec is None or spec.request_problems("POST", "/channels/1/messages", body) == []
    texts = [component["content"] for component in walk(components) if "content" in component]
    assert all(text.strip() for text in texts)
    return texts


def components_of(view: ui.LayoutView) -> list[dict[str, Any]]:
    """The layout as it is sent."""
    sent: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]  # the library's own gap
    return sent


def walk(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component with all nested ones."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]


def buttons(view: ui.LayoutView) -> dict[str, str]:
    """Label of each button and where it leads: a `custom_id` or an address."""
    return {
        component["label"]: component.get("custom_id") or component["url"]
        for component in walk(components_of(view))
        if "label" in component
    }


def active(texts: Sequence[str]) -> Counter[str]:
    """What Discord would act on in these texts, each rule as often as it does."""
    return Counter(rule for text in texts for rule in shown(text).active)
