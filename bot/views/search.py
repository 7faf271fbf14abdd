"""What a search found, a page at a time."""

from __future__ import annotations

import math

from discord import ui

from bot.domain.reports import LEARNED, Learned
from bot.domain.search import Result, SearchPage
from bot.domain.search_excerpt import excerpt
from bot.domain.text import author_line, literal, literal_within
from bot.views import card_text
from bot.views.custom_ids import Press, custom_id
from bot.views.report_sums import LEARNED_WORDS

_TITLE, _AUTHORS, _TAGS, _SENTENCE, _NOTE = 160, 80, 60, 240, 130
"""Characters of each piece of one result: five results stay under 3,700 of Discord's 4,000 in a message."""


def search_view(page: SearchPage, *, size: int) -> ui.LayoutView:
    """One page of `size` results. The buttons carry the words, so they turn pages for ever, in whichever server they
    are pressed for its own papers."""
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(_heading(page)))
    for place, result in enumerate(page.results, start=page.number * size + 1):
        container.add_item(
            ui.Section(
                ui.TextDisplay(_result(place, result, page.words)),
                accessory=ui.Button(label="Show", custom_id=custom_id("show", result.entry.paper.number)),
            )
        )
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    pages = math.ceil(page.total / size)
    if pages > 1:
        view.add_item(
            ui.ActionRow(
                _turn("◀", page.number - 1, pages, page),
                ui.Button(label=f"{page.number + 1} / {pages}", disabled=True, custom_id=custom_id("search-place")),
                _turn("▶", page.number + 1, pages, page),
            )
        )
    return view


def turned(press: Press) -> tuple[int, str, Learned | None]:
    """Page, words and filter that a button leads to; the first buttons knew no filter. Raises Unreadable."""
    asked = press.arguments[2:]
    return press.number, press.text_at(1), next((each for each in LEARNED if each in asked), None)


def _turn(label: str, to: int, pages: int, page: SearchPage) -> ui.Button[ui.LayoutView]:
    asked = (" ".join(page.words), *((page.learned,) if page.learned else ()))
    return ui.Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id("search", to, *asked))


def _heading(page: SearchPage) -> str:
    words = literal(" ".join(page.words))
    told = LEARNED_WORDS[page.learned] if page.learned else ""
    if not page.total:
        return f"### Search\nNo paper of this server{told} has **{words}**. Try fewer or other words."
    if not page.words:
        return "### Search\nThe paper with that id:"
    papers = f"More than {page.total} papers" if page.more else "1 paper" if page.total == 1 else f"{page.total} papers"
    papers += told
    if page.reach == "any":
        return f"### Search\nNo paper has all of **{words}**. {papers} with some of these words:"
    ending = "…" if page.reach == "beginning" else ""
    hint = ". One more word finds fewer:" if page.more else ""
    return f"### Search\n{papers} with **{words}{ending}**{hint}"


def _result(place: int, result: Result, words: tuple[str, ...]) -> str:
    paper, community = result.entry.paper.paper, result.entry.community
    small = [
        literal_within(author_line(paper.authors, shown=2), _AUTHORS),
        str(paper.published.year) if paper.published else None,
        f"▲ {community.votes}",
        literal_within(", ".join(community.tags), _TAGS),
    ]
    lines = [
        f"{place}\\. **{card_text.name(result.entry.paper, _TITLE)}**",
        f"-# {' · '.join(filter(None, small))}",
        excerpt(result.entry.paper.abstract_text, words, _SENTENCE),
        _note(result, words),
    ]
    return "\n".join(filter(None, lines))


def _note(result: Result, words: tuple[str, ...]) -> str | None:
    """The first note with one of the words."""
    for note in result.notes:
        said = excerpt(note.text, words, _NOTE)
        if said is not None:
            return f"📝 <@{note.user_id}>: {said}"
    return None
