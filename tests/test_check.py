"""`python -m bot check` against a small Discord of this test's and the sandbox's arXiv."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.__main__ import main
from bot.check import report
from bot.client import PERMISSIONS
from bot.settings import Settings
from bot.storage import source_gates
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.arxiv import LocalArxiv

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all"
WELL: Mapping[str, Any] = {
    "/users/@me": {"id": "1", "username": "Paper Club"},
    "/applications/@me": {"id": "1", "flags": 1 << 19},
    "/gateway/bot": {
        "url": "wss://127.0.0.1",
        "shards": 2,
        "session_start_limit": {"total": 1000, "remaining": 998, "reset_after": 7_200_000, "max_concurrency": 1},
    },
    "/users/@me/guilds": [{"id": "5", "name": "Reading Group", "permissions": str(PERMISSIONS.value)}],
}


@pytest.fixture
async def arxiv() -> AsyncIterator[LocalArxiv]:
    local = LocalArxiv()
    await local.start()
    yield local
    await local.stop()


async def lines(settings: Settings) -> tuple[int, list[str]]:
    said: list[str] = []
    return await report.check(settings, said.append), said


class Discord:
    """Answers as told, and only to the right token."""

    address = ""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = dict(WELL)
        self.status = 200
        self.silent = False

    async def answer(self, request: web.Request) -> web.Response:
        if self.silent:
            await asyncio.Event().wait()
        if request.headers["Authorization"] != f"Bot {TOKEN}" or self.status == 401:
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return web.json_response(self.answers[request.path], status=self.status)


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    answering = Discord()
    site = web.Application()
    site.router.add_get("/{path:.*}", answering.answer)
    async with TestServer(site) as server:
        answering.address = str(server.make_url("/")).rstrip("/")
        yield answering


@pytest.fixture
def settings(tmp_path: Path, arxiv: LocalArxiv, discord: Discord) -> Settings:
    return Settings(
        discord_token=SecretStr(TOKEN),
        database_url=SecretStr(f"sqlite+aiosqlite:///{tmp_path}/papers.db"),
        discord_api_url=discord.address,
        arxiv_api_url=arxiv.url,
        contact_email="papers@example.org",
    )


def verdicts(said: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in said]


async def test_all_is_well(settings: Settings, arxiv: LocalArxiv) -> None:
    await migrate(settings.database_url.get_secret_value())

    code, said = await lines(settings)

    assert code == 0
    assert verdicts(said) == [
        "ok   settings",
        "ok   database",
        "ok   token",
        "ok   intents",
        "ok   gateway",
        "ok   permissions",
        "ok   sources",
    ]
    assert said[2] == "ok   token: signed in as Paper Club"
    assert said[4] == "ok   gateway: 998 connections left today; Discord recommends SHARD_COUNT 2"
    assert len(arxiv.requests) == 1
    assert not arxiv.violations


async def test_what_is_missing_but_not_needed_is_off(settings: Settings, discord: Discord, tmp_path: Path) -> None:
    discord.answers["/applications/@me"] = {"id": "1", "flags": 0}

    code, said = await lines(settings.model_copy(update={"contact_email": None}))

    assert code == 0
    assert [verdict for verdict in verdicts(said) if not verdict.startswith("ok")] == [
        "off  settings",
        "off  database",
        "off  intents",
    ]
    assert "Message Content Intent" in said[3]
    assert not (tmp_path / "papers.db").exists(), "check only looks"


async def test_missing_permissions_are_named_with_their_servers(settings: Settings, discord: Discord) -> None:
    some = [{"id": str(n), "name": f"Group {n}", "permissions": "1024"} for n in range(5)]
    admin = {"id": "9", "name": "Ours", "permissions": "8"}
    discord.answers["/users/@me/guilds"] = [*some, admin]

    code, said = await lines(settings)

    assert code == 0
    assert said[5].startswith("off  permissions: missing: Send Messages in Group 0, Group 1, Group 2 and 2 more; ")
    assert "View Channel" not in said[5]
    assert "Ours" not in said[5]


async def test_an_empty_database_is_left_as_it_is(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "papers.db").touch()

    _, said = await lines(settings)

    assert said[1].startswith("off  database: schema empty; run and migrate bring it to ")


async def test_a_refused_token_is_3_and_discord_is_asked_nothing_more(settings: Settings, discord: Discord) -> None:
    discord.status = 401

    code, said = await lines(settings)

    assert code == 3
    assert verdicts(said)[2:] == ["FAIL token", "ok   sources"]
    assert "https://discord.com/developers/applications" in said[2]


@pytest.mark.parametrize(
    ("status", "answers", "words"),
    [
        (503, {}, "Discord answered 503"),
        (200, {"/users/@me": ["not", "an", "object"]}, "is not Discord's"),
        (200, {"/gateway/bot": {"session_start_limit": {"remaining": 0, "reset_after": 5_400_000}}}, "1.5 h"),
    ],
)
async def test_an_answer_of_no_use_is_said_to_be_one(
    status: int, answers: Mapping[str, Any], words: str, settings: Settings, discord: Discord
) -> None:
    discord.status = status
    discord.answers |= answers

    code, said = await lines(settings)

    assert code == 1
    assert [line for line in said if line.startswith("FAIL") and words in line]


async def test_what_cannot_be_reached_is_named_by_its_setting(
    settings: Settings, arxiv: LocalArxiv, tmp_path: Path
) -> None:
    await arxiv.stop()
    (tmp_path / "papers.db").write_text("a shopping list" * 100)

    code, said = await lines(settings.model_copy(update={"discord_api_url": "http://127.0.0.1:1/api/v10"}))

    assert code == 1
    assert verdicts(said) == [
        "ok   settings",
        "FAIL database",
        "FAIL token",
        "FAIL intents",
        "FAIL gateway",
        "off  permissions",
        "FAIL sources",
    ]
    assert "is not a SQLite database" in said[1]
    assert "DISCORD_API_URL" in said[2]
    assert "arXiv" in said[6]
    assert not [line for line in said if "\n" in line or TOKEN in line]


async def test_silence_does_not_hold_it_up(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, discord: Discord, arxiv: LocalArxiv
) -> None:
    monkeypatch.setattr(report, "TIMEOUT_SECONDS", 0.2)
    discord.silent = True
    arxiv.fail("hang")

    code, said = await lines(settings)

    arxiv.release()
    assert code == 1
    assert "no answer in time" in said[2]
    assert said[-1].startswith("FAIL sources: arXiv did not answer in time")


async def test_arxiv_is_not_asked_out_of_turn(settings: Settings, arxiv: LocalArxiv) -> None:
    await migrate(settings.database_url.get_secret_value())

    await lines(settings)
    _, again = await lines(settings)

    assert again[-1] == "ok   sources: the bot is asking arXiv just now"
    assert len(arxiv.requests) == 1


async def test_a_source_that_the_bot_waits_for_is_not_disturbed(settings: Settings, arxiv: LocalArxiv) -> None:
    url = settings.database_url.get_secret_value()
    await migrate(url)
    database = await Database.open(url)
    async with database.write() as conn:
        await source_gates.release(conn, "arxiv", datetime(2999, 1, 1, 9, 30, tzinfo=UTC), failures=4)
    await database.close()

    code, said = await lines(settings)

    assert code == 1
    assert said[-1] == "FAIL sources: arXiv failed 4 times in a row; next try at 09:30:00 UTC"
    assert not arxiv.requests


def test_a_wrong_setting_is_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("LOG_LEVEL", "loud")

    assert main(["check"]) == 2
    assert capsys.readouterr().out.startswith("FAIL settings: LOG_LEVEL must be one of")
