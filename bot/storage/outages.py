"""Failures of the database that have nothing to do with what was asked of it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import Unavailable

_BUSY = "My database is busy with something else. Please try again in a moment."
_AWAY = "I cannot use my database just now. Please try again in a few minutes; if it stays so, tell a manager."

_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _AWAY,
    sqlite3.SQLITE_IOERR: _AWAY,
    sqlite3.SQLITE_CANTOPEN: _AWAY,
    sqlite3.SQLITE_READONLY: _AWAY,
    sqlite3.SQLITE_CORRUPT: _AWAY,
    sqlite3.SQLITE_NOTADB: _AWAY,
}
_POSTGRES_STATES = ("08", "25006", "53", "57P", "58")
"""How SQLSTATEs of a lost connection, a read-only server, no more room, a shutdown and a failing disk begin
(postgresql.org/docs/current/errcodes-appendix.html)."""


class DatabaseAway(Unavailable):
    """The database cannot be used at the moment; nothing is wrong with the request. `reason` is a line for the log."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = f"The database cannot be used: {reason}."


def outage(error: BaseException) -> DatabaseAway | None:
    """What such a failure means; None for any other."""
    cause = (error.orig or error) if isinstance(error, DBAPIError) else error
    reason = first_line(cause)
    if isinstance(error, NoConnectionFree):
        return DatabaseAway(_BUSY, "no connection became free")
    if isinstance(cause, sqlite3.Error):
        # The higher bits of the code say more (sqlite.org/rescode.html).
        sentence = _SQLITE_CODES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
        return DatabaseAway(sentence, reason) if sentence else None
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(cause, OSError) or str(getattr(cause, "sqlstate", "")).startswith(_POSTGRES_STATES):
        return DatabaseAway(_AWAY, reason)
    return None


def first_line(error: BaseException) -> str:
    """What an error says, or else its kind."""
    return str(error).partition("\n")[0].removesuffix(".") or type(error).__name__
