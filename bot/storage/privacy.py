"""Every place where a member's id can stand, and what happens to it when they ask to be deleted.

A new column for a member's id belongs into PLACES: a test fails until it is there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, FromClause, Select, and_, delete, func, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.privacy import Kind
from bot.domain.reports import Words
from bot.storage.deleted_words import drop_deleted_words
from bot.storage.paper_ids import same_id
from bot.storage.tables import (
    backfill,
    candidate,
    card,
    card_message,
    entry,
    explanation,
    explanation_vote,
    ignored_member,
    import_,
    import_item,
    mention,
    nomination,
    note,
    paper,
    paper_alias,
    presenter,
    reading,
    reply,
    report,
    report_answer,
    report_confirmation,
    report_edit,
    resource,
    round_,
    server,
    vote,
)


class Place(NamedTuple):
    """A column that holds a member's id. With `clears` the row stays and these become NULL, else it goes.
    `tells` is what the export says of the row, besides server and paper."""

    kind: Kind
    member: Column[Any]
    tells: tuple[Column[Any], ...]
    clears: tuple[Column[Any], ...] = ()


# Entries come first: whoever changes an entry's votes and notes locks the entry before them, too.
PLACES = (
    Place(Kind.SAVED, entry.c.saved_by, (entry.c.saved_at,), clears=(entry.c.saved_by,)),
    Place(Kind.VOTES, vote.c.user_id, (vote.c.at,)),
    Place(Kind.NOTES, note.c.user_id, (note.c.text, note.c.at)),
    Place(Kind.STATUSES, reading.c.user_id, (reading.c.status, reading.c.at)),
    Place(Kind.NOMINATIONS, nomination.c.user_id, (nomination.c.at,)),
    Place(Kind.CANDIDATES, candidate.c.nominated_by, (round_.c.number, candidate.c.votes), (candidate.c.nominated_by,)),
    Place(Kind.PRESENTED, presenter.c.user_id, (round_.c.number, presenter.c.at)),
    Place(
        Kind.SHARED,
        mention.c.author_id,
        (mention.c.channel_id, mention.c.message_id, mention.c.at),
        clears=(mention.c.author_id, mention.c.channel_id, mention.c.message_id),
    ),
    Place(Kind.IMPORTS, import_.c.user_id, (import_.c.id, import_.c.state, import_.c.made_at, import_.c.ended_at)),
    Place(
        Kind.BACKFILLS,
        backfill.c.asked_by,
        (backfill.c.channel_id, backfill.c.state, backfill.c.asked_at, backfill.c.ended_at),
        clears=(backfill.c.asked_by,),
    ),
    # before the reports that they were written to: these take them along
    Place(
        Kind.ANSWERS,
        report_answer.c.user_id,
        (report_answer.c.kind, report_answer.c.text, report_answer.c.says_author, report_answer.c.at),
    ),
    Place(Kind.CONFIRMATIONS, report_confirmation.c.user_id, (report_confirmation.c.line, report_confirmation.c.at)),
    Place(
        Kind.REPORTS,
        report.c.author_id,
        (
            report.c.id,
            report.c.anonymous,
            *(report.c[name] for name in Words.model_fields),
            report.c.made_at,
            report.c.edited_at,
            report.c.shown_at,
            report.c.pending,
            report.c.hidden_at,
            report.c.hidden_reason,
            report.c.contested_at,
            report.c.contested_with,
        ),
    ),
    Place(Kind.EXPLANATION_VOTES, explanation_vote.c.user_id, (explanation_vote.c.at,)),
    Place(Kind.EXPLANATIONS, explanation.c.user_id, (explanation.c.level, explanation.c.text, explanation.c.at)),
    Place(Kind.RESOURCES, resource.c.user_id, (resource.c.kind, resource.c.link, resource.c.at), (resource.c.user_id,)),
)

OPT_OUT = ignored_member.c.user_id
"""Stays when everything else is deleted: it takes the id to honour it. Opting in again deletes it."""


async def counts(conn: AsyncConnection, user_id: int) -> dict[Kind, dict[int, int]]:
    """How many of each kind in which server."""
    found: dict[Kind, dict[int, int]] = {}
    for place in PLACES:
        source, server_id = _with_server(place)
        rows = await conn.execute(
            select(server_id, func.count()).select_from(source).where(place.member == user_id).group_by(server_id)
        )
        found[place.kind] = {row[0]: row[1] for row in rows}
    return found


async def ignored_since(conn: AsyncConnection, user_id: int) -> datetime | None:
    """When the member opted out."""
    at: datetime | None = await conn.scalar(select(ignored_member.c.at).where(ignored_member.c.user_id == user_id))
    return at


async def rows(conn: AsyncConnection, user_id: int) -> dict[Kind, list[dict[str, Any]]]:
    """Everything of the member, by kind."""
    found = {place.kind: await _rows(conn, place, user_id) for place in PLACES}
    for each in found[Kind.IMPORTS]:
        of_import = select(
            import_item.c.line,
            (import_item.c.scheme + ":" + import_item.c.value).label("paper"),
            import_item.c.tags,
            import_item.c.note,
            import_item.c.state,
        ).where(import_item.c.import_id == each.pop("id"))
        items = await conn.execute(of_import.order_by(import_item.c.position))
        each["papers"] = [dict(item._mapping) for item in items]
    for each in found[Kind.REPORTS]:
        edits = select(report_edit.c.at, report_edit.c.before).where(report_edit.c.report_id == each.pop("id"))
        before = await conn.execute(edits.order_by(report_edit.c.at, report_edit.c.id))
        each["edits"] = [dict(edit._mapping) for edit in before]
    return found


async def shown_cards(conn: AsyncConnection, user_id: int, limit: int) -> list[tuple[int, int]]:
    """Servers and papers whose messages on Discord say something of the member, the latest shown first. Servers that
    removed the bot are left out: nothing can be changed there."""
    touched = union(
        select(entry.c.server_id, entry.c.paper_id).where(entry.c.saved_by == user_id),
        *(select(table.c.server_id, table.c.paper_id).where(table.c.user_id == user_id) for table in _ON_CARDS),
        # of a report without a name no card changes at this moment: that would tell whose it was
        select(report.c.server_id, report.c.paper_id).where(report.c.author_id == user_id, ~report.c.anonymous),
        select(report.c.server_id, report.c.paper_id)
        .join(report_confirmation, report_confirmation.c.report_id == report.c.id)
        .where(report_confirmation.c.user_id == user_id),
        select(mention.c.server_id, paper_alias.c.paper_id)
        .join(paper_alias, same_id(mention, paper_alias))
        .where(mention.c.author_id == user_id),
    ).subquery()
    found = await conn.execute(
        select(touched.c.server_id, touched.c.paper_id)
        .join(card, card.c.paper_id == touched.c.paper_id)
        .join(
            card_message,
            and_(card_message.c.message_id == card.c.message_id, card_message.c.server_id == touched.c.server_id),
        )
        .join(server, server.c.id == touched.c.server_id, isouter=True)
        .where(server.c.left_at.is_(None))
        .group_by(touched.c.server_id, touched.c.paper_id)
        .order_by(func.max(card_message.c.message_id).desc())
        .limit(limit)
    )
    return [(row.server_id, row.paper_id) for row in found]


async def announced_rounds(conn: AsyncConnection, user_id: int, limit: int) -> list[int]:
    """Rounds whose announcement names the member as one who presents, the latest first."""
    found = await conn.scalars(
        select(round_.c.id)
        .join(presenter, presenter.c.round_id == round_.c.id)
        .where(presenter.c.user_id == user_id, round_.c.result_message_id.is_not(None))
        .order_by(round_.c.id.desc())
        .limit(limit)
    )
    return list(found)


async def forget_member(conn: AsyncConnection, user_id: int) -> dict[Kind, int]:
    """Deletes or detaches everything but the opt-out. Returns how many rows of each kind."""
    await _lock_entries(conn, user_id)
    await _lock_explanations(conn, user_id)
    await _detach_replies(conn, user_id)
    gone: dict[Kind, int] = {}
    for place in PLACES:
        table = place.member.table
        if place.clears:
            emptied: dict[Any, Any] = {column.name: None for column in place.clears}
            changed = await conn.execute(update(table).where(place.member == user_id).values(emptied))
        else:
            changed = await conn.execute(delete(table).where(place.member == user_id))
        if changed.rowcount:
            gone[place.kind] = changed.rowcount
    await drop_deleted_words(conn)
    return gone


async def forget_channels(conn: AsyncConnection, server_id: int, channel_ids: Collection[int]) -> None:
    """Channels or threads are gone with all their messages: what was shared there stays as a count, the bot's
    own messages are forgotten."""
    await conn.execute(
        update(mention)
        .where(mention.c.server_id == server_id, mention.c.channel_id.in_(channel_ids))
        .values(author_id=None, channel_id=None, message_id=None)
    )
    for table in (reply, card_message):
        await conn.execute(delete(table).where(table.c.server_id == server_id, table.c.channel_id.in_(channel_ids)))


_ON_CARDS = (vote, note, reading, explanation, explanation_vote)


def _with_server(place: Place) -> tuple[FromClause, ColumnElement[int]]:
    """The table, and the column that names the server; candidates and presenters are of a round."""
    table = place.member.table
    if "server_id" in table.c:
        return table, table.c.server_id
    if "report_id" in table.c:
        return table.join(report, table.c.report_id == report.c.id), report.c.server_id
    return table.join(round_, table.c.round_id == round_.c.id), round_.c.server_id


async def _rows(conn: AsyncConnection, place: Place, user_id: int) -> list[dict[str, Any]]:
    source, server_id = _with_server(place)
    table = place.member.table
    named: tuple[ColumnElement[Any], ...] = ()
    if "report_id" in table.c:
        source = source.join(paper, paper.c.id == report.c.paper_id)
        named = ((paper.c.scheme + ":" + paper.c.value).label("paper"), paper.c.title)
    elif "paper_id" in table.c:
        source = source.join(paper, paper.c.id == table.c.paper_id)
        named = ((paper.c.scheme + ":" + paper.c.value).label("paper"), paper.c.title)
    elif "scheme" in table.c:
        named = ((table.c.scheme + ":" + table.c.value).label("paper"),)
    chosen: Select[*tuple[Any, ...]] = select(server_id.label("server_id"), *named, *place.tells)
    found = await conn.execute(
        chosen.select_from(source).where(place.member == user_id).order_by(server_id, *table.primary_key.columns)
    )
    return [dict(row._mapping) for row in found]


async def _lock_entries(conn: AsyncConnection, user_id: int) -> None:
    """PostgreSQL: whoever votes on or removes one of these entries waits, instead of each waiting for the other."""
    touched = union(
        *(select(table.c.server_id, table.c.paper_id).where(table.c.user_id == user_id) for table in (vote, note)),
        select(entry.c.server_id, entry.c.paper_id).where(entry.c.saved_by == user_id),
    ).subquery()
    key = tuple_(entry.c.server_id, entry.c.paper_id)
    await conn.execute(
        select(entry.c.paper_id)
        .where(key.in_(select(touched.c.server_id, touched.c.paper_id)))
        .order_by(entry.c.server_id, entry.c.paper_id)
        .with_for_update()
    )


async def _lock_explanations(conn: AsyncConnection, user_id: int) -> None:
    """PostgreSQL: whoever votes locks the explanation before the vote; here the votes go first, so that each is
    counted as what it is."""
    await conn.execute(
        select(explanation.c.id).where(explanation.c.user_id == user_id).order_by(explanation.c.id).with_for_update()
    )


async def _detach_replies(conn: AsyncConnection, user_id: int) -> None:
    """The bot's replies stay, but no longer know which message they answered; those not posted yet are not owed any
    more."""
    theirs = tuple_(reply.c.server_id, reply.c.message_id).in_(
        select(mention.c.server_id, mention.c.message_id).where(
            mention.c.author_id == user_id, mention.c.message_id.is_not(None)
        )
    )
    await conn.execute(delete(reply).where(theirs, reply.c.posted_id.is_(None)))
    await conn.execute(update(reply).where(theirs).values(message_id=None, due_at=None))
