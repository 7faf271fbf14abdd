"""Every message held against what stands below it on Discord."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services.cards import CARDS_KEPT_CURRENT
from bot.views.custom_ids import parse_text
from bot.views.limits import NO_CARDS_FOR_NOW
from sandbox.state.message import Message
from tests.long_run.talk import Said
from tests.long_run.texts import TITLE

if TYPE_CHECKING:
    from tests.long_run.hour import Hour

UNKNOWN_MARK = "❓"
_TITLE = re.compile(TITLE.format(r"(\d+)"))
_MOST_GROWTH = 1.05
_SHARE_OF_SAMPLES = 5
_TRIES = timedelta(minutes=2)
"""In which a card that Discord did not take at once is surely tried again."""


class Accounts:
    """`problems` is empty when all is well; `outcomes` counts how the messages ended."""

    def __init__(self, hour: Hour) -> None:
        self.problems: list[str] = []
        self.outcomes: Counter[str] = Counter()
        self._hour = hour
        self._talk, self._weather, self._absences = hour.talk, hour.weather, hour.absences
        self._entries = hour.pace.ledger.entries()
        self._replies = self._find_replies()
        self._watched = {channel.id for channel in hour.talk.places[0].channels[:-1]}

    def check(self) -> None:
        """All but the memory."""
        for said in self._talk.said:
            outcome = self._outcome(said)
            self.outcomes[outcome] += 1
            if outcome.startswith("wrong"):
                self.problems.append(f"{outcome}: {self._describe(said)}")
        self._check_votes()
        hour = self._hour
        self.problems += [f"Discord refused: {violation}" for violation in hour.pace.sandbox.violations]
        self.problems += [f"arXiv's terms: {violation}" for violation in hour.pace.arxiv.violations]
        warm, last = hour.figures.warm, hour.figures.last
        assert warm is not None
        assert last is not None
        self.problems += last.more_than(warm)

    @property
    def memory(self) -> tuple[float, float]:
        """The median of the bot's memory in MB, after the warm-up and at the end."""
        figures, plan = self._hour.figures, self._hour.plan
        sizes = [size / 1024 for at, size in figures.resident if at.total_seconds() >= plan.warm_up_seconds]
        few = max(1, len(sizes) // _SHARE_OF_SAMPLES)
        return statistics.median(sizes[:few]), statistics.median(sizes[-few:])

    def check_memory(self) -> None:
        """It must not have grown."""
        warm, last = self.memory
        if last > warm * _MOST_GROWTH:
            self.problems.append(f"the memory grew from {warm:.1f} to {last:.1f} MB")

    # --- one message

    def _outcome(self, said: Said) -> str:
        replies = self._replies.get(said.message.id, [])
        made = len(self._talk.cards_made.get(said.message.id, ()))
        if said.message.channel in self._weather.deleted:
            return "channel deleted"
        if len(replies) > 1 or made > len(said.changed):
            return "wrong: answered twice"
        if not (self._is_watched(said) and said.asked_before):
            return "wrong: not for the bot" if made else "no paper" if self._is_watched(said) else "not watched"
        if said.deleted_at is not None:
            return self._deleted(said, said.deleted_at, replies)
        if said.card_deleted:
            return "card deleted by a manager"
        return self._shown(said, replies)

    def _shown(self, said: Said, replies: list[Message]) -> str:
        shown = {int(number) for reply in replies for number in _TITLE.findall(reply.text)}
        marked = self._is_marked(said)
        if shown == set(said.text.papers) and marked == said.text.unknown:
            return "cards" if shown else "marked as unknown" if marked else "edited: nothing to show any more"
        return self._excuse(said) or f"wrong: shows {shown}, marked {marked}"

    def _deleted(self, said: Said, at: datetime, replies: list[Message]) -> str:
        if not replies:
            return "deleted"
        guild = said.message.channel.guild
        assert guild is not None
        shown = [TITLE.format(number) for reply in replies for number in _TITLE.findall(reply.text)]
        if any((guild.id, title) in self._entries for title in shown):
            return "deleted, its card kept for the list"
        return self._unheard(said, at) or "wrong: message deleted, card stands"

    def _excuse(self, said: Said) -> str | None:
        """A documented rule by which it may be otherwise."""
        if said.in_haste:
            return "perhaps left out: many at once"
        for moment in said.changed:
            if unheard := self._unheard(said, moment):
                return unheard
        channel, last = said.message.channel.id, said.changed[-1]
        if self._lost(channel, "send_messages", last, last + _TRIES):
            return "permission: not to post"
        if self._lost(channel, "add_reactions", last, last + _TRIES) and said.text.unknown:
            return "permission: not to mark"
        if self._lost(channel, "read_message_history", last, last + _TRIES) and said.text.unknown:
            return "permission: not to mark"
        return None

    def _unheard(self, said: Said, moment: datetime) -> str | None:
        """Whether what happened to the message then went by unheard for good."""
        channel = said.message.channel
        assert channel.guild is not None
        if self._lost(channel.id, "view_channel", moment, moment + _TRIES):
            return "permission: not to see"
        spans = [*self._absences.spans, *self._weather.hidden.get(channel.guild.id, ())]
        for span in spans:
            if not span.holds(moment):
                continue
            if self._absences.out_of_reach(channel.id, said.message.id, span):
                return "away: a hundred newer ones"
            if self._lost(channel.id, "read_message_history", span.end, span.end + _TRIES):
                return "permission: not to read back"
        return None

    def _lost(self, channel_id: int, name: str, begin: datetime, end: datetime) -> bool:
        return any(span.begin <= end and begin <= span.end for span in self._weather.lost.get((channel_id, name), ()))

    def _is_marked(self, said: Said) -> bool:
        return self._hour.pace.sandbox.bot.id in said.message.reactions.get(UNKNOWN_MARK, ())

    def _is_watched(self, said: Said) -> bool:
        channel = said.message.channel
        return channel.guild is not self._talk.places[0].guild or channel.id in self._watched

    def _describe(self, said: Said) -> str:
        """Also what happened around it in its channel."""
        message = said.message
        here = message.channel.id
        lost = [
            f"{name} {span}"
            for (channel_id, name), spans in self._weather.lost.items()
            for span in spans
            if channel_id == here
        ]
        around = [str(span) for span in self._absences.spans if any(span.holds(moment) for moment in said.changed)]
        answered = _times(self._talk.cards_made.get(message.id, ()))
        return (
            f"{said.text} at {_times(said.changed)}, deleted {said.deleted_at}, answered {answered}, "
            f"{len(self._replies.get(message.id, ()))} stand; lacked {lost}; away {around}"
        )

    # --- what the bot wrote

    def _find_replies(self) -> dict[int, list[Message]]:
        """The cards that stand, by the message they answer; what else the bot said must be an answer to a command."""
        without = self._hour.pace.ledger.replies()
        found: dict[int, list[Message]] = {}
        for message in self._by_bot():
            if message.interaction is not None or message.text == NO_CARDS_FOR_NOW:
                continue
            answered = message.reference.message_id if message.reference else without.get(message.id)
            if answered is None:
                self.problems.append(f"nobody asked for {message.text!r}")
            else:
                found.setdefault(answered, []).append(message)
        return found

    def _by_bot(self) -> Iterator[Message]:
        for channel in self._hour.pace.sandbox.channels():
            yield from channel.by_bot()

    def _check_votes(self) -> None:
        """A press whose card changed is a vote; nobody votes who did not press; the latest cards have the count."""
        votes = self._hour.pace.ledger.votes()
        pressed = set()
        for press in self._talk.presses:
            key = (press.guild.id, press.paper, press.member.id)
            pressed.add(key)
            if press.asked.source_edited and key not in votes:
                self.problems.append(f"a vote is lost: {key}")
        self.outcomes["votes"] = len(votes)
        self._check_counts(votes)
        self.problems += [f"a vote that nobody gave: {key}" for key in votes - pressed]

    def _check_counts(self, votes: set[tuple[int, int, int]]) -> None:
        """Of each paper's latest cards in a server, older ones may be behind."""
        given = Counter((guild, paper) for guild, paper, _ in votes)
        followed: Counter[tuple[int, int]] = Counter()
        for message in sorted(self._by_bot(), key=lambda message: message.id, reverse=True):
            assert message.channel.guild is not None
            for paper, shown in _votes_shown(message).items():
                key = (message.channel.guild.id, paper)
                followed[key] += 1
                if followed[key] <= CARDS_KEPT_CURRENT and shown != given[key]:
                    self.outcomes["cards with an old count"] += 1
                    self.problems.append(f"{message.text[:40]!r} shows {shown} votes of {given[key]}")


def _votes_shown(message: Message) -> dict[int, int]:
    """The counts on a card, by the paper as the bot numbers it."""
    found = {}
    for button in message.buttons:
        press = parse_text(button.custom_id or "")
        if press is not None and press.action == "vote":
            found[press.number] = int(button.label.rpartition(" ")[2])
    return found


def _times(moments: Iterable[datetime]) -> list[str]:
    return [f"{moment:%H:%M:%S}" for moment in moments]
