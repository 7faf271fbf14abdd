"""Discord's refusals as it words them (developers/topics/opcodes-and-status-codes#json)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple


class Code(IntEnum):
    """The codes that occur here."""

    UNKNOWN_APPLICATION = 10002
    UNKNOWN_CHANNEL = 10003
    UNKNOWN_GUILD = 10004
    UNKNOWN_MEMBER = 10007
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_USER = 10013
    UNKNOWN_EMOJI = 10014
    UNKNOWN_WEBHOOK = 10015
    UNKNOWN_INTERACTION = 10062
    UNKNOWN_COMMAND = 10063
    UNKNOWN_EVENT = 10070
    TOO_MANY_PINS = 30003
    TOO_MANY_REACTIONS = 30010
    TOO_MANY_EVENTS = 30038
    FORUM_NEEDS_POST = 40058
    ALREADY_ANSWERED = 40060
    MISSING_ACCESS = 50001
    CANNOT_EDIT_OTHERS = 50005
    EMPTY_MESSAGE = 50006
    NOT_A_TEXT_CHANNEL = 50008
    MISSING_PERMISSIONS = 50013
    BULK_SIZE = 50016
    SYSTEM_MESSAGE = 50021
    WRONG_CHANNEL_TYPE = 50024
    INVALID_WEBHOOK_TOKEN = 50027
    BULK_TOO_OLD = 50034
    INVALID_FORM = 50035
    THREAD_ARCHIVED = 50083
    INVALID_JSON = 50109
    REPLY_WITHOUT_HISTORY = 160002
    THREAD_EXISTS = 160004
    THREAD_LOCKED = 160005
    FINISHED_EVENT = 180000
    POLL_EXPIRED = 520001
    POLL_CANNOT_BE_EDITED = 520003
    NO_POLL = 520006


_REFUSALS: dict[Code, tuple[int, str]] = {
    Code.UNKNOWN_APPLICATION: (404, "Unknown Application"),
    Code.UNKNOWN_CHANNEL: (404, "Unknown Channel"),
    Code.UNKNOWN_GUILD: (404, "Unknown Guild"),
    Code.UNKNOWN_MEMBER: (404, "Unknown Member"),
    Code.UNKNOWN_MESSAGE: (404, "Unknown Message"),
    Code.UNKNOWN_USER: (404, "Unknown User"),
    Code.UNKNOWN_EMOJI: (400, "Unknown Emoji"),
    Code.UNKNOWN_WEBHOOK: (404, "Unknown Webhook"),
    Code.UNKNOWN_INTERACTION: (404, "Unknown interaction"),
    Code.UNKNOWN_COMMAND: (404, "Unknown application command"),
    Code.UNKNOWN_EVENT: (404, "Unknown Guild Scheduled Event"),
    Code.TOO_MANY_PINS: (400, "Maximum number of pins reached for the channel (50)"),
    Code.TOO_MANY_REACTIONS: (400, "Maximum number of reactions reached (20)"),
    Code.TOO_MANY_EVENTS: (400, "Maximum number of uncompleted guild scheduled events reached (100)"),
    Code.FORUM_NEEDS_POST: (400, "Cannot send a message in a forum channel"),
    Code.ALREADY_ANSWERED: (400, "Interaction has already been acknowledged."),
    Code.MISSING_ACCESS: (403, "Missing Access"),
    Code.CANNOT_EDIT_OTHERS: (403, "Cannot edit a message authored by another user"),
    Code.EMPTY_MESSAGE: (400, "Cannot send an empty message"),
    Code.NOT_A_TEXT_CHANNEL: (400, "Cannot send messages in a non-text channel"),
    Code.MISSING_PERMISSIONS: (403, "Missing Permissions"),
    Code.BULK_SIZE: (
        400,
        "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100",
    ),
    Code.SYSTEM_MESSAGE: (403, "Cannot execute action on a system message"),
    Code.WRONG_CHANNEL_TYPE: (400, "Cannot execute action on this channel type"),
    Code.INVALID_WEBHOOK_TOKEN: (401, "Invalid Webhook Token"),
    Code.BULK_TOO_OLD: (400, "You can only bulk delete messages that are under 14 days old."),
    Code.INVALID_FORM: (400, "Invalid Form Body"),
    Code.THREAD_ARCHIVED: (400, "Thread is archived"),
    Code.INVALID_JSON: (400, "The request body contains invalid JSON."),
    Code.REPLY_WITHOUT_HISTORY: (400, "Cannot reply without permission to read message history"),
    Code.THREAD_EXISTS: (400, "A thread has already been created for this message"),
    Code.THREAD_LOCKED: (400, "Thread is locked"),
    Code.FINISHED_EVENT: (400, "Cannot update a finished event"),
    Code.POLL_EXPIRED: (400, "Poll expired"),
    Code.POLL_CANNOT_BE_EDITED: (400, "Cannot edit a poll message"),
    Code.NO_POLL: (400, "Cannot expire a non-poll message"),
}

UNKNOWN = {code for code, (status, _) in _REFUSALS.items() if status == 404}  # noqa: PLR2004 - HTTP's "not found"


class FieldProblem(NamedTuple):
    """One thing wrong with a body: where (`components.0.label`, empty for the whole) and the rule it breaks."""

    path: str
    rule: str


class ApiError(Exception):
    """A refusal on its way to the bot. `gone` says that what was asked for existed once, so that not knowing of its
    end is no mistake."""

    def __init__(
        self, status: int, code: int, message: str, problems: Iterable[FieldProblem] = (), *, gone: bool = False
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.problems = list(problems)
        self.gone = gone
        super().__init__(self.explanation)

    @property
    def explanation(self) -> str:
        details = "; ".join(f"{path or 'body'}: {rule}" for path, rule in self.problems)
        return f"{self.status} {self.code} {self.message}" + (f" ({details})" if details else "")

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that Discord answers with."""
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.problems:
            answer["errors"] = _tree(self.problems)
        return answer


def refusal(code: Code, *, gone: bool = False) -> ApiError:
    """The error that belongs to one of Discord's codes."""
    status, message = _REFUSALS[code]
    return ApiError(status, code, message, gone=gone)


def invalid_form(*problems: FieldProblem) -> ApiError:
    """400 with the tree of what is wrong where."""
    status, message = _REFUSALS[Code.INVALID_FORM]
    return ApiError(status, Code.INVALID_FORM, message, problems)


def _tree(problems: Iterable[FieldProblem]) -> Mapping[str, Any]:
    root: dict[str, Any] = {}
    for path, rule in problems:
        node = root
        for step in filter(None, path.split(".")):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD", "message": rule})
    return root
