"""One voice: short, friendly, without jargon; errors say what to do; a view's sentences stand with the view."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.wording import (
    Text,
    all_texts,
    description_problems,
    descriptions,
    error_problems,
    errors,
    label_problems,
    labels,
    modules,
    placeholder_problems,
    placeholders,
    said,
    text_problems,
)

VIEWS, COGS = modules("bot/views"), modules("cogs")
SPEAKING = modules("bot", "bot/domain", "bot/services", "bot/storage", "bot/posting", "bot/views", "cogs")

NOTHING_TO_DO = {
    "This works in a server only.": "it says where it works",
    "Discord has not told yet what this server looks like. I try again soon.": "nobody reads it: the welcome waits",
    "Done, but the message you pressed was deleted meanwhile.": "it is done",
}
"""Errors after which there is nothing to do, and why."""


def found(texts: Iterable[Text], problems: Callable[[str], list[str]]) -> list[str]:
    """A line for each text that breaks a rule."""
    return [f"{one.where}: {one.text!r}: {', '.join(wrong)}" for one in texts if (wrong := problems(one.text))]


def ident(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", SPEAKING, ids=ident)
def test_an_error_is_a_short_sentence_that_says_what_to_do(path: Path) -> None:
    assert found((one for one in errors(path) if one.text not in NOTHING_TO_DO), error_problems) == []


def test_the_exceptions_are_still_said() -> None:
    raised = {one.text for path in SPEAKING for one in errors(path)}
    assert set(NOTHING_TO_DO) <= raised


@pytest.mark.parametrize("path", VIEWS, ids=ident)
def test_all_that_a_view_says_keeps_to_the_voice(path: Path) -> None:
    assert found(all_texts(path), text_problems) == []


@pytest.mark.parametrize("path", [*VIEWS, *COGS], ids=ident)
def test_labels_are_short(path: Path) -> None:
    assert found(labels(path), label_problems) == []
    assert found(placeholders(path), placeholder_problems) == []


@pytest.mark.parametrize("path", COGS, ids=ident)
@pytest.mark.parametrize("of_options", [False, True], ids=["commands", "options"])
def test_commands_and_options_are_described_alike(path: Path, of_options: bool) -> None:
    texts = descriptions(path, of_options=of_options)
    assert found(texts, lambda text: description_problems(text, of_option=of_options)) == []


@pytest.mark.parametrize("path", COGS, ids=ident)
def test_a_cog_says_nothing_of_its_own(path: Path) -> None:
    """Its sentences stand in `bot/views`, where they can be read, and one day translated, in one place."""
    assert [f"{one.where}: {one.text!r}" for one in said(path)] == []


# --- the rules themselves


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The payload of it.", "jargon: payload"),
        ("Failed to save it.", "jargon: Failed to"),
        ("The user may vote.", "speaks of the user, not to you"),
        ("Saved!", "exclamation mark"),
        ("Saved.  See /list.", "two spaces"),
        ("Wait...", "three dots, not …"),
        ("It is “here”.", "quotation marks unlike the others"),
        ("Saved .", "space before punctuation"),
    ],
)
def test_the_voice(text: str, problem: str) -> None:
    assert text_problems(text) == [problem]


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("There is no such paper.", "does not say what to do"),
        ("Try again", "no full stop at the end"),
        ("Try again, " + "please, " * 30 + "now.", "255 characters"),
    ],
)
def test_what_is_wrong_with_an_error(sentence: str, problem: str) -> None:
    assert error_problems(sentence) == [problem]


@pytest.mark.parametrize(
    "sentence",
    [
        "That paper is not on the list. Save it first.",
        "arXiv is away just now. I keep trying; try again in a few minutes.",
        "Nothing is scheduled. Managers can do so with /poll schedule.",
        "Only the person who saved it, or a manager, can take it off.",
        "That is broken: open the form again.",
    ],
)
def test_good_errors(sentence: str) -> None:
    assert error_problems(sentence) == []


def test_descriptions_and_labels() -> None:
    assert description_problems("Show a paper.", of_option=False) == []
    assert description_problems("Show a paper", of_option=False) == ["no full stop at the end"]
    assert description_problems("Where; here when left out", of_option=True) == []
    assert description_problems("where.", of_option=True) == ["begins with a small letter", "full stop after an option"]
    assert description_problems("X" * 100 + ".", of_option=False) == ["101 characters"]
    assert label_problems("Full abstract") == []
    assert label_problems("Show me the whole of the abstract.") == ["34 characters", "full stop after a label"]


def test_there_is_something_to_look_at() -> None:
    """The texts are found by how they are written in the source."""
    assert len([one for path in COGS for one in descriptions(path, of_options=False)]) > 30
    assert len([one for path in COGS for one in descriptions(path, of_options=True)]) > 30
    assert len([one for path in VIEWS for one in all_texts(path)]) > 100


SAMPLE = '''
"""Documentation! Of the user."""
from bot.errors import NotFound, UserError
GONE = "It is  gone"
class Box:
    """Invalid."""
    def method(self, here, count, answer):
        """The user!"""
        answer.say(f"You have {count} votes!" if here else "No votes  yet.")
        make(label="Press this button, please.")
        raise NotFound(GONE)
'''


def test_what_is_read_of_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.wording.ROOT", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "sample_of_wording.py"
    path.write_text(SAMPLE, encoding="utf-8")
    assert found(errors(path), error_problems) == [
        "sample_of_wording.py:11: 'It is  gone': two spaces, no full stop at the end, does not say what to do"
    ]
    assert [one.text for one in said(path)] == ["You have … votes!", "No votes  yet."]
    assert [one.text for one in labels(path)] == ["Press this button, please."]
    assert [one.text for one in all_texts(path)] == [
        "It is  gone",
        "You have … votes!",
        "No votes  yet.",
        "Press this button, please.",
    ]
