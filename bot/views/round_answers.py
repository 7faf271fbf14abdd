"""The sentences with which `/poll …` and `/present` answer. `when` is the words for a time that comes every week."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.rounds import Round
from bot.domain.stored_paper import StoredPaper
from bot.views.card_text import name
from bot.views.permissions import still_needed

MANAGERS_ONLY = "Only members who may manage the server can do that."
NEEDS_TEXT_CHANNEL = "A poll needs a text channel. Use this in one."
NAME_TEXT_CHANNEL = "A poll needs a text channel. Use this in one, or name one with `channel:`."
MEETING_NEEDS_BOTH = "A meeting needs both: a day and a time. Name the one that is missing."

NO_POLL_ANY_MORE = "No poll is scheduled any more."
NO_POLL = "No poll was scheduled."
NO_MEETING_ANY_MORE = "There are no meetings any more."
NO_MEETING = "No meeting was set."


def scheduled(channel_id: int, when: str, lacking: Sequence[str]) -> str:
    """Every week from now on; `lacking` names the permissions that the bot misses there."""
    return f"A poll opens in <#{channel_id}> {when}. {still_needed(lacking)}".rstrip()


def begun(round_: Round) -> str:
    """Started by hand."""
    return f"Round {round_.number} opens in <#{round_.channel_id}>, with {len(round_.candidates)} papers."


def ended(round_: Round) -> str:
    """Before its time."""
    return f"Round {round_.number} ends now. The winner follows in <#{round_.channel_id}>."


def cancelled(round_: Round) -> str:
    """Without a winner."""
    return f"Round {round_.number} is called off. What was nominated stays open."


def meeting(when: str) -> str:
    """The winners from now on are talked about then."""
    return f"The next winner is talked about {when}. I create an event for it and remind the thread the day before."


def nominated(paper: StoredPaper, before: StoredPaper | None) -> str:
    """`before` is the member's nomination until now."""
    instead = f" It takes the place of **{name(before, 400)}**." if before is not None else ""
    return f"**{name(paper, 800)}** is on the next ballot.{instead}"


def presents(winner: StoredPaper) -> str:
    """The member said so."""
    return f"You present **{name(winner, 800)}**. Thank you. Use /present again to take it back."


def presents_no_more(winner: StoredPaper) -> str:
    """The member took it back."""
    return f"You no longer present **{name(winner, 800)}**."


def hidden(channel_id: int) -> str:
    """For managers, below `/poll show`."""
    return f"⚠️ I do not see <#{channel_id}>, where polls are to open."
