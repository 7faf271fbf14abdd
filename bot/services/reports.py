"""What members found when they tried papers: written, changed, removed, hidden."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.occurrences import Occurrence
from bot.domain.report_rules import check_may, check_own
from bot.domain.report_views import ReportView, Viewer, visible
from bot.domain.reports import REPORTS_AN_HOUR, Report, Words, full_hour, next_batch
from bot.errors import NotAllowed, NotFound, UserError
from bot.services.occurrences import Occurrences
from bot.services.reading_list import check_known
from bot.storage import occurrences, reports
from bot.storage.database import Connection, Database

GONE = "That report is not there any more. See the others with /reports show."
HOUR = timedelta(hours=1)


class Saved(NamedTuple):
    """What the member wrote stands. `new` is None when nothing was changed; `shown_at` is when others see it, None
    when they do already."""

    report: ReportView
    new: bool | None
    shown_at: datetime | None


class Removed(NamedTuple):
    """From which paper, and until when others still see it; None when it is gone."""

    paper: int
    until: datetime | None


class Reports:
    """Every call is one transaction. What a member may see of a report, `visible` alone decides."""

    def __init__(self, db: Database, clock: Clock, engine: Occurrences) -> None:
        self._db = db
        self._clock = clock
        self._engine = engine

    # --- the member's own

    async def own(self, server_id: int, number: int, user_id: int) -> ReportView | None:
        """What the member wrote on this paper, to be changed."""
        async with self._db.read() as conn:
            await check_known(conn, number)
            found = await reports.own(conn, server_id, number, user_id)
        return None if found is None else visible(found, self._viewer(user_id, manager=False))

    async def save(self, server_id: int, number: int, user_id: int, words: Words, *, anonymous: bool | None) -> Saved:
        """Writes it, or changes what the member wrote before. `anonymous` None leaves that as it is; of one that is
        there it can not be changed, since its name was seen."""
        now = self._clock.now()
        async with self._db.write() as conn:
            await check_known(conn, number)
            await reports.lock_member(conn, server_id, user_id)
            before = await reports.own(conn, server_id, number, user_id, lock=True)
            if before is None or before.shown_at is not None:
                await self._within_limit(conn, server_id, user_id, now)
            changed = True
            if before is None:
                new = _new(server_id, number, user_id, words, anonymous=bool(anonymous), now=now)
                await reports.add(conn, new)
            else:
                changed = await self._change(conn, before, words, anonymous, now)
            kept = await reports.own(conn, server_id, number, user_id)
            assert kept is not None  # noqa: S101 - it was just written
            if kept.waits_until is not None:
                await occurrences.add(conn, server_id, "reports", kept.waits_until)
        self._engine.changed()
        view = visible(kept, self._viewer(user_id, manager=False))
        assert view is not None  # noqa: S101 - its author sees it
        return Saved(view, (before is None) if changed else None, kept.waits_until)

    async def set_link(self, server_id: int, report_id: int, user_id: int, link: str | None) -> Saved:
        """The form that asks for the outcome has no room for it."""
        async with self._db.read() as conn:
            _, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=False))
        check_may("link", view)
        words = view.words.model_copy(update={"link": link})
        return await self.save(server_id, view.paper, user_id, words, anonymous=None)

    async def _change(
        self, conn: Connection, before: Report, words: Words, anonymous: bool | None, now: datetime
    ) -> bool:
        if anonymous is not None and anonymous != before.anonymous:
            if before.leaving:
                raise UserError("Your earlier report goes on the full hour. Write the new one after that.")
            raise NotAllowed(
                "A report keeps its name, or keeps being without one, once it is written. Open it with /reports show "
                "to change its words or remove it."
            )
        if words == (before.pending or before.words) and not before.leaving:
            return False
        if not before.anonymous:
            await reports.add_edit(conn, _new_id(), before.id, now, before.words)
            await reports.set_words(conn, before.id, words, now)
        elif before.shown_at is None:
            await reports.set_words(conn, before.id, words, None)
        else:
            await reports.wait(conn, before.id, next_batch(now), pending=words)
        return True

    async def _within_limit(self, conn: Connection, server_id: int, user_id: int, now: datetime) -> None:
        if await reports.written_since(conn, server_id, user_id, now - HOUR) >= REPORTS_AN_HOUR:
            raise UserError(f"You wrote {REPORTS_AN_HOUR} reports within an hour. Wait a little, then send this one.")

    async def remove(self, server_id: int, report_id: int, user_id: int) -> Removed:
        """By its author alone. One without a name goes for others with the next batch."""
        until: datetime | None = None
        async with self._db.write() as conn:
            found, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=False), lock=True)
            check_own(view)
            if found.anonymous and found.shown_at is not None:
                until = next_batch(self._clock.now())
                await reports.wait(conn, report_id, until, leaving=True)
                await occurrences.add(conn, server_id, "reports", until)
            else:
                await reports.remove(conn, report_id)
        self._engine.changed()
        return Removed(found.paper, until)

    async def publish(self, due: Occurrence) -> list[int]:
        """A batch: what waits for it is shown, changed, removed. Gives the papers whose cards follow; a second time,
        after a crash, those that show something new since then."""
        at = max(due.due_at, full_hour(self._clock.now()))
        async with self._db.write() as conn:
            batch = await reports.waiting(conn, due.server_id, due.due_at)
            for each in batch:
                if each.leaving:
                    await reports.remove(conn, each.id)
                    continue
                if each.pending is not None:
                    await reports.add_edit(conn, _new_id(), each.id, at, each.words)
                    await reports.set_words(conn, each.id, each.pending, at)
                await reports.show(conn, each.id, at)
            changed = {each.paper for each in batch}
            if due.attempts > 1:
                changed |= await reports.papers_changed_since(conn, due.server_id, due.due_at)
        return sorted(changed)

    # --- managers

    async def hide(self, server_id: int, report_id: int, user_id: int, reason: str, *, manager: bool) -> int:
        """From everybody but its author, who is told, and managers. Returns its paper."""
        now = self._clock.now()
        async with self._db.write() as conn:
            found, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=manager), lock=True)
            check_may("hide", view)
            await reports.set_hidden(conn, report_id, now, reason)
            await occurrences.add(conn, server_id, "hidden", now)
        self._engine.changed()
        return found.paper

    async def unhide(self, server_id: int, report_id: int, user_id: int, *, manager: bool) -> int:
        """Everybody sees it again. Returns its paper."""
        async with self._db.write() as conn:
            found, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=manager), lock=True)
            check_may("unhide", view)
            await reports.set_hidden(conn, report_id, None, None)
        return found.paper

    async def contest(self, server_id: int, report_id: int, user_id: int, words: str) -> datetime | None:
        """Its author says why it should not be hidden, once. Gives when managers see that, None for at once."""
        now = self._clock.now()
        async with self._db.write() as conn:
            found, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=False), lock=True)
            check_may("contest", view)
            at = next_batch(now) if found.anonymous else now
            await reports.contest(conn, report_id, at, words)
        return at if found.anonymous else None

    async def untold(self, server_id: int) -> list[Report]:
        """Hidden ones whose authors do not know it yet."""
        async with self._db.read() as conn:
            return await reports.untold(conn, server_id)

    async def told(self, hidden: Report) -> None:
        """Its author knows."""
        async with self._db.write() as conn:
            await reports.set_told(conn, hidden, self._clock.now())

    def _viewer(self, user_id: int, *, manager: bool) -> Viewer:
        return Viewer(user_id, manager, self._clock.now())


async def seen(
    conn: Connection, server_id: int, report_id: int, viewer: Viewer, *, lock: bool = False
) -> tuple[Report, ReportView]:
    """A report and what this member sees of it. NotFound when that is nothing. `lock`: to change it."""
    found = await reports.get(conn, server_id, report_id, lock=lock)
    view = None if found is None else visible(found, viewer)
    if found is None or view is None:
        raise NotFound(GONE)
    return found, view


def _new(server_id: int, number: int, user_id: int, words: Words, *, anonymous: bool, now: datetime) -> Report:
    return Report(
        id=_new_id(),
        server_id=server_id,
        paper=number,
        author_id=user_id,
        anonymous=anonymous,
        words=words,
        made_at=now,
        shown_at=None if anonymous else now,
        waits_until=next_batch(now) if anonymous else None,
    )


def _new_id() -> int:
    """At random: its order tells nothing of who wrote what when."""
    return secrets.randbits(62) + 1
