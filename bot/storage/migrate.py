"""Brings a database to the newest schema.

The schema only moves forward, and a process of the version before that is running must be able to go on with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.storage import schema
from bot.storage.database import Database, StorageError, newer_schema
from bot.storage.engine import explained, open_migration_engine, sqlite_path
from bot.storage.outages import first_line

if TYPE_CHECKING:
    from alembic.config import Config

_POSTGRES_LOCK = 7_246_113_905
"""Any number, as long as no other program locks the same one in this database."""


async def migrate(url: str) -> None:
    """Upgrades to the newest schema; several processes may do so at once. Raises StorageError.

    Alembic is imported only where there is something to do: it takes half a second and 25 MiB that stay.
    """
    if not await _is_newest(url):
        await with_alembic(url, _upgrade)


def _upgrade(config: Config) -> None:
    from alembic import command  # noqa: PLC0415 - see `migrate`

    command.upgrade(config, "head")


async def _is_newest(url: str) -> bool:
    engine = open_migration_engine(url)
    try:
        with explained(url):
            async with engine.connect() as conn:
                return (await conn.run_sync(schema.read_state)).up_to_date
    finally:
        await engine.dispose()


async def open_as_it_is(url: str) -> Database:
    """An existing database with the newest schema, for a command that only looks. Raises StorageError."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise StorageError(f"{path} is not there yet; run makes it.")
    db = await Database.open(url)
    state = await schema_state(db)
    if not state.up_to_date:
        await db.close()
        raise StorageError(f"The database has schema {state.revision or 'empty'}; migrate brings it to {state.head}.")
    return db


async def schema_state(db: Database) -> schema.SchemaState:
    """Where this database stands."""
    async with db.read() as conn:
        return await conn.run_sync(schema.read_state)


async def with_alembic(url: str, step: Callable[[Config], None]) -> None:
    """Runs Alembic commands in one transaction behind a lock: all of it happens, or nothing."""
    engine = open_migration_engine(url)
    try:
        async with AsyncExitStack() as stack:
            with explained(url):
                conn = await stack.enter_async_context(engine.connect())
                transaction = await conn.begin()
                await conn.run_sync(lock_schema)
            with _all_or_nothing():
                await conn.run_sync(_run, step)
                await transaction.commit()
    finally:
        await engine.dispose()


def lock_schema(conn: Connection) -> None:
    """Until the transaction ends, nobody else migrates. Raises StorageError when a newer version did."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    state = schema.read_state(conn)
    if state.newer:
        raise StorageError(newer_schema(state))


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    try:
        yield
    except StorageError:
        raise
    except Exception as failed:
        cause = (failed.orig or failed) if isinstance(failed, DBAPIError) else failed
        raise StorageError(f"The migration failed, and the database is as it was: {first_line(cause)}.") from failed


def _run(conn: Connection, step: Callable[[Config], None]) -> None:
    from alembic.config import Config  # noqa: PLC0415 - see `migrate`

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    step(config)
    if conn.dialect.name == "sqlite":
        dangling = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
        if dangling is not None:
            raise StorageError(f"The migration would leave rows of {dangling[0]} without what they refer to.")
