"""A poll's life: open, ended with counts that may be off, counted for good (developers/resources/poll).

    open ──────── expiry passes, or the author ends it ──────── ended ──────── the final count ──────── finalized

A poll never ends by itself here: whoever moves the clock calls `expire`, then `finalize`, and tells the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

DEFAULT_HOURS = 24


class PollEnded(Exception):
    """Votes and endings come too late (Discord's code 520001)."""


class NotTheAuthor(Exception):
    """Only the author of a poll can end it early."""


class VoteChange(NamedTuple):
    """What MESSAGE_POLL_VOTE_ADD or MESSAGE_POLL_VOTE_REMOVE tells."""

    user_id: int
    answer_id: int
    added: bool


@dataclass(frozen=True)
class Answer:
    """`emoji` is Discord's partial emoji, if there is one."""

    id: int
    text: str
    emoji: Mapping[str, Any] | None = None

    def payload(self) -> dict[str, Any]:
        media: dict[str, Any] = {"text": self.text}
        if self.emoji is not None:
            media["emoji"] = {"id": self.emoji.get("id"), "name": self.emoji.get("name")}
            if "animated" in self.emoji:
                media["emoji"]["animated"] = self.emoji["animated"]
        return {"answer_id": self.id, "poll_media": media}


@dataclass
class Poll:
    """`votes` maps an answer to its voters. `miscounts` is what the service's running counts are off by, per answer,
    until the final count: Discord promises exact numbers only then."""

    question: str
    answers: tuple[Answer, ...]
    author_id: int
    expiry: datetime
    multiple: bool = False
    votes: dict[int, set[int]] = field(default_factory=dict)
    miscounts: dict[int, int] = field(default_factory=dict)
    ended: bool = False
    finalized: bool = False

    @classmethod
    def create(cls, body: Mapping[str, Any], *, author_id: int, now: datetime) -> Poll:
        """From a message's `poll`, in which `poll_problems` found none."""
        hours = body.get("duration") or DEFAULT_HOURS
        media = [answer["poll_media"] for answer in body["answers"]]
        return cls(
            question=body["question"]["text"],
            answers=tuple(Answer(i, one["text"], one.get("emoji")) for i, one in enumerate(media, start=1)),
            author_id=author_id,
            expiry=now + timedelta(hours=hours),
            multiple=bool(body.get("allow_multiselect")),
        )

    def vote(self, user_id: int, answer_id: int, *, now: datetime) -> list[VoteChange]:
        """In a poll with one choice, takes back what the user chose before. A vote that stands already changes
        nothing. PollEnded; KeyError for an unknown answer."""
        self._must_be_open(now)
        if all(answer.id != answer_id for answer in self.answers):
            raise KeyError(answer_id)
        if user_id in self._voters(answer_id):
            return []
        earlier = [] if self.multiple else self.choices_of(user_id)
        changes = [change for chosen in earlier for change in self.unvote(user_id, chosen, now=now)]
        self.votes.setdefault(answer_id, set()).add(user_id)
        return [*changes, VoteChange(user_id, answer_id, added=True)]

    def unvote(self, user_id: int, answer_id: int, *, now: datetime) -> list[VoteChange]:
        """PollEnded, like `vote`."""
        self._must_be_open(now)
        if user_id not in self._voters(answer_id):
            return []
        self.votes[answer_id].remove(user_id)
        return [VoteChange(user_id, answer_id, added=False)]

    def choices_of(self, user_id: int) -> list[int]:
        return [answer.id for answer in self.answers if user_id in self._voters(answer.id)]

    def voters(self, answer_id: int, *, after: int = 0, limit: int = 25) -> list[int]:
        """One page of ids in ascending order, as Get Answer Voters gives them."""
        return sorted(user_id for user_id in self._voters(answer_id) if user_id > after)[:limit]

    def expire(self, *, now: datetime) -> bool:
        """Whether the time ran out just now, so that this is to be announced."""
        if self.ended or now < self.expiry:
            return False
        self.ended = True
        return True

    def end(self, user_id: int, *, now: datetime) -> None:
        """Before its time. PollEnded, NotTheAuthor."""
        if user_id != self.author_id:
            raise NotTheAuthor
        self._must_be_open(now)
        self.ended = True
        self.expiry = now

    def finalize(self) -> None:
        """The final count of an ended poll, which Discord does seconds to hours after its end."""
        if not self.ended:
            raise ValueError("an open poll cannot be counted")
        self.finalized = True

    def count(self, answer_id: int) -> int:
        """What the service tells: exact once finalized."""
        exact = len(self._voters(answer_id))
        return exact if self.finalized else max(0, exact + self.miscounts.get(answer_id, 0))

    @property
    def victor(self) -> Answer | None:
        """The answer with most votes; none on a tie or without votes."""
        most = self._most_votes
        leading = [answer for answer in self.answers if len(self._voters(answer.id)) == most]
        return leading[0] if most and len(leading) == 1 else None

    def payload(self, *, me: int) -> dict[str, Any]:
        """Discord's poll object, as the user `me` sees it."""
        counts = [
            {"id": answer.id, "count": self.count(answer.id), "me_voted": me in self._voters(answer.id)}
            for answer in self.answers
            if self.count(answer.id)
        ]
        return {
            "question": {"text": self.question},
            "answers": [answer.payload() for answer in self.answers],
            "expiry": self.expiry.isoformat(),
            "allow_multiselect": self.multiple,
            "layout_type": 1,
            "results": {"is_finalized": self.finalized, "answer_counts": counts},
        }

    def result_embed(self) -> dict[str, Any]:
        """The embed of the message of type 46 that announces the result
        (developers/resources/message#embed-fields-by-embed-type-poll-result-embed-fields): all values are texts, and
        there is no `victor_answer_id` without a single winner."""
        values = {
            "poll_question_text": self.question,
            "victor_answer_votes": str(self._most_votes),
            "total_votes": str(sum(map(len, self.votes.values()))),
        }
        victor = self.victor
        if victor is not None:
            values |= {"victor_answer_id": str(victor.id), "victor_answer_text": victor.text}
            for key, value in (victor.emoji or {}).items():
                if value is not None:
                    text = str(value).lower() if isinstance(value, bool) else str(value)
                    values[f"victor_answer_emoji_{key}"] = text
        return {
            "type": "poll_result",
            "fields": [{"name": key, "value": text, "inline": False} for key, text in values.items()],
        }

    @property
    def _most_votes(self) -> int:
        return max((len(voters) for voters in self.votes.values()), default=0)

    def _voters(self, answer_id: int) -> set[int]:
        return self.votes.get(answer_id, set())

    def _must_be_open(self, now: datetime) -> None:
        if self.ended or now >= self.expiry:
            raise PollEnded
