"""The reading list, a page at a time."""

from __future__ import annotations

import math

import discord
from discord import ui

from bot.domain.reading_list import SORTS, STATUSES, Community, Entry, EntryPage, Listing, Status
from bot.domain.reports import LEARNED
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import author_line, literal, literal_within
from bot.views import card_text
from bot.views.custom_ids import Press, custom_id, read_number
from bot.views.report_sums import LEARNED_WORDS, group_words

_MARKED: dict[Status, str] = {
    "want to read": " that you want to read",
    "reading": " that you are reading",
    "read": " that you have read",
}

_TAGS = 150
"""Characters of one line's tags."""


CANNOT_TURN = "This page cannot be turned any more. Use /list again."


def page_view(page: EntryPage, listing: Listing, *, number: int, size: int) -> ui.LayoutView:
    """Page `number`, counted from 0. Its buttons carry the filters, so they work for ever."""
    pages = max(1, math.ceil(page.total / size))
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(_heading(page.total, listing)))
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
                _turn("◀", number - 1, pages, listing),
                ui.Button(label=f"{number + 1} / {pages}", disabled=True, custom_id=custom_id("list-place")),
                _turn("▶", number + 1, pages, listing),
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
    if community.reading or community.read:
        losing += " What members have read or are reading stays marked."
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


def turned(press: Press) -> tuple[int, Listing] | None:
    """The page that a button leads to; None when its id is not one that `page_view` makes. The first buttons knew no
    status, later ones no `learned`."""
    try:
        page, sort, saved_by, tag, *more = press.arguments
        status, learned = (*more, "", "")[:2]
        return read_number(page), Listing(
            sort=SORTS[SORTS.index(sort)],
            tag=tag or None,
            saved_by=read_number(saved_by) if saved_by else None,
            status=STATUSES[STATUSES.index(status)] if status else None,
            learned=LEARNED[LEARNED.index(learned)] if learned else None,
        )
    except ValueError:
        return None


def _turn(label: str, to: int, pages: int, listing: Listing) -> ui.Button[ui.LayoutView]:
    filters = (
        listing.sort,
        listing.saved_by or "",
        listing.tag or "",
        listing.status or "",
        *((listing.learned,) if listing.learned else ()),
    )
    return ui.Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id("list", to, *filters))


def _heading(total: int, listing: Listing) -> str:
    which = "".join(
        (
            f" tagged {literal(listing.tag)}" if listing.tag else "",
            f" saved by <@{listing.saved_by}>" if listing.saved_by else "",
            _MARKED[listing.status] if listing.status else "",
            LEARNED_WORDS[listing.learned] if listing.learned else "",
        )
    )
    if total:
        return f"### Reading list\n{_count(total, 'paper')}{which}"
    how = "Press **Save** on a card, or use /save."
    if listing.learned:
        how = "Tell what you found with /report, or explain a paper with /explain."
    elif listing.status:
        how = "Mark papers with /status, or behind **More** on a card."
    return f"### Reading list\nNo papers{which} yet. {how}"


def _line(place: int, entry: Entry) -> str:
    paper, community = entry.paper.paper, entry.community
    year = str(paper.published.year) if paper.published else None
    small = [
        literal_within(author_line(paper.authors, shown=2), 100),
        year,
        f"▲ {community.votes}" if community.saved else "not on the list",
        _readers(community),
        _tried(community),
        f"saved by <@{community.saved_by}>" if community.saved_by else None,
        card_text.tag_list(community.tags, _TAGS),
        f"<#{community.thread_id}>" if community.thread_id else None,
        card_text.text_links(card_text.addresses(paper)[:1]),
    ]
    return f"{place}\\. **{card_text.name(entry.paper, 240)}**\n-# {' · '.join(filter(None, small))}"


def _tried(community: Community) -> str:
    total = community.reports
    return group_words({"works": total.works, "partly": total.partly, "fails": total.fails}) if total else ""


def _readers(community: Community) -> str:
    read = f"{community.read} read" if community.read else ""
    reading = f"{community.reading} reading" if community.reading else ""
    return " · ".join(filter(None, (read, reading)))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
