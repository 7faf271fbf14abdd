"""Reports as they are kept, on both engines: pages by the rule of `visible`, sums, what lists and searches find."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot.domain.explanations import Draft
from bot.domain.reading_list import Listing
from bot.domain.report_views import Viewer, visible
from bot.domain.reports import LEARNED, Answer, Learned, Outcome, Report, Words
from bot.domain.search_text import search_words
from bot.storage import explanations, list_pages, papers, report_answers, report_sums, reports
from bot.storage.database import Connection, Database
from bot.storage.search import MOST_FOUND, search
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

LINUS = 100000000000000003
_ids = itertools.count(1)


def words(outcome: Outcome = "did not reproduce") -> Words:
    return Words(outcome=outcome, setting="CIFAR-10", tried="Table 2", happened="3 points worse")


async def add(conn: Connection, number: int, author_id: int = ADA, outcome: Outcome = "partly", **kept: Any) -> Report:
    """Shown to all, unless `kept` says something else."""
    made = Report(
        id=next(_ids),
        server_id=kept.pop("server_id", SERVER),
        paper=number,
        author_id=author_id,
        anonymous=kept.pop("anonymous", False),
        words=words(outcome),
        made_at=NOW,
        shown_at=kept.pop("shown_at", NOW),
        waits_until=kept.pop("waits_until", None),
    )
    await reports.add(conn, made)
    if kept.pop("hidden", False):
        await reports.set_hidden(conn, made.id, NOW, "No.")
    if kept.pop("leaving", False):
        await reports.wait(conn, made.id, NOW, leaving=True)
    assert not kept
    return made


async def test_it_is_kept_as_it_was_given(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        made = await add(conn, number, anonymous=True, shown_at=None, waits_until=after(60))
        assert await reports.get(conn, SERVER, made.id) == made
        assert await reports.own(conn, SERVER, number, ADA, lock=True) == made
        assert await reports.get(conn, OTHER_SERVER, made.id) is None
        assert await reports.own(conn, OTHER_SERVER, number, ADA) is None
        await reports.wait(conn, made.id, after(120), pending=words("reproduced"))
        kept = await reports.get(conn, SERVER, made.id)
        assert kept is not None
        assert (kept.pending, kept.waits_until, kept.words) == (words("reproduced"), after(120), words("partly"))


async def test_a_batch_takes_what_waits_in_its_server_until_then(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        now = await add(conn, number, ADA, shown_at=None, waits_until=after(60))
        await add(conn, number, GRACE, shown_at=None, waits_until=after(120))
        await add(conn, number, ADA, server_id=OTHER_SERVER, shown_at=None, waits_until=after(60))
        assert [each.id for each in await reports.waiting(conn, SERVER, after(60))] == [now.id]
        await reports.show(conn, now.id, after(60))
        shown = await reports.get(conn, SERVER, now.id)
        assert shown is not None
        assert (shown.shown_at, shown.waits_until) == (after(60), None)
        assert await reports.waiting(conn, SERVER, after(60)) == []
        await reports.show(conn, now.id, after(180))
        shown = await reports.get(conn, SERVER, now.id)
        assert shown is not None
        assert shown.shown_at == after(60), "that is when it was first seen"


async def test_pages_hold_what_a_member_may_see(db: Database) -> None:
    """The rule stands twice, in Python and in SQL."""
    async with db.write() as conn:
        kinds: Sequence[Mapping[str, Any]] = [
            {"anonymous": anonymous, "shown_at": shown_at, "hidden": hidden, "leaving": leaving}
            for anonymous in (False, True)
            for shown_at in (NOW, None)
            for hidden in (False, True)
            for leaving in (False, True)
        ]
        made = []
        for place, kind in enumerate(kinds):
            number = await store(conn, make_paper(f"2401.{place:05}", title=f"Paper {place}"))
            made.append(await add(conn, number, ADA, **kind))
            await add(conn, number, ADA, server_id=OTHER_SERVER, **kind)
        kept = [await reports.get(conn, SERVER, each.id) for each in made]
        for user_id, manager in itertools.product((ADA, GRACE), (False, True)):
            viewer = Viewer(user_id, manager, NOW)
            expected = {each.id for each in kept if each is not None and visible(each, viewer) is not None}
            found, total = await reports.recent(conn, SERVER, user_id, manager=manager, limit=99, offset=0)
            assert ({each.id for each in found}, total) == (expected, len(expected))
            first, again = await reports.recent(conn, SERVER, user_id, manager=manager, limit=2, offset=1)
            assert ([each.id for each in first], again) == ([each.id for each in found[1:3]], total)


async def test_earlier_words_go_with_the_report_and_so_does_what_others_said(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        made = await add(conn, number)
        await reports.add_edit(conn, 1, made.id, after(1), words("reproduced"))
        await reports.add_edit(conn, 2, made.id, after(2), words("partly"))
        assert [each.before.outcome for each in await reports.edits(conn, made.id)] == ["partly", "reproduced"]
        await report_answers.confirm(conn, made.id, GRACE, "Me too", NOW)
        await report_answers.confirm(conn, made.id, GRACE, None, after(1))
        (confirmation,) = (await report_answers.confirmations(conn, [made.id]))[made.id]
        assert (confirmation.user_id, confirmation.line, confirmation.at) == (GRACE, None, NOW)
        answer = Answer(
            id=7, report_id=made.id, user_id=GRACE, kind="answer", text="Hm.", says_author=True, difference_at=None,
            shown_at=NOW, at=NOW,
        )  # fmt: skip
        await report_answers.add(conn, answer)
        assert await report_answers.answers(conn, [made.id]) == {made.id: [answer]}
        assert await report_answers.get(conn, OTHER_SERVER, 7) is None
        await reports.remove(conn, made.id)
        assert await reports.edits(conn, made.id) == []
        assert await report_answers.confirmations(conn, [made.id]) == {}
        assert await report_answers.get(conn, SERVER, 7) is None


async def test_authors_of_hidden_ones_are_told_of_each_hiding(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        made = await add(conn, number, hidden=True)
        await add(conn, number, GRACE)
        await add(conn, number, LINUS, hidden=True, leaving=True)
        (untold,) = await reports.untold(conn, SERVER)
        assert untold.id == made.id
        await reports.set_hidden(conn, made.id, after(1), "Again.")
        await reports.set_told(conn, untold, after(2))
        (again,) = await reports.untold(conn, SERVER)
        assert again.hidden_reason == "Again."
        await reports.set_told(conn, again, after(2))
        assert await reports.untold(conn, SERVER) == []


async def test_sums_and_news_count_what_everybody_may_see(db: Database) -> None:
    async with db.write() as conn:
        one, two, three = [await store(conn, make_paper(f"2401.0000{n}", title=f"{n}")) for n in range(3)]
        good = await add(conn, one, ADA, "works in production")
        await add(conn, one, GRACE, "did not reproduce", anonymous=True, shown_at=after(60))
        await add(conn, one, LINUS, "reproduced", hidden=True)
        await add(conn, one, ADA, "partly", server_id=OTHER_SERVER)
        waiting = await add(conn, two, ADA, "partly", shown_at=None, waits_until=after(60))
        for report_id in (good.id, waiting.id):
            await report_answers.confirm(conn, report_id, LINUS, None, NOW)
        sums = await report_sums.sums(conn, SERVER, [one, two, three])
        assert list(sums) == [one]
        assert (sums[one].works, sums[one].partly, sums[one].fails, sums[one].people) == (2, 0, 1, 3)
        assert sums[one].latest == after(60)
        assert await report_sums.new_between(conn, SERVER, NOW, after(60)) == {one: {"works": 1}}
        assert await report_sums.new_between(conn, SERVER, after(60), after(120)) == {one: {"fails": 1}}


LETTERS: Mapping[Learned, str] = {"reported": "abc", "reproduced": "ab", "failed": "a", "explained": "e"}


async def papers_of_all_kinds(conn: Connection) -> dict[int, str]:
    """A: reproduced and failed. B: in production. C: partly. D: waits and is hidden. E: explained. F: elsewhere."""
    letters = {}
    for letter in "abcdef":
        made = make_paper(f"id {letter}", title=f"attention {letter}")
        number = await papers.upsert(conn, made, title_text=made.title, abstract_text="", now=NOW)
        if letter != "c":  # nobody shared it: that members tried it is enough
            await share(conn, made.id, message_id=number)
        letters[number] = letter
    by_letter = {letter: number for number, letter in letters.items()}
    await add(conn, by_letter["a"], ADA, "reproduced")
    await add(conn, by_letter["a"], GRACE, "does not work in production")
    await add(conn, by_letter["b"], ADA, "works in production")
    await add(conn, by_letter["c"], ADA, "only in narrow settings")
    await add(conn, by_letter["d"], ADA, "reproduced", anonymous=True, shown_at=None, waits_until=after(60))
    await add(conn, by_letter["d"], GRACE, "did not reproduce", hidden=True)
    await add(conn, by_letter["f"], ADA, "reproduced", server_id=OTHER_SERVER)
    for server_id, letter in ((SERVER, "e"), (OTHER_SERVER, "f")):
        draft = Draft("newcomer", "It looks at words.")
        await explanations.put(conn, next(_ids), server_id, by_letter[letter], ADA, draft, NOW)
    return letters


@pytest.mark.parametrize("learned", LEARNED)
async def test_lists_and_searches_by_what_was_learned(db: Database, learned: Learned) -> None:
    async with db.write() as conn:
        letters = await papers_of_all_kinds(conn)
        listing = Listing(learned=learned)
        total = await list_pages.count(conn, SERVER, listing, ADA)
        listed = await list_pages.numbers(conn, SERVER, listing, ADA, total=total, limit=9, offset=0)
        found = await search(conn, SERVER, search_words("attention"), MOST_FOUND, 0, learned)
        assert "".join(sorted(letters[number] for number in listed)) == LETTERS[learned]
        assert "".join(sorted(letters[number] for number in found.papers)) == LETTERS[learned]
        assert total == found.total == len(LETTERS[learned])
