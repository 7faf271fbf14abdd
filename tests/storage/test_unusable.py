"""What every command says about a database that it cannot use: one line, exit code 4, and nothing in it changed."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.storage import reading_list, schema
from bot.storage.database import Database
from tests.engines import migrated_sqlite, sqlite_url
from tests.process.bot_process import CHECKOUT, PATIENCE_SECONDS
from tests.storage.examples import NOW, SERVER, make_paper, store

pytestmark = pytest.mark.usefixtures("no_settings", "logging_as_before", "settings")

NOBODY = 65534
COMMANDS = ("run", "check", "migrate", "export", "backup")

FAILING_MIGRATION = """
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    op.execute("CREATE TABLE half_done (id INTEGER)")
    op.execute("DROP TABLE not_there")
"""


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a bot whose Discord and arXiv are away: no command gets that far."""
    for name in ("DISCORD_API_URL", "ARXIV_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("DISCORD_TOKEN", "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a migrated database, `bot.db`, that an ordinary user may write to, wherever tests keep theirs."""
    folder = Path(tempfile.mkdtemp(prefix="paperclub-"))
    monkeypatch.setenv("DATABASE_URL", migrated_sqlite(folder))
    folder.chmod(0o777)
    (folder / "bot.db").chmod(0o666)
    monkeypatch.chdir(folder)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


@pytest.fixture
def refused(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Carries out a command, which must end with 4; returns the one line that it says."""
    path = data / "bot.db"

    def carry_out(command: str) -> str:
        before = path.read_bytes() if path.is_file() else None
        assert main([command, *([str(data / "copy.db")] if command == "backup" else [])]) == 4
        said = capsys.readouterr()
        found = said.out if command == "check" else said.err
        lines = [line for line in found.splitlines() if " ERROR " in line or line.startswith("fail  database")]
        assert len(lines) == 1, said
        assert "Traceback" not in said.err
        assert (path.read_bytes() if path.is_file() else None) == before
        assert not {"copy.db", "copy.db.part"} & {each.name for each in data.iterdir()}
        return lines[0]

    return carry_out


@pytest.fixture
def ordinary_user() -> Iterator[Callable[[], None]]:
    """Root may write anywhere, so what is refused to others is tested as one of them, from the call on."""
    before = os.geteuid()
    yield lambda: os.seteuid(NOBODY) if before == 0 else None
    os.seteuid(before)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database(data: Path, refused: Callable[..., str], command: str) -> None:
    """What happens when: the database file is something else."""
    (data / "bot.db").write_bytes(b"a shopping list " * 512)
    assert "not a" in refused(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_was_cut(data: Path, refused: Callable[..., str], command: str) -> None:
    """What happens when: the database file is damaged."""
    os.truncate(data / "bot.db", (data / "bot.db").stat().st_size // 2)
    line = refused(command)
    assert "damaged" in line
    assert "backup" in line


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_in_its_place(data: Path, refused: Callable[..., str], command: str) -> None:
    """What happens when: the database file is something else."""
    (data / "bot.db").unlink()
    (data / "bot.db").mkdir()
    assert str(data / "bot.db") in refused(command)


@pytest.mark.parametrize("command", ["run", "check", "migrate", "export"])
def test_a_newer_schema(data: Path, refused: Callable[..., str], command: str) -> None:
    """What happens when: a newer version made the database."""
    with closing(sqlite3.connect(data / "bot.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9000'")
        database.commit()
    assert "newer version of the bot" in refused(command)


@pytest.mark.parametrize("command", ["run", "check", "migrate", "export"])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_may_not_be_written_to(
    data: Path, refused: Callable[..., str], ordinary_user: Callable[[], None], command: str, what: str
) -> None:
    """What happens when: the database file or its folder is read-only."""
    (data / "bot.db").chmod(0o444 if what == "file" else 0o666)
    data.chmod(0o555 if what == "folder" else 0o777)
    ordinary_user()
    assert ("read-only" if what == "file" else "cannot be written to") in refused(command)


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_another_program_keeps_it_for_long(
    data: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What happens when: another program keeps the database to itself."""
    monkeypatch.setattr("bot.storage.engine.START_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(data / "bot.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN EXCLUSIVE")
        assert "Another program" in refused(command)
        assert main(["export"]) == 0, "who only reads need not wait"


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_migration_that_fails(
    data: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What happens when: a migration fails."""
    migrations = data / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    head = schema._head()
    (migrations / "versions" / "9999_fails.py").write_text(FAILING_MIGRATION.format(before=head))
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    line = refused(command)
    assert "migration failed, and the database is as it was" in line
    assert "not_there" in line
    with closing(sqlite3.connect(data / "bot.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(head,)]
        assert not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'half_done'").fetchall()


@pytest.mark.parametrize("command", ["run", "check", "migrate", "export", "backup"])
def test_nobody_at_postgresqls_address(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What happens when: PostgreSQL cannot be reached at the start."""
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("DATABASE_URL", f"postgresql+asyncpg://bot:hunter22@{address}/papers")
        line = refused(command)
    assert ("pg_dump" if command == "backup" else "Cannot connect to PostgreSQL") in line
    assert "hunter22" not in line


def test_an_empty_file_becomes_a_database(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What happens when: the database file is empty."""
    (data / "bot.db").write_bytes(b"")
    assert main(["export"]) == 4
    assert "migrate brings it to" in capsys.readouterr().err
    assert (data / "bot.db").read_bytes() == b""
    assert main(["migrate"]) == 0
    assert main(["export"]) == 0


@pytest.mark.process
@pytest.mark.parametrize("command", ["run", "migrate", "backup"])
def test_no_room_for_a_new_file(data: Path, command: str) -> None:
    """What happens when: the disk is full at the start.

    Full for this process alone: the kernel lets it write nothing to any file.
    """
    if command != "backup":
        (data / "bot.db").unlink()
    ended = _in_a_process(command, *(["copy.db"] if command == "backup" else []), folder=data, no_room=True)
    assert ended.returncode == 4, ended.stderr
    (line,) = (line for line in ended.stderr.splitlines() if " ERROR " in line)
    assert "disk" in line
    assert "Traceback" not in ended.stderr
    assert not (data / "copy.db").exists()
    assert not (data / "copy.db.part").exists()
    assert command == "backup" or (data / "bot.db").stat().st_size == 0


@pytest.mark.process
def test_no_room_for_the_list_that_is_written_out(data: Path) -> None:
    """What happens when: the disk is full at the start."""
    asyncio.run(_save_a_paper(data / "bot.db"))
    ended = _in_a_process("export", folder=data, output="/dev/full")
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.splitlines()[-1].endswith("The list could not be written out: No space left on device")
    assert "Traceback" not in ended.stderr


async def _save_a_paper(path: Path) -> None:
    db = await Database.open(sqlite_url(path))
    async with db.write() as conn:
        await reading_list.save(conn, SERVER, await store(conn, make_paper("1706.03762")), 7, NOW)
    await db.close()


def _in_a_process(
    *command: str, folder: Path, no_room: bool = False, output: str = os.devnull
) -> subprocess.CompletedProcess[str]:
    def leave_no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    with Path(output).open("w") as answers:
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *command],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            cwd=folder,
            stdout=answers,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            preexec_fn=leave_no_room if no_room else None,
        )
