"""What whoever runs the bot can set, from the environment or a `.env` file beside it.

The fields are the names of `.env.example` in small letters. An empty value counts as unset, unknown names are
ignored. No message of this module repeats a value: a token may stand under the wrong name.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]


class SettingsError(Exception):
    """One line that names each wrong setting and says what is allowed, without any value."""


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _address(value: str) -> str:
    """Refuse what cannot be extended by a path; a trailing slash would double the one that follows."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("no http or https address")
    if parts.username is not None or "?" in value or "#" in value or re.search(r"\s", value):
        raise ValueError("more than an address")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError("no header can carry it")
    return value


def _database(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    sqlite_file = parts.scheme == "sqlite+aiosqlite" and not parts.netloc and parts.path.strip("/") != ""
    postgres = parts.scheme == "postgresql+asyncpg" and parts.path.strip("/") != ""
    if not (sqlite_file or postgres) or parts.path == "/:memory:":
        raise ValueError("no database that outlives the process")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.-]+", value):
        ip_address(value)  # an IPv6 address; anything else is a ValueError
    return value


def _shard_numbers(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_address)]
Token = Annotated[SecretStr, BeforeValidator(_stripped), AfterValidator(_token)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_stripped), AfterValidator(_database)]
ShardIds = Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_shard_numbers)]

# What is allowed, in words; stands behind the name of a setting that is wrong.
_ALLOWED = {
    "discord_token": (
        "must be the bot's token, in one piece and without 'Bot ' in front; "
        "get it at https://discord.com/developers/applications, page Bot"
    ),
    "database_url": "must be sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE",
    "log_level": "must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL",
    "log_format": "must be text or json",
    "contact_email": "must be one e-mail address, such as papers@example.org",
    "shard_count": "must be a whole number from 1 to 10000",
    "shard_ids": "must be different numbers from 0 to SHARD_COUNT - 1 such as 0,1, and needs SHARD_COUNT",
    "http_host": "must be a host name or an IP address, without a port",
    "http_port": "must be a port from 1 to 65535",
    "discord_api_url": "must be an http or https address without user name, query and fragment",
    "arxiv_api_url": "must be an http or https address without user name, query and fragment",
}


class LocalSettings(BaseSettings):
    """What the commands need that never speak to Discord, such as `migrate` and `backup`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    database_url: DatabaseUrl = SecretStr("sqlite+aiosqlite:///data/paperclub.db")
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = "INFO"
    log_format: Annotated[LogFormat, BeforeValidator(_lower)] = "text"

    def secrets(self) -> list[str]:
        """What must not be seen in a log: here the database's password."""
        return passwords(self.database_url.get_secret_value())


class Settings(LocalSettings):
    """All settings of the running bot."""

    discord_token: Token
    contact_email: str | None = Field(default=None, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$")
    shard_count: int | None = Field(default=None, ge=1, le=10_000)
    shard_ids: ShardIds = None
    http_host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    http_port: int | None = Field(default=None, ge=1, le=65_535)
    discord_api_url: Address = "https://discord.com/api/v10"
    arxiv_api_url: Address = "https://export.arxiv.org/api/query"

    def secrets(self) -> list[str]:
        """The database's password, the token, and the token's signature alone."""
        token = self.discord_token.get_secret_value()
        return [*super().secrets(), token, token.rpartition(".")[2]]

    @field_validator("shard_ids")
    @classmethod
    def _shards_exist(cls, ids: tuple[int, ...] | None, info: ValidationInfo) -> tuple[int, ...] | None:
        if ids is None or "shard_count" not in info.data:  # a wrong SHARD_COUNT is named by itself
            return ids
        count = info.data["shard_count"]
        if count is None or len(set(ids)) != len(ids) or not all(0 <= number < count for number in ids):
            raise ValueError("not shards of this bot")
        return ids


def load_settings() -> Settings:
    """The settings of the running bot; raises SettingsError."""
    return _load(Settings)


def load_local_settings() -> LocalSettings:
    """The settings that need no token; raises SettingsError."""
    return _load(LocalSettings)


def copy_target(url: str) -> SecretStr:
    """What stands behind `--to`; raises SettingsError."""
    try:
        target = _database(SecretStr(url.strip()))
    except ValueError:
        target = None
    if target is None or not target.get_secret_value().startswith("postgresql+asyncpg://"):
        raise SettingsError("--to must be postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE")
    return target


def passwords(url: str) -> list[str]:
    """The one in a database's address, as it stands there and as it is meant."""
    password = urlsplit(url).password
    return list(dict.fromkeys([password, unquote(password)])) if password else []


Kind = TypeVar("Kind", bound=LocalSettings)


def _load(kind: type[Kind]) -> Kind:
    try:
        return kind()
    except ValidationError as refused:
        wrong = {str(error["loc"][0]): error["type"] for error in refused.errors(include_input=False)}
        line = "; ".join(_complaint(name, kind_of_error) for name, kind_of_error in wrong.items())
        # The cause is left out: it quotes what was given.
        raise SettingsError(line) from None
    except OSError as unreadable:
        raise SettingsError(f".env cannot be read: {unreadable.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(".env must be UTF-8 text") from None


def _complaint(name: str, kind_of_error: str) -> str:
    missing = "is not set: it " if kind_of_error == "missing" else ""
    return f"{name.upper()} {missing}{_ALLOWED[name]}"
