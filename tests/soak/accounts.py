"""Every poll and digest that was due, held against what stands on Discord.

When something was due is worked out here again, from the time zones alone.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.polls import Answer, Poll
from sandbox.state.kinds import MessageKind
from sandbox.state.message import Message
from tests.soak.plan import START
from tests.soak.servers import Entry, Server, Weekly, counts
from tests.soak.year import Year

_LIMITS = {
    "poll": timedelta(hours=24),
    "digest": timedelta(hours=48),
    "reminder": timedelta(hours=12),
    "tried": timedelta(hours=48),
}
_BEGUN = ("opened", "open", "closing", "telling", "decided", "no_winner", "skipped: too late")
"""How the occurrence of a round ends. Who comes after a process that died before it could say "opened" says how far
the round is."""
_SURELY_UP = timedelta(minutes=15)
"""A process that was at work for so long has seen to what was due."""
_SETTLING = timedelta(hours=2)
"""What came due just before the end is not looked at."""


class Accounts:
    """`problems` is empty when all is well; `outcomes` counts how things ended."""

    def __init__(self, year: Year, servers: list[Server]) -> None:
        self.problems: list[str] = []
        self.outcomes: Counter[str] = Counter()
        self._year = year
        self._end = year.plan.end - _SETTLING
        self._servers = servers
        with closing(sqlite3.connect(year.database_file)) as database:
            database.row_factory = sqlite3.Row
            self._occurrences = [dict(row) for row in database.execute("SELECT * FROM occurrence ORDER BY due_at")]
            self._rounds = {row["id"]: dict(row) for row in database.execute("SELECT * FROM round")}

    def check(self) -> None:
        """Finds all problems."""
        by_server: dict[int, list[dict[str, Any]]] = {}
        for row in self._occurrences:
            by_server.setdefault(row["server_id"], []).append(row)
        for server in self._servers:
            _OneServer(self, server, by_server.get(server.guild.id, []), self._rounds).check()
        self.problems += [f"Discord refused: {violation}" for violation in self._year.sandbox.violations]

    def late_rule(self, name: str, kind: str, due: datetime, *, skipped: bool) -> None:
        """Too late is what no process could see to in time, and nothing else."""
        latest = due + _LIMITS[kind]
        overlaps = [min(end, latest) - max(begin, due) for begin, end in self._year.figures.up]
        longest = max(overlaps, default=timedelta(-1))
        if skipped and longest > _SURELY_UP:
            self.problems.append(f"{name}: skipped as too late, but a process was at work for {longest} in time")
        if not skipped and longest < timedelta(0):
            self.problems.append(f"{name}: carried out, but nobody was at work until it was too late")

    @property
    def end(self) -> datetime:
        """Up to when things are looked at."""
        return self._end


@dataclass
class _OneServer:
    accounts: Accounts
    server: Server
    rows: list[dict[str, Any]]
    rounds: dict[int, dict[str, Any]]

    def check(self) -> None:
        """Everything that was due here, and that nothing else stands on Discord."""
        bot = self.accounts._year.sandbox.bot
        self.channel = [
            message
            for message in self.server.channel.messages
            if message.author is bot and message.kind is not MessageKind.POLL_RESULT
        ]
        self.buttons: dict[str | None, list[Message]] = {}
        for message in self.channel:
            for custom_id in {button.custom_id for button in message.buttons}:
                self.buttons.setdefault(custom_id, []).append(message)
        self.texts = [message.text for message in self.channel]
        self.threads = {thread.id: thread for thread in self.server.threads}
        self.explained = 0
        for kind, weekly in (("poll", self.server.poll), ("digest", self.server.digest)):
            if weekly is not None:
                self._weekly(kind, weekly)
            elif any(row["kind"] == kind for row in self.rows):
                self._problem(f"a {kind} that nobody asked for")
        own = [round_ for round_ in self.rounds.values() if round_["server_id"] == self.server.guild.id]
        for round_ in own:
            self._round(round_)
        finished = not any(round_["state"] in ("opening", "telling") for round_ in own)
        if finished and self.explained != len(self.channel):
            self._problem(f"{len(self.channel)} messages, of which {self.explained} are accounted for")

    def _weekly(self, kind: str, weekly: Weekly) -> None:
        wanted = due_times(self.server.zone, weekly, self.accounts._year.plan.end)
        known = [row for row in self.rows if row["kind"] == kind and _moment(row["due_at"]) <= wanted[-1]]
        if [_moment(row["due_at"]) for row in known] != wanted:
            self._problem(f"the {kind}s were due at {wanted}, entered were {[row['due_at'] for row in known]}")
        few = 0
        for row in known:
            due = _moment(row["due_at"])
            if due > self.accounts.end:
                self.explained += self._uncounted(kind, row)
                continue
            name = f"{self.server.guild.name}, the {kind} due at {due}"
            outcome = str(row["outcome"])
            self.accounts.outcomes[f"{kind}: {''.join(c for c in outcome if not c.isdigit())}"] += 1
            begun = row["round_id"] if kind == "poll" else row["digest_id"]
            if row["wake_at"] is not None:
                self._problem(f"the {kind} due at {due} is not finished")
            elif outcome == "skipped: too late":
                self.accounts.late_rule(name, kind, due, skipped=True)
            else:
                self.accounts.late_rule(name, kind, due, skipped=False)
            if kind == "poll":
                few += outcome.endswith("papers")
                if begun is None and not outcome.startswith("skipped"):
                    self._problem(f"the poll due at {due} has no round and says {outcome!r}")
                if begun is not None and outcome not in _BEGUN:
                    self._problem(f"the poll due at {due} has a round and says {outcome!r}")
            else:
                self._digest(row, due)
        if kind == "poll":
            told = sum(message.content.startswith("No poll this time") for message in self.channel)
            late = sum(1 for row in known if _moment(row["due_at"]) > self.accounts.end)
            if not few <= told <= few + late:
                self._problem(f"{few} times too few papers, told {told} times")
            self.explained += told

    def _uncounted(self, kind: str, row: dict[str, Any]) -> int:
        if kind != "digest" or row["digest_id"] is None:
            return 0
        return len(self._with_button(f"pc:1:digest:{row['digest_id']}"))

    def _digest(self, row: dict[str, Any], due: datetime) -> None:
        posted = self._with_button(f"pc:1:digest:{row['digest_id']}") if row["digest_id"] is not None else []
        if len(posted) != (row["outcome"] == "posted"):
            self._problem(f"the digest due at {due} says {row['outcome']!r} and stands there {len(posted)} times")
        self.explained += len(posted)

    def _round(self, round_: dict[str, Any]) -> None:
        name = f"round {round_['number']}"
        begun = [row for row in self.rows if row["kind"] == "poll" and row["round_id"] == round_["id"]]
        if len(begun) != 1:
            self._problem(f"{name} belongs to {len(begun)} occurrences")
        ballots = self._with_button(f"pc:1:ballot:{round_['id']}")
        question = f"Which paper do we read? (round {round_['number']})"
        polls = [message for message in self.channel if message.poll is not None and message.poll.question == question]
        results = self._with_button(f"pc:1:present:{round_['id']}")
        nobody = [text for text in self.texts if f"Round {round_['number']}: nobody voted" in text]
        self.explained += len(ballots) + len(polls) + len(results) + len(nobody)
        if begun and begun[0]["outcome"] == "skipped: too late":
            self._never_opened(name, round_, len(ballots) + len(polls))
            return
        if round_["ends_at"] is None or _moment(round_["ends_at"]) > self.accounts.end:
            return
        self.accounts.outcomes[f"round: {round_['state']}"] += 1
        if (len(ballots), len(polls)) != (1, 1):
            self._problem(f"{name} has {len(ballots)} ballots and {len(polls)} polls")
            return
        poll = polls[0].poll
        assert poll is not None
        voted = counts(poll)
        expected = (1, 0, "decided") if any(voted.values()) else (0, 1, "no_winner")
        if (len(results), len(nobody), round_["state"]) != expected:
            self._problem(f"{name} got votes {voted}, is {round_['state']}, told {len(results)} + {len(nobody)} times")
        if len(results) == 1:
            self._chosen(name, poll, results[0])
        if round_["state"] == "decided":
            self._winner(name, round_)

    def _never_opened(self, name: str, round_: dict[str, Any], standing: int) -> None:
        """A process died over it, and nobody came in time: at most a closed ballot stands there."""
        closed = sum(f"Round {round_['number']} could not be opened" in text for text in self.texts)
        self.explained += closed
        if standing or closed > 1 or round_["state"] != "lost":
            self._problem(f"{name}, too late, is {round_['state']} with {standing} messages that are not closed")

    def _chosen(self, name: str, poll: Poll, result: Message) -> None:
        """The winner that was announced, by the poll's votes, then by the list's, then the older entry."""
        voted = counts(poll)
        best = sorted(poll.answers, key=lambda answer: (-voted[answer.id], *self._rank(answer), answer.id))
        if voted[best[0].id] == voted[best[1].id]:
            (one, _), (other, _) = self._rank(best[0]), self._rank(best[1])
            self.accounts.outcomes["tie: " + ("list votes" if one != other else "older entry")] += 1
        if not _has_button(result, f"pc:1:show:{self._entry(best[0]).number}"):
            self._problem(f"{name} should have the winner {best[0].text!r}, votes {voted}; it says {result.text!r}")

    def _rank(self, answer: Answer) -> tuple[int, datetime]:
        """The smaller comes first."""
        entry = self._entry(answer)
        return -entry.votes, entry.saved_at

    def _entry(self, answer: Answer) -> Entry:
        return self.server.entries[answer.text.removeprefix(f"{answer.id}. ")]

    def _winner(self, name: str, round_: dict[str, Any]) -> None:
        thread = self.threads.pop(round_["thread_id"], None)
        if thread is None:
            self._problem(f"{name} has no thread of its own")
            return
        own = thread.by_bot()
        reminders = [message for message in own if _has_button(message, f"pc:1:present:{round_['id']}:reminder")]
        asked = [message for message in own if _has_button(message, f"pc:1:tried:{round_['winner_id']}:{round_['id']}")]
        cards = [m for m in own if m not in reminders + asked and m.kind is not MessageKind.PINNED]
        if len(cards) != 1 or not cards[0].pinned:
            self._problem(f"{name} has {len(cards)} cards in its thread")
        events = [event for event in self.server.guild.scheduled_events if str(thread.id) in (event.location or "")]
        if len(events) != (round_["meeting_at"] is not None):
            self._problem(f"{name} has {len(events)} events for the meeting at {round_['meeting_at']}")
        self._said(name, round_, "reminder", "reminded", reminders)
        if not self._said(name, round_, "tried", "asked", asked):
            self._problem(f"{name} never asks whether anyone tried it")

    def _said(self, name: str, round_: dict[str, Any], kind: str, ended: str, messages: list[Message]) -> bool:
        """What is said later in a winner's thread stands there once, or was too late. Whether it is planned at all."""
        row = next((r for r in self.rows if r["kind"] == kind and r["round_id"] == round_["id"]), None)
        wanted = row is not None and row["outcome"] == ended
        # who died between posting and recording leaves one that whoever comes days later calls too late
        died = row is not None and row["outcome"] == "skipped: too late" and row["attempts"] > 1
        if len(messages) != wanted and not (died and len(messages) == 1):
            self._problem(f"{name}, {kind}: {len(messages)} messages: {row}")
        if row is None:
            return False
        due = _moment(row["due_at"])
        if row["outcome"] == "skipped: too late":
            self.accounts.late_rule(f"{self.server.guild.name}, {name}", kind, due, skipped=True)
        elif due <= self.accounts.end and not wanted:
            self._problem(f"{name}, {kind}, due at {due}: {row['outcome']}")
        if row["outcome"] is not None:
            self.accounts.outcomes[f"{kind}: {row['outcome']}"] += 1
        return True

    def _with_button(self, custom_id: str) -> list[Message]:
        return self.buttons.get(custom_id, [])

    def _problem(self, what: str) -> None:
        self.accounts.problems.append(f"{self.server.guild.name} ({self.server.zone}): {what}")


def due_times(zone: str, weekly: Weekly, end: datetime) -> list[datetime]:
    """Every one after the start, until the end."""
    day = START.date() - timedelta(days=8)
    found = []
    while day <= end.date() + timedelta(days=1):
        if day.weekday() == weekly.weekday:
            at = _shown(zone, day, weekly.minute)
            if START < at <= end:
                found.append(at)
        day += timedelta(days=1)
    return found


@cache
def _shown(zone: str, day: date, minute: int) -> datetime:
    """The first instant at which that clock shows this, or, where it jumps over it, something later on that day. Looked
    for by looking at the clock every five minutes."""
    wanted = datetime.combine(day, time(minute // 60, minute % 60))
    at = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
        at += timedelta(minutes=5)
    return at


def _has_button(message: Message, custom_id: str) -> bool:
    return any(button.custom_id == custom_id for button in message.buttons)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
