"""What a card's buttons show privately: the whole abstract, the citation, the menu behind More."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.domain.citation import bibtex
from bot.domain.reading_list import Note
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal, shorten
from bot.views.card_text import name
from bot.views.custom_ids import custom_id

_PAGE = 3300
"""Characters of one page of an abstract, escapes included; the title stands above the first, 4,000 fit one message."""
_NOTES = 2900
_CITATION = 3900
"""The longest on arXiv has 1,400 characters."""


def abstract_views(paper: StoredPaper) -> list[ui.LayoutView]:
    """The whole abstract: one message, or as many as it takes."""
    rest = paper.abstract_text.strip() or "This paper has no abstract."
    views: list[ui.LayoutView] = []
    while rest:
        page = _beginning(rest)
        rest = rest[len(page) :].lstrip()
        heading = f"### {name(paper, 600)}\n" if not views else ""
        views.append(_text(heading + literal(page)))
    return views


def _beginning(text: str) -> str:
    """As much as one page holds, up to the end of a sentence or word where there is one."""
    room = _PAGE
    while True:
        page = text if len(text) <= room else shorten(text, room).removesuffix("…").rstrip() or text[:room]
        excess = len(literal(page)) - _PAGE
        if excess <= 0:
            return page
        room = min(room, len(page)) - (excess + 1) // 2  # one character fewer is at most two fewer in markdown


def citation_view(paper: StoredPaper) -> ui.LayoutView:
    """BibTeX, ready to copy."""
    # a zero-width space in each two keeps three backticks in a title from closing the code block
    entry = bibtex(paper.paper).replace("``", "`\u200b`")[:_CITATION]
    return _text(f"```bibtex\n{entry}\n```")


def more_view(paper: StoredPaper, notes: Sequence[Note]) -> ui.LayoutView:
    """What else can be done with a paper, and what members noted on it."""
    view = _text(f"**{name(paper, 800)}**")
    if notes:
        view.add_item(ui.TextDisplay(_notes(notes)))
    view.add_item(
        ui.ActionRow(
            ui.Button(label="Full abstract", custom_id=custom_id("abstract", paper.number)),
            ui.Button(label="Cite", custom_id=custom_id("cite", paper.number)),
        )
    )
    return view


def _notes(notes: Sequence[Note]) -> str:
    """The latest, as many as fit."""
    lines: list[str] = []
    for note in reversed(notes):
        line = f"<@{note.user_id}>: {literal(' '.join(note.text.split()))}"
        if sum(len(other) + 1 for other in (*lines, line)) > _NOTES:
            break
        lines.append(line)
    left = len(notes) - len(lines)
    return "\n".join(reversed(lines)) + (f"\n-# and {left} older" if left else "")


def _text(markdown: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(markdown))
    return view
