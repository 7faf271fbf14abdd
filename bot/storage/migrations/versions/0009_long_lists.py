"""What long lists are ordered by stands in `entry` itself, each order with an index, and what is typed finds papers by
runs of three letters.

Triggers keep both: a process of the version before this one, which knows nothing of them, keeps them right too. **A
later batch rebuild of one of these tables drops its triggers on SQLite without a word**, see migration 0005: such a
migration makes them again with `sqlite_triggers` of both.
"""

# ruff: noqa: S608 - names and numbers of our own

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

_TITLE_LETTERS = 160
"""Titles are sorted by so many letters of `paper.search_key`; more would not fit into an index."""

_BY_CODE_POINT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_COUNTED = ("votes", "messages", "shared")
_INDEXES: dict[str, list[str | sa.TextClause]] = {
    "ix_entry_by_votes": ["server_id", sa.text("votes DESC"), "saved_at", "paper_id"],
    "ix_entry_by_title": ["server_id", "title_key", "paper_id"],
    "ix_entry_by_discussion": [
        "server_id",
        sa.text("messages DESC"),
        sa.text("shared DESC"),
        "saved_at",
        "paper_id",
    ],
    "ix_entry_paper_id": ["paper_id"],
    "ix_mention_server_id_at": ["server_id", "at"],
}

_OF_ENTRY = "{row}.server_id = entry.server_id AND {row}.paper_id = entry.paper_id"
_SHARED = """
    SELECT count(*) FROM paper_alias CROSS JOIN mention
    WHERE mention.server_id = {entry}.server_id AND paper_alias.paper_id = {entry}.paper_id
          AND mention.scheme = paper_alias.scheme AND mention.value = paper_alias.value
"""
"""CROSS JOIN keeps SQLite from beginning with all that the server shared (sqlite.org/optoverview.html, 7.3)."""
_SHARED_AS_NEW = """
    SELECT count(*) FROM mention
    WHERE mention.server_id = entry.server_id AND mention.scheme = new.scheme AND mention.value = new.value
"""
_FILL = f"""
    UPDATE entry SET
        votes = (SELECT count(*) FROM vote WHERE {_OF_ENTRY.format(row="vote")}),
        messages = coalesce((SELECT messages FROM discussion WHERE {_OF_ENTRY.format(row="discussion")}), 0),
        shared = ({_SHARED.format(entry="entry")}),
        title_key = (SELECT substr(search_key, 1, {_TITLE_LETTERS}) FROM paper WHERE paper.id = entry.paper_id)
"""

_LIST_SIZE = (
    "CREATE TABLE list_size (server_id bigint NOT NULL, entries bigint NOT NULL)",
    "CREATE INDEX ix_list_size_server_id ON list_size (server_id, entries)",
    "INSERT INTO list_size SELECT server_id, count(*) FROM entry GROUP BY server_id",
)
"""How many entries each server has: the sum of its rows. Kept like an index, it is in no list of tables either."""

_SUGGESTED = "search_key || char(10) || lower(value)"
_SUGGESTED_POSTGRES = _SUGGESTED.replace("char(10)", "chr(10)")
_ON_SQLITE = (
    f"CREATE VIEW paper_suggest_text AS SELECT id, {_SUGGESTED} AS letters FROM paper",
    """
    CREATE VIRTUAL TABLE paper_suggest USING fts5 (
        letters, content = 'paper_suggest_text', content_rowid = 'id', detail = none, columnsize = 0,
        tokenize = 'trigram case_sensitive 1'
    )
    """,
    "INSERT INTO paper_suggest (paper_suggest) VALUES ('rebuild')",
)
_ADD_LETTERS = (
    "INSERT INTO paper_suggest (rowid, letters) SELECT id, letters FROM paper_suggest_text WHERE id = new.id;"
)
_TAKE_LETTERS = (
    "INSERT INTO paper_suggest (paper_suggest, rowid, letters) "
    "SELECT 'delete', id, letters FROM paper_suggest_text WHERE id = old.id;"
)
_LETTERS_CHANGED = "WHEN old.search_key <> new.search_key OR old.value <> new.value"

_ON_POSTGRES = (
    # Whoever puts a paper on a server's list waits for those who share papers there, and they for them, by a lock that
    # has the server's id: else neither would see the other's row, and the mention would not be counted.
    f"""
    CREATE FUNCTION list_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(new.server_id);
        new.title_key := coalesce((SELECT left(search_key, {_TITLE_LETTERS}) FROM paper WHERE id = new.paper_id), '');
        new.votes := 0;
        new.messages := coalesce((SELECT discussion.messages FROM discussion WHERE discussion.server_id = new.server_id
                                  AND discussion.paper_id = new.paper_id), 0);
        new.shared := ({_SHARED.format(entry="new")});
        RETURN new;
    END $$
    """,
    # A row for each change, now and then put together: one row that all changes wrote to would make a transaction with
    # very many of them slow, since PostgreSQL goes through all its versions.
    """
    CREATE FUNCTION list_size() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE here bigint;
    BEGIN
        INSERT INTO list_size
        SELECT server_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END FROM changed GROUP BY 1;
        FOR here IN SELECT DISTINCT server_id FROM changed LOOP
            IF random() < 0.002 OR NOT EXISTS (SELECT 1 FROM entry WHERE server_id = here) THEN
                WITH changes AS (DELETE FROM list_size WHERE server_id = here RETURNING entries)
                INSERT INTO list_size SELECT here, sum(entries) FROM changes HAVING sum(entries) <> 0;
            END IF;
        END LOOP;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION list_vote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN
            UPDATE entry SET votes = votes + 1 WHERE server_id = new.server_id AND paper_id = new.paper_id;
        ELSE
            UPDATE entry SET votes = votes - 1 WHERE server_id = old.server_id AND paper_id = old.paper_id;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION list_mention() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE place record;
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(here.server_id)
        FROM (SELECT DISTINCT server_id FROM changed ORDER BY 1) AS here;
        FOR place IN
            SELECT changed.server_id, paper_alias.paper_id, count(*) AS times
            FROM changed JOIN paper_alias USING (scheme, value) GROUP BY 1, 2 ORDER BY 1, 2
        LOOP
            UPDATE entry SET shared = shared + CASE TG_OP WHEN 'INSERT' THEN place.times ELSE -place.times END
            WHERE server_id = place.server_id AND paper_id = place.paper_id;
        END LOOP;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION list_alias() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE entry SET shared = shared + ({_SHARED_AS_NEW}) WHERE paper_id = new.paper_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION list_discussion() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        place discussion := CASE TG_OP WHEN 'DELETE' THEN old ELSE new END;
        counted integer := CASE TG_OP WHEN 'DELETE' THEN 0 ELSE place.messages END;
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(place.server_id);
        UPDATE entry SET messages = counted
        WHERE server_id = place.server_id AND paper_id = place.paper_id AND messages <> counted;
        RETURN NULL;
    END $$
    """,
    # Also when the title is as it was: an entry that was made in the moment of a change has the old one.
    f"""
    CREATE FUNCTION list_title() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE key text COLLATE "C" := left(new.search_key, {_TITLE_LETTERS});
    BEGIN
        PERFORM 1 FROM entry WHERE paper_id = new.id AND title_key <> key ORDER BY server_id FOR NO KEY UPDATE;
        UPDATE entry SET title_key = key WHERE paper_id = new.id AND title_key <> key;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER list_entry BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION list_entry()",
    "CREATE TRIGGER list_size_insert AFTER INSERT ON entry REFERENCING NEW TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION list_size()",
    "CREATE TRIGGER list_size_delete AFTER DELETE ON entry REFERENCING OLD TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION list_size()",
    "CREATE TRIGGER list_vote AFTER INSERT OR DELETE ON vote FOR EACH ROW EXECUTE FUNCTION list_vote()",
    "CREATE TRIGGER list_mention_insert AFTER INSERT ON mention REFERENCING NEW TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION list_mention()",
    "CREATE TRIGGER list_mention_delete AFTER DELETE ON mention REFERENCING OLD TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION list_mention()",
    "CREATE TRIGGER list_alias AFTER INSERT ON paper_alias FOR EACH ROW EXECUTE FUNCTION list_alias()",
    "CREATE TRIGGER list_discussion AFTER INSERT OR DELETE OR UPDATE OF messages ON discussion "
    "FOR EACH ROW EXECUTE FUNCTION list_discussion()",
    "CREATE TRIGGER list_title AFTER UPDATE OF search_key ON paper FOR EACH ROW EXECUTE FUNCTION list_title()",
    # The extension pg_trgm may not be there.
    """
    CREATE FUNCTION letter_runs(letters text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT first || second || third), '{}')
        FROM (SELECT letter, lead(letter) OVER places, lead(letter, 2) OVER places
              FROM unnest(string_to_array(letters, NULL)) WITH ORDINALITY AS each (letter, place)
              WINDOW places AS (ORDER BY place)) AS runs (first, second, third)
        WHERE third IS NOT NULL
    $$
    """,
    """
    CREATE TABLE paper_suggest (
        paper_id bigint PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
        runs text[] NOT NULL
    )
    """,
    f"INSERT INTO paper_suggest SELECT id, letter_runs({_SUGGESTED_POSTGRES}) FROM paper",
    f"""
    CREATE FUNCTION suggest_paper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND old.search_key = new.search_key AND old.value = new.value THEN RETURN NULL; END IF;
        INSERT INTO paper_suggest SELECT new.id, letter_runs({_SUGGESTED_POSTGRES}) FROM paper WHERE id = new.id
        ON CONFLICT (paper_id) DO UPDATE SET runs = excluded.runs;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER suggest_paper AFTER INSERT OR UPDATE OF search_key, value ON paper "
    "FOR EACH ROW EXECUTE FUNCTION suggest_paper()",
    "CREATE INDEX ix_paper_suggest_runs ON paper_suggest USING gin (runs)",
)


def upgrade() -> None:
    conn = op.get_bind()
    for name in _COUNTED:
        op.add_column("entry", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("entry", sa.Column("title_key", _BY_CODE_POINT, server_default=sa.text("''"), nullable=False))
    conn.exec_driver_sql(_FILL)
    for name, columns in _INDEXES.items():
        op.create_index(op.f(name), name.split("_")[1], columns)
    statements = _ON_POSTGRES if conn.dialect.name == "postgresql" else (*_ON_SQLITE, *sqlite_triggers())
    for statement in (*_LIST_SIZE, *statements):
        conn.exec_driver_sql(statement)


def sqlite_triggers(*tables: str) -> Iterator[str]:
    """The statements that make the triggers of these tables; of all when none is named."""
    for table, statements in _sqlite_triggers().items():
        if not tables or table in tables:
            yield from statements


def _sqlite_triggers() -> dict[str, list[str]]:
    def counted(table: str, event: str, row: str, change: str, paper: str) -> str:
        return (
            f"CREATE TRIGGER list_{table}_{event.lower().split()[0]} AFTER {event} ON {table} BEGIN "
            f"UPDATE entry SET {change} WHERE server_id = {row}.server_id AND paper_id = {paper}; END"
        )

    def named(row: str) -> str:
        return f"(SELECT paper_id FROM paper_alias WHERE scheme = {row}.scheme AND value = {row}.value)"

    title = f"substr({{row}}.search_key, 1, {_TITLE_LETTERS})"
    return {
        "entry": [
            f"CREATE TRIGGER list_entry_insert AFTER INSERT ON entry BEGIN {_FILL} "
            f"WHERE server_id = new.server_id AND paper_id = new.paper_id; END",
            "CREATE TRIGGER list_size_insert AFTER INSERT ON entry BEGIN "
            "INSERT INTO list_size SELECT new.server_id, 0 "
            "WHERE NOT EXISTS (SELECT 1 FROM list_size WHERE server_id = new.server_id); "
            "UPDATE list_size SET entries = entries + 1 WHERE server_id = new.server_id; END",
            "CREATE TRIGGER list_size_delete AFTER DELETE ON entry BEGIN "
            "UPDATE list_size SET entries = entries - 1 WHERE server_id = old.server_id; "
            "DELETE FROM list_size WHERE server_id = old.server_id AND entries = 0; END",
        ],
        "vote": [
            counted("vote", "INSERT", "new", "votes = votes + 1", "new.paper_id"),
            counted("vote", "DELETE", "old", "votes = votes - 1", "old.paper_id"),
        ],
        "mention": [
            counted("mention", "INSERT", "new", "shared = shared + 1", named("new")),
            counted("mention", "DELETE", "old", "shared = shared - 1", named("old")),
        ],
        "paper_alias": [
            "CREATE TRIGGER list_alias AFTER INSERT ON paper_alias BEGIN "
            f"UPDATE entry SET shared = shared + ({_SHARED_AS_NEW}) WHERE paper_id = new.paper_id; END"
        ],
        "discussion": [
            counted("discussion", "INSERT", "new", "messages = new.messages", "new.paper_id"),
            counted("discussion", "UPDATE OF messages", "new", "messages = new.messages", "new.paper_id"),
            counted("discussion", "DELETE", "old", "messages = 0", "old.paper_id"),
        ],
        "paper": [
            f"CREATE TRIGGER list_title AFTER UPDATE OF search_key ON paper "
            f"WHEN {title.format(row='old')} <> {title.format(row='new')} BEGIN "
            f"UPDATE entry SET title_key = {title.format(row='new')} WHERE paper_id = new.id; END",
            f"CREATE TRIGGER suggest_paper_insert AFTER INSERT ON paper BEGIN {_ADD_LETTERS} END",
            f"CREATE TRIGGER suggest_paper_old BEFORE UPDATE ON paper {_LETTERS_CHANGED} BEGIN {_TAKE_LETTERS} END",
            f"CREATE TRIGGER suggest_paper_new AFTER UPDATE ON paper {_LETTERS_CHANGED} BEGIN {_ADD_LETTERS} END",
            f"CREATE TRIGGER suggest_paper_delete BEFORE DELETE ON paper BEGIN {_TAKE_LETTERS} END",
        ],
    }


_POSTGRES_TRIGGERS = {
    "list_entry": "entry",
    "list_size_insert": "entry",
    "list_size_delete": "entry",
    "list_vote": "vote",
    "list_mention_insert": "mention",
    "list_mention_delete": "mention",
    "list_alias": "paper_alias",
    "list_discussion": "discussion",
    "list_title": "paper",
    "suggest_paper": "paper",
}
_POSTGRES_FUNCTIONS = (
    "list_entry()", "list_size()", "list_vote()", "list_mention()", "list_alias()", "list_discussion()", "list_title()",
    "suggest_paper()",
)  # fmt: skip


def downgrade() -> None:
    conn = op.get_bind()
    if conn.dialect.name == "postgresql":
        for trigger, table in _POSTGRES_TRIGGERS.items():
            conn.exec_driver_sql(f"DROP TRIGGER {trigger} ON {table}")
        for function in _POSTGRES_FUNCTIONS:
            conn.exec_driver_sql(f"DROP FUNCTION {function}")
        op.drop_table("paper_suggest")
        conn.exec_driver_sql("DROP FUNCTION letter_runs(text)")
    else:
        for statement in sqlite_triggers():
            conn.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}")
        op.drop_table("paper_suggest")
        conn.exec_driver_sql("DROP VIEW paper_suggest_text")
    op.drop_table("list_size")
    for name in _INDEXES:
        op.drop_index(op.f(name), table_name=name.split("_")[1])
    for name in (*_COUNTED, "title_key"):
        op.drop_column("entry", name)
