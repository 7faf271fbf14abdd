"""The reading list, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.reading_list import Community, Entry, EntryPage
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import author_line, literal, literal_within
from bot.views import card_text
from bot.views.custom_ids import custom_id

_TAGS = 150
"""Characters of one line's tags."""


def page_view(
    page: EntryPage, *, number: int, size: int, sort: str, tag: str | None, saved_by: int | None
) -> ui.LayoutView:
    """Page `number`, counted from 0. Its buttons carry the filters, so they work for ever."""
    pages = max(1, math.ceil(page.total / size))
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(_heading(page.total, tag, saved_by)))
    for place, entry in enumerate(page.entries, start=number * size + 1):
        container.add_item(
            ui.Section(
                ui.TextDisplay(_line(place, entry)),
                accessory=ui.Button(label="Show", custom_id=custom_id("show", entry.paper.number)),
            )
        )
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    if pages > 1:
        view.add_item(
            ui.ActionRow(
                _turn("◀", number - 1, pages, sort=sort, tag=tag, saved_by=saved_by),
                ui.Button(label=f"{number + 1} / {pages}", disabled=True, custom_id=custom_id("list-place")),
                _turn("▶", number + 1, pages, sort=sort, tag=tag, saved_by=saved_by),
            )
        )
    return view


def unsave_view(paper: StoredPaper, community: Community) -> ui.LayoutView:
    """Says what taking the paper off loses, and asks."""
    lost = [
        _count(community.votes, "vote"),
        _count(community.notes, "note"),
        _count(len(community.tags), "tag"),
    ]
    what = ", ".join(filter(None, lost))
    losing = f" Its {what} would be lost." if what else ""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(f"Take **{card_text.name(paper, 1500)}** off the list?{losing}"))
    view.add_item(
        ui.ActionRow(
            ui.Button(
                label="Take it off",
                style=discord.ButtonStyle.danger,
                custom_id=custom_id("unsave", paper.number),
            ),
            ui.Button(label="Keep it", custom_id=custom_id("keep", paper.number)),
        )
    )
    return view


def sentence_view(markdown: str) -> ui.LayoutView:
    """One sentence in place of a layout: a layout message stays one (Discord does not let it go back)."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(markdown))
    return view


def _turn(
    label: str, to: int, pages: int, *, sort: str, tag: str | None, saved_by: int | None
) -> ui.Button[ui.LayoutView]:
    return ui.Button(
        label=label,
        disabled=not 0 <= to < pages,
        custom_id=custom_id("list", to, sort, saved_by or "", tag or ""),
    )


def _heading(total: int, tag: str | None, saved_by: int | None) -> str:
    which = (f" tagged {literal(tag)}" if tag else "") + (f" saved by <@{saved_by}>" if saved_by else "")
    if total == 0:
        return f"### Reading list\nNo papers{which} yet. Press **Save** on a card, or use /save."
    return f"### Reading list\n{_count(total, 'paper')}{which}"


def _line(place: int, entry: Entry) -> str:
    paper, community = entry.paper.paper, entry.community
    year = str(paper.published.year) if paper.published else None
    small = [
        literal_within(author_line(paper.authors, shown=2), 100),
        year,
        f"▲ {community.votes}",
        f"saved by <@{community.saved_by}>" if community.saved_by else None,
        _tags(community.tags),
        f"<#{community.thread_id}>" if community.thread_id else None,
        card_text.text_links(card_text.addresses(paper)[:1]),
    ]
    return f"{place}\\. **{card_text.name(entry.paper, 240)}**\n-# {' · '.join(filter(None, small))}"


def _tags(tags: Sequence[str]) -> str:
    """Whole ones, as many as fit."""
    named: list[str] = []
    for tag in map(literal, tags):
        if sum(len(other) + 2 for other in (*named, tag)) > _TAGS:
            break
        named.append(tag)
    left = len(tags) - len(named)
    return ", ".join(named) + (f" and {left} more" if left else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
