"""`python -m bot check` against a small Discord of this test's and the sandbox's arXiv."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.__main__ import main
from bot.check import database as database_check
from bot.check import report
from bot.check.clock import compare
from bot.check.finding import NO_DATABASE, REFUSED, Finding
from bot.check.report import exit_code
from bot.client import PERMISSIONS
from bot.settings import Settings
from bot.storage import source_gates
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all"
WELL: Mapping[str, Any] = {
    "/users/@me": {"id": "1", "username": "Paper Club"},
    "/applications/@me": {"id": "1", "flags": 1 << 19, "privacy_policy_url": "https://papers.example/privacy"},
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
    code = await report.check(settings, said.append)
    assert not [line for line in said if "\n" in line or TOKEN in line]
    return code, said


class Discord:
    """Answers as told, and only to the right token."""

    address = ""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = dict(WELL)
        self.status = 200
        self.silent = False
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
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


def verdicts(said: list[str]) -> dict[str, str]:
    return {line.split()[1]: line.split()[0] for line in said}


def words(said: list[str], what: str) -> str:
    """What the line of this thing says."""
    (line,) = [line for line in said if line.split()[1] == what]
    return line[19:]


async def test_all_is_well(settings: Settings, arxiv: LocalArxiv) -> None:
    await migrate(settings.database_url.get_secret_value())

    code, said = await lines(settings)

    assert code == 0
    assert list(verdicts(said)) == [
        *("settings", "database", "disk", "sqlite", "token", "intents", "gateway", "permissions", "policy", "clock"),
        "arxiv",
    ]
    assert {verdict for what, verdict in verdicts(said).items() if what not in {"disk", "sqlite"}} == {"ok"}
    assert "ok    token        signed in as Paper Club" in said
    assert words(said, "gateway") == "998 connections left today; Discord recommends SHARD_COUNT 2"
    assert len(arxiv.requests) == 1
    assert not arxiv.violations


async def test_what_is_missing_but_not_needed_is_off(settings: Settings, discord: Discord, tmp_path: Path) -> None:
    discord.answers["/applications/@me"] = {"id": "1", "flags": 0, "privacy_policy_url": None}

    code, said = await lines(settings.model_copy(update={"contact_email": None}))

    assert code == 0
    assert {what: verdict for what, verdict in verdicts(said).items() if what not in {"disk", "sqlite"}} == {
        "settings": "warn",
        "database": "warn",
        "token": "ok",
        "intents": "warn",
        "gateway": "ok",
        "permissions": "ok",
        "policy": "warn",
        "clock": "ok",
        "arxiv": "ok",
    }
    assert "Message Content Intent" in words(said, "intents")
    assert "PRIVACY.md" in words(said, "policy")
    assert not (tmp_path / "papers.db").exists(), "check only looks"


async def test_missing_permissions_are_named_with_their_servers(settings: Settings, discord: Discord) -> None:
    some = [{"id": str(n), "name": f"Group {n}", "permissions": "1024"} for n in range(5)]
    admin = {"id": "9", "name": "Ours", "permissions": "8"}
    discord.answers["/users/@me/guilds"] = [*some, admin]

    code, said = await lines(settings)

    assert code == 0
    assert verdicts(said)["permissions"] == "warn"
    missing = words(said, "permissions")
    assert missing.startswith("missing: Send Messages in Group 0, Group 1, Group 2 and 2 more; ")
    for name in ("Send Polls", "Pin Messages", "Attach Files", "Create Events"):
        assert f"{name} in Group 0" in missing
    assert "View Channel" not in missing
    assert "Ours" not in missing


async def test_an_empty_database_is_left_as_it_is(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "papers.db").touch()

    _, said = await lines(settings)

    assert verdicts(said)["database"] == "warn"
    assert words(said, "database").startswith("schema empty; run and migrate bring it to ")


async def test_a_refused_token_is_3_and_discord_is_asked_nothing_more(settings: Settings, discord: Discord) -> None:
    discord.status = 401

    code, said = await lines(settings)

    assert code == 3
    assert verdicts(said)["token"] == "fail"
    assert list(verdicts(said))[4:] == ["token", "clock", "arxiv"]
    assert verdicts(said)["clock"] == "ok", "a refusal has a date, too"
    assert "https://discord.com/developers/applications" in words(said, "token")
    assert discord.asked == ["/users/@me"]


@pytest.mark.parametrize(
    ("status", "answers", "told"),
    [
        (503, {}, "Discord answered 503"),
        (200, {"/users/@me": ["not", "an", "object"]}, "is not Discord's"),
        (200, {"/gateway/bot": {"session_start_limit": {"remaining": 0, "reset_after": 5_400_000}}}, "1.5 h"),
    ],
)
async def test_an_answer_of_no_use_is_said_to_be_one(
    status: int, answers: Mapping[str, Any], told: str, settings: Settings, discord: Discord
) -> None:
    discord.status = status
    discord.answers |= answers

    code, said = await lines(settings)

    assert code == 1
    assert [line for line in said if line.startswith("fail") and told in line]


async def test_what_cannot_be_reached_is_named_by_its_setting(
    settings: Settings, arxiv: LocalArxiv, tmp_path: Path
) -> None:
    await arxiv.stop()
    (tmp_path / "papers.db").write_text("a shopping list" * 100)

    code, said = await lines(settings.model_copy(update={"discord_api_url": "http://127.0.0.1:1/api/v10"}))

    assert code == 4
    found = verdicts(said)
    assert (found["database"], found["token"], found["clock"], found["arxiv"]) == ("fail", "fail", "warn", "fail")
    assert "is not a SQLite database" in words(said, "database")
    assert "DISCORD_API_URL" in words(said, "token")


async def test_silence_does_not_hold_it_up(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, discord: Discord, arxiv: LocalArxiv
) -> None:
    monkeypatch.setattr(report, "TIMEOUT_SECONDS", 0.2)
    discord.silent = True
    arxiv.fail("hang")

    code, said = await lines(settings)

    arxiv.release()
    assert code == 1
    assert "no answer in time" in words(said, "token")
    assert words(said, "arxiv").startswith("it did not answer in time")


async def test_arxiv_is_not_asked_out_of_turn(settings: Settings, arxiv: LocalArxiv) -> None:
    await migrate(settings.database_url.get_secret_value())

    await lines(settings)
    _, again = await lines(settings)

    assert again[-1] == "ok    arxiv        the bot is asking it just now"
    assert len(arxiv.requests) == 1


async def test_a_source_that_the_bot_waits_for_is_not_disturbed(settings: Settings, arxiv: LocalArxiv) -> None:
    url = settings.database_url.get_secret_value()
    await migrate(url)
    database = await Database.open(url)
    async with database.write() as conn:
        await source_gates.release(
            conn, "arxiv", datetime(2999, 1, 1, 9, 30, tzinfo=UTC), 4, datetime(2998, 12, 31, 8, 5, tzinfo=UTC)
        )
    await database.close()

    code, said = await lines(settings)

    assert code == 1
    assert said[-1] == (
        "fail  arxiv        it failed 4 times in a row since 31 December 08:05 UTC; next try at 09:30:00 UTC"
    )
    assert not arxiv.requests


def test_a_wrong_setting_is_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_settings: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("LOG_LEVEL", "loud")

    assert main(["check"]) == 2
    assert capsys.readouterr().out.startswith("fail  settings     LOG_LEVEL must be one of")


async def test_a_newer_database_is_4_and_left_alone(settings: Settings) -> None:
    url = settings.database_url.get_secret_value()
    await migrate(url)
    database = await Database.open(url)
    async with database.write() as conn:
        await conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()

    code, said = await lines(settings)

    assert code == 4
    assert "newer version of the bot" in words(said, "database")


async def test_a_damaged_database_is_found(settings: Settings, tmp_path: Path) -> None:
    await migrate(settings.database_url.get_secret_value())
    path = tmp_path / "papers.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'vote'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    code, said = await lines(settings)

    assert code == 4
    assert "is damaged" in words(said, "database")


def test_a_database_too_large_to_read_through_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "large.db")) as connection:
        connection.executescript("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3);")
    monkeypatch.setattr(database_check, "_STEPS", 1)
    found = database_check._damage(tmp_path / "large.db", -1)
    assert found is not None
    assert found.verdict == "warn"
    assert "PRAGMA quick_check" in found.words


@pytest.mark.parametrize(
    ("free", "size", "verdict"),
    [(5e9, 10, "ok"), (0.9e9, 10, "warn"), (5e9, 2_600, "ok"), (5_000, 2_600, "warn")],
)
def test_a_full_disk_is_a_warning(
    free: float, size: int, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.check.database.shutil.disk_usage", lambda _: SimpleNamespace(free=int(free)))
    (tmp_path / "papers.db").write_bytes(b"x" * size)
    assert database_check._disk(tmp_path / "papers.db").verdict == verdict


def test_twice_the_database_must_be_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_check, "FREE_BYTES", 0)
    (tmp_path / "papers.db").write_bytes(b"x" * 600)
    (tmp_path / "papers.db-wal").write_bytes(b"x" * 400)
    for free, verdict in ((2_000, "ok"), (1_999, "warn")):
        monkeypatch.setattr("bot.check.database.shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert database_check._disk(tmp_path / "papers.db").verdict == verdict
    assert database_check._disk(tmp_path / "not" / "yet" / "there.db").verdict == "ok"


@pytest.mark.parametrize(("version", "verdict"), [((3, 40, 1), "warn"), ((3, 51, 2), "warn"), ((3, 51, 3), "ok")])
def test_a_library_that_can_damage_files_is_a_warning(version: tuple[int, ...], verdict: str) -> None:
    found = database_check._library(version)
    assert found.verdict == verdict
    assert ("run one bot" in found.words) is (verdict == "warn")


@pytest.mark.parametrize(
    ("off_seconds", "verdict"), [(0, "ok"), (2, "ok"), (-2, "ok"), (4, "warn"), (-30, "warn"), (90, "fail")]
)
def test_a_clock_that_is_off(off_seconds: float, verdict: str) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    local = now + timedelta(seconds=off_seconds + 0.5)
    found = compare(format_datetime(now, usegmt=True), local, local)
    assert found.verdict == verdict
    if off_seconds == -30:
        assert found.words == "30 s behind Discord's; let the machine set it by NTP"


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_without_a_date_the_clock_is_not_judged(date: str | None) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert compare(date, now, now).verdict == "warn"


async def test_a_clock_far_off_fails_the_check(settings: Settings) -> None:
    said: list[str] = []
    code = await report.check(settings, said.append, VirtualClock(datetime(2020, 1, 1, tzinfo=UTC)))
    assert code == 1
    assert verdicts(said)["clock"] == "fail"


def test_the_worst_decides_the_exit_code() -> None:
    ok, warn = Finding("ok", "disk", "plenty"), Finding("warn", "sqlite", "old")
    other, refused = Finding("fail", "arxiv", "away"), Finding("fail", "token", "refused", REFUSED)
    database = Finding("fail", "database", "damaged", NO_DATABASE)
    assert exit_code([ok, warn]) == 0
    assert exit_code([ok, warn, other]) == 1
    assert exit_code([other, database, ok]) == 4
    assert exit_code([database, refused, other]) == 3
