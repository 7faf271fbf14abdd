"""Full text over one server's papers. The one statement that exists twice: FTS5 and `tsvector` have little in common.

The indexes are made and filled by migration 0005. Papers are public and indexed once for all servers; tags and notes
are indexed with their server, and every look into that index names it.
"""

# ruff: noqa: S608 - names and numbers of our own; what was typed is always bound

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import TextClause, exists, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reports import Learned
from bot.domain.search import Matches, Reach
from bot.storage.paper_ids import same_id
from bot.storage.report_sums import outcomes_of
from bot.storage.tables import entry, mention, paper_alias, reading

MOST_FOUND = 100
"""Nobody turns more pages; a word more helps."""

_RANKED = 1000
"""Of the papers that match in one way, the latest are put in order: ordering all that hold a common word would take
SQLite 0.1 s with 100,000 papers."""

_FEW = 2000
"""Papers of a server that are gathered before the search; of more, each that matches is looked up instead."""

_SHORTEST_BEGINNING = 3
"""Letters. Shorter ones begin too much."""

_STOP = "\ue000"
"""What the index holds after each author, and around each tag."""

_MET = """(
    EXISTS (SELECT 1 FROM entry WHERE entry.server_id = :server_id AND entry.paper_id = {paper} LIMIT 1 OFFSET 0)
    OR EXISTS (SELECT 1 FROM paper_alias CROSS JOIN mention
               WHERE mention.server_id = :server_id AND paper_alias.paper_id = {paper}
                     AND mention.scheme = paper_alias.scheme AND mention.value = paper_alias.value LIMIT 1 OFFSET 0)
    OR EXISTS (SELECT 1 FROM reading WHERE reading.server_id = :server_id AND reading.paper_id = {paper}
               LIMIT 1 OFFSET 0)
)"""
"""CROSS JOIN keeps SQLite from beginning with all that the server shared (sqlite.org/optoverview.html, 7.3); OFFSET
keeps PostgreSQL from gathering all that the server saved before it looks at the first paper."""

_AMONG_MET = """+{paper} IN (
    SELECT paper_id FROM entry WHERE server_id = :server_id
    UNION SELECT paper_id FROM reading WHERE server_id = :server_id
    UNION SELECT paper_alias.paper_id FROM mention
          JOIN paper_alias ON paper_alias.scheme = mention.scheme AND paper_alias.value = mention.value
          WHERE mention.server_id = :server_id
)"""
"""The same, gathered once. The plus keeps SQLite from running the search once for each."""


async def search(  # noqa: PLR0917 - the caller names a page as everywhere
    conn: AsyncConnection,
    server_id: int,
    words: Sequence[str],
    limit: int,
    offset: int,
    learned: Learned | None = None,
) -> Matches:
    """Papers that were shared or saved here, or have a status here, and the tags and notes of this server, best first.

    `words` are those of `bot.domain.search_text.search_words`. They may stand in different places, one in the title and
    one in a note. First come papers with just these words as a tag, or as an author's name or family name; then title
    counts more than authors and tags, and these more than abstract and notes.
    """
    met = _MET if await has_many(conn, server_id) else _AMONG_MET
    only = ""
    if learned is not None:
        met, only = f"+{{paper}} IN ({_told(learned)})", f"WHERE found.paper_id IN ({_told(learned)})"
    if conn.dialect.name == "postgresql":  # how common the words are decides how to look for them, each time anew
        await conn.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    for reach in _reaches(words):
        statement = (
            _sqlite(words, reach, met, only)
            if conn.dialect.name == "sqlite"
            else _postgres(words, reach, met if learned is not None else _MET, only)
        )
        found = list(await conn.scalars(statement.bindparams(server_id=server_id)))
        if found:
            most = found[:MOST_FOUND]
            return Matches(reach, tuple(most[offset : offset + limit]), len(most), more=len(found) > MOST_FOUND)
    return Matches("all", (), 0, more=False)


def _told(learned: Learned) -> str:
    """Papers of this server about which members told so: `report_sums.learned_papers` in SQL."""
    if learned == "explained":
        return "SELECT paper_id FROM explanation WHERE server_id = :server_id"
    outcomes = ", ".join(f"'{outcome}'" for outcome in outcomes_of(learned))
    return (
        "SELECT paper_id FROM report WHERE server_id = :server_id AND shown_at IS NOT NULL AND hidden_at IS NULL "
        f"AND outcome IN ({outcomes})"
    )


async def is_met(conn: AsyncConnection, server_id: int, number: int) -> bool:
    """Whether this server shared or saved the paper, or somebody has a status for it."""
    ways = (
        select(entry.c.paper_id).where(entry.c.server_id == server_id, entry.c.paper_id == number),
        select(reading.c.paper_id).where(reading.c.server_id == server_id, reading.c.paper_id == number),
        select(paper_alias.c.paper_id).where(
            paper_alias.c.paper_id == number,
            exists().where(mention.c.server_id == server_id, same_id(mention, paper_alias)),
        ),
    )
    return any([await conn.scalar(way.limit(1)) is not None for way in ways])


async def has_many(conn: AsyncConnection, server_id: int) -> bool:
    """Whether the server has so many papers that gathering them all would take too long."""
    rows = union_all(*(select(literal(1)).where(table.c.server_id == server_id) for table in (entry, mention, reading)))
    return (await conn.scalar(select(func.count()).select_from(rows.limit(_FEW + 1).subquery())) or 0) > _FEW


def _reaches(words: Sequence[str]) -> Iterator[Reach]:
    if words:
        yield "all"
        if len(words[-1]) >= _SHORTEST_BEGINNING:
            yield "beginning"
    if len(words) > 1:
        yield "any"


def _sqlite(words: Sequence[str], reach: Reach, met: str, only: str) -> TextClause:
    """FTS5's own language is written here alone: each word goes in quoted, and words hold no quotes."""
    terms = [f'"{word}"' for word in words]
    if reach == "beginning":
        terms[-1] += " *"
    wanted = (" OR " if reach == "any" else " AND ").join(terms)
    here = "place : s' || :server_id || ' AND "
    entry_has_rest = "".join(
        f"""
        AND (+entry_search.rowid IN (SELECT rowid FROM entry_search
                                     WHERE entry_search MATCH '{here}{{tags notes}} : ' || :term{number})
             OR +paper_id IN (SELECT rowid FROM paper_search WHERE paper_search MATCH :term{number}))
        """
        for number in range(len(terms))
        if reach != "any" and len(terms) > 1
    )
    of_papers = f"""
        SELECT * FROM (
            SELECT rowid AS paper_id, {{tier}} AS tier, bm25(paper_search, 8, 4, 1) AS score, 0 AS entry_score
            FROM paper_search WHERE paper_search MATCH {{wanted}} AND {met.format(paper="paper_search.rowid")}
            ORDER BY rowid DESC LIMIT {_RANKED}
        )
    """
    of_entries = f"""
        SELECT * FROM (
            SELECT paper_id, {{tier}} AS tier, 0 AS score, bm25(entry_search, 0, 4, 1) AS entry_score
            FROM entry_search WHERE entry_search MATCH '{here}' || {{wanted}} {{rest}}
            ORDER BY entry_search.rowid DESC LIMIT {_RANKED}
        )
    """
    branches = [
        of_papers.format(tier=0, wanted=":author"),
        of_entries.format(tier=0, wanted=":tag", rest=""),
        of_papers.format(tier=1, wanted=":title"),
        of_papers.format(tier=1, wanted=":wanted"),
        of_entries.format(tier=1, wanted=":noted", rest=entry_has_rest),
    ]
    statement = text(
        f"""
        SELECT paper_id FROM ({" UNION ALL ".join(branches)}) AS found {only}
        GROUP BY paper_id ORDER BY min(tier), min(score) + min(entry_score), paper_id DESC LIMIT {MOST_FOUND + 1}
        """
    )
    if entry_has_rest:
        statement = statement.bindparams(**{f"term{number}": term for number, term in enumerate(terms)})
    return statement.bindparams(
        author=f'authors : "{" ".join(words)} {_STOP}"',
        tag=f'tags : "{_STOP} {" ".join(words)} {_STOP}"',
        title=f"title : ({wanted})",
        wanted=wanted,
        noted=f"{{tags notes}} : ({' OR '.join(terms)})",
    )


def _postgres(words: Sequence[str], reach: Reach, met: str, only: str) -> TextClause:
    terms = [f"'{word}'" for word in words]
    ending = [":*" if reach == "beginning" and number == len(terms) else ":" for number in range(1, len(terms) + 1)]
    wanted = (" | " if reach == "any" else " & ").join(
        term + end.removesuffix(":") for term, end in zip(terms, ending, strict=True)
    )
    in_title = (" | " if reach == "any" else " & ").join(
        f"{term}{end}A" for term, end in zip(terms, ending, strict=True)
    )
    some = " | ".join(term + end.removesuffix(":") for term, end in zip(terms, ending, strict=True))
    met = met.format(paper="papers.paper_id")
    asked = {name: f"to_tsquery('paper_words', CAST(:{name} AS text))" for name in ("wanted", "in_title", "some")}
    statement = text(
        f"""
        WITH found AS (
            (SELECT papers.paper_id FROM paper_search AS papers
             WHERE papers.words @@ {asked["in_title"]} AND {met} ORDER BY papers.paper_id DESC LIMIT {_RANKED})
            UNION
            (SELECT papers.paper_id FROM paper_search AS papers
             WHERE papers.words @@ {asked["wanted"]} AND {met} ORDER BY papers.paper_id DESC LIMIT {_RANKED})
            UNION
            (SELECT said.paper_id FROM entry_search AS said
             JOIN paper_search AS papers ON papers.paper_id = said.paper_id
             WHERE said.server_id = :server_id AND said.words @@ {asked["some"]}
                   AND (papers.words || said.words) @@ {asked["wanted"]}
             ORDER BY said.paper_id DESC LIMIT {_RANKED})
        )
        SELECT found.paper_id
        FROM found
        JOIN paper ON paper.id = found.paper_id
        {only}
        ORDER BY
            CASE WHEN ' ' || regexp_replace(split_part(paper.search_key, chr(10), 2), '[!-+./:-@[-`{{-~-]+', ' ', 'g')
                      || ',' LIKE '% ' || CAST(:name AS text) || ',%'
                 OR EXISTS (SELECT 1 FROM entry_tag
                            WHERE entry_tag.server_id = :server_id AND entry_tag.paper_id = found.paper_id
                              AND search_vector(entry_tag.tag) = search_vector(CAST(:name AS text)))
            THEN 0 ELSE 1 END,
            ts_rank(
                '{{0.05, 0.1, 0.4, 1}}',
                (SELECT words FROM paper_search WHERE paper_search.paper_id = found.paper_id) || coalesce(
                    (SELECT words FROM entry_search
                     WHERE entry_search.server_id = :server_id AND entry_search.paper_id = found.paper_id), ''),
                {asked["wanted"]}
            ) DESC,
            found.paper_id DESC
        LIMIT {MOST_FOUND + 1}
        """
    )
    return statement.bindparams(wanted=wanted, in_title=in_title, some=some, name=" ".join(words))
