"""Full text over papers, and over the tags and notes of each server.

SQLite has FTS5 for it, PostgreSQL `tsvector`. Triggers fill both, so who writes papers, tags or notes need not know of
it. **A later batch rebuild of `paper`, `entry_tag` or `note` drops that table's triggers on SQLite without a word**:
such a migration makes them again with the statements of `sqlite_triggers`, and a test looks for each.
"""

# ruff: noqa: S608 - names and numbers of our own; what was typed is always bound

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

revision = "0005"
down_revision = "0004"

_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
"""What `bot.domain.search_text.folded` writes in plain letters from this version on."""

_STOP = "\ue000"
"""Stands after each author, before and after each tag: a letter for private use, which FTS5 takes for a word, and which
no search can hold. So "the end of a name" and "a whole tag" are phrases."""

_TOKENIZE = "tokenize = 'porter unicode61 remove_diacritics 2'"

_ON_SQLITE = (
    f"""
    CREATE VIEW paper_search_text AS
    SELECT id,
           substr(search_key, 1, instr(search_key, char(10)) - 1) AS title,
           replace(substr(search_key, instr(search_key, char(10)) + 1), ',', ' {_STOP} ') || ' {_STOP}' AS authors,
           abstract_text AS abstract
    FROM paper
    """,
    f"""
    CREATE VIRTUAL TABLE paper_search USING fts5 (
        title, authors, abstract, content = 'paper_search_text', content_rowid = 'id', {_TOKENIZE}
    )
    """,
    "INSERT INTO paper_search (paper_search) VALUES ('rebuild')",
    # A row for each entry with tags or notes; `place` is two words, the server and the entry.
    f"CREATE VIRTUAL TABLE entry_search USING fts5 (place, tags, notes, paper_id UNINDEXED, {_TOKENIZE})",
)

_PAPER_CHANGED = "WHEN old.search_key <> new.search_key OR old.abstract_text <> new.abstract_text"
_ADD_PAPER = """
    INSERT INTO paper_search (rowid, title, authors, abstract)
    SELECT id, title, authors, abstract FROM paper_search_text WHERE id = new.id;
"""
_TAKE_PAPER = """
    INSERT INTO paper_search (paper_search, rowid, title, authors, abstract)
    SELECT 'delete', id, title, authors, abstract FROM paper_search_text WHERE id = old.id;
"""
_ADD_ENTRY = f"""
    INSERT INTO entry_search (place, tags, notes, paper_id)
    SELECT 's' || server_id || ' s' || server_id || 'p' || paper_id,
           (SELECT '{_STOP} ' || group_concat(tag, ' {_STOP} ') || ' {_STOP}' FROM entry_tag
            WHERE entry_tag.server_id = entry.server_id AND entry_tag.paper_id = entry.paper_id) AS tags,
           (SELECT group_concat(text, char(10)) FROM note
            WHERE note.server_id = entry.server_id AND note.paper_id = entry.paper_id) AS notes,
           paper_id
    FROM entry WHERE (tags IS NOT NULL OR notes IS NOT NULL)
"""

_ON_POSTGRES = (
    # Like FTS5, without stop words: "The Who" are words too.
    "CREATE TEXT SEARCH DICTIONARY paper_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION paper_words (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION paper_words ALTER MAPPING FOR asciiword, word WITH paper_stem",
    # Without diacritics (the extension unaccent may not be there), and without the punctuation from which PostgreSQL
    # would read addresses, signs and compounds.
    r"""
    CREATE FUNCTION search_vector(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector('paper_words', regexp_replace(
            regexp_replace(normalize(words, NFKD), U&'[\0300-\036F]', '', 'g'), '[!-/:-@[-`{-~]+', ' ', 'g'))
    $$
    """,
    """
    CREATE TABLE paper_search (
        paper_id bigint PRIMARY KEY REFERENCES paper (id) ON DELETE CASCADE,
        words tsvector NOT NULL
    )
    """,
    "CREATE TABLE entry_search (server_id bigint, paper_id bigint, words tsvector, PRIMARY KEY (server_id, paper_id))",
    """
    CREATE FUNCTION search_paper() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO paper_search VALUES (new.id,
            setweight(search_vector(split_part(new.search_key, E'\\n', 1)), 'A')
            || setweight(search_vector(split_part(new.search_key, E'\\n', 2)), 'B')
            || setweight(search_vector(new.abstract_text), 'D'))
        ON CONFLICT (paper_id) DO UPDATE SET words = excluded.words;
        RETURN NULL;
    END $$
    """,
    # Two who tag and note the same entry at once wait for each other here, so the later one sees both.
    """
    CREATE FUNCTION search_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE place record;
    BEGIN
        IF TG_OP = 'DELETE' THEN place := old; ELSE place := new; END IF;
        PERFORM 1 FROM entry WHERE server_id = place.server_id AND paper_id = place.paper_id FOR NO KEY UPDATE;
        DELETE FROM entry_search WHERE server_id = place.server_id AND paper_id = place.paper_id;
        INSERT INTO entry_search
        SELECT place.server_id, place.paper_id,
               setweight(search_vector(string_agg(said.tag, ' . ')), 'B')
               || setweight(search_vector(string_agg(said.note, ' . ')), 'D')
        FROM (SELECT tag, '' AS note FROM entry_tag
              WHERE server_id = place.server_id AND paper_id = place.paper_id
              UNION ALL
              SELECT '', text FROM note WHERE server_id = place.server_id AND paper_id = place.paper_id) AS said
        HAVING count(*) > 0;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER search_paper AFTER INSERT OR UPDATE OF search_key, abstract_text ON paper "
    "FOR EACH ROW EXECUTE FUNCTION search_paper()",
    "CREATE TRIGGER search_tag AFTER INSERT OR UPDATE OR DELETE ON entry_tag "
    "FOR EACH ROW EXECUTE FUNCTION search_entry()",
    "CREATE TRIGGER search_note AFTER INSERT OR UPDATE OR DELETE ON note FOR EACH ROW EXECUTE FUNCTION search_entry()",
    "UPDATE paper SET search_key = search_key",
    "UPDATE entry_tag SET tag = tag",
    "UPDATE note SET text = text",
    "CREATE INDEX ix_paper_search_words ON paper_search USING gin (words)",
    "CREATE INDEX ix_entry_search_words ON entry_search USING gin (words)",
)


def upgrade() -> None:
    plain = "search_key"
    for letter, written in _LETTERS.items():
        plain = f"replace({plain}, '{letter}', '{written}')"
    op.execute(f"UPDATE paper SET search_key = {plain}")
    if op.get_bind().dialect.name == "postgresql":
        statements = list(_ON_POSTGRES)
    else:
        statements = [*_ON_SQLITE, _ADD_ENTRY, *sqlite_triggers()]
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def sqlite_triggers(*tables: str) -> Iterator[str]:
    """The statements that make the triggers of these tables; of all when none is named."""
    if not tables or "paper" in tables:
        yield f"CREATE TRIGGER search_paper_insert AFTER INSERT ON paper BEGIN {_ADD_PAPER} END"
        yield f"CREATE TRIGGER search_paper_old BEFORE UPDATE ON paper {_PAPER_CHANGED} BEGIN {_TAKE_PAPER} END"
        yield f"CREATE TRIGGER search_paper_new AFTER UPDATE ON paper {_PAPER_CHANGED} BEGIN {_ADD_PAPER} END"
        yield f"CREATE TRIGGER search_paper_delete BEFORE DELETE ON paper BEGIN {_TAKE_PAPER} END"
    for table in ("entry_tag", "note"):
        if tables and table not in tables:
            continue
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            yield (
                f"CREATE TRIGGER search_{table}_{event.lower()} AFTER {event} ON {table} BEGIN "
                f"DELETE FROM entry_search WHERE rowid IN (SELECT rowid FROM entry_search WHERE entry_search MATCH "
                f"'place : s' || {row}.server_id || 'p' || {row}.paper_id); "
                f"{_ADD_ENTRY} AND server_id = {row}.server_id AND paper_id = {row}.paper_id; END"
            )


def downgrade() -> None:
    conn = op.get_bind()
    if conn.dialect.name == "postgresql":
        for trigger, table in (("search_paper", "paper"), ("search_tag", "entry_tag"), ("search_note", "note")):
            conn.exec_driver_sql(f"DROP TRIGGER {trigger} ON {table}")
        for function in ("search_paper()", "search_entry()", "search_vector(text)"):
            conn.exec_driver_sql(f"DROP FUNCTION {function}")
    else:
        for name in [statement.split()[2] for statement in sqlite_triggers()]:
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
    op.drop_table("entry_search")
    op.drop_table("paper_search")
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("DROP TEXT SEARCH CONFIGURATION paper_words")
        conn.exec_driver_sql("DROP TEXT SEARCH DICTIONARY paper_stem")
    else:
        conn.exec_driver_sql("DROP VIEW paper_search_text")
