"""What a member is told about what is kept of them."""

from __future__ import annotations

import pytest
from discord import ui

from bot.domain.privacy import Deleted, ExportFile, Holdings, Kind
from bot.views.privacy import NAMES, ask_view, deleted_view, export_view, kept_view, show_view
from tests.storage.examples import NOW
from tests.views.layouts import sound

MANY = dict.fromkeys(Kind, 9_999_999)
EVERYTHING = Holdings(here=MANY, elsewhere=MANY, other_servers=99_999, ignored_since=NOW)


def test_every_kind_has_a_name_for_one_and_for_several() -> None:
    assert NAMES.keys() == set(Kind)
    assert all(one != several for one, several in NAMES.values())


@pytest.mark.parametrize(
    "view",
    [
        show_view(EVERYTHING, policy_url="https://papers.example/" + "p" * 400),
        show_view(Holdings(), policy_url=None),
        ask_view(EVERYTHING),
        ask_view(Holdings(ignored_since=NOW)),
        deleted_view(Deleted(MANY, ((1, 1),), (1,), still_ignored=True)),
        deleted_view(Deleted({}, (), (), still_ignored=False)),
        kept_view(),
    ],
    ids=range(7),
)
def test_discord_takes_it(view: ui.LayoutView) -> None:
    sound(view)


def test_the_file_is_named_in_the_message() -> None:
    view = export_view(ExportFile("paper-club.json", b"{}"))
    assert [item.media.url for item in view.walk_children() if isinstance(item, ui.File)] == [
        "attachment://paper-club.json"
    ]


def test_numbers_in_words() -> None:
    (said,) = sound(show_view(Holdings(here={Kind.VOTES: 2, Kind.SAVED: 1}), policy_url=None))
    assert said.splitlines()[1] == "**In this server:** 1 paper you saved, 2 votes"
    assert "other" not in said.splitlines()[2]
    (said,) = sound(show_view(Holdings(elsewhere={Kind.VOTES: 1}, other_servers=1), policy_url=None))
    assert said.splitlines()[1] == "**In 1 other server:** 1 vote"


def test_who_opted_out_is_told_so_even_when_nothing_else_is_kept() -> None:
    (said,) = sound(show_view(Holdings(ignored_since=NOW), policy_url=None))
    assert "I keep nothing else of you." in said
    assert "You opted out" in said
    (asked,) = sound(ask_view(Holdings(ignored_since=NOW)))
    assert asked.startswith("I keep nothing else of you.")
