"""The story, scene by scene."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from sandbox.tour.scenes import details, learned, reading_list, sharing, trouble, week
from sandbox.tour.stage import Stage


class Scene(NamedTuple):
    """A title and what happens."""

    title: str
    play: Callable[[Stage], Awaitable[None]]


SCENES = (
    Scene("Somebody pastes a link", sharing.a_link),
    Scene("Two papers in one message", sharing.two_papers),
    Scene("Saved with a click", reading_list.save_button),
    Scene("Votes", reading_list.votes),
    Scene("Saved with tags and a note", reading_list.save_command),
    Scene("A paper the room already knows", sharing.known_paper),
    Scene("The wrong link", sharing.wrong_link),
    Scene("Links that get no card", sharing.no_card),
    Scene("Taking a card away", sharing.dismissed),
    Scene("Talking about it", details.discuss),
    Scene("The fine print", details.more),
    Scene("What came of trying it", learned.reported),
    Scene("In plain words", learned.explained),
    Scene("What to read first", learned.resources),
    Scene("arXiv is away", trouble.arxiv_away),
    Scene("The reading list", reading_list.the_list),
    Scene("What is set, and what one can do", details.settings_and_help),
    Scene("The bot restarts", trouble.restart),
    Scene("What shall we read?", week.nominations),
    Scene("The poll", week.poll),
    Scene("The winner", week.winner),
    Scene("The digest", week.digest),
    Scene("The day before the meeting", week.meeting),
)
"""Later scenes build on earlier ones: what was shared and saved stays."""
