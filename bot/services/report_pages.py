"""Reports as a member reads them: pages, one with all that was said to it, what it said before, and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.export.reports import ExportedReport, ReportFile, ReportFormat, report_file
from bot.domain.report_rules import Saying, check_may, check_own
from bot.domain.report_sums import ReportSum
from bot.domain.report_views import AnswerView, ReportView, Viewer, visible, visible_answer
from bot.domain.reports import Confirmation, Edit, Report
from bot.domain.stored_paper import StoredPaper
from bot.errors import NotAllowed
from bot.services.reading_list import check_known
from bot.services.reports import seen
from bot.storage import papers, report_answers, report_sums, reports
from bot.storage.database import Connection, Database

PAGE_SIZE = 5


class Told(NamedTuple):
    """A report as one member sees it, with what others say to it. `confirmed` is whether this member did."""

    report: ReportView
    confirmations: tuple[Confirmation, ...]
    answers: tuple[AnswerView, ...]
    confirmed: bool
    manager: bool


class ReportPage(NamedTuple):
    """`number` is counted from 0. `paper` is set when all are of one, which then has the `sum`."""

    number: int
    total: int
    told: tuple[Told, ...]
    papers: Mapping[int, StoredPaper]
    paper: StoredPaper | None = None
    sum: ReportSum | None = None


class ReportPages:
    """Nothing is changed here. What a member may see of a report, `visible` alone decides."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def one(self, server_id: int, report_id: int, user_id: int, *, manager: bool) -> tuple[Told, StoredPaper]:
        """With all that was said to it."""
        viewer = self._viewer(user_id, manager=manager)
        async with self._db.read() as conn:
            found, _ = await seen(conn, server_id, report_id, viewer)
            (told,) = await self._told(conn, [found], viewer)
            return told, (await papers.by_numbers(conn, [found.paper]))[found.paper]

    async def of_paper(self, server_id: int, number: int, user_id: int, *, manager: bool, page: int = 0) -> ReportPage:
        """One page of a paper's, the latest first; the last one when there are fewer."""
        viewer = self._viewer(user_id, manager=manager)
        async with self._db.read() as conn:
            await check_known(conn, number)
            found = [each for each in await reports.of_paper(conn, server_id, number) if visible(each, viewer)]
            at = _page(page, len(found))
            told = await self._told(conn, found[at * PAGE_SIZE : (at + 1) * PAGE_SIZE], viewer)
            stored = await papers.by_numbers(conn, [number])
            total = (await report_sums.sums(conn, server_id, [number])).get(number)
        return ReportPage(at, len(found), tuple(told), stored, stored[number], total)

    async def recent(self, server_id: int, user_id: int, *, manager: bool, page: int = 0) -> ReportPage:
        """The same of all papers."""
        viewer = self._viewer(user_id, manager=manager)
        async with self._db.read() as conn:
            _, total = await reports.recent(conn, server_id, user_id, manager=manager, limit=0, offset=0)
            at = _page(page, total)
            found, _ = await reports.recent(
                conn, server_id, user_id, manager=manager, limit=PAGE_SIZE, offset=at * PAGE_SIZE
            )
            told = await self._told(conn, found, viewer)
            stored = await papers.by_numbers(conn, {each.paper for each in found})
        return ReportPage(at, total, tuple(told), stored)

    async def check_may(
        self, saying: Saying, server_id: int, report_id: int, user_id: int, *, manager: bool
    ) -> ReportView:
        """Raises what the member would otherwise read after they had typed it. Returns the report."""
        async with self._db.read() as conn:
            _, view = await seen(conn, server_id, report_id, self._viewer(user_id, manager=manager))
        check_may(saying, view)
        return view

    async def to_remove(self, server_id: int, report_id: int, user_id: int) -> Told:
        """What would go, for its author."""
        viewer = self._viewer(user_id, manager=False)
        async with self._db.read() as conn:
            found, view = await seen(conn, server_id, report_id, viewer)
            check_own(view)
            (told,) = await self._told(conn, [found], viewer)
        return told

    async def history(self, server_id: int, report_id: int, user_id: int, *, manager: bool) -> list[Edit]:
        """What it said before, for its author and managers."""
        async with self._db.read() as conn:
            viewer = self._viewer(user_id, manager=manager)
            _, view = await seen(conn, server_id, report_id, viewer)
            if not (view.mine or manager):
                raise NotAllowed("Only its author and managers can see what a report said before.")
            return await reports.edits(conn, report_id)

    async def export(self, server_id: int, wanted: ReportFormat, server_name: str) -> ReportFile:
        """What everybody may read, without any name."""
        viewer = Viewer(0, manager=False, now=self._clock.now())  # sees what a stranger to all of it sees
        async with self._db.read() as conn:
            found = await reports.open_to_all(conn, server_id)
            told = await self._told(conn, found, viewer)
            stored = await papers.by_numbers(conn, {each.paper for each in found})
        rows = [
            ExportedReport(
                paper=stored[each.report.paper],
                words=each.report.words,
                day=each.report.at.date(),
                same_here=len(each.confirmations),
                made_difference=tuple(answer.text for answer in each.answers if answer.made_difference),
            )
            for each in told
        ]
        return report_file(wanted, rows, server_name=server_name, day=self._clock.now().date())

    async def _told(self, conn: Connection, found: Sequence[Report], viewer: Viewer) -> list[Told]:
        ids = [each.id for each in found]
        confirmed = await report_answers.confirmations(conn, ids)
        answers = await report_answers.answers(conn, ids)
        told = []
        for each in found:
            view = visible(each, viewer)
            if view is not None:
                shown = [visible_answer(answer, each, viewer) for answer in answers.get(each.id, ())]
                theirs = confirmed.get(each.id, ())
                told.append(
                    Told(
                        view,
                        tuple(theirs),
                        tuple(answer for answer in shown if answer is not None),
                        confirmed=any(one.user_id == viewer.user_id for one in theirs),
                        manager=viewer.manager,
                    )
                )
        return told

    def _viewer(self, user_id: int, *, manager: bool) -> Viewer:
        return Viewer(user_id, manager, self._clock.now())


def _page(wanted: int, total: int) -> int:
    return max(0, min(wanted, (total - 1) // PAGE_SIZE))
