"""A SQLite database in PostgreSQL: the same rows, all of them or none."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from alembic import command
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, inspect, select, text

from bot.storage import reading_list, to_postgres
from bot.storage.database import Database, StorageError
from bot.storage.migrate import migrate, with_alembic
from bot.storage.search import search
from bot.storage.tables import entry, ignored_member, import_, import_item, metadata, paper
from bot.storage.to_postgres import copy_to_postgres
from tests.engines import empty_postgres, migrated_sqlite
from tests.storage.everything import fill, sizes
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

pytestmark = pytest.mark.postgres

MOST = 2**63 - 1
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
BOGOTA = timezone(timedelta(hours=-5))
CHECKOUT = Path(__file__).resolve().parents[2]
ODD_TEXTS = [
    "",
    " ",
    "\0",
    "before\0after",
    "🧑‍🔬📄",
    "a\u0301 \u202e",
    "'; DROP TABLE paper; --",
    "\\x00 \\u0000",
    "\ue000",
    "\x1f",
]


@pytest.fixture
def source(tmp_path: Path) -> str:
    return migrated_sqlite(tmp_path)


@pytest.fixture
def target() -> Iterator[str]:
    """Has no tables yet."""
    with empty_postgres() as url:
        yield url


async def counts(url: str) -> dict[str, int]:
    db = await Database.open(url)
    try:
        async with db.read() as conn:
            return await sizes(conn)
    finally:
        await db.close()


async def rows(url: str) -> dict[str, list[Any]]:
    """Everything, in the order of its text."""
    db = await Database.open(url)
    try:
        async with db.read() as conn:
            return {
                table.name: sorted(map(tuple, await conn.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }
    finally:
        await db.close()


async def everything(url: str) -> dict[str, list[str]]:
    """The same of all tables, also those that triggers fill."""
    db = await Database.open(url)
    try:
        async with db.read() as conn:
            names = await conn.run_sync(lambda sync: inspect(sync).get_table_names())
            return {
                name: sorted(map(str, await conn.execute(text(f'SELECT * FROM "{name}"'))))  # noqa: S608 - our own names
                for name in names
            }
    finally:
        await db.close()


async def write_two_lists(url: str) -> None:
    db = await Database.open(url)
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
        await fill(conn, OTHER_SERVER, GRACE)
        number = await store(conn, make_paper())
        await reading_list.save(conn, SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW)
        await reading_list.add_tags(conn, SERVER, number, ["nlp"])
        await reading_list.set_note(conn, SERVER, number, ADA, "remark", NOW)
    await db.close()


async def test_every_table_comes_over_and_the_bot_goes_on_there(source: str, target: str) -> None:
    await write_two_lists(source)
    copied = await copy_to_postgres(source, target)
    assert await rows(target) == await rows(source)
    assert {name: table.rows for name, table in copied.items()} == await counts(source)
    assert all(table.rows for table in copied.values()), "a row in every table"

    db = await Database.open(target)
    async with db.write() as conn:
        # the bot's own triggers, numbers and words
        number = (await conn.execute(select(paper.c.id).where(paper.c.value == "1706.03762"))).scalar_one()
        for words in (("attention",), ("nlp",), ("remark",)):
            assert (await search(conn, SERVER, words, 5, 0)).papers == (number,), words
        assert await conn.scalar(select(entry.c.votes).where(entry.c.paper_id == number)) == 1
        await reading_list.toggle_vote(conn, SERVER, number, GRACE, NOW)
        assert await conn.scalar(select(entry.c.votes).where(entry.c.paper_id == number)) == 2
        await fill(conn, SERVER + 1, ADA + 1)
    await db.close()


async def test_what_triggers_keep_is_as_if_the_bot_had_written_every_row(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_two_lists(source)
    await copy_to_postgres(source, target)
    copied = await everything(target)
    assert copied["paper_search"]
    assert copied["entry_search"]
    monkeypatch.setattr(to_postgres, "_COUNTING", ())
    with empty_postgres() as by_triggers:
        await copy_to_postgres(source, by_triggers)
        assert await everything(by_triggers) == copied


async def test_numbers_that_were_given_once_are_not_given_again(source: str, target: str) -> None:
    db = await Database.open(source)
    async with db.write() as conn:
        last = [await store(conn, make_paper(f"2001.0000{number}")) for number in range(3)][-1]
        await conn.execute(paper.delete().where(paper.c.id == last))
    await db.close()
    await copy_to_postgres(source, target)
    db = await Database.open(target)
    async with db.write() as conn:
        assert await store(conn, make_paper("2001.00009")) == last + 1
    await db.close()


async def test_odd_words_come_over(source: str, target: str) -> None:
    await came_over(source, target, [(words, MOST - number, LAST) for number, words in enumerate(ODD_TEXTS)])


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.integers(-(2**63), 2**63 - 1),
            st.datetimes(min_value=datetime(2, 1, 1), timezones=st.just(BOGOTA)),  # noqa: DTZ001 - they get the zone
        ),
        min_size=20,
        unique_by=itemgetter(1),
    )
)
def test_whatever_stands_there_comes_over(rows: list[tuple[str, int, datetime]]) -> None:
    with empty_postgres() as target, TemporaryDirectory() as folder:
        asyncio.run(came_over(migrated_sqlite(Path(folder)), target, rows))


async def came_over(source: str, target: str, odd: list[tuple[str, int, datetime]]) -> None:
    db = await Database.open(source)
    async with db.write() as conn:
        for number, (words, large, moment) in enumerate(odd, start=1):
            values = {"id": number, "server_id": large, "user_id": large, "state": words, "made_at": moment}
            await conn.execute(insert(import_).values(values))
            item = {"import_id": number, "position": 0, "line": 2**31 - 1, "scheme": words, "value": words}
            tags = [words, {words: words}, None, True]
            await conn.execute(insert(import_item).values(item | {"tags": tags, "state": "new"}))
    await db.close()
    await copy_to_postgres(source, target)
    db = await Database.open(target)
    async with db.read() as conn:
        files = (await conn.execute(select(import_).order_by(import_.c.id))).all()
        items = (await conn.execute(select(import_item).order_by(import_item.c.import_id))).all()
    await db.close()
    for number, (words, large, moment) in enumerate(odd):
        clean = words.replace("\0", "")
        assert files[number][1:5] == (large, large, clean, moment)
        assert items[number][2:7] == (2**31 - 1, clean, clean, [clean, {clean: clean}, None, True], None)


async def test_rows_without_their_nul_characters_are_named(
    source: str, target: str, caplog: pytest.LogCaptureFixture
) -> None:
    await came_over(source, target, [("a\0b", 1, NOW)])
    assert "import_item: 1 rows without their NUL characters" in caplog.text


async def test_a_number_that_is_too_large_leaves_the_target_empty(source: str, target: str) -> None:
    await write_two_lists(source)
    with closing(sqlite3.connect(to_path(source))) as database:
        database.execute("UPDATE import_item SET line = 3000000000")
        database.commit()
    with pytest.raises(StorageError, match="target is empty: import_item does not fit") as refused:
        await copy_to_postgres(source, target)
    assert "\n" not in str(refused.value)
    assert not any((await counts(target)).values())


async def test_a_difference_leaves_the_target_empty(source: str, target: str) -> None:
    await write_two_lists(source)
    await migrate(target)
    db = await Database.open(target)
    async with db.write() as conn:  # somebody's trigger changes what is written
        await conn.execute(
            text(
                "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN new.text := upper(new.text); RETURN new; END $$"
            )
        )
        await conn.execute(text("CREATE TRIGGER louder BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION louder()"))
    await db.close()
    with pytest.raises(StorageError, match="target is empty: note came out"):
        await copy_to_postgres(source, target)
    assert not any((await counts(target)).values())


async def test_a_target_with_rows_is_refused(source: str, target: str) -> None:
    await migrate(target)
    db = await Database.open(target)
    async with db.write() as conn:
        await conn.execute(insert(ignored_member).values(user_id=1, at=NOW))
    await db.close()
    with pytest.raises(StorageError, match="not empty: ignored_member has rows"):
        await copy_to_postgres(source, target)
    assert (await counts(target))["ignored_member"] == 1


async def test_the_target_of_another_program_is_left_as_it_is(source: str, target: str) -> None:
    db = await Database.open(target)
    async with db.write() as conn:
        await conn.execute(text("CREATE TABLE invoices (id integer)"))
    await db.close()
    with pytest.raises(StorageError, match="not empty: it has a table invoices"):
        await copy_to_postgres(source, target)
    db = await Database.open(target)
    async with db.read() as conn:
        assert await conn.scalar(text("SELECT to_regclass('alembic_version')")) is None
    await db.close()


async def test_a_source_of_another_version_is_refused(source: str, target: str) -> None:
    await with_alembic(source, lambda config: command.downgrade(config, "0008"))
    with pytest.raises(StorageError, match="has schema 0008; migrate brings it to"):
        await copy_to_postgres(source, target)
    with closing(sqlite3.connect(to_path(source))) as database:
        database.execute("UPDATE alembic_version SET version_num = '9000'")
        database.commit()
    with pytest.raises(StorageError, match="newer version of the bot"):
        await copy_to_postgres(source, target)


async def test_a_source_in_use_is_refused_and_a_bot_that_comes_later_waits(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(to_postgres, "BUSY_TIMEOUT_MS", 1)
    bot = await Database.open(source)
    async with bot.read() as conn:
        await conn.execute(select(func.count()).select_from(paper))
    with pytest.raises(StorageError, match="is in use: stop the bot first"):  # it does nothing, but it is there
        await copy_to_postgres(source, target)
    await bot.close()

    with (
        to_postgres._alone(source),
        closing(sqlite3.connect(to_path(source), timeout=0)) as later,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        later.execute("SELECT count(*) FROM paper")
    await copy_to_postgres(source, target)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sqlite+aiosqlite:///{folder}/nothing.db", "There is no database at"),
        ("sqlite+aiosqlite:///{folder}/text.db", "is not a SQLite database"),
        ("postgresql+asyncpg://bot:hunter2@localhost/papers", "PostgreSQL already"),
    ],
)
async def test_what_cannot_be_a_source_says_why(tmp_path: Path, address: str, says: str) -> None:
    (tmp_path / "text.db").write_text("not a database" * 100)
    with pytest.raises(StorageError, match=says) as refused:
        await copy_to_postgres(address.format(folder=tmp_path), "postgresql+asyncpg://bot:hunter2@localhost:1/papers")
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert not (tmp_path / "nothing.db").exists()


async def test_nobody_at_the_target(source: str) -> None:
    with pytest.raises(StorageError, match="Cannot connect to PostgreSQL, database papers at localhost") as refused:
        await copy_to_postgres(source, "postgresql+asyncpg://bot:hunter2@localhost:1/papers")
    assert "hunter2" not in str(refused.value)


async def test_two_copies_at_once(source: str, target: str, tmp_path: Path) -> None:
    """The second finds what the first wrote."""
    await write_two_lists(source)
    (tmp_path / "second").mkdir()
    second = migrated_sqlite(tmp_path / "second")
    await write_two_lists(second)
    ended = await asyncio.gather(
        copy_to_postgres(source, target), copy_to_postgres(second, target), return_exceptions=True
    )
    (refused,) = (one for one in ended if isinstance(one, Exception))
    assert "The target is not empty" in str(refused)
    assert await rows(target) in [await rows(source), await rows(second)]


@pytest.fixture
async def stuck_copy(source: str, target: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has written everything and not compared it yet."""
    await write_two_lists(source)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _STUCK, source, target, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


_STUCK = """
import asyncio
import sys

from bot.storage import to_postgres

async def stuck(target, table, wanted):
    print("written", flush=True)
    await asyncio.Event().wait()

to_postgres._compare = stuck
asyncio.run(to_postgres.copy_to_postgres(sys.argv[1], sys.argv[2]))
"""


async def test_killed_in_the_middle_the_target_is_empty(
    source: str, target: str, stuck_copy: asyncio.subprocess.Process
) -> None:
    assert stuck_copy.stdout is not None
    async with asyncio.timeout(30):
        assert await stuck_copy.stdout.readline() == b"written\n"
    stuck_copy.send_signal(signal.SIGKILL)
    await stuck_copy.wait()
    assert not any((await counts(target)).values())
    await copy_to_postgres(source, target)
    assert await rows(target) == await rows(source)


def to_path(url: str) -> str:
    return url.removeprefix("sqlite+aiosqlite:///")
