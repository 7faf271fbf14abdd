from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, load_local_settings, load_settings

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all"


@pytest.fixture(autouse=True)
def only_a_token(no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)


def refusal() -> str:
    with pytest.raises(SettingsError) as raised:
        load_settings()
    line = str(raised.value)
    assert "\n" not in line
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__, "a traceback would quote what was given"
    return line


def test_only_the_token_is_needed() -> None:
    loaded = load_settings()

    assert loaded.discord_token.get_secret_value() == TOKEN
    assert loaded.database_url.get_secret_value() == "sqlite+aiosqlite:///data/paperclub.db"
    assert (loaded.log_level, loaded.log_format) == ("INFO", "text")
    assert (loaded.http_host, loaded.http_port) == ("127.0.0.1", None)
    assert (loaded.shard_count, loaded.shard_ids) == (None, None)
    assert loaded.contact_email is None
    assert loaded.discord_api_url == "https://discord.com/api/v10"
    assert loaded.arxiv_api_url == "https://export.arxiv.org/api/query"


def test_everything_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": " postgresql+asyncpg://club:secret@db.example.org:5432/papers ",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "JSON",
        "CONTACT_EMAIL": "papers+bot@example.org",
        "SHARD_COUNT": "4",
        "SHARD_IDS": "2, 3",
        "HTTP_HOST": "::1",
        "HTTP_PORT": "8080",
        "DISCORD_API_URL": "http://127.0.0.1:4000/api/v10/",
    }.items():
        monkeypatch.setenv(name, value)

    loaded = load_settings()

    assert loaded.database_url.get_secret_value() == "postgresql+asyncpg://club:secret@db.example.org:5432/papers"
    assert (loaded.log_level, loaded.log_format) == ("DEBUG", "json")
    assert loaded.contact_email == "papers+bot@example.org"
    assert (loaded.shard_count, loaded.shard_ids) == (4, (2, 3))
    assert (loaded.http_host, loaded.http_port) == ("::1", 8080)
    assert loaded.discord_api_url == "http://127.0.0.1:4000/api/v10"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=ERROR\nHTTP_PORT=8080\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    monkeypatch.setenv("HTTP_PORT", "")

    loaded = load_settings()

    assert loaded.log_level == "WARNING"
    assert loaded.http_port == 8080, "an empty value is no value"


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields if name != "discord_token"])
def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    usual = load_settings()
    monkeypatch.setenv(name, "")

    assert load_settings() == usual


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load_settings().log_level = "DEBUG"  # type: ignore[misc]  # what is tested


def test_without_a_token_the_line_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")

    line = refusal()

    assert line.startswith("DISCORD_TOKEN is not set")
    assert "https://discord.com/developers/applications" in line


def test_local_commands_need_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")
    monkeypatch.setenv("LOG_LEVEL", "error")

    assert load_local_settings().log_level == "ERROR"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DISCORD_TOKEN", f"Bot {TOKEN}", "without 'Bot ' in front"),
        ("DISCORD_TOKEN", "tokén", "in one piece"),
        ("DATABASE_URL", "sqlite:///papers.db", "sqlite+aiosqlite:///PATH"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "sqlite+aiosqlite:///PATH"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", "sqlite+aiosqlite:///PATH"),
        ("DATABASE_URL", "sqlite+aiosqlite://papers.db", "sqlite+aiosqlite:///PATH"),
        ("DATABASE_URL", "mysql+aiomysql://u:hunter22@host/papers", "postgresql+asyncpg://"),
        ("DATABASE_URL", "postgresql+asyncpg://u:hunter22@host", "/DATABASE"),
        ("DATABASE_URL", "postgresql+psycopg://u:hunter22@host/papers", "postgresql+asyncpg://"),
        ("LOG_LEVEL", "chatty", "DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("CONTACT_EMAIL", "nobody", "e-mail address"),
        ("CONTACT_EMAIL", "a@example.org\r\nX-Evil: 1", "e-mail address"),
        ("SHARD_COUNT", "0", "from 1"),
        ("SHARD_COUNT", "two", "whole number"),
        ("SHARD_IDS", "0", "needs SHARD_COUNT"),
        ("HTTP_HOST", "127.0.0.1:8080", "without a port"),
        ("HTTP_HOST", "http://localhost", "host name"),
        ("HTTP_PORT", "65536", "from 1 to 65535"),
        ("HTTP_PORT", "http", "from 1 to 65535"),
        ("DISCORD_API_URL", "discord.com/api/v10", "http or https"),
        ("DISCORD_API_URL", "ftp://discord.com/api", "http or https"),
        ("DISCORD_API_URL", "https://discord.com:99999/api", "http or https"),
        ("ARXIV_API_URL", "https://export.arxiv.org/api/query?id_list=1", "without user name, query"),
        ("ARXIV_API_URL", "https://me:hunter22@export.arxiv.org/", "without user name"),
        ("ARXIV_API_URL", "https:///api", "http or https"),
        ("ARXIV_API_URL", "https://export.arxiv.org/api query", "http or https address"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)

    line = refusal()

    assert line.startswith(f"{name} must be ")
    assert allowed in line
    assert "hunter22" not in line


@pytest.mark.parametrize("ids", ["0,4", "-1", "0,0", "0,one", ",", "0-3"])
def test_shards_must_exist(monkeypatch: pytest.MonkeyPatch, ids: str) -> None:
    monkeypatch.setenv("SHARD_COUNT", "4")
    monkeypatch.setenv("SHARD_IDS", ids)

    assert refusal().startswith("SHARD_IDS must be different numbers")


def test_every_wrong_setting_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("SHARD_COUNT", "many")
    monkeypatch.setenv("SHARD_IDS", "0,1")

    line = refusal()

    assert line.count(";") == 1
    assert "LOG_LEVEL must" in line
    assert "SHARD_COUNT must" in line
    assert "SHARD_IDS" not in line, "what is wrong is SHARD_COUNT alone"


def test_a_file_in_another_encoding_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("CONTACT_EMAIL=josé@example.org".encode("latin-1"))

    assert refusal() == ".env must be UTF-8 text"


def test_neither_token_nor_password_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://club:hunter22@host/papers")

    shown = repr(load_settings()) + str(load_settings()) + load_settings().model_dump_json()

    assert TOKEN not in shown
    assert "hunter22" not in shown


WORDS = strategies.text(strategies.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(before=WORDS, after=WORDS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_whatever_stands_there_is_taken_or_refused_without_repeating_it(name: str, before: str, after: str) -> None:
    line = ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, f"{before}hunter22{after}")
        try:
            load_settings()
        except SettingsError as refused:
            line = str(refused)

    assert line == "" or line.startswith(f"{name} must be ")
    assert "\n" not in line
    assert "hunter22" not in line
