"""Reports: people and not clicks are counted, and what has no name stays without one."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.occurrences import Occurrence
from bot.domain.reports import REPORTS_AN_HOUR, Outcome, Words
from bot.errors import NotAllowed, NotFound, UserError
from bot.services.occurrences import Occurrences
from bot.services.privacy import Privacy
from bot.services.report_answers import ReportAnswers
from bot.services.report_pages import ReportPages
from bot.services.reports import Reports
from bot.storage.community import community
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.everything import where
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

LINUS, BOSS = 100000000000000003, 100000000000000004


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW + timedelta(minutes=10))


@pytest.fixture
def reports(db: Database, clock: VirtualClock) -> Reports:
    return Reports(db, clock, Occurrences(db, clock))


@pytest.fixture
def pages(db: Database, clock: VirtualClock) -> ReportPages:
    return ReportPages(db, clock)


@pytest.fixture
def answers(db: Database, clock: VirtualClock) -> ReportAnswers:
    return ReportAnswers(db, clock)


@pytest.fixture
async def number(db: Database) -> int:
    async with db.write() as conn:
        return await store(conn, make_paper())


def words(outcome: Outcome = "did not reproduce", **changes: Any) -> Words:
    said = {"setting": "CIFAR-10, one GPU", "tried": "Table 2", "happened": "3 points worse"}
    return Words(outcome=outcome, **(said | changes))


async def batch(reports: Reports, clock: VirtualClock) -> datetime:
    """The next full hour comes."""
    clock.advance(3600)
    due_at = clock.now().replace(minute=0, second=0, microsecond=0)
    await reports.publish(Occurrence(id=1, server_id=SERVER, kind="reports", due_at=due_at))
    return due_at


async def total(db: Database, number: int, server_id: int = SERVER) -> tuple[int, int, int, int] | None:
    async with db.read() as conn:
        found = (await community(conn, server_id, [number]))[number].reports
    return None if found is None else (found.works, found.partly, found.fails, found.people)


async def test_one_for_each_member_and_paper_with_its_earlier_words(
    reports: Reports, pages: ReportPages, clock: VirtualClock, number: int
) -> None:
    first = await reports.save(SERVER, number, ADA, words(), anonymous=None)
    assert (first.new, first.shown_at) == (True, None)
    assert (await reports.save(SERVER, number, ADA, words(), anonymous=None)).new is None
    second = await reports.save(SERVER, number, ADA, words("partly"), anonymous=None)
    assert (second.new, second.report.id, second.report.edited) == (False, first.report.id, True)
    page = await pages.of_paper(SERVER, number, GRACE, manager=False)
    assert [(told.report.words.outcome, told.report.author_id) for told in page.told] == [("partly", ADA)]
    for user_id, manager in ((ADA, False), (BOSS, True)):
        (edit,) = await pages.history(SERVER, first.report.id, user_id, manager=manager)
        assert edit.before == words()
    with pytest.raises(NotAllowed):
        await pages.history(SERVER, first.report.id, GRACE, manager=False)


async def test_two_windows_at_once_make_one_report(
    reports: Reports, pages: ReportPages, db: Database, number: int
) -> None:
    outcomes: list[Outcome] = ["reproduced", "partly", "did not reproduce", "works in production"]
    await asyncio.gather(*(reports.save(SERVER, number, ADA, words(each), anonymous=None) for each in outcomes))
    page = await pages.of_paper(SERVER, number, GRACE, manager=False)
    assert page.total == 1
    assert (await total(db, number) or (0,))[-1] == 1


async def test_forty_confirm_at_once_and_people_are_counted_once(
    reports: Reports, answers: ReportAnswers, db: Database, number: int
) -> None:
    mine = await reports.save(SERVER, number, ADA, words(), anonymous=None)
    other = await reports.save(SERVER, number, LINUS, words("does not work in production"), anonymous=None)
    good = await reports.save(SERVER, number, BOSS, words("reproduced"), anonymous=None)
    people = range(1, 41)
    ids = [mine.report.id, other.report.id, good.report.id]
    await asyncio.gather(*(answers.confirm(SERVER, each, person, "") for each in ids[:2] for person in people))
    await answers.confirm(SERVER, good.report.id, 1, "Me too.")
    await answers.confirm(SERVER, good.report.id, ADA, "")
    assert await total(db, number) == (2, 0, 42, 43), "Ada counts by her own report alone"
    await answers.unconfirm(SERVER, good.report.id, 1)
    assert await total(db, number) == (1, 0, 42, 43)
    with pytest.raises(NotAllowed):
        await answers.confirm(SERVER, mine.report.id, ADA, "")


async def test_other_servers_see_and_change_nothing(
    reports: Reports, pages: ReportPages, answers: ReportAnswers, db: Database, number: int
) -> None:
    mine = (await reports.save(SERVER, number, ADA, words(), anonymous=None)).report
    answered = await answers.answer(SERVER, mine.id, GRACE, "The wrong split.", interaction_id=1)
    assert (await pages.of_paper(OTHER_SERVER, number, GRACE, manager=True)).total == 0
    assert (await pages.recent(OTHER_SERVER, ADA, manager=True)).total == 0
    assert await total(db, number, OTHER_SERVER) is None
    assert (await pages.export(OTHER_SERVER, "CSV", "Other")).reports == 0
    for call in (
        pages.one(OTHER_SERVER, mine.id, ADA, manager=True),
        reports.remove(OTHER_SERVER, mine.id, ADA),
        reports.hide(OTHER_SERVER, mine.id, BOSS, "No.", manager=True),
        reports.contest(OTHER_SERVER, mine.id, ADA, "Why?"),
        pages.history(OTHER_SERVER, mine.id, ADA, manager=True),
        answers.confirm(OTHER_SERVER, mine.id, GRACE, ""),
        answers.answer(OTHER_SERVER, mine.id, GRACE, "Hm.", interaction_id=2),
        answers.made_difference(OTHER_SERVER, answered.id, ADA, manager=True),
        answers.take_away(OTHER_SERVER, answered.id, GRACE, manager=True),
    ):
        with pytest.raises(NotFound):
            await call


async def test_one_without_a_name_comes_and_changes_and_goes_with_the_batch(
    reports: Reports, pages: ReportPages, db: Database, clock: VirtualClock, number: int
) -> None:
    saved = await reports.save(SERVER, number, ADA, words(), anonymous=True)
    assert saved.shown_at == NOW + timedelta(hours=1)
    mine = saved.report.id

    async def seen() -> list[tuple[str, int | None]]:
        told = [
            (await pages.of_paper(SERVER, number, viewer, manager=manager)).told
            for viewer, manager in ((GRACE, False), (BOSS, True))
        ]
        assert [each.report.words for each in told[0]] == [each.report.words for each in told[1]]
        return [(each.report.words.outcome, each.report.author_id) for each in told[0]]

    assert await seen() == []
    assert await total(db, number) is None
    for viewer, manager in ((GRACE, False), (BOSS, True)):
        with pytest.raises(NotFound):
            await pages.one(SERVER, mine, viewer, manager=manager)
    assert (await pages.of_paper(SERVER, number, ADA, manager=False)).total == 1
    await batch(reports, clock)
    assert await seen() == [("did not reproduce", None)]
    assert await total(db, number) == (0, 0, 1, 1)
    shown = (await pages.of_paper(SERVER, number, GRACE, manager=True)).told[0].report
    assert shown.at == NOW + timedelta(hours=1), "the batch's hour, not the moment of writing"

    await reports.save(SERVER, number, ADA, words("partly"), anonymous=None)
    assert await seen() == [("did not reproduce", None)]
    assert (await reports.own(SERVER, number, ADA)).words.outcome == "partly"  # type: ignore[union-attr]  # it is there
    await batch(reports, clock)
    assert await seen() == [("partly", None)]
    assert await total(db, number) == (0, 1, 0, 1)
    (edit,) = await pages.history(SERVER, mine, BOSS, manager=True)
    assert edit.at == NOW + timedelta(hours=2)

    removed = await reports.remove(SERVER, mine, ADA)
    assert removed.until == NOW + timedelta(hours=3)
    assert await seen() == [("partly", None)]
    assert (await pages.of_paper(SERVER, number, ADA, manager=False)).total == 0
    with pytest.raises(UserError, match="after that"):
        await reports.save(SERVER, number, ADA, words(), anonymous=False)
    await batch(reports, clock)
    assert await seen() == []
    assert await total(db, number) is None


async def test_a_batch_is_a_minute_away_at_least(
    reports: Reports, pages: ReportPages, clock: VirtualClock, number: int
) -> None:
    clock.advance(49 * 60 + 30)
    saved = await reports.save(SERVER, number, ADA, words(), anonymous=True)
    assert saved.shown_at == NOW + timedelta(hours=2)
    await reports.publish(Occurrence(id=1, server_id=SERVER, kind="reports", due_at=NOW + timedelta(hours=1)))
    assert (await pages.of_paper(SERVER, number, GRACE, manager=True)).total == 0


async def test_a_name_that_was_seen_is_not_taken_off(reports: Reports, number: int) -> None:
    await reports.save(SERVER, number, ADA, words(), anonymous=False)
    with pytest.raises(NotAllowed, match="remove it"):
        await reports.save(SERVER, number, ADA, words("partly"), anonymous=True)


async def test_the_sum_does_not_tell_whose_one_without_a_name_is(
    reports: Reports, answers: ReportAnswers, db: Database, clock: VirtualClock, number: int
) -> None:
    """A confirmation that stands under a report but is missing in the sum would."""
    good = (await reports.save(SERVER, number, LINUS, words("reproduced"), anonymous=None)).report
    for person in (ADA, GRACE):
        await answers.confirm(SERVER, good.id, person, "")
    await reports.save(SERVER, number, ADA, words(), anonymous=True)
    assert await total(db, number) == (3, 0, 0, 3)
    await batch(reports, clock)
    assert await total(db, number) == (3, 0, 1, 4)


async def test_the_reporter_without_a_name_answers_without_one(
    reports: Reports, pages: ReportPages, answers: ReportAnswers, clock: VirtualClock, number: int
) -> None:
    mine = (await reports.save(SERVER, number, ADA, words(), anonymous=True)).report
    await batch(reports, clock)
    asked = await answers.ask(SERVER, mine.id, GRACE, "Which split?", interaction_id=1)
    assert asked.ask is None
    clock.advance(1)
    said = await answers.answer(SERVER, mine.id, ADA, "The second.", says_author=True, interaction_id=2)
    assert said.shown_at is not None
    explained = await answers.answer(SERVER, mine.id, LINUS, "It leaks.", interaction_id=3)
    assert await answers.made_difference(SERVER, explained.id, ADA, manager=False)
    told, _ = await pages.one(SERVER, mine.id, BOSS, manager=True)
    assert [(each.user_id, each.made_difference) for each in told.answers] == [(GRACE, False), (LINUS, False)]
    await batch(reports, clock)
    told, _ = await pages.one(SERVER, mine.id, BOSS, manager=True)
    assert [(each.user_id, each.says_author, each.made_difference) for each in told.answers] == [
        (GRACE, False, False),
        (LINUS, False, True),
        (None, False, False),
    ]
    with pytest.raises(NotAllowed):
        await answers.made_difference(SERVER, explained.id, ADA, manager=False)
    assert str(ADA) not in str(told)


async def test_hidden_contested_and_shown_again(
    reports: Reports, pages: ReportPages, db: Database, clock: VirtualClock, number: int
) -> None:
    mine = (await reports.save(SERVER, number, ADA, words(), anonymous=True)).report
    await batch(reports, clock)
    await reports.hide(SERVER, mine.id, BOSS, "Not about this paper.", manager=True)
    assert (await pages.of_paper(SERVER, number, GRACE, manager=False)).total == 0
    assert await total(db, number) is None
    assert (await pages.export(SERVER, "JSON", "A")).reports == 0
    (told,) = (await pages.of_paper(SERVER, number, ADA, manager=False)).told
    assert (told.report.hidden_reason, told.report.may_contest) == ("Not about this paper.", True)
    with pytest.raises(NotFound):
        await reports.contest(SERVER, mine.id, GRACE, "It is.")
    assert await reports.contest(SERVER, mine.id, ADA, "It is: section 4.") is not None
    with pytest.raises(NotAllowed):
        await reports.contest(SERVER, mine.id, ADA, "Again.")
    (told,) = (await pages.recent(SERVER, BOSS, manager=True)).told
    assert told.report.contested_with is None, "a manager who sees it come could tell who is here"
    clock.advance(3600)
    (told,) = (await pages.recent(SERVER, BOSS, manager=True)).told
    assert told.report.contested_with == "It is: section 4."
    with pytest.raises(NotFound):
        await reports.unhide(SERVER, mine.id, GRACE, manager=False)
    await reports.unhide(SERVER, mine.id, BOSS, manager=True)
    assert (await pages.of_paper(SERVER, number, GRACE, manager=False)).total == 1


async def test_only_the_author_removes_and_only_reporter_and_managers_mark(
    reports: Reports, answers: ReportAnswers, number: int
) -> None:
    mine = (await reports.save(SERVER, number, ADA, words(), anonymous=None)).report
    said = await answers.answer(SERVER, mine.id, GRACE, "The wrong split.", interaction_id=1)
    for user_id in (GRACE, BOSS):
        with pytest.raises(NotAllowed):
            await reports.remove(SERVER, mine.id, user_id)
    with pytest.raises(NotAllowed):
        await answers.made_difference(SERVER, said.id, GRACE, manager=False)
    assert await answers.made_difference(SERVER, said.id, BOSS, manager=True)
    assert not await answers.made_difference(SERVER, said.id, ADA, manager=False)
    with pytest.raises(NotAllowed):
        await answers.take_away(SERVER, said.id, LINUS, manager=False)
    await answers.take_away(SERVER, said.id, GRACE, manager=False)
    assert (await reports.remove(SERVER, mine.id, ADA)).until is None
    with pytest.raises(NotFound):
        await reports.remove(SERVER, mine.id, ADA)


async def test_five_an_hour(reports: Reports, db: Database, clock: VirtualClock) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"2401.{n:05}")) for n in range(1, REPORTS_AN_HOUR + 2)]
    for number in numbers[:-1]:
        await reports.save(SERVER, number, ADA, words(), anonymous=None)
    with pytest.raises(UserError, match="within an hour"):
        await reports.save(SERVER, numbers[-1], ADA, words(), anonymous=True)
    await reports.save(OTHER_SERVER, numbers[-1], ADA, words(), anonymous=None)
    await reports.save(SERVER, numbers[-1], GRACE, words(), anonymous=None)
    clock.advance(3601)
    await reports.save(SERVER, numbers[-1], ADA, words(), anonymous=None)


async def test_exports_hold_no_name_and_no_moment(
    reports: Reports, pages: ReportPages, answers: ReportAnswers, clock: VirtualClock, number: int
) -> None:
    named = (await reports.save(SERVER, number, GRACE, words("partly", happened="=1+1"), anonymous=None)).report
    await answers.confirm(SERVER, named.id, LINUS, "On eight.")
    said = await answers.answer(SERVER, named.id, LINUS, "Another seed.", interaction_id=1)
    await answers.made_difference(SERVER, said.id, GRACE, manager=False)
    await reports.save(SERVER, number, ADA, words(), anonymous=True)
    assert (await pages.export(SERVER, "CSV", "A Group")).reports == 1
    await batch(reports, clock)
    made = {wanted: await pages.export(SERVER, wanted, "A Group") for wanted in ("CSV", "JSON")}
    for file in made.values():
        text = file.content.decode()
        assert file.reports == 2
        for member in (ADA, GRACE, LINUS):
            assert str(member) not in text
        assert "09:" not in text
        assert "anonym" not in text
    rows = list(csv.DictReader(io.StringIO(made["CSV"].content.decode("utf-8-sig"))))
    assert [row["outcome"] for row in rows] == ["did not reproduce", "partly"]
    assert rows[1]["happened"] == "'=1+1"
    assert (rows[1]["same_here"], rows[1]["made_difference"], rows[1]["day"]) == ("1", "Another seed.", "2026-03-02")
    assert len(json.loads(made["JSON"].content)["reports"]) == 2


async def test_deleting_a_member_takes_all_they_wrote(
    reports: Reports, answers: ReportAnswers, db: Database, clock: VirtualClock, number: int
) -> None:
    theirs = (await reports.save(SERVER, number, GRACE, words(), anonymous=None)).report
    mine = (await reports.save(SERVER, number, ADA, words(happened="quicksilver"), anonymous=True)).report
    await batch(reports, clock)
    await reports.save(SERVER, number, ADA, words(happened="mercury"), anonymous=None)
    await answers.confirm(SERVER, theirs.id, ADA, "Me.")
    await answers.answer(SERVER, theirs.id, ADA, "Hm.", interaction_id=1)
    await answers.answer(SERVER, mine.id, ADA, "Hm.", interaction_id=2)
    privacy = Privacy(db, clock)
    exported = json.loads((await privacy.export(ADA)).content)
    assert [len(exported[kind]) for kind in ("reports", "confirmations", "answers")] == [1, 1, 2]
    assert exported["reports"][0]["pending"]["happened"] == "mercury"
    assert str(ADA) not in (await privacy.export(GRACE)).content.decode()
    await privacy.delete(ADA)
    async with db.read() as conn:
        for needle in (ADA, "quicksilver", "mercury"):
            assert await where(conn, needle) == set()
    assert (await ReportPages(db, clock).of_paper(SERVER, number, GRACE, manager=True)).total == 1


async def test_five_in_an_hour_also_when_they_come_at_once(reports: Reports, db: Database) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"2401.0000{n}", title=f"Paper {n}")) for n in range(8)]
    saved = await asyncio.gather(
        *(reports.save(SERVER, number, ADA, words(), anonymous=None) for number in numbers), return_exceptions=True
    )
    refused = [each for each in saved if isinstance(each, UserError)]
    assert (len(saved) - len(refused), len(refused)) == (REPORTS_AN_HOUR, 3)
    assert (await reports.save(SERVER, numbers[0], GRACE, words(), anonymous=None)).new


async def test_a_batch_that_is_carried_out_twice_names_its_papers_again(
    reports: Reports, clock: VirtualClock, number: int
) -> None:
    """Who did it first may have died before the cards followed."""
    await reports.save(SERVER, number, ADA, words(), anonymous=True)
    clock.advance(5 * 3600)
    due = Occurrence(id=1, server_id=SERVER, kind="reports", due_at=NOW + timedelta(hours=1))
    assert await reports.publish(due) == [number]
    assert await reports.publish(due) == []
    assert await reports.publish(due.model_copy(update={"attempts": 2})) == [number]


async def test_one_that_comes_late_is_dated_by_the_hour_in_which_it_is_shown(
    reports: Reports, pages: ReportPages, clock: VirtualClock, number: int
) -> None:
    """Else a digest in between would never tell of it."""
    await reports.save(SERVER, number, ADA, words(), anonymous=True)
    clock.advance(5 * 3600)
    await reports.publish(Occurrence(id=1, server_id=SERVER, kind="reports", due_at=NOW + timedelta(hours=1)))
    (told,) = (await pages.of_paper(SERVER, number, GRACE, manager=False)).told
    assert told.report.at == NOW + timedelta(hours=5)


async def test_only_its_author_sets_the_link(reports: Reports, pages: ReportPages, number: int) -> None:
    mine = (await reports.save(SERVER, number, ADA, words(), anonymous=None)).report
    with pytest.raises(NotAllowed):
        await reports.set_link(SERVER, mine.id, GRACE, "https://example.org")
    with pytest.raises(NotFound):
        await reports.set_link(OTHER_SERVER, mine.id, ADA, "https://example.org")
    assert (await reports.set_link(SERVER, mine.id, ADA, "https://example.org")).new is False
    assert (await pages.one(SERVER, mine.id, GRACE, manager=False))[0].report.words.link == "https://example.org"
    assert (await reports.set_link(SERVER, mine.id, ADA, None)).report.words.link is None
