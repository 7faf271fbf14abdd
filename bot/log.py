"""What the log looks like, and what never gets into it.

Lines go to standard error; standard output belongs to the commands' answers. Whatever a line is made of
(message, arguments, traceback) passes `Redactor` last: no secret slips in through an exception or a library.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import TextIO
from urllib.parse import quote, unquote

import aiohttp
import discord
from discord.gateway import ReconnectWebSocket

MASK = "***"

_OURS = ("bot", "cogs", "sandbox")
"""Loggers that follow LOG_LEVEL down to DEBUG."""

_AT_LEAST_INFO = ("discord", "alembic")
"""discord.py at DEBUG writes each event with the members' words in it, and tokens of interactions."""

# The rest (SQLAlchemy, aiosqlite, aiohttp's access log, arxiv, urllib3) says at INFO what was written to the
# database or which address was asked. It speaks from WARNING on, by the level of the root logger.
_OTHERS = logging.WARNING

_PATTERNS = (
    # The last part of such a path allows to post in the bot's name for 15 minutes or for good
    # (docs.discord.com/developers/interactions/receiving-and-responding and /resources/webhook).
    (re.compile(r"(?<=/webhooks/)(\d+)/[^/?\s'\"<>]+"), rf"\1/{MASK}"),
    (re.compile(r"(?<=/interactions/)(\d+)/[^/?\s'\"<>]+"), rf"\1/{MASK}"),
    # A password in any address; up to the last @, since it may hold one unescaped.
    (re.compile(r"(?<=://)([^\s:/@'\"]*):[^\s/'\"]+@"), rf"\1:{MASK}@"),
    # Anything shaped like a bot's token, also another bot's: the user's id in base64, a time, a signature.
    (re.compile(r"\b[MNO][\w-]{22,27}\.[\w-]{6,7}\.[\w-]{27,}"), MASK),
)

_OUTAGES = (OSError, aiohttp.ClientError, discord.ConnectionClosed, ReconnectWebSocket)

_SHORTEST_SECRET = 6
"""A shorter one would mask parts of ordinary words; in an address it is masked by its place."""


class Redactor:
    """Masks given secrets, and what looks like one by its shape."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {
            spelling
            for secret in secrets
            for spelling in (secret, quote(secret, safe=""), unquote(secret))
            if len(spelling) >= _SHORTEST_SECRET
        }
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if known else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class TextFormatter(logging.Formatter):
    """`2026-11-24T07:00:00Z INFO bot.app: words`, tracebacks below; times are UTC."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and traceback where there is one."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__(datefmt="%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{self.formatTime(record, self.datefmt)}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        # Masked before it becomes JSON, which spells some characters of a password differently.
        if record.exc_info and record.exc_info[0] is not None:
            line["traceback"] = self._redact(self.formatException(record.exc_info))
        elif record.exc_text:
            line["traceback"] = self._redact(record.exc_text)
        return json.dumps(line, ensure_ascii=False)


def one_line_for_an_outage(record: logging.LogRecord) -> bool:
    """A filter. discord.py writes a traceback of its own inside whenever Discord is away for a moment."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.startswith("discord.") and isinstance(error, _OUTAGES):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
        record.exc_info = record.exc_text = None
    return True


def set_up(level: str, *, as_json: bool, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Replaces the root logger's handlers with one that writes to `stream`, by default standard error."""
    redact = Redactor(secrets)
    wanted = logging.getLevelNamesMapping()[level]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if as_json else TextFormatter(redact))
    handler.addFilter(one_line_for_an_outage)
    handler.setLevel(wanted)  # SQLAlchemy, for one, sets its logger's level itself
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(wanted, _OTHERS))
    for name in _OURS:
        logging.getLogger(name).setLevel(wanted)
    for name in _AT_LEAST_INFO:
        logging.getLogger(name).setLevel(max(wanted, logging.INFO))
