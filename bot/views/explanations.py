"""Explanations in plain words: the form, the line on a card, and the private page of all of them."""

from __future__ import annotations

import math

import discord
from discord import ui

from bot.domain.explanations import EXPLANATION_LENGTH, LEVELS, Draft, Explanation, Level
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal
from bot.services.explanations import PAGE_SIZE, ExplanationPage
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.forms import form

EXPLAIN, SHOW, VOTE, REMOVE = "explain", "explanations", "explanation-vote", "explanation-remove"
"""Actions of the buttons."""
LEVEL, TEXT = "level", "text"
"""The ids of the form's fields."""

_ABOUT: dict[Level, str] = {
    "newcomer": "No background needed",
    "practitioner": "For people who would use it",
    "researcher": "For people who know the field",
}


def explanation_form(number: int, own: Draft | None) -> ui.Modal:
    """With what the member wrote before, to be changed."""
    level = own.level if own is not None else LEVELS[0]
    menu: ui.Select[ui.Modal] = ui.Select(custom_id=LEVEL, required=True)
    for each in LEVELS:
        menu.add_option(label=each.capitalize(), value=each, description=_ABOUT[each], default=each == level)
    words: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=TEXT,
        style=discord.TextStyle.paragraph,
        default=own.text if own is not None else None,
        min_length=1,
        max_length=EXPLANATION_LENGTH,
    )
    return form(
        "In plain words",
        custom_id(EXPLAIN, number),
        ui.Label(text="For whom", component=menu),
        ui.Label(text="The core idea", description="Everyone here can read it, with your name.", component=words),
    )


def write_view(paper: StoredPaper) -> ui.LayoutView:
    """Where a form cannot be opened any more, because the paper had to be fetched first."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(f"I have **{card_text.name(paper, 800)}** now."))
    view.add_item(ui.ActionRow(ui.Button(label="In plain words", custom_id=custom_id(EXPLAIN, paper.number))))
    return view


def written_words(paper: StoredPaper, *, new: bool) -> str:
    """After the form was sent."""
    done = "Thank you, your explanation stands" if new else "Your explanation was changed; it stands"
    return f"{done} with **{card_text.name(paper, 800)}**. All are behind **More**, **Explanations**."


def page_view(paper: StoredPaper, page: ExplanationPage, *, user_id: int, manager: bool) -> ui.LayoutView:
    """For one member. Its buttons carry all they need, so they work for ever."""
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(_heading(paper, page.total)))
    for place, each in enumerate(page.shown, start=page.number * PAGE_SIZE + 1):
        mine = each.id == page.voted
        vote: ui.Button[ui.LayoutView] = ui.Button(
            label=f"▲ {each.votes}",
            style=discord.ButtonStyle.success if mine else discord.ButtonStyle.secondary,
            custom_id=custom_id(VOTE, paper.number, page.number, each.id),
        )
        container.add_item(ui.Section(ui.TextDisplay(_entry(place, each)), accessory=vote))
        if manager or each.user_id == user_id:
            remove: ui.Button[ui.LayoutView] = ui.Button(
                label="Take it away", custom_id=custom_id(REMOVE, paper.number, page.number, each.id)
            )
            container.add_item(ui.ActionRow(remove))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.add_item(_foot(paper.number, page))
    return view


def _foot(number: int, page: ExplanationPage) -> ui.ActionRow[ui.LayoutView]:
    write: ui.Button[ui.LayoutView] = ui.Button(
        label="Change yours" if page.own else "Write one", custom_id=custom_id(EXPLAIN, number)
    )
    pages = math.ceil(page.total / PAGE_SIZE)
    if pages <= 1:
        return ui.ActionRow(write)
    return ui.ActionRow(
        write,
        _turn("◀", number, page.number - 1, pages),
        ui.Button(label=f"{page.number + 1} / {pages}", disabled=True, custom_id=custom_id("explanations-place")),
        _turn("▶", number, page.number + 1, pages),
    )


def _turn(label: str, number: int, to: int, pages: int) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id(SHOW, number, to))


def _heading(paper: StoredPaper, total: int) -> str:
    about = (
        "The one with the most votes stands on the card. You have one vote for a paper; another press moves it."
        if total
        else "Nobody has explained this paper yet. Be the first: a few sentences, no formulas."
    )
    return f"### In plain words\n**{card_text.name(paper, 300)}**\n-# {about}"


def _entry(place: int, each: Explanation) -> str:
    return f"**{place}\\.** {card_text.FOR[each.level]}, by <@{each.user_id}>\n{literal(each.text)}"
