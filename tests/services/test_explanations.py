"""Explanations on both engines: one for each member, one vote for each member, forty at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.explanations import Draft, Explanation, best, read_draft
from bot.errors import DoneElsewhere, NotAllowed, NotFound, NotUnderstood
from bot.services.explanations import PAGE_SIZE, Explanations
from bot.storage.community import community
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

WORDS = Draft("newcomer", "Words.")


@pytest.fixture
def explanations(db: Database) -> Explanations:
    return Explanations(db, VirtualClock(NOW))


async def a_paper(db: Database) -> int:
    async with db.write() as conn:
        return await store(conn, make_paper())


async def shown(explanations: Explanations, number: int, user_id: int = ADA) -> list[Explanation]:
    return list((await explanations.page(SERVER, number, user_id, 0)).shown)


def test_most_votes_then_the_older_is_the_best() -> None:
    def one(number: int, votes: int, minutes: int) -> Explanation:
        at = NOW + timedelta(minutes=minutes)
        return Explanation(id=number, user_id=number, level="newcomer", text="x", at=at, votes=votes)

    assert best([]) is None
    first = best([one(1, 1, 0), one(2, 3, 9), one(3, 3, 5)])
    assert first is not None
    assert first.id == 3


@pytest.mark.parametrize(("level", "text"), [("expert", "x"), ("newcomer", "  "), ("newcomer", "x" * 501)])
def test_a_form_is_checked_again(level: str, text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_draft(level, text)


async def test_one_for_each_member_that_keeps_its_votes_when_edited(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    assert await explanations.put(SERVER, number, ADA, WORDS)
    (first,) = await shown(explanations, number)
    await explanations.vote(SERVER, first.id, GRACE, interaction_id=1)
    assert not await explanations.put(SERVER, number, ADA, Draft("researcher", "Better."))
    (second,) = await shown(explanations, number)
    assert second == first.model_copy(update={"level": "researcher", "text": "Better.", "votes": 1})
    assert await explanations.own(OTHER_SERVER, number, ADA) is None
    with pytest.raises(NotFound):
        await explanations.put(SERVER, number + 1, ADA, WORDS)


async def test_forty_write_and_one_writes_forty_times(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    new = await asyncio.gather(
        *(explanations.put(SERVER, number, user_id, WORDS) for user_id in range(1, 41)),
        *(explanations.put(SERVER, number, ADA, WORDS) for _ in range(40)),
    )
    assert sum(new) == 41
    last = await explanations.page(SERVER, number, ADA, 99)
    assert (last.total, last.number, last.own) == (41, 41 // PAGE_SIZE, True)


async def test_forty_vote_at_once_while_one_moves_to_and_fro(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    for user_id in (1, 2):
        await explanations.put(SERVER, number, user_id, WORDS)
    one, two = sorted(await shown(explanations, number), key=lambda each: each.user_id)
    async with asyncio.timeout(60):
        await asyncio.gather(
            *(explanations.vote(SERVER, one.id, 100 + n, interaction_id=100 + n) for n in range(40)),
            *(explanations.vote(SERVER, (one, two)[n % 2].id, ADA, interaction_id=200 + n) for n in range(7)),
        )
    votes = {each.id: each.votes for each in await shown(explanations, number)}
    assert votes[one.id] + votes[two.id] in (40, 41)
    assert (await explanations.page(SERVER, number, ADA, 0)).voted in (None, one.id, two.id)


async def test_a_press_counts_once_and_the_second_takes_it_back(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    await explanations.put(SERVER, number, ADA, WORDS)
    (only,) = await shown(explanations, number)
    await explanations.vote(SERVER, only.id, GRACE, interaction_id=1)
    with pytest.raises(DoneElsewhere):
        await explanations.vote(SERVER, only.id, GRACE, interaction_id=1)
    assert (await shown(explanations, number))[0].votes == 1
    await explanations.vote(SERVER, only.id, GRACE, interaction_id=2)
    assert (await shown(explanations, number))[0].votes == 0
    with pytest.raises(NotFound):
        await explanations.vote(OTHER_SERVER, only.id, GRACE, interaction_id=3)


async def test_who_may_take_one_away(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    await explanations.put(SERVER, number, ADA, WORDS)
    (only,) = await shown(explanations, number)
    await explanations.vote(SERVER, only.id, GRACE, interaction_id=1)
    with pytest.raises(NotAllowed):
        await explanations.remove(SERVER, only.id, GRACE, manager=False)
    with pytest.raises(NotFound):
        await explanations.remove(OTHER_SERVER, only.id, GRACE, manager=True)
    assert await explanations.remove(SERVER, only.id, GRACE, manager=True) == number
    assert await shown(explanations, number) == []


async def test_the_card_gets_the_best_of_its_own_server(explanations: Explanations, db: Database) -> None:
    number = await a_paper(db)
    for user_id in (ADA, GRACE):
        await explanations.put(SERVER, number, user_id, Draft("newcomer", f"By {user_id}."))
    await explanations.put(OTHER_SERVER, number, 7, WORDS)
    newer = next(each for each in await shown(explanations, number) if each.user_id == GRACE)
    await explanations.vote(SERVER, newer.id, 5, interaction_id=1)
    async with db.read() as conn:
        found = (await community(conn, SERVER, [number]))[number].explanation
    assert found is not None
    assert (found.user_id, found.text, found.of) == (GRACE, f"By {GRACE}.", 2)
