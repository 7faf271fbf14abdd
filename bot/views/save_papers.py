"""What the message menu answers: which papers were saved, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from discord import ui

from bot.domain.papers import PaperId
from bot.domain.text import literal_within
from bot.services.saving import OnList, SavedPapers
from bot.views.card_text import SITES, name

MENU = "Save papers"

NO_PAPERS = (
    "I find no paper in that message. I look for links and ids like arXiv:1706.03762; use /save to name a paper "
    "yourself."
)

NAMED = 10
"""Titles, saved and known together; the rest is counted. With their escapes they take 1,900 of 4,000 characters."""
_TITLE = 130
_IDS_NAMED, _ID = 8, 60
"""Of ids that led to nothing, in each of three sentences: at most 1,500 characters."""


def saved_view(saved: SavedPapers, user_id: int) -> ui.LayoutView:
    """For the member with this id, who asked."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("\n".join(_blocks(saved, user_id))))
    return view


def _blocks(saved: SavedPapers, user_id: int) -> Iterator[str]:
    if saved.new:
        yield f"**Saved {_papers(len(saved.new))}.** See the list with /list."
        yield from _some([f"- **{name(paper, _TITLE)}**" for paper in saved.new], NAMED)
    room = max(0, NAMED - len(saved.new))
    if saved.known:
        yield f"**On the list already:** {_papers(len(saved.known))}."
        yield from _some([f"- {_known(entry, user_id)}" for entry in saved.known], room)
    if saved.missing:
        yield f"There is no such paper: {_ids(saved.missing)}. Check the link."
    if saved.waiting:
        yield (
            f"I could not look up {_ids(saved.waiting)} just now, and keep trying. Use **{MENU}** on that message "
            "again in a few minutes."
        )
    if saved.unread:
        yield f"I cannot read {_ids(saved.unread)} yet. Try an arXiv link for it."


def _known(entry: OnList, user_id: int) -> str:
    saver = entry.community.saved_by
    by = "" if saver is None else " · saved by you" if saver == user_id else f" · saved by <@{saver}>"
    return f"**{name(entry.paper, _TITLE)}**{by}"


def _some(lines: Sequence[str], room: int) -> Iterator[str]:
    yield from lines[:room]
    if room and len(lines) > room:
        yield f"-# and {len(lines) - room} more"


def _ids(papers: Sequence[PaperId]) -> str:
    named = [literal_within(_id(paper), _ID) for paper in papers[:_IDS_NAMED]]
    left = len(papers) - len(named)
    return ", ".join(named) + (f" and {left} more" if left else "")


def _id(paper: PaperId) -> str:
    site = SITES.get(paper.scheme)
    return f"{site} {paper.value}" if site else str(paper)


def _papers(count: int) -> str:
    return f"{count} paper{'' if count == 1 else 's'}"
