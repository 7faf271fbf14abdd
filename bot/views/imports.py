"""What a member reads while papers of a file come to the list: the offer, the progress, the result."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.import_entries import Refused
from bot.domain.imports import Offer, Result, Standing
from bot.domain.papers import PaperId
from bot.domain.text import literal, literal_within
from bot.views.custom_ids import custom_id

START, CANCEL, LOOK = "import-start", "import-cancel", "import-look"
REFUSED_FILE = "not-understood.txt"

CANCELLED = "Cancelled. Nothing was put on the list."
EMPTY = "There is nothing in that file that names a paper."
GUESSED = "-# The file is in no encoding that can be told, so letters may be wrong. Save it as UTF-8 if they are."
STANDS = "-# Nothing is saved before you press. The offer stands for a day. What is on the list stays as it is."
GOES_ON = (
    "-# All go on the list together at the end. Discord lets me change this message for a quarter of an hour only: "
    "after that, and after a restart, the work goes on, and **Look again** says how far it is."
)
AGAIN = "Import the same file again later to try these: what is on the list stays as it is."

_LINES = 10
_TAGS = 15
_IDS = 15
_NAME, _WORDS, _REASON = 100, 80, 90


def offer_view(offer: Offer, name: str) -> ui.LayoutView:
    """What the file would bring. With more lines that were not understood than are shown, `refused_file` goes along."""
    lines = [f"### {literal_within(name, _NAME)}", _counts(offer)]
    if offer.tags:
        more = f" and {len(offer.tags) - _TAGS:,} more" if len(offer.tags) > _TAGS else ""
        lines.append(f"Tags: {', '.join(map(literal, offer.tags[:_TAGS]))}{more}.")
    if offer.tags_left_out:
        lines.append(f"{_count(offer.tags_left_out, 'keyword')} left out: too long for a tag, or too many for a paper.")
    if offer.refused:
        lines.append(f"**Not understood: {_count(len(offer.refused), 'place')}**")
        lines += [f"- {_refused(each)}" for each in offer.refused[:_LINES]]
    if offer.guessed:
        lines.append(GUESSED)
    view = ui.LayoutView(timeout=None)
    if offer.id is not None:
        lines.append(STANDS)
    view.add_item(ui.TextDisplay("\n".join(lines)))
    if is_cut(offer):
        view.add_item(ui.File(f"attachment://{REFUSED_FILE}"))
    if offer.id is not None:
        view.add_item(
            ui.ActionRow(
                ui.Button(
                    style=discord.ButtonStyle.primary,
                    label=f"Import {_count(offer.papers, 'paper')}",
                    custom_id=custom_id(START, offer.id),
                ),
                ui.Button(label="Cancel", custom_id=custom_id(CANCEL, offer.id)),
            )
        )
    return view


def is_cut(offer: Offer) -> bool:
    """Whether more was not understood than a message shows."""
    return len(offer.refused) > _LINES


def refused_text(offer: Offer) -> str:
    """All that was not understood, for a file of plain text."""
    return "".join(f"line {each.line}: {each.words or '(no title)'}: {each.reason}\n" for each in offer.refused)


def state_view(number: int, state: Standing | Result) -> ui.LayoutView:
    """How an import stands, whichever way that is."""
    return result_view(state) if isinstance(state, Result) else progress_view(number, state)


def progress_view(number: int, standing: Standing) -> ui.LayoutView:
    """How far a running import is."""
    missing = f" {standing.missing:,} do not exist." if standing.missing else ""
    view = ui.LayoutView(timeout=None)
    words = f"Fetching papers: {standing.here:,} of {standing.total:,} are here.{missing}"
    view.add_item(ui.TextDisplay(f"{words}\n{GOES_ON}"))
    view.add_item(
        ui.ActionRow(
            ui.Button(label="Look again", custom_id=custom_id(LOOK, number)),
            ui.Button(label="Cancel", custom_id=custom_id(CANCEL, number)),
        )
    )
    return view


def result_view(result: Result) -> ui.LayoutView:
    """How an import ended."""
    lines = [f"Done: {_count(result.saved, 'paper')} put on the list. See them with /list."]
    if result.listed:
        lines.append(f"{_count(result.listed, 'paper')} came to the list in the meantime, and stayed as they are.")
    if result.missing:
        lines.append(f"{_count(len(result.missing), 'paper')} not found: {_ids(result.missing)}. Check these ids.")
    if result.unanswered:
        lines.append(f"{_count(len(result.unanswered), 'paper')} not answered: {_ids(result.unanswered)}. {AGAIN}")
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("\n".join(lines)))
    return view


def _counts(offer: Offer) -> str:
    parts = [
        f"{_count(offer.new, 'paper')} to fetch" if offer.new else "",
        f"{_count(offer.known, 'paper')} known here" if offer.known else "",
        f"{_count(offer.listed, 'paper')} on the list already" if offer.listed else "",
    ]
    found = ", ".join(filter(None, parts))
    return f"Read as {offer.kind}: {found}." if found else EMPTY


def _refused(each: Refused) -> str:
    words = f" {literal_within(each.words, _WORDS)}:" if each.words else ""
    return f"line {each.line:,}:{words} {literal_within(each.reason, _REASON)}"


def _ids(ids: Sequence[PaperId]) -> str:
    more = f" and {len(ids) - _IDS:,} more" if len(ids) > _IDS else ""
    return ", ".join(literal_within(str(paper), _WORDS) for paper in ids[:_IDS]) + more


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
