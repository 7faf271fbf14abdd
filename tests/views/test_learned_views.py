"""Pages of explanations and resources: within Discord's limits, and nothing of theirs is active but our own links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.domain.explanations import EXPLANATION_LENGTH, Draft, Explanation
from bot.domain.resources import KINDS, LINK_LENGTH, MOST_RESOURCES, Resource
from bot.services.explanations import PAGE_SIZE as EXPLANATIONS
from bot.services.explanations import ExplanationPage
from bot.services.resources import PAGE_SIZE as RESOURCES
from bot.services.resources import ReadingPath, ResourcePage, Step
from bot.views import explanations, resources
from tests.storage.examples import NOW, make_paper
from tests.views.layouts import BIGGEST, active, buttons, hostile_texts, longest, sound, stored

LONGEST_LINK = "https://" + ".".join(["a_" * 30] * 4) + ".org/"


def page(text: str, *, total: int = 99) -> ExplanationPage:
    shown = tuple(
        Explanation(id=BIGGEST - n, user_id=BIGGEST, level="practitioner", text=text, at=NOW, votes=99_999)
        for n in range(EXPLANATIONS)
    )
    return ExplanationPage(3, shown, total, BIGGEST, own=True)


def all_kinds(count: int) -> list[Resource]:
    link = LONGEST_LINK + "a" * (LINK_LENGTH - len(LONGEST_LINK))
    return [
        Resource(
            id=BIGGEST - n,
            kind=KINDS[n % len(KINDS)],
            link=None if KINDS[n % len(KINDS)] == "read first" else link,
            first=stored(longest()) if KINDS[n % len(KINDS)] == "read first" else None,
            user_id=BIGGEST,
            at=NOW,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("manager", [True, False])
def test_the_longest_explanations_fit(manager: bool) -> None:
    sound(explanations.page_view(stored(longest()), page("*" * EXPLANATION_LENGTH), user_id=1, manager=manager))
    nothing = ExplanationPage(0, (), 0, None, own=False)
    view = explanations.page_view(stored(make_paper(), 5), nothing, user_id=1, manager=manager)
    sound(view)
    assert buttons(view) == {"Write one": "pc:1:explain:5"}


@given(hostile_texts)
@settings(max_examples=40, deadline=None)
def test_nothing_of_an_explanation_is_active(text: str) -> None:
    def told(words: str) -> list[str]:
        return sound(
            explanations.page_view(stored(make_paper()), page(words), user_id=1, manager=False), by_description=False
        )

    assert active(told(text[:EXPLANATION_LENGTH])) == active(told("a"))


def test_the_form_holds_what_is_there() -> None:
    form = explanations.explanation_form(5, Draft("researcher", "x" * EXPLANATION_LENGTH))
    assert form.custom_id == "pc:1:explain:5"


@pytest.mark.parametrize("manager", [True, False])
def test_the_longest_resources_fit(manager: bool) -> None:
    for start in range(len(KINDS)):
        shown = tuple(all_kinds(len(KINDS) * 2)[start : start + RESOURCES])
        sound(
            resources.page_view(stored(longest()), ResourcePage(3, shown, MOST_RESOURCES), user_id=1, manager=manager)
        )


@pytest.mark.parametrize("count", [0, 1, 7, MOST_RESOURCES])
def test_the_list_fits_and_counts_what_it_leaves_out(count: int) -> None:
    view = resources.list_view(5, all_kinds(count))
    (text,) = sound(view)
    assert ("more" in text) == (count > 6)
    assert "<@" not in text
    assert buttons(view)["All resources"] == "pc:1:resource-list:5"


def test_the_longest_path_fits() -> None:
    steps = tuple(Step(stored(longest(f"2401.{n:05}"), BIGGEST - n), 99_999, read_by_asker=True) for n in range(10))
    sound(resources.path_view(ReadingPath(stored(longest()), steps, more=True)))
    assert (
        "Nothing has to be read first"
        in sound(resources.path_view(ReadingPath(stored(make_paper()), (), more=False)))[0]
    )
