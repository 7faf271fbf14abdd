"""The migrations: they make what tables.py says, on both engines, all or nothing, whoever else is at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from bot.storage import reading_list, schema
from bot.storage.database import Database, StorageError
from bot.storage.migrate import migrate, schema_state, with_alembic
from bot.storage.search import search
from bot.storage.tables import alive, metadata, paper, vote
from tests.engines import migrated_sqlite
from tests.storage.examples import ADA, NOW, SERVER, make_paper, store
from tests.storage.processes import run_processes

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = {newest!r}

def upgrade():
{upgrade}
"""

BREAKS_HALFWAY = """
op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
op.execute("DELETE FROM vote")
raise RuntimeError("halfway")
"""

REBUILDS_ENTRY = """
with op.batch_alter_table("entry", recreate="always") as batch:
    batch.add_column(sa.Column("extra", sa.Integer()))
"""

LEAVES_ORPHANS = 'op.execute("DELETE FROM entry")'


REBUILDS_NOTE = """
with op.batch_alter_table("note", recreate="always") as batch:
    batch.add_column(sa.Column("extra", sa.Integer()))
for trigger in op.get_context().script.get_revision("0005").module.sqlite_triggers("note"):
    op.get_bind().exec_driver_sql(trigger)
"""

_PARTS = ("data", "idx", "docsize", "config")
FULL_TEXT = {
    "sqlite": {
        "paper_search",
        *(f"paper_search_{part}" for part in _PARTS),
        "entry_search",
        *(f"entry_search_{part}" for part in (*_PARTS, "content")),
        "paper_suggest",
        *(f"paper_suggest_{part}" for part in ("data", "idx", "config")),
        "list_size",
    },
    "postgresql": {"paper_search", "entry_search", "paper_suggest", "list_size"},
}
"""Tables that are not in `tables`: each engine has its own full text, and what only triggers write, see migrations
0005 and 0009."""

TRIGGERS = {
    "sqlite": {
        *(f"search_paper_{what}" for what in ("insert", "old", "new", "delete")),
        *(f"search_{table}_{event}" for table in ("entry_tag", "note") for event in ("insert", "update", "delete")),
        *(f"list_{what}_{event}" for what in ("size", "vote", "mention") for event in ("insert", "delete")),
        *(f"list_discussion_{event}" for event in ("insert", "update", "delete")),
        *(f"suggest_paper_{what}" for what in ("insert", "old", "new", "delete")),
        "list_entry_insert",
        "list_alias",
        "list_title",
    },
    "postgresql": {
        *("search_paper", "search_tag", "search_note", "suggest_paper", "list_entry", "list_vote", "list_title"),
        *(f"list_{what}_{event}" for what in ("size", "mention") for event in ("insert", "delete")),
        *("list_alias", "list_discussion"),
    },
}


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a migration after the newest, for this test."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    newest = scripts().get_current_head()
    monkeypatch.setattr(schema, "MIGRATIONS", folder)

    def add(upgrade: str) -> None:
        (folder / "versions" / "9000_next.py").write_text(NEXT.format(newest=newest, upgrade=indent(upgrade, "    ")))

    return add


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


async def list_one_paper(url: str) -> None:
    db = await Database.open(url)
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await reading_list.save(conn, SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW)
    await db.close()


async def tables_of(url: str) -> set[str]:
    db = await Database.open(url)
    async with db.read() as conn:
        names = await conn.run_sync(lambda sync: inspect(sync).get_table_names())
    await db.close()
    return set(names)


async def triggers_of(url: str) -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    db = await Database.open(url)
    async with db.read() as conn:
        found = set(await conn.scalars(text(names[db.dialect])))
    await db.close()
    return found


async def votes_in(url: str) -> int:
    db = await Database.open(url)
    async with db.read() as conn:
        votes = len((await conn.execute(select(vote))).all())
    await db.close()
    return votes


async def test_the_migrations_make_what_the_tables_say(db: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        def is_compared(_: object, name: str | None, kind: str, *_rest: object) -> bool:
            return kind != "table" or name not in FULL_TEXT[conn.dialect.name]

        context = MigrationContext.configure(conn, opts={"compare_server_default": True, "include_object": is_compared})
        return list(compare_metadata(context, metadata))

    async with db.read() as conn:
        assert await conn.run_sync(differences) == []


def test_files_are_named_after_their_revisions_and_form_one_line() -> None:
    found = list(scripts().walk_revisions())
    assert all(Path(script.path).name.startswith(f"{script.revision}_") for script in found)
    assert [script.revision for script in found] == sorted((s.revision for s in found), reverse=True)
    assert all(isinstance(script.down_revision, str | None) for script in found)


async def test_there_and_back_again_with_data(empty_database_url: str) -> None:
    url = empty_database_url
    for _ in range(2):
        await migrate(url)
        assert await tables_of(url) == {*metadata.tables, *FULL_TEXT[url.partition("+")[0]], "alembic_version"}
        await list_one_paper(url)
        await with_alembic(url, lambda config: command.downgrade(config, "base"))
        assert await tables_of(url) == {"alembic_version"}
        assert await triggers_of(url) == set()


async def test_every_trigger_of_the_full_text_is_there(database_url: str) -> None:
    assert await triggers_of(database_url) == TRIGGERS[database_url.partition("+")[0]]


async def test_a_rebuilt_table_gets_its_triggers_back(tmp_path: Path, add_migration: Callable[[str], None]) -> None:
    url = migrated_sqlite(tmp_path)
    await list_one_paper(url)
    add_migration(REBUILDS_NOTE)
    await migrate(url)
    assert await triggers_of(url) == TRIGGERS["sqlite"]
    db = await Database.open(url)
    async with db.write() as conn:
        await reading_list.set_note(conn, SERVER, 1, ADA, "afterwards", NOW)
        assert (await search(conn, SERVER, ("afterwards",), 5, 0)).papers == (1,)
    await db.close()


async def test_the_full_text_covers_what_was_there_before_it(empty_database_url: str) -> None:
    url = empty_database_url
    await migrate(url)
    await list_one_paper(url)
    db = await Database.open(url)
    async with db.write() as conn:
        await reading_list.add_tags(conn, SERVER, 1, ["nlp"])
        await reading_list.set_note(conn, SERVER, 1, ADA, "remark", NOW)
        await conn.execute(paper.update().values(search_key="attention\nłukasz kaiser"))
    await db.close()
    await with_alembic(url, lambda config: command.downgrade(config, "0004"))
    await migrate(url)
    db = await Database.open(url)
    async with db.read() as conn:
        for words in (("attention",), ("lukasz", "kaiser"), ("nlp",), ("remark",)):
            assert (await search(conn, SERVER, words, 5, 0)).papers == (1,), words
    await db.close()


async def test_migrating_what_is_migrated_changes_nothing(database_url: str) -> None:
    await list_one_paper(database_url)
    await migrate(database_url)
    assert await votes_in(database_url) == 1


async def test_a_migration_that_fails_halfway_leaves_no_trace(
    empty_database_url: str, add_migration: Callable[[str], None]
) -> None:
    await migrate(empty_database_url)
    await list_one_paper(empty_database_url)
    add_migration(BREAKS_HALFWAY)
    with pytest.raises(StorageError, match="as it was: halfway"):
        await migrate(empty_database_url)
    assert "half" not in await tables_of(empty_database_url)
    assert await votes_in(empty_database_url) == 1
    db = await Database.open(empty_database_url)
    assert (await schema_state(db)).revision != "9000"
    await db.close()


async def test_rebuilding_a_table_on_sqlite_keeps_the_rows_that_refer_to_it(
    tmp_path: Path, add_migration: Callable[[str], None]
) -> None:
    url = migrated_sqlite(tmp_path)
    await list_one_paper(url)
    add_migration(REBUILDS_ENTRY)
    await migrate(url)
    assert await votes_in(url) == 1


async def test_a_migration_that_would_leave_orphans_is_taken_back(
    tmp_path: Path, add_migration: Callable[[str], None]
) -> None:
    url = migrated_sqlite(tmp_path)
    await list_one_paper(url)
    add_migration(LEAVES_ORPHANS)
    with pytest.raises(StorageError, match="rows of vote"):
        await migrate(url)
    assert await votes_in(url) == 1


async def test_four_processes_start_on_an_empty_database_at_once(empty_database_url: str) -> None:
    said = await run_processes(
        """
        await migrate(url)
        db = await Database.open(url)
        async with db.write() as conn:
            await servers.set_alive(conn, number, datetime.now(UTC))
        await db.close()
        """,
        empty_database_url,
        count=4,
    )
    assert said == [""] * 4
    db = await Database.open(empty_database_url)
    assert (await schema_state(db)).up_to_date
    async with db.read() as conn:
        assert len((await conn.execute(select(alive))).all()) == 4
    await db.close()


async def test_numbers_of_papers_are_never_given_twice(db: Database) -> None:
    async with db.write() as conn:
        first = await store(conn, make_paper("1706.03762"))
        await conn.execute(paper.delete())
        assert await store(conn, make_paper("2001.00001")) > first
        assert (await conn.execute(text("SELECT count(*) FROM paper_alias"))).scalar_one() == 2
