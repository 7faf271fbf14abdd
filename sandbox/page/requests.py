"""The table of what a page may ask for, and how an answer or a refusal is made of each request."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from sandbox.commands import NotPossible
from sandbox.errors import ApiError
from sandbox.interactions import NoAnswer
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json

log = logging.getLogger(__name__)

NO_ANSWER: Final = "The application did not respond"
_UNREADABLE: Final = "The sandbox could not read this request."
_LONGEST_ID = 20


def _number(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID:
        return int(value)
    raise ValueError("an id is a text of digits")


Id = Annotated[int, BeforeValidator(_number)]
"""A snowflake, which JSON carries as text."""


class Parameters(BaseModel):
    """What comes with a request."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AboutMessage(Parameters):
    channel_id: Id
    message_id: Id


P = TypeVar("P", bound=Parameters)
_Action = Callable[[Viewer, P], Awaitable[Json | list[Any] | None]]


class Requests:
    """Functions by what they are asked with; each module of requests fills one of these."""

    def __init__(self, *parts: Requests) -> None:
        self.known: dict[str, Callable[[Viewer, Json], Awaitable[Json | list[Any] | None]]] = {}
        for part in parts:
            self.known |= part.known

    def __call__(self, name: str, parameters: type[P]) -> Callable[[_Action[P]], _Action[P]]:
        def add(action: _Action[P]) -> _Action[P]:
            def run(viewer: Viewer, given: Json) -> Awaitable[Json | list[Any] | None]:
                return action(viewer, parameters.model_validate(given))

            self.known[name] = run
            return action

        return add

    async def answer(self, viewer: Viewer, frame: str) -> Json:
        """The answer to one frame, whatever is in it."""
        try:
            given = json.loads(frame)
        except (ValueError, RecursionError):
            given = None
        number = given.pop("number", None) if isinstance(given, dict) else None
        if not isinstance(given, dict) or not isinstance(number, int):
            return {"type": "answer", "number": None, "refused": _UNREADABLE}
        try:
            return {"type": "answer", "number": number, "result": await self._run(viewer, given)}
        except (NotPossible, LookupError) as refused:
            sentence = str(refused.args[0]) if refused.args else "That is not there any more."
        except (NoAnswer, AssertionError):
            sentence = NO_ANSWER
        except ApiError as error:
            sentence = error.message
        except ValidationError as error:
            sentence = _explained(error)
        except Exception:  # whatever a page sends, its socket stays
            log.exception("a request of the page failed: %.200s", frame)
            sentence = "The sandbox could not do that."
        return {"type": "answer", "number": number, "refused": sentence[:1].upper() + sentence[1:]}

    async def _run(self, viewer: Viewer, given: Json) -> Json | list[Any] | None:
        name = given.pop("do", None)
        if not isinstance(name, str) or name not in self.known:
            raise NotPossible("The sandbox does not know this request.")
        return await self.known[name](viewer, given)


def _explained(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"
