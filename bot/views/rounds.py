"""A round as members see it: the ballot above the poll, the winner, what was chosen before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.rounds import Candidate, Place, Reason, Round
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import author_line, literal_within, shorten
from bot.services.rounds import HistoryPage, Next, Shown
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.report_sums import sum_words

ANSWER_LENGTH = 55
"""Characters of a poll's answer (developers/resources/poll, poll media object)."""

_FOR_ROWS, _BESIDE_TITLE = 3800, 270
"""A message has 4,000 characters: what all rows of a ballot share, and what a row takes besides its title."""

RULE = (
    "-# On the ballot: nominations first, then the reading list by votes; equal votes go to the older entry. One place "
    "is kept for the field this server has mentioned least in 90 days, if one of its papers has a vote. What won "
    "before is not offered again."
)

_WHY: Mapping[Reason, str] = {
    "nominated": "nominated",
    "carried": "from the last ballot",
    "votes": "",
    "seldom": "from a field seldom read here",
}

REMINDER = "reminder"
"""Tells the button under a reminder from the same one under the announcement."""

View = ui.LayoutView
Papers = Mapping[int, StoredPaper]


def question(number: int) -> str:
    """The poll's; its number tells rounds apart."""
    return f"Which paper do we read? (round {number})"


def poll(shown: Shown) -> discord.Poll:
    """Discord's own poll, one answer for each candidate, in their order."""
    made = discord.Poll(question(shown.round.number), timedelta(hours=shown.round.hours))
    for candidate in shown.round.candidates:
        title = plain_title(shown.papers[candidate.paper])
        made.add_answer(text=shorten(f"{candidate.answer_id}. {title}", ANSWER_LENGTH))
    return made


def ballot_view(shown: Shown) -> View:
    """Stands above the poll, and stays."""
    round_ = shown.round
    hours = "1 hour" if round_.hours == 1 else f"{round_.hours} hours"
    head = f"### Round {round_.number}: which paper do we read?\nVote in the poll below; it is open for {hours}."
    length = min(200, _FOR_ROWS // len(round_.candidates) - _BESIDE_TITLE)
    rows = [
        _row(f"{candidate.answer_id}\\.", shown.papers[candidate.paper], length, _why(candidate))
        for candidate in round_.candidates
    ]
    return _view(head, rows, ui.Button(label="How papers get here", custom_id=custom_id("ballot", round_.id)))


def closed_view(shown: Shown) -> View:
    """In place of the ballot of a round that ended without a poll's result."""
    if shown.round.state == "cancelled":
        words = "was called off"
    elif shown.round.poll_message_id is None:
        words = "could not be opened"
    else:
        words = "has no result: its poll was deleted"
    return _text(
        f"### Round {shown.round.number} {words}\n"
        "What was nominated is open for the next ballot. A manager starts one with `/poll start`."
    )


def nobody_voted(round_: Round) -> str:
    """The headline of a round without a winner."""
    return f"Round {round_.number}: nobody voted"


def result_view(shown: Shown, *, thread_id: int | None = None, role_id: int | None = None) -> View:
    """The announcement; `role_id` is the role that wants to hear of winners."""
    round_ = shown.round
    if round_.winner is None:
        return _text(f"### {nobody_voted(round_)}\nThere is no winner; the ballot carries over to the next round.")
    winner = shown.papers[round_.winner]
    lines = [f"### Round {round_.number}: this is what we read", _name(winner), f"-# {_small(winner)}", _votes(round_)]
    if round_.meeting_at is not None:
        lines.append(f"We talk about it {format_dt(round_.meeting_at, 'F')} ({format_dt(round_.meeting_at, 'R')}).")
    if thread_id is not None:
        lines.append(f"The discussion is in <#{thread_id}>.")
    if shown.reports is not None:
        lines.append(f"Tried here before: {sum_words(shown.reports)}.")
    lines.append(presenting(shown.presenters))
    others = [
        f"-# {candidate.votes or 0} · {card_text.name(shown.papers[candidate.paper], 120)}"
        for candidate in sorted(round_.candidates, key=lambda candidate: -(candidate.votes or 0))
        if candidate.paper != round_.winner
    ]
    view = View(timeout=None)
    container: ui.Container[View] = ui.Container()
    container.add_item(ui.TextDisplay("\n".join(filter(None, lines))))
    if others:
        container.add_item(ui.Separator())
        container.add_item(ui.TextDisplay("\n".join(others)))
    container.add_item(
        ui.ActionRow(
            ui.Button(label="Show", custom_id=custom_id("show", round_.winner)),
            ui.Button(label="Discuss", custom_id=custom_id("discuss", round_.winner)),
            ui.Button(
                label="I will present", style=discord.ButtonStyle.primary, custom_id=custom_id("present", round_.id)
            ),
        )
    )
    view.add_item(container)
    if role_id is not None:
        view.add_item(ui.TextDisplay(f"<@&{role_id}>"))
    return view


def reminder_view(shown: Shown, meeting_at: datetime) -> View:
    """The day before the meeting, in the thread."""
    assert shown.round.winner is not None  # noqa: S101 - a meeting is about the winner
    winner = shown.papers[shown.round.winner]
    lines = [
        f"### We meet {format_dt(meeting_at, 'R')}",
        f"{_name(winner)}\n{format_dt(meeting_at, 'F')}",
        presenting(shown.presenters) or "Nobody presents yet.",
    ]
    view = _text("\n".join(lines))
    press = custom_id("present", shown.round.id, REMINDER)
    view.add_item(ui.ActionRow(ui.Button(label="I will present", custom_id=press)))
    return view


def presenting(users: Sequence[int]) -> str:
    """Who presents; empty when nobody does."""
    return f"Presenting: {', '.join(f'<@{user}>' for user in users[:10])}." if users else ""


def event_text(shown: Shown) -> str:
    """The description of the meeting's event: plain text, at most 1,000 characters (Discord's limit)."""
    assert shown.round.winner is not None  # noqa: S101 - an event is about the winner
    winner = shown.papers[shown.round.winner]
    record = winner.paper
    links = [address.url for address in card_text.addresses(record)[:1]]
    lines = [shorten(plain_title(winner), 300), shorten(author_line(record.authors, shown=2), 200)]
    return "\n".join(filter(None, [*lines, *links, presenting(shown.presenters)]))[:1000]


def show_view(shown: Shown | None, coming: Next, *, notes: Sequence[str] = ()) -> View:
    """This round, and the ballot that would come next."""
    lines: list[str] = []
    if shown is not None and shown.round.running:
        lines.append(_running(shown))
    else:
        if shown is not None and shown.round.winner is not None:
            winner = shown.papers[shown.round.winner]
            lines.append(
                f"### Round {shown.round.number}\n{_name(winner, 300)}\n{presenting(shown.presenters)}".strip()
            )
        when = (
            f"opens {format_dt(coming.due_at, 'F')} ({format_dt(coming.due_at, 'R')})"
            if coming.due_at is not None
            else "is not scheduled; a manager starts one with `/poll start`"
        )
        lines.append(f"### The next poll\nIt {when}.")
        places = [
            f"{number}\\. **{card_text.name(coming.papers[place.paper], 120)}**{_reason(place)}"
            for number, place in enumerate(coming.places, start=1)
        ]
        lines.append("\n".join(places) or "No papers yet: save some, or use `/poll nominate`.")
    lines += [RULE, *notes]
    return _text("\n".join(lines))


def history_view(page: HistoryPage) -> View:
    """Chosen papers with their threads; the buttons carry the page, so they work for ever."""
    rows = []
    for round_ in page.rounds:
        winner = page.papers.get(round_.winner or 0)
        if winner is not None and round_.decided_at is not None:
            thread = f" · <#{round_.thread_id}>" if round_.thread_id else ""
            rows.append(f"{round_.number}\\. {_name(winner, 200)}\n-# {format_dt(round_.decided_at, 'D')}{thread}")
    view = _text("### Chosen so far\n" + ("\n".join(rows) or "No round has had a winner yet."))
    if page.pages > 1:
        view.add_item(
            ui.ActionRow(
                _turn("◀", page.number - 1, page.pages),
                ui.Button(
                    label=f"{page.number + 1} / {page.pages}", disabled=True, custom_id=custom_id("history-place")
                ),
                _turn("▶", page.number + 1, page.pages),
            )
        )
    return view


def _turn(label: str, to: int, pages: int) -> ui.Button[View]:
    return ui.Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id("history", to))


def _running(shown: Shown) -> str:
    round_ = shown.round
    place = (
        f"https://discord.com/channels/{round_.server_id}/{round_.channel_id}/{round_.poll_message_id}"
        if round_.poll_message_id
        else f"<#{round_.channel_id}>"
    )
    when = {
        "opening": "The poll is being opened.",
        "closing": "Voting is over; Discord is counting.",
        "telling": "There is a winner; the announcement is on its way.",
    }.get(round_.state, "")
    if not when and round_.ends_at is not None:
        when = f"Open until {format_dt(round_.ends_at, 'F')} ({format_dt(round_.ends_at, 'R')})."
    rows = [
        f"{candidate.answer_id}\\. **{card_text.name(shown.papers[candidate.paper], 120)}**{_reason_of(candidate)}"
        for candidate in round_.candidates
    ]
    return "\n".join([f"### Round {round_.number}\n{when} {place}", *rows])


def _votes(round_: Round) -> str:
    won = next((c.votes or 0 for c in round_.candidates if c.paper == round_.winner), 0)
    total = sum(candidate.votes or 0 for candidate in round_.candidates)
    tie = {"list votes": "the reading list's votes decided", "older entry": "the older entry won"}
    equal = f"; others had as many, {tie[round_.tie]}" if round_.tie else ""
    return f"{won} of {total} vote{'' if total == 1 else 's'}{equal}."


def _reason(place: Place) -> str:
    by = f" by <@{place.nominated_by}>" if place.nominated_by else ""
    return f" · {_WHY[place.reason]}{by}" if _WHY[place.reason] else ""


def _reason_of(candidate: Candidate) -> str:
    return _reason(Place(candidate.paper, candidate.reason, candidate.nominated_by))


def _why(candidate: Candidate) -> str:
    return _reason_of(candidate).removeprefix(" · ")


def plain_title(paper: StoredPaper) -> str:
    """In one line, for places that know no markdown; the id of a paper without one."""
    return " ".join(paper.title_text.split()) or str(paper.paper.id)


def _name(paper: StoredPaper, length: int = 400) -> str:
    return f"**{card_text.name(paper, length)}**"


def _small(paper: StoredPaper) -> str:
    record = paper.paper
    year = str(record.published.year) if record.published else None
    by = literal_within(author_line(record.authors, shown=2), 100)
    links = card_text.text_links(card_text.addresses(record)[:2])
    return " · ".join(filter(None, (by, year, links)))


def _row(mark: str, paper: StoredPaper, length: int, why: str) -> ui.Section[View]:
    small = " · ".join(filter(None, (_small(paper), why)))
    return ui.Section(
        ui.TextDisplay(f"{mark} **{card_text.name(paper, length)}**\n-# {small}"),
        accessory=ui.Button(label="Show", custom_id=custom_id("show", paper.number)),
    )


def _view(head: str, rows: Sequence[ui.Section[View]], *buttons: ui.Button[View]) -> View:
    view = View(timeout=None)
    container: ui.Container[View] = ui.Container()
    container.add_item(ui.TextDisplay(head))
    for row in rows:
        container.add_item(row)
    container.add_item(ui.ActionRow(*buttons))
    view.add_item(container)
    return view


def _text(markdown: str) -> View:
    view = View(timeout=None)
    container: ui.Container[View] = ui.Container()
    container.add_item(ui.TextDisplay(markdown))
    view.add_item(container)
    return view
