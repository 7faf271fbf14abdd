"""Bots that die at one given point of their work.

A point is the moment before or after something that outlives the process: a request to Discord or arXiv, or a commit
that changed a row. Beside the socket of its order lie two files: every bot adds each point that it passes to `passed`,
if that is there, and dies by SIGKILL at the one that stands in `deadly`. A point is named by what happens and by how
often that had happened in the same file, so a background task that comes a little sooner or later does not rename it.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import requests
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from yarl import URL

import bot.answers
import bot.posting.refresh
from bot.services.source_queue import SourceQueue
from tests.soak.nursery import Life, keep

PASSED, DEADLY = "passed", "deadly"

UNHURRIED_SECONDS = 600
"""On a slow machine the same happens as on a fast one, only later."""

_CHANGE = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
_HOUSEKEEPING = {"UPDATE alive", "INSERT INTO alive", "INSERT INTO entry_search", "DELETE FROM interaction"}
"""On nobody's way: marks that the process lives, and the tidying of what is old."""
_OF_ONE_PLACE = re.compile(r"(?<=/)(\d+|[\w-]{25,})(?=/|$)")
"""Ids and tokens within an address."""


class Points:
    """What one process passes."""

    def __init__(self, folder: Path) -> None:
        self._passed, self._deadly = folder / PASSED, folder / DEADLY
        self._changes: list[str] = []
        self._total = 0

    def watch(self) -> None:
        """From now on, for the whole process."""
        self._watch_discord()
        self._watch_arxiv()
        self._watch_commits()

    def pass_by(self, what: str) -> None:
        """Notes the point, or dies at it."""
        try:
            with self._passed.open("r+") as file:
                times = file.read().splitlines().count(what) + 1
                file.write(f"{what}\n")
        except FileNotFoundError:
            return
        if self._deadly.exists() and self._deadly.read_text() == f"{what} #{times}":
            os.kill(os.getpid(), signal.SIGKILL)

    def _watch_discord(self) -> None:
        request = aiohttp.ClientSession._request

        async def watched(session: aiohttp.ClientSession, method: str, address: Any, **options: Any) -> Any:
            what = f"{method} {_OF_ONE_PLACE.sub('*', URL(address).path)}"
            self.pass_by(f"before {what}")
            response = await request(session, method, address, **options)
            self.pass_by(f"after {what}")
            return response

        aiohttp.ClientSession._request = watched  # type: ignore[assignment]  # narrower than the library's

    def _watch_arxiv(self) -> None:
        send = requests.Session.send

        def watched(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            self.pass_by("before asking arXiv")
            response = send(session, request, **options)
            self.pass_by("after asking arXiv")
            return response

        requests.Session.send = watched  # type: ignore[assignment,method-assign]  # all options go through

    def _watch_commits(self) -> None:
        commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit

        def watched(dialect: DefaultDialect, connection: Any) -> None:
            changes, self._changes = dict.fromkeys(self._changes), []
            what = ", ".join(change for change in changes if change not in _HOUSEKEEPING)
            if not what:
                commit(dialect, connection)
                return
            self.pass_by(f"before commit of {what}")
            commit(dialect, connection)
            self.pass_by(f"after commit of {what}")

        DefaultDialect.do_commit = watched  # type: ignore[method-assign]  # there is no event after a commit
        event.listens_for(Engine, "begin")(self._begin)
        event.listens_for(Engine, "after_cursor_execute")(self._note)

    def _begin(self, _connection: Connection) -> None:
        self._changes.clear()  # the bot has one connection

    def _note(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        change = _CHANGE.search(statement)
        driver: Any = connection.connection.driver_connection
        before, self._total = self._total, driver._conn.total_changes
        if change is not None and self._total != before:  # `rowcount` knows nothing of "WITH ... UPDATE"
            self._changes.append(" ".join(change.groups()))


class MortalLife(Life):
    """One bot that may meet its deadly point."""

    async def live(self) -> None:
        """Until it is killed."""
        bot.posting.refresh.SETTLE_SECONDS = 0.01  # real seconds: nobody votes in bursts here
        bot.answers.DEFER_AFTER_SECONDS = UNHURRIED_SECONDS  # real ones, too: only the answer itself is an answer here
        Points(Path(self.order.socket).parent).watch()
        await super().live()

    def busy_with(self) -> list[str]:
        """An answer of arXiv's that is waited for or being stored counts as well."""
        return super().busy_with() + self.asking()

    @staticmethod
    def asking() -> list[str]:
        """The sources that are waited for, or whose answer is being stored."""
        sources = [task for task in asyncio.all_tasks() if task.get_name().startswith("source-")]
        return [task.get_name() for task in sources if _awaits(task, SourceQueue._turn)]


def _awaits(task: asyncio.Task[Any], function: Callable[..., Any]) -> bool:
    """Whether that is where the task's own coroutine is."""
    awaited = getattr(task.get_coro(), "cr_await", None)
    return getattr(awaited, "cr_code", None) is function.__code__


if __name__ == "__main__":
    keep(MortalLife)
