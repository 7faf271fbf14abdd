"""What tests of any folder may ask for by name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="what the bot runs on in the tests that are not about databases; those of storage run on both",
    )


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting of this machine's, in an empty folder, where no `.env` is read."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Takes back what `bot.log.set_up` changes for the whole process."""
    loggers = [logging.getLogger(name) for name in (None, "bot", "cogs", "sandbox", "discord", "alembic")]
    levels = [logger.level for logger in loggers]
    handlers = logging.getLogger().handlers[:]
    yield
    logging.getLogger().handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
