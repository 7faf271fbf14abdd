"""The right to open a paper's thread."""

from __future__ import annotations

import asyncio

from bot.services.discussions import Discussions, ThreadClaim
from bot.storage.database import Database
from bot.storage.discussions import LEASE_SECONDS
from sandbox.clock import VirtualClock
from tests.storage.examples import NOW, OTHER_SERVER, SERVER, make_paper, store

CHANNEL, THREAD = 7, 8
MINE, WAIT = ThreadClaim(None, may_open=True), ThreadClaim(None, may_open=False)


async def test_one_opens_and_the_others_are_led_there(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
    discussions = Discussions(db, VirtualClock(NOW))
    claims = await asyncio.gather(*(discussions.claim(SERVER, number, CHANNEL) for _ in range(10)))
    assert claims.count(MINE) == 1
    assert claims.count(WAIT) == 9
    await discussions.opened(SERVER, number, THREAD)
    assert await discussions.claim(SERVER, number, CHANNEL) == ThreadClaim(THREAD, may_open=False)
    assert await discussions.claim(OTHER_SERVER, number, CHANNEL) == MINE


async def test_a_claim_is_free_again_when_given_back_or_after_a_crash(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
    clock = VirtualClock(NOW)
    discussions = Discussions(db, clock)
    assert await discussions.claim(SERVER, number, CHANNEL) == MINE
    await discussions.not_opened(SERVER, number)
    assert await discussions.claim(SERVER, number, CHANNEL) == MINE
    clock.advance(LEASE_SECONDS + 1)
    assert await discussions.claim(SERVER, number, CHANNEL) == MINE


async def test_a_thread_that_was_deleted_names_its_paper(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
    discussions = Discussions(db, VirtualClock(NOW))
    await discussions.claim(SERVER, number, CHANNEL)
    await discussions.opened(SERVER, number, THREAD)
    assert await discussions.without_paper(SERVER, [99, THREAD]) == [99]
    assert await discussions.without_paper(OTHER_SERVER, [THREAD]) == [THREAD]
    assert await discussions.gone(OTHER_SERVER, [THREAD]) == []
    assert await discussions.gone(SERVER, [THREAD, 99]) == [number]
    assert await discussions.claim(SERVER, number, CHANNEL) == MINE
