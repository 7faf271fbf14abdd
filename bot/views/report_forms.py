"""The forms of reports, and how one that was refused keeps what was typed.

What was typed is nobody's but the member's, so it is kept where only they see it: in the private message that says why
the form was refused. Its button opens the form again with it, after a restart too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import discord
from discord import ui

from bot.domain.report_views import ReportView
from bot.domain.reports import (
    ANSWER_LENGTH,
    HAPPENED_LENGTH,
    LINE_LENGTH,
    LINK_LENGTH,
    MADE_WORK_LENGTH,
    OUTCOMES,
    REASON_LENGTH,
    SETTING_LENGTH,
    SYMBOLS,
    TRIED_LENGTH,
)
from bot.domain.text import shorten
from bot.views.custom_ids import Press, Unreadable, custom_id
from bot.views.forms import form

FORM, AGAIN, WORDS_AGAIN = "report", "report-again", "report-words-again"
OUTCOME, TEXT, WHO = "outcome", "text", "who"
"""Ids of fields: what was chosen, the one text of a short form, and whether who answers is an author."""
NO_NAME, NAME = "no-name", "name"
NAMES = ("", NO_NAME, NAME)
PAGE_GONE = "The page you asked from is gone, but what you typed is here: open the form again and send it once more."
UNSAVED = "I could not keep that. What you typed stands here: open the form again and send it once more."
TOO_SLOW = "I had to look for that paper first. Now it is here."

_FIRST_ID = 100
_TITLE = "What you found"


class _Field(NamedTuple):
    label: str
    about: str
    most: int
    needed: bool
    long: bool = True


_FIELDS: Mapping[str, _Field] = {
    "setting": _Field(
        "Your setting", "Data, model, code, hardware. It can give away who you are", SETTING_LENGTH, True
    ),
    "tried": _Field("What you tried", "Which claim, and how; hours, what it cost", TRIED_LENGTH, True),
    "happened": _Field("What happened", "Against what the paper claims", HAPPENED_LENGTH, True),
    "made_work": _Field("What made it work", "Or what would have; may be left out", MADE_WORK_LENGTH, False),
    "link": _Field("Link", "Code, a log, a write-up; may be left out", LINK_LENGTH, False, long=False),
}


class Asked(NamedTuple):
    """What a form is for. `outcome` is empty where it is chosen in the form, `name` is `no-name`, `name`, or empty
    for as it is."""

    number: int
    outcome: str = ""
    name: str = ""


def asked_in(press: Press) -> Asked:
    """From a form's id, or a button's. Raises Unreadable."""
    return Asked(press.number, _read(press.text_at(1), ("", *OUTCOMES)), _read(press.text_at(2), NAMES))


def report_form(asked: Asked, texts: Mapping[str, str], *, known: ReportView | None) -> ui.Modal:
    """Five inputs are all that a form holds, so one that asks for the outcome leaves the link to /report."""
    labels = [_input(name, texts.get(name, "")) for name in _FIELDS]
    if not asked.outcome:
        labels = [_outcomes(known), *labels[:-1]]
    return form(_TITLE, custom_id(FORM, *asked), *labels)


def texts_of(view: ReportView | None) -> dict[str, str]:
    """What a report says, for its form."""
    if view is None:
        return {}
    return {name: getattr(view.words, name) or "" for name in _FIELDS}


def chosen_outcome(value: str) -> tuple[str, str]:
    """Outcome and name, from what was selected. Raises Unreadable."""
    outcome, _, name = value.partition("|")
    return _read(outcome, OUTCOMES), _read(name, NAMES)


def _read(text: str, known: Collection[str]) -> str:
    if text not in known:
        raise Unreadable("one part is none of the words of a report")
    return text


def again_view(sentence: str, asked: Asked, texts: Mapping[str, str]) -> ui.LayoutView:
    """Says why, keeps what was typed, and opens the form again."""
    kept = {name: shorten(texts.get(name, ""), field.most) for name, field in _FIELDS.items()}
    return _kept(sentence, kept, custom_id(AGAIN, *asked))


def kept_texts(message: discord.Message | None) -> dict[str, str]:
    """What such a message keeps, by field."""
    if message is None:
        return {}
    names = (*_FIELDS, TEXT)
    found = {}
    for item in ui.LayoutView.from_message(message).walk_children():
        place = (item.id or 0) - _FIRST_ID
        if isinstance(item, ui.TextDisplay) and 0 <= place < len(names):
            found[names[place]] = item.content
    return found


# --- short forms: one text about a report


class _Short(NamedTuple):
    title: str
    label: str
    about: str
    most: int
    needed: bool = True
    long: bool = True


SHORT: Mapping[str, _Short] = {
    "report-same": _Short("Same here", "A line about it", "With your name; may be left out", LINE_LENGTH, needed=False),
    "report-answer": _Short("Your answer", "Answer", "What explains it, or what you know of it", ANSWER_LENGTH),
    "report-ask": _Short("Your question", "Question", "Posted in the paper's thread, with your name", ANSWER_LENGTH),
    "report-link": _Short(
        "Link", "Your link", "Code, a log, a write-up; empty for none", LINK_LENGTH, needed=False, long=False
    ),
    "report-hide": _Short("Hide this report", "Reason", "Its author and managers can read it", REASON_LENGTH),
    "report-contest": _Short("Contest", "Why it should be seen", "Managers read it; you have one try", ANSWER_LENGTH),
}
"""By what the form, and the button that opens it, is called."""


def short_form(action: str, report_id: int, text: str = "") -> ui.Modal:
    """One text; an answer also asks whether who writes it is an author of the paper."""
    asked = SHORT[action]
    style = discord.TextStyle.paragraph if asked.long else discord.TextStyle.short
    labels: list[ui.Item[ui.Modal]] = [
        ui.Label(
            text=asked.label,
            description=asked.about,
            component=ui.TextInput(
                custom_id=TEXT, style=style, default=text or None, required=asked.needed, max_length=asked.most
            ),
        )
    ]
    if action == "report-answer":
        menu: ui.Select[ui.Modal] = ui.Select(custom_id=WHO, required=False, min_values=0, placeholder="No")
        menu.add_option(label="Yes, I am one of its authors", value="author")
        labels.append(ui.Label(text="Did you write the paper?", description="Nobody checks it", component=menu))
    return form(asked.title, custom_id(action, report_id), *labels)


def short_again_view(sentence: str, action: str, report_id: int, text: str) -> ui.LayoutView:
    """The same for one of these."""
    kept = dict.fromkeys(_FIELDS, "") | {TEXT: shorten(text, SHORT[action].most)}
    return _kept(sentence, kept, custom_id(WORDS_AGAIN, action, report_id))


def _kept(sentence: str, texts: Mapping[str, str], press: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(sentence))
    for place, text in enumerate(texts.values()):
        if text.strip():
            view.add_item(ui.TextDisplay(text, id=_FIRST_ID + place))
    view.add_item(
        ui.ActionRow(ui.Button(label="Open the form again", style=discord.ButtonStyle.primary, custom_id=press))
    )
    return view


def _input(name: str, text: str) -> ui.Label[ui.Modal]:
    field = _FIELDS[name]
    return ui.Label(
        text=field.label,
        description=field.about,
        component=ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
            default=text[: field.most] or None,
            required=field.needed,
            max_length=field.most,
        ),
    )


def _outcomes(known: ReportView | None) -> ui.Label[ui.Modal]:
    """Who has no report yet chooses their name with the outcome: there is no room for a sixth input."""
    menu: ui.Select[ui.Modal] = ui.Select(custom_id=OUTCOME, placeholder="Choose one")
    for outcome in OUTCOMES:
        chosen = known is not None and known.words.outcome == outcome
        menu.add_option(label=f"{SYMBOLS[outcome]} {outcome}", value=outcome, default=chosen)
    if known is None:
        for outcome in OUTCOMES:
            menu.add_option(
                label=f"{SYMBOLS[outcome]} {outcome}, without my name",
                value=f"{outcome}|{NO_NAME}",
                description="Shown on the full hour",
            )
    return ui.Label(text="Outcome", component=menu)
