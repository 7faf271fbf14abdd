"""What a card's buttons show privately: the whole abstract, the citation, the panel behind More and its forms."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.citation import bibtex
from bot.domain.reading_list import NOTE_LENGTH, STATUSES, MemberView, Note, Status
from bot.domain.stored_paper import StoredPaper
from bot.domain.tags import MAX_TAG_LENGTH, MAX_TAGS
from bot.domain.text import literal, shorten
from bot.views.card_text import name, tag_list
from bot.views.custom_ids import custom_id
from bot.views.forms import form

NO_STATUS = "none"
NO_SUCH_STATUS = "That is no status any more. Press **More** on the card again."
FIELD = "text"
"""The id of the one field that each form here has."""

_PAGE = 3300
"""Characters of one page of an abstract, escapes included; the title stands above the first, 4,000 fit one message."""
_NOTES = 2200
_TAGS = 650
"""Ten of the longest tags, escaped."""
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


def more_view(paper: StoredPaper, mine: MemberView) -> ui.LayoutView:
    """A member's panel for one paper: what is theirs, what is shared, and where to change both."""
    tags = f"\n-# Tags: {tag_list(mine.tags, _TAGS)}" if mine.tags else ""
    view = _text(f"**{name(paper, 800)}**{tags}")
    if mine.notes:
        view.add_item(ui.TextDisplay(_notes(mine.notes)))
    view.add_item(ui.TextDisplay("-# Your status, for you alone; others see how many read it."))
    view.add_item(ui.ActionRow(_status_menu(paper.number, mine.status)))
    view.add_item(
        ui.ActionRow(
            ui.Button(label="Tags", custom_id=custom_id("tags", paper.number)),
            ui.Button(label="Note", custom_id=custom_id("note", paper.number)),
            ui.Button(label="Cite", custom_id=custom_id("cite", paper.number)),
            ui.Button(label="Full abstract", custom_id=custom_id("abstract", paper.number)),
        )
    )
    view.add_item(
        ui.ActionRow(
            ui.Button(label="In plain words", custom_id=custom_id("explain", paper.number)),
            ui.Button(label="Explanations", custom_id=custom_id("explanations", paper.number)),
            ui.Button(label="Resources", custom_id=custom_id("resources", paper.number)),
            ui.Button(label="I tried this", custom_id=custom_id("tried", paper.number)),
            ui.Button(label="Reports", custom_id=custom_id("reports-of", paper.number)),
        )
    )
    return view


def tags_form(number: int, tags: Sequence[str]) -> ui.Modal:
    """All tags of a paper, to be changed."""
    return form(
        "Tags",
        custom_id("tags", number),
        ui.Label(
            text="Tags of this paper",
            description=f"Up to {MAX_TAGS}, commas between them. Empty takes them all off.",
            component=ui.TextInput(
                custom_id=FIELD,
                default=", ".join(tags) or None,
                required=False,
                max_length=MAX_TAGS * (MAX_TAG_LENGTH + 2),
            ),
        ),
    )


def note_form(number: int, text: str) -> ui.Modal:
    """The member's note on a paper, to be changed."""
    return form(
        "Your note",
        custom_id("note", number),
        ui.Label(
            text="Your note on this paper",
            description="Everyone here can read it, with your name. Empty takes it away.",
            component=ui.TextInput(
                custom_id=FIELD,
                style=discord.TextStyle.paragraph,
                default=text or None,
                required=False,
                max_length=NOTE_LENGTH,
            ),
        ),
    )


def _status_menu(number: int, current: Status | None) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=custom_id("status", number),
        placeholder="Your status",
        options=[
            discord.SelectOption(label=status, value=status, default=status == current)
            for status in (*STATUSES, NO_STATUS)
        ],
    )


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
