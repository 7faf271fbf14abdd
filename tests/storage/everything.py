"""A row in every table, and a look into every column of the database."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Connection, Integer, MetaData, Table, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.privacy import OPT_OUT, PLACES
from bot.storage.tables import metadata
from bot.storage.types import UtcDateTime
from tests.storage.examples import NOW

_SHARED = {"paper", "paper_alias", "lookup", "source_gate", "alive", "interaction", "command_tree"}
"""Of no server and no member."""

_numbers = itertools.count(1)


def is_snowflake(column: Column[Any]) -> bool:
    """An id of Discord's, as against a number of our own."""
    return type(column.type) is BigInteger and not column.type._variant_mapping and not column.foreign_keys


async def fill(conn: AsyncConnection, server_id: int, user_id: int) -> None:
    """One row in each table, of this server, with this member wherever a member can stand."""
    made: dict[str, Mapping[str, Any]] = {}
    for table in metadata.sorted_tables:
        row = {column.name: _value(column, server_id, user_id, made) for column in table.columns}
        if _counts_up(table):
            del row["id"]
        if table.name == OPT_OUT.table.name and await _there(conn, table, user_id):
            continue
        if table.name == "server" and await _there(conn, table, server_id):
            continue
        key = (await conn.execute(insert(table).values(row))).inserted_primary_key
        assert key is not None
        made[table.name] = row | dict(key._mapping)


def _value(column: Column[Any], server_id: int, user_id: int, made: Mapping[str, Mapping[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    if column.name == "server_id" or (column.table.name == "server" and column.name == "id"):
        return server_id
    if any(column is member for member in (OPT_OUT, *(place.member for place in PLACES))):
        return user_id
    return _any_value(column)


def _any_value(column: Column[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        return None if column.name == "left_at" else NOW
    if isinstance(column.type, JSON):
        return ["one"]
    if isinstance(column.type, Boolean):
        return False
    number = next(_numbers)
    return number if isinstance(column.type, BigInteger | Integer) else f"text {number}"


def _counts_up(table: Table) -> bool:
    return "id" in table.c and not is_snowflake(table.c.id)


async def _there(conn: AsyncConnection, table: Table, key: int) -> bool:
    (column,) = table.primary_key.columns
    return await conn.scalar(select(column).where(column == key)) is not None


async def where(conn: AsyncConnection, needle: int | str) -> set[str]:
    """Every `table.column` of the database, the hidden ones of a text index too, in which it stands somewhere."""
    return await conn.run_sync(_where, str(needle))


async def columns_with(database_url: str, needle: int) -> set[str]:
    """The same through a connection of its own, beside a bot that runs."""
    db = await Database.open(database_url)
    try:
        async with db.read() as conn:
            return await where(conn, needle)
    finally:
        await db.close()


def _where(conn: Connection, needle: str) -> set[str]:
    found = set()
    for name in inspect(conn).get_table_names():
        table = Table(name, MetaData(), autoload_with=conn, resolve_fks=False)
        for row in conn.exec_driver_sql(f'SELECT * FROM "{name}"').mappings():  # noqa: S608 - names of our own tables
            found |= {f"{table.name}.{column}" for column, value in row.items() if needle in _text(value)}
    return found


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


async def sizes(conn: AsyncConnection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: len((await conn.execute(select(table))).all()) for table in metadata.sorted_tables}


def of_servers() -> set[str]:
    """Tables with rows of a server, by name; a new table that is shared by all must be named above."""
    return {table.name for table in metadata.sorted_tables} - _SHARED - {OPT_OUT.table.name}
