"""Statements that are asked all the time: made once, and compiled once.

SQLAlchemy takes 0.2 ms to carry out a statement, whatever it is, and SQLite a tenth of that. In one visit to SQLite's
thread (`Database.read_at_once`, `write_at_once`, `together`) a prepared statement goes to the driver as SQLAlchemy
compiled it, with its parameters beside it and the columns' own types to read them by. Everywhere else, and on
PostgreSQL, it is carried out by SQLAlchemy as any other.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Select, UpdateBase
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.storage.sqlite_connection import SqliteConnection, visited

Statement: TypeAlias = Select[*tuple[Any, ...]] | UpdateBase
Values: TypeAlias = Mapping[str, Any]

_LONGEST_LIST = 16
"""Each length of a list after IN is a statement of its own. Messages seldom name more papers than this."""


class Prepared:
    """`make` is called once for each dialect, with its name. What differs from call to call is a `bindparam`."""

    def __init__(self, make: Callable[[str], Statement]) -> None:
        self._statement = cache(make)
        self._compiled: dict[tuple[int, ...], _Compiled] = {}

    async def rows(self, conn: AsyncConnection, values: Values) -> Sequence[Any]:
        """All that it returns; columns are attributes."""
        driver = visited(conn)
        compiled = None if driver is None else self._compiled_for(conn, values)
        if driver is None or compiled is None:
            return (await conn.execute(self._statement(conn.dialect.name), values)).all()
        return compiled.rows(driver, values)

    async def first(self, conn: AsyncConnection, values: Values) -> Any:
        """The first row, or None."""
        rows = await self.rows(conn, values)
        return rows[0] if rows else None

    async def run(self, conn: AsyncConnection, *values: Values) -> None:
        """What returns nothing, once for each of `values`, which all have the same names."""
        driver = visited(conn)
        compiled = None if driver is None else self._compiled_for(conn, values[0])
        if driver is None or compiled is None:
            await conn.execute(self._statement(conn.dialect.name), values if len(values) > 1 else values[0])
            return
        compiled.run(driver, values)

    def _compiled_for(self, conn: AsyncConnection, values: Values) -> _Compiled | None:
        """None where it is not worth keeping."""
        lengths = tuple(len(value) for value in values.values() if type(value) is list)
        found = self._compiled.get(lengths)
        if found is None:
            if any(length > _LONGEST_LIST for length in lengths):
                return None
            found = self._compiled[lengths] = _Compiled(self._statement(conn.dialect.name), conn.dialect, values)
        return found


class _Compiled:
    """For SQLite, with lists as long as those of `values`."""

    def __init__(self, statement: Statement, dialect: Dialect, values: Values) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(values))
        state = compiled.construct_expanded_state(dict(values))
        self._sql = state.statement
        self._names: Sequence[str] = state.positiontup or ()
        self._lists: Mapping[str, Sequence[str]] = state.parameter_expansion
        binds = {name: bind.type for name, bind in compiled.binds.items()}
        binds |= {name: binds[of] for of, names in self._lists.items() for name in names}
        self._to_sql = [_to_sql(binds[name], dialect) for name in self._names]
        given = {name for of in values for name in (of, *self._lists.get(of, ()))}
        self._constants = {name: value for name, value in state.parameters.items() if name not in given}
        columns = statement.exported_columns
        self._row = _row([str(column.key) for column in columns])
        decoders = [_from_sql(column.type, dialect) for column in columns]
        self._from_sql = [(place, decode) for place, decode in enumerate(decoders) if decode is not None]

    def rows(self, driver: SqliteConnection, values: Values) -> list[Any]:
        found = driver.rows(self._sql, self._arguments(values))
        rows = []
        for row in found:
            decoded = list(row)
            for place, decode in self._from_sql:
                decoded[place] = decode(row[place])
            rows.append(self._row._make(decoded))
        return rows

    def run(self, driver: SqliteConnection, values: Sequence[Values]) -> None:
        driver.run(self._sql, [self._arguments(each) for each in values])

    def _arguments(self, values: Values) -> list[Any]:
        flat = {**self._constants, **values}
        for of, names in self._lists.items():
            flat.update(zip(names, values[of], strict=True))
        pairs = zip(self._names, self._to_sql, strict=True)
        return [flat[name] if encode is None else encode(flat[name]) for name, encode in pairs]


def _row(columns: Sequence[str]) -> Any:
    return namedtuple("Row", columns)


def _to_sql(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_sql(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
