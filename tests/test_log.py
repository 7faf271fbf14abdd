from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import quote

import aiohttp
import pytest
from discord.gateway import ReconnectWebSocket
from hypothesis import given, strategies
from pydantic import SecretStr

from bot import log
from bot.settings import LocalSettings, LogFormat, LogLevel, Settings

pytestmark = pytest.mark.usefixtures("logging_as_before")

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all"
SIGNATURE = TOKEN.rpartition(".")[2]
PASSWORD = 'p@ss"wörd/1'
LIBRARIES = ("discord", "discord.gateway", "sqlalchemy.engine", "aiosqlite", "alembic", "aiohttp.access")


def settings(kind: LogFormat = "text", level: LogLevel = "INFO") -> Settings:
    return Settings(
        discord_token=SecretStr(TOKEN),
        database_url=SecretStr(f"postgresql+asyncpg://club:{quote(PASSWORD, safe='')}@127.0.0.1/papers"),
        log_format=kind,
        log_level=level,
    )


def logged(chosen: LocalSettings, *, to: str = "bot.test") -> tuple[io.StringIO, logging.Logger]:
    stream = io.StringIO()
    as_json = chosen.log_format == "json"
    log.set_up(chosen.log_level, as_json=as_json, secrets=chosen.secrets(), stream=stream)
    return stream, logging.getLogger(to)


def said_at(seconds: float) -> logging.LogRecord:
    record = logging.LogRecord("bot.test", logging.INFO, __file__, 1, "Up", None, None)
    record.created, record.msecs = seconds, seconds % 1 * 1000
    return record


def fail(error: Exception) -> NoReturn:
    raise error


@pytest.fixture
def far_from_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_from_greenwich")
def test_a_text_line_says_when_how_grave_and_where() -> None:
    stream, logger = logged(settings())

    logger.handle(said_at(0.0))

    assert stream.getvalue() == "1970-01-01T00:00:00Z INFO bot.test: Up\n"


def test_a_json_line_is_one_object_whatever_is_said() -> None:
    stream, logger = logged(settings("json"))

    logger.warning("Two\nlines and %s", '"quotes"')
    try:
        fail(RuntimeError("broken"))
    except RuntimeError:
        logger.exception("Failed")

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.keys() == {"time", "level", "logger", "message"}
    assert (first["level"], first["logger"]) == ("WARNING", "bot.test")
    assert first["message"] == 'Two\nlines and "quotes"'
    assert second["traceback"].startswith("Traceback")
    assert second["traceback"].endswith("RuntimeError: broken")


@pytest.mark.usefixtures("far_from_greenwich")
def test_json_times_have_milliseconds() -> None:
    stream, logger = logged(settings("json"))

    logger.handle(said_at(7.25))

    assert json.loads(stream.getvalue())["time"] == "1970-01-01T00:00:07.250Z"


@pytest.mark.parametrize("kind", ["text", "json"])
def test_secrets_are_masked_in_words_arguments_and_tracebacks(kind: LogFormat) -> None:
    stream, logger = logged(settings(kind))

    logger.error("Token %s", TOKEN)
    logger.error("Signature %(it)s", {"it": SIGNATURE})
    logger.error("Password %s or %s", PASSWORD, quote(PASSWORD, safe=""))
    try:
        try:
            fail(ValueError(f"cannot reach {settings().database_url.get_secret_value()}"))
        except ValueError:
            fail(RuntimeError(TOKEN))
    except RuntimeError:
        logger.exception("Failed")

    written = stream.getvalue()
    if kind == "json":
        written += "".join(str(json.loads(line)) for line in written.splitlines())
    for secret in (TOKEN, SIGNATURE, PASSWORD, quote(PASSWORD, safe=""), json.dumps(PASSWORD)[1:-1]):
        assert secret not in written
    assert "postgresql+asyncpg://club:***@127.0.0.1/papers" in written
    assert "RuntimeError: ***" in written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (
            "POST https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb24:x_y-z?wait=true failed",
            "POST https://discord.com/api/v10/webhooks/123/***?wait=true failed",
        ),
        (
            "https://discord.com/api/v10/webhooks/123/tok.en/messages/@original",
            "https://discord.com/api/v10/webhooks/123/***/messages/@original",
        ),
        ("/interactions/77/abc/callback", "/interactions/77/***/callback"),
        ("/webhooks/123 and /channels/1/messages/2", "/webhooks/123 and /channels/1/messages/2"),
        ("postgresql://u:p@ss:w@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("redis://:pw@h", "redis://:***@h"),
        ("http://127.0.0.1:8080/readyz and a@b", "http://127.0.0.1:8080/readyz and a@b"),
        ("another bot's NzY1NDMyMTA5ODc2NTQzMjEw.Gx_-yz.0123456789abcdef0123456789a", "another bot's ***"),
        ("arXiv:1706.03762v7 by Ashish Vaswani", "arXiv:1706.03762v7 by Ashish Vaswani"),
    ],
)
def test_what_looks_like_a_secret_is_masked_by_its_place(said: str, written: str) -> None:
    assert log.Redactor([])(said) == written


@given(before=strategies.text(), secret=strategies.text(min_size=8), after=strategies.text())
def test_no_given_secret_passes(before: str, secret: str, after: str) -> None:
    masked = log.Redactor([secret])(before + secret + after)

    assert secret in log.MASK or secret not in masked.replace(log.MASK, "")


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    assert log.Redactor(["hunter22", "hunter22-and-more"])("hunter22-and-more") == log.MASK


def test_a_short_password_does_not_mask_words() -> None:
    assert log.Redactor(["a"])("a paper about cats, postgresql://a:a@h/a") == (
        "a paper about cats, postgresql://a:***@h/a"
    )


def test_without_a_token_the_database_password_is_still_known() -> None:
    local = LocalSettings(database_url=settings().database_url)

    assert local.secrets() == [quote(PASSWORD, safe=""), PASSWORD]


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_do_not_chat_about_members_even_at_debug(name: str) -> None:
    stream, logger = logged(settings(level="DEBUG"), to=name)

    logger.debug("a member's words")
    logger.warning("seen")
    logging.getLogger("bot.test").debug("seen too")

    assert "words" not in stream.getvalue()
    assert stream.getvalue().count("seen") == 2


def test_the_level_holds_for_all() -> None:
    stream, logger = logged(settings(level="ERROR"))
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)  # as it does itself when it is imported

    for name in (*LIBRARIES, "bot", "somebody"):
        logging.getLogger(name).warning("a warning")
    logger.error("an error")

    assert stream.getvalue().count("\n") == 1


async def test_a_real_failure_of_the_http_client_shows_no_token() -> None:
    """The address in aiohttp's own exception holds a token; nothing listens on port 1."""
    stream, logger = logged(settings())
    address = f"http://127.0.0.1:1/api/v10/webhooks/1/{SIGNATURE}"

    async with aiohttp.ClientSession() as session, asyncio.timeout(5):
        try:
            await session.get(address, headers={"Authorization": f"Bot {TOKEN}"})
        except aiohttp.ClientError:
            logger.exception("Failed at %s", address)

    assert "ClientConnectorError" in stream.getvalue()
    assert SIGNATURE not in stream.getvalue()


@pytest.mark.parametrize(
    "error", [aiohttp.ServerDisconnectedError(), ConnectionResetError("reset by peer"), ReconnectWebSocket(0)]
)
def test_discord_away_for_a_moment_is_one_line(error: Exception) -> None:
    stream, logger = logged(settings(), to="discord.shard")

    logger.error("Attempting a reconnect for shard ID %s in %.2fs", 0, 1.5, exc_info=error)
    logger.error("A mistake", exc_info=ValueError("ours"))

    first, second, *trace = stream.getvalue().splitlines()
    assert f"shard ID 0 in 1.50s ({type(error).__name__}: {error})" in first
    assert second.endswith("A mistake")
    assert trace == ["ValueError: ours"]
