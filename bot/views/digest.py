"""The digest as members see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discord import ui
from discord.utils import format_dt

from bot.domain.categories import ARCHIVES, field_of
from bot.domain.digest import TOP, UNUSUAL_SHARE, Count, Digest
from bot.domain.rounds import Round
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import shorten
from bot.services.digests import Told
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.digest_picture import Chart
from bot.views.permissions import still_needed
from bot.views.report_sums import group_words

PICTURE = "papers-a-day.png"
NOTHING = "Nothing happened since the last digest, so there is nothing to post."
STOPPED = "No digest is scheduled any more."
NOT_SCHEDULED = "No digest was scheduled."
NEEDS_TEXT_CHANNEL = "A digest needs a text channel. Use this in one."

EXPLANATION = f"""### How this digest is chosen
It tells the time since the last one, three weeks at most.
- **Shared most**: the {TOP} papers linked in most messages; equal ones by votes, then the one that came first.
- **Most votes**: votes given in this time that still stand.
- **Most discussed**: messages written in the papers' threads since the last digest.
- **New reports**: the {TOP} papers with most new reports of members who tried them.
- **From outside the usual fields**: of papers shared here before, the one with most votes from a field that makes up \
less than {UNUSUAL_SHARE:.0%} of what was shared here in 90 days.
- **From the past**: first shared here about a year ago; else one older than eight weeks that came up most often.

Papers that won a round are not named in the last two, and no paper is named there again within 12 weeks."""

_TITLE = 150
"""Characters of a title, escapes included: there may be twelve."""
_ALT = 1024
"""Characters of a media gallery item's description (developers/components/reference)."""
_BUTTONS = 5
"""A row holds no more."""

View = ui.LayoutView


def scheduled(channel_id: int, when: str, lacking: Sequence[str]) -> str:
    """`when` is the words for a time that comes every week; `lacking` names the permissions the bot misses there."""
    return f"The digest comes in <#{channel_id}> {when}. {still_needed(lacking)}".rstrip()


def on_its_way(channel_id: int) -> str:
    """Asked for by hand."""
    return f"The digest comes in <#{channel_id}> in a moment."


class _Names:
    """Gives each paper its number where it is first named."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.numbers: dict[int, int] = {}

    def line(self, paper: int, *facts: str) -> str:
        """A paper in a list."""
        number = self.numbers.setdefault(paper, len(self.numbers) + 1)
        found = self._told.papers[paper]
        thread_id = self._told.threads.get(paper)
        return " · ".join(
            filter(None, (f"{number}\\. **{_title(found)}**", *facts, f"<#{thread_id}>" if thread_id else ""))
        )


def digest_view(told: Told, *, digest_id: int, picture: Chart | None) -> View:
    """The message; `picture` is what its picture shows, when it has one. A preview has no id yet: 0."""
    digest, names = told.digest, _Names(told)
    blocks = [
        _list("Shared most", [names.line(each.paper, _times(each.count)) for each in digest.top]),
        _list("Most votes", [names.line(each.paper, f"▲ {each.count}") for each in digest.voted]),
        _list("Most discussed", [names.line(each.paper, _messages(each)) for each in digest.discussed]),
        _list("New reports", [names.line(each.paper, group_words(each.counts)) for each in digest.reported]),
        _round(digest.round, names),
    ]
    if digest.outside is not None:
        blocks.append(_list("From outside the usual fields", [names.line(digest.outside, _field(told, digest))]))
    if digest.past is not None:
        since = f"first shared {format_dt(digest.past.first_at, 'D')}"
        again = _times(digest.past.mentions) if digest.past.mentions > 1 else ""
        blocks.append(_list("From the past", [names.line(digest.past.paper, since, again)]))
    view = View(timeout=None)
    container: ui.Container[View] = ui.Container()
    container.add_item(ui.TextDisplay(_head(digest)))
    if picture is not None:
        gallery: ui.MediaGallery[View] = ui.MediaGallery()
        gallery.add_item(media=f"attachment://{PICTURE}", description=alt_text(picture))
        container.add_item(gallery)
    for block in filter(None, blocks):
        container.add_item(ui.TextDisplay(block))
    container.add_item(_show_row(digest, names))
    # its id is also how a second try knows the message
    container.add_item(ui.ActionRow(ui.Button(label="How this is chosen", custom_id=custom_id("digest", digest_id))))
    view.add_item(container)
    return view


def explanation_view() -> View:
    """For who asks how it is chosen."""
    view = View(timeout=None)
    view.add_item(ui.TextDisplay(EXPLANATION))
    return view


def alt_text(picture: Chart) -> str:
    """The picture's figures in words."""
    fields = ", ".join(f"{bar.total} {bar.name}" for bar in picture.bars)
    span = _span(picture.days[0], picture.days[-1])
    return shorten(f"{_papers(picture.total)} {span}: {fields}", _ALT)


def _head(digest: Digest) -> str:
    shared = f"{_papers(digest.shared)} shared." if digest.shared else "No papers were shared."
    return f"### {format_dt(digest.since, 'D')} to {format_dt(digest.until, 'D')}\n{shared}"


def _round(decided: Round | None, names: _Names) -> str:
    if decided is None or decided.winner is None:
        return ""
    votes = next((each.votes or 0 for each in decided.candidates if each.paper == decided.winner), 0)
    total = sum(each.votes or 0 for each in decided.candidates)
    meeting = f"meeting {format_dt(decided.meeting_at, 'F')}" if decided.meeting_at is not None else ""
    won = f"won with {votes:,} of {_count(total, 'vote')}"
    return _list(f"Round {decided.number}", [names.line(decided.winner, won, meeting)])


def _show_row(digest: Digest, names: _Names) -> ui.ActionRow[View]:
    """Buttons for what is least known, or most talked of, in the order of the text."""
    past = digest.past.paper if digest.past is not None else None
    first = [digest.outside, past, *(each.paper for each in digest.top)]
    wanted = dict.fromkeys(paper for paper in (*first, *names.numbers) if paper is not None)
    shown = sorted(list(wanted)[:_BUTTONS], key=names.numbers.__getitem__)
    return ui.ActionRow(
        *(ui.Button(label=f"Show {names.numbers[paper]}", custom_id=custom_id("show", paper)) for paper in shown)
    )


def _list(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([f"**{heading}**", *lines]) if lines else ""


def _field(told: Told, digest: Digest) -> str:
    category = told.papers[digest.outside or 0].paper.primary_category or ""
    return ARCHIVES.get(field_of(category), "")


def _title(paper: StoredPaper) -> str:
    return card_text.name(paper, _TITLE)


def _times(count: int) -> str:
    return f"shared {'once' if count == 1 else f'{count:,} times'}"


def _messages(each: Count) -> str:
    return _count(each.count, "message")


def _papers(count: int) -> str:
    return _count(count, "paper")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _span(first: date, last: date) -> str:
    if first == last:
        return f"on {first.day} {first:%B}"
    start = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%B}"
    return f"from {start} to {last.day} {last:%B}"
