"""From a member's message to its reply: what is remembered, what is due, and what a crash leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.links import Link
from bot.domain.paper_cards import Form, ReplyPlan
from bot.domain.papers import Paper, PaperId
from bot.errors import NotAllowed, NotFound
from bot.services import paper_cards, reply_plans
from bot.services.cards import CARDS_KEPT_CURRENT, Cards
from bot.services.fetching import STALE_AFTER, PaperFetcher
from bot.services.paper_cards import PaperCards
from bot.storage import lookups, reading_list, replies, servers, tables
from bot.storage.card_messages import Shown
from bot.storage.database import Database
from bot.storage.shards import Shards
from sandbox.clock import VirtualClock
from tests.services.examples import CHANNEL, SilentSource, message
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

ARXIV = PaperId("arxiv", "1706.03762")
DOI = PaperId("doi", "10.1000/xyz")
OTHER = PaperId("arxiv", "hep-th/9901001")
NO_CARD = PaperId("ieee", "123456")
MESSAGE, POSTED = 1000, 5000


class Club:
    """The service over a real database, and the clock it lives by."""

    def __init__(self, db: Database, *, shards: Shards | None = None) -> None:
        self.db = db
        self.clock = VirtualClock(NOW)
        self.fetcher = PaperFetcher(db, [SilentSource()], self.clock)
        self.cards = PaperCards(db, self.fetcher, self.clock, shards=shards)
        self.known = Cards(db, self.clock)

    async def learn(self, paper: Paper) -> int:
        """Its source has answered."""
        async with self.db.write() as conn:
            number = await store(conn, paper, now=self.clock.now())
            await lookups.done(conn, [paper.id])
        await self.cards.settled([paper.id])
        return number

    async def missing(self, paper: PaperId) -> None:
        """Its source knows no such paper."""
        async with self.db.write() as conn:
            await lookups.missing(conn, [paper], None)
        await self.cards.settled([paper])

    async def due(self) -> list[ReplyPlan]:
        return await self.cards.claim_due(100)

    async def posted(self, plan: ReplyPlan | None, posted_id: int = POSTED) -> ReplyPlan:
        """Discord has taken the reply."""
        assert plan is not None
        assert plan.cards
        await self.cards.carried_out(plan, posted_id=posted_id, reacted=plan.missing)
        return plan

    async def known_and_posted(self, *papers: PaperId) -> list[int]:
        """Known papers, shared in MESSAGE and answered with POSTED; their numbers."""
        numbers = [await self.learn(make_paper(paper.value, scheme=paper.scheme)) for paper in papers]
        await self.posted(await self.cards.heard(message(*papers)))
        return numbers

    async def count(self, table: str) -> int:
        async with self.db.read() as conn:
            return await conn.scalar(select(func.count()).select_from(tables.metadata.tables[table])) or 0


@pytest.fixture
def club(db: Database) -> Club:
    return Club(db)


@asynccontextmanager
async def no_writing(club: Club, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What is cheap must not even ask for the write lock."""

    def refuse() -> None:
        raise AssertionError("wrote")

    with monkeypatch.context() as patched:
        patched.setattr(club.db, "write", refuse)
        yield


# --- heard


async def test_a_known_paper_is_answered_at_once_with_its_full_card(club: Club) -> None:
    number = await club.learn(make_paper())
    plan = await club.cards.heard(message(ARXIV))
    assert plan is not None
    assert (plan.message_id, plan.channel_id, plan.posted_id, plan.missing) == (MESSAGE, CHANNEL, None, False)
    (card,) = plan.cards
    assert (card.paper.number, card.form) == (number, Form.FULL)
    assert card.community.first_shared is not None
    assert card.community.first_shared.message_id == MESSAGE


async def test_a_paper_shared_before_gets_a_short_card(club: Club) -> None:
    await club.known_and_posted(ARXIV)
    plan = await club.cards.heard(message(ARXIV, message_id=2000))
    assert plan is not None
    assert [card.form for card in plan.cards] == [Form.SHORT]
    elsewhere = await club.cards.heard(message(ARXIV, message_id=3000, server_id=OTHER_SERVER))
    assert elsewhere is not None
    assert [card.form for card in elsewhere.cards] == [Form.FULL]


async def test_an_unknown_paper_is_put_in_line_and_answered_when_it_comes(club: Club) -> None:
    assert await club.cards.heard(message(ARXIV)) is None
    async with club.db.read() as conn:
        assert set(await lookups.states(conn, [ARXIV])) == {ARXIV}
    assert await club.due() == []
    await club.learn(make_paper())
    (plan,) = await club.due()
    assert [card.paper.paper.id for card in plan.cards] == [ARXIV]


async def test_what_is_known_is_shown_and_the_rest_follows(club: Club) -> None:
    await club.learn(make_paper())
    await club.posted(await club.cards.heard(message(OTHER, ARXIV)))
    await club.learn(make_paper(OTHER.value))
    (plan,) = await club.due()
    assert plan.posted_id == POSTED
    assert [card.paper.paper.id for card in plan.cards] == [OTHER, ARXIV]


async def test_a_paper_that_does_not_exist_gets_the_reaction_and_only_that(club: Club) -> None:
    assert await club.cards.heard(message(ARXIV)) is None
    await club.missing(ARXIV)
    (plan,) = await club.due()
    assert (plan.cards, plan.missing, plan.reacted) == ((), True, False)
    await club.cards.carried_out(plan, posted_id=None, reacted=True)
    assert await club.due() == []
    await club.learn(make_paper())  # it was new, and arXiv slow
    (plan,) = await club.due()
    assert (len(plan.cards), plan.missing, plan.reacted) == (1, False, True)


async def test_a_paper_that_was_given_up_is_asked_for_again_when_somebody_shares_it(club: Club) -> None:
    await club.cards.heard(message(ARXIV))
    await club.missing(ARXIV)
    (plan,) = await club.due()
    await club.cards.carried_out(plan, posted_id=None, reacted=True)
    plan_again = await club.cards.heard(message(ARXIV, message_id=2000))
    assert plan_again is not None
    assert plan_again.missing
    async with club.db.read() as conn:
        assert [lookup.id for lookup in await lookups.due(conn, NOW, 9)] == [ARXIV]


async def test_several_ids_of_one_paper_are_one_card(club: Club) -> None:
    await club.learn(make_paper(doi=DOI.value))
    plan = await club.cards.heard(message(DOI, ARXIV, PaperId("doi", "10.48550/arxiv.1706.03762")))
    assert plan is not None
    assert len(plan.cards) == 1
    assert plan.cards[0].community.mentions == 1


async def test_quiet_links_are_remembered_without_a_reply(club: Club) -> None:
    await club.learn(make_paper())
    assert await club.cards.heard(message(Link(ARXIV, None, quiet=True))) is None
    assert (await club.count("mention"), await club.count("reply")) == (1, 0)


async def test_what_no_source_reads_is_shown_where_it_is_known_by_another_id(club: Club) -> None:
    assert await club.cards.heard(message(NO_CARD)) is None
    async with club.db.read() as conn:
        assert await lookups.states(conn, [NO_CARD]) == {}
        assert await replies.next_due(conn, shards=None) is None
    club.cards = PaperCards(club.db, PaperFetcher(club.db, [], club.clock), club.clock)
    await club.learn(make_paper(doi=DOI.value))
    plan = await club.cards.heard(message(DOI, message_id=2000))
    assert plan is not None
    assert [card.paper.paper.id for card in plan.cards] == [ARXIV]


async def test_what_is_not_watched_leaves_no_trace(club: Club) -> None:
    await club.learn(make_paper())
    async with club.db.write() as conn:
        await servers.watch(conn, SERVER, CHANNEL + 1)
        await servers.ignore_member(conn, GRACE, NOW)
    for heard in (
        message(),
        message(ARXIV),
        message(ARXIV, from_bot=True, addresses_bot=True),
        message(ARXIV, server_id=OTHER_SERVER, author_id=GRACE),
    ):
        assert await club.cards.heard(heard) is None
    assert (await club.count("mention"), await club.count("reply")) == (0, 0)


@pytest.mark.parametrize(
    ("hide", "only_papers", "hidden"), [(True, True, True), (True, False, False), (False, True, False)]
)
async def test_previews_are_hidden_where_nothing_else_is(
    club: Club, hide: bool, only_papers: bool, hidden: bool
) -> None:
    await club.learn(make_paper())
    async with club.db.write() as conn:
        await servers.ensure(conn, SERVER, NOW)
        await servers.set_previews(conn, SERVER, hide=hide)
    plan = await club.cards.heard(message(ARXIV, only_papers=only_papers))
    assert plan is not None
    assert plan.hide_preview is hidden


async def test_the_same_message_heard_twice_is_one_reply(club: Club) -> None:
    await club.learn(make_paper())
    first, second = await asyncio.gather(*(club.cards.heard(message(ARXIV)) for _ in range(2)))
    assert [first is None, second is None].count(True) == 1
    await club.posted(first or second)
    assert await club.count("reply") == 1


async def test_an_old_record_is_asked_for_again(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    await club.learn(make_paper())
    refreshed: list[PaperId] = []
    monkeypatch.setattr(club.fetcher, "refresh", lambda known: refreshed.extend(one.paper.id for one in known))
    club.clock.advance(STALE_AFTER.total_seconds() + 1)
    await club.cards.heard(message(ARXIV))
    assert refreshed == [ARXIV]


# --- crashes


async def test_a_plan_that_nobody_carried_out_is_due_again_with_the_same_nonce(club: Club) -> None:
    await club.learn(make_paper())
    first = await club.cards.heard(message(ARXIV))
    assert first is not None
    assert await club.due() == []
    for attempts in (2, 3):
        club.clock.advance(replies.LEASE_SECONDS)
        (again,) = await club.due()
        assert again.nonce == first.nonce
        assert (again.attempts, again.posted_id, again.cards) == (attempts, None, first.cards)


async def test_a_crash_before_the_paper_came_is_survived_by_another_process(club: Club) -> None:
    await club.cards.heard(message(ARXIV))
    await club.learn(make_paper())
    after_restart = PaperCards(club.db, club.fetcher, club.clock)
    (plan,) = await after_restart.claim_due(10)
    assert len(plan.cards) == 1


async def test_a_reply_posted_anew_has_another_nonce(club: Club) -> None:
    """Else Discord would answer with the message that is gone."""
    await club.learn(make_paper())
    first = await club.posted(await club.cards.heard(message(ARXIV)))
    plan = await club.cards.edited(message(OTHER), by_author=True)
    assert plan is not None
    assert (plan.cards, plan.posted_id) == ((), POSTED)
    await club.cards.carried_out(plan, posted_id=None, reacted=False)
    second = await club.cards.edited(message(ARXIV), by_author=True)
    assert second is not None
    assert second.posted_id is None
    assert second.nonce != first.nonce


async def test_a_change_while_posting_is_not_lost(club: Club) -> None:
    await club.learn(make_paper())
    await club.learn(make_paper(OTHER.value))
    plan = await club.cards.heard(message(ARXIV))
    assert await club.cards.edited(message(ARXIV, OTHER), by_author=True) is None
    await club.posted(plan)
    assert club.cards.has_work
    (again,) = await club.due()
    assert (len(again.cards), again.posted_id) == (2, POSTED)


async def test_a_failure_is_tried_again_and_given_up_in_the_end(club: Club) -> None:
    await club.learn(make_paper())
    plan = await club.cards.heard(message(ARXIV))
    tries, started = 1, club.clock.now()
    while plan is not None:
        await club.cards.failed(plan, try_again=True)
        async with club.db.read() as conn:
            at = await replies.next_due(conn, shards=None)
        if at is None:
            break
        club.clock.jump_to(at)
        (plan,) = await club.due()
        tries += 1
    assert tries == 35
    assert timedelta(hours=20) < club.clock.now() - started < timedelta(hours=26)


async def test_a_failure_that_trying_cannot_mend_waits_for_a_change(club: Club) -> None:
    await club.learn(make_paper())
    await club.learn(make_paper(OTHER.value))
    plan = await club.cards.heard(message(ARXIV))
    assert plan is not None
    await club.cards.failed(plan, try_again=False)
    club.clock.advance(1e6)
    assert await club.due() == []
    plan = await club.cards.edited(message(ARXIV, OTHER), by_author=True)
    assert plan is not None
    assert len(plan.cards) == 2


async def test_a_message_deleted_while_its_reply_fails_is_not_answered(club: Club) -> None:
    await club.learn(make_paper())
    plan = await club.cards.heard(message(ARXIV))
    assert plan is not None
    await club.cards.deleted(SERVER, [MESSAGE])
    await club.cards.failed(plan, try_again=True)
    assert await club.due() == []
    assert await club.count("reply") == 0


# --- edited


async def test_the_reply_follows_an_edit(club: Club) -> None:
    await club.known_and_posted(ARXIV)
    await club.learn(make_paper(OTHER.value))
    plan = await club.cards.edited(message(OTHER), by_author=True)
    assert plan is not None
    assert plan.posted_id == POSTED
    assert [card.paper.paper.id for card in plan.cards] == [OTHER]


async def test_an_edit_that_takes_the_last_link_out_takes_the_reply_away(club: Club) -> None:
    await club.known_and_posted(ARXIV)
    plan = await club.cards.edited(message(), by_author=True)
    assert plan is not None
    assert (plan.cards, plan.posted_id) == ((), POSTED)
    await club.cards.carried_out(plan, posted_id=None, reacted=False)
    assert not await club.cards.is_reply(SERVER, POSTED)
    assert (await club.count("card_message"), await club.count("mention")) == (0, 0)


async def test_an_update_without_a_change_costs_no_write(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    await club.known_and_posted(ARXIV)
    async with no_writing(club, monkeypatch):
        assert await club.cards.edited(message(ARXIV), by_author=False) is None
        assert await club.cards.edited(message(message_id=77), by_author=False) is None
        assert await club.cards.edited(message(ARXIV, message_id=77), by_author=False) is None


async def test_only_an_early_edit_brings_a_first_link(club: Club) -> None:
    await club.learn(make_paper())
    club.clock.advance(timedelta(hours=24, seconds=1).total_seconds())
    assert await club.cards.edited(message(ARXIV), by_author=True) is None
    assert await club.count("mention") == 0
    fresh = message(ARXIV, message_id=2000, at=club.clock.now())
    assert await club.cards.edited(fresh, by_author=True) is not None


async def test_who_opted_out_since_is_recorded_no_further(club: Club) -> None:
    await club.known_and_posted(ARXIV)
    await club.learn(make_paper(OTHER.value))
    async with club.db.write() as conn:
        await servers.ignore_member(conn, ADA, NOW)
    plan = await club.cards.edited(message(ARXIV, OTHER), by_author=True)
    assert plan is not None
    assert [card.paper.paper.id for card in plan.cards] == [ARXIV]
    assert await club.count("mention") == 1
    plan = await club.cards.edited(message(OTHER), by_author=True)
    assert plan is None or plan.cards == ()  # taking a link away still counts
    assert await club.count("mention") == 0


# --- deleted


async def test_the_reply_goes_with_its_message(club: Club) -> None:
    await club.known_and_posted(ARXIV)
    await club.cards.deleted(SERVER, [MESSAGE])
    (plan,) = await club.due()
    assert (plan.cards, plan.message_id, plan.posted_id) == ((), None, POSTED)
    await club.cards.carried_out(plan, posted_id=None, reacted=False)
    assert (await club.count("reply"), await club.count("card_message")) == (0, 0)
    assert await club.count("mention") == 1  # that it was shared once remains


@pytest.mark.parametrize("voted", [True, False])
async def test_the_reply_stays_when_somebody_saved_or_voted(club: Club, voted: bool) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    async with club.db.write() as conn:
        await reading_list.save(conn, SERVER, number, GRACE, NOW)
        if voted:
            await reading_list.toggle_vote(conn, SERVER, number, GRACE, NOW)
    await club.cards.deleted(SERVER, [MESSAGE])
    assert await club.due() == []
    assert await club.cards.is_reply(SERVER, POSTED)
    assert await club.known.showing(SERVER, number) == [Shown(CHANNEL, POSTED)]


async def test_what_another_server_saved_keeps_no_reply(club: Club) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    async with club.db.write() as conn:
        await reading_list.save(conn, OTHER_SERVER, number, GRACE, NOW)
    await club.cards.deleted(OTHER_SERVER, [MESSAGE])
    assert await club.due() == []
    await club.cards.deleted(SERVER, [MESSAGE])
    assert len(await club.due()) == 1


async def test_messages_of_others_cost_no_write(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    await club.known_and_posted(ARXIV)
    async with no_writing(club, monkeypatch):
        await club.cards.deleted(SERVER, [1, 2, 3])
        await club.cards.deleted(OTHER_SERVER, [MESSAGE, POSTED])


async def test_a_deleted_reply_is_not_posted_again(club: Club) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    await club.cards.deleted(SERVER, [POSTED])
    await club.learn(make_paper(title="A new version"))
    assert await club.due() == []
    assert await club.known.showing(SERVER, number) == []
    assert await club.count("mention") == 1


async def test_a_message_deleted_while_its_reply_is_posted_takes_it_along(club: Club) -> None:
    await club.learn(make_paper())
    plan = await club.cards.heard(message(ARXIV))
    await club.cards.deleted(SERVER, [MESSAGE])
    await club.posted(plan)
    (going,) = await club.due()
    assert (going.cards, going.posted_id) == ((), POSTED)


# --- dismissed


async def test_who_posted_the_link_takes_one_card_away(club: Club) -> None:
    numbers = await club.known_and_posted(ARXIV, OTHER)
    plan = await club.cards.dismiss(SERVER, POSTED, numbers[0], user_id=ADA, manager=False)
    assert plan is not None
    assert [card.paper.number for card in plan.cards] == numbers[1:]
    await club.posted(plan)
    plan = await club.cards.dismiss(SERVER, POSTED, numbers[1], user_id=GRACE, manager=True)
    assert plan is not None
    assert (plan.cards, plan.posted_id) == ((), POSTED)


async def test_others_may_not_dismiss(club: Club) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    with pytest.raises(NotAllowed, match="Only the person who posted the link, or a manager"):
        await club.cards.dismiss(SERVER, POSTED, number, user_id=GRACE, manager=False)
    assert await club.due() == []


async def test_a_dismissed_card_stays_away_while_the_message_changes(club: Club) -> None:
    numbers = await club.known_and_posted(ARXIV)
    plan = await club.cards.dismiss(SERVER, POSTED, numbers[0], user_id=ADA, manager=False)
    assert plan is not None
    await club.cards.carried_out(plan, posted_id=None, reacted=False)
    await club.learn(make_paper(OTHER.value))
    plan = await club.cards.edited(message(ARXIV, OTHER), by_author=True)
    assert plan is not None
    assert [card.paper.paper.id for card in plan.cards] == [OTHER]


async def test_a_reply_that_outlived_its_message_is_dismissed_by_managers(club: Club) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    async with club.db.write() as conn:
        await reading_list.save(conn, SERVER, number, GRACE, NOW)
    await club.cards.deleted(SERVER, [MESSAGE])
    with pytest.raises(NotAllowed):
        await club.cards.dismiss(SERVER, POSTED, number, user_id=ADA, manager=False)
    plan = await club.cards.dismiss(SERVER, POSTED, number, user_id=ADA, manager=True)
    assert plan is not None
    assert (plan.cards, plan.posted_id) == ((), POSTED)


async def test_dismissing_under_somebody_elses_hands_is_left_to_them(club: Club) -> None:
    numbers = await club.known_and_posted(ARXIV, OTHER)
    at_work = await club.cards.edited(message(OTHER, ARXIV), by_author=True)
    assert at_work is not None
    assert await club.cards.dismiss(SERVER, POSTED, numbers[0], user_id=ADA, manager=False) is None
    await club.posted(at_work)
    (plan,) = await club.due()
    assert [card.paper.number for card in plan.cards] == numbers[1:]


async def test_what_is_no_reply_cannot_be_dismissed(club: Club) -> None:
    (number,) = await club.known_and_posted(ARXIV)
    assert await club.cards.dismiss(SERVER, 1, number, user_id=ADA, manager=True) is None
    assert await club.cards.dismiss(OTHER_SERVER, POSTED, number, user_id=ADA, manager=True) is None
    assert await club.cards.is_reply(SERVER, POSTED)
    assert not await club.cards.is_reply(OTHER_SERVER, POSTED)


# --- many, and waiting


async def test_a_hundred_replies_due_at_once_are_each_claimed_once(club: Club) -> None:
    for message_id in range(100):
        await club.cards.heard(message(ARXIV, message_id=message_id + 1, author_id=message_id + 1))
    await club.learn(make_paper())
    other_process = PaperCards(club.db, club.fetcher, club.clock)
    plans: list[ReplyPlan] = []
    for _ in range(5):
        for part in await asyncio.gather(club.cards.claim_due(10), other_process.claim_due(10)):
            plans += part
    assert sorted(plan.message_id or 0 for plan in plans) == list(range(1, 101))
    assert len({plan.nonce for plan in plans}) == 100
    assert [card.form for plan in plans for card in plan.cards].count(Form.FULL) == 1


async def test_a_process_works_for_its_own_servers_alone(db: Database) -> None:
    first, second = (Club(db, shards=Shards(2, (shard,))) for shard in (0, 1))
    for shard in (0, 1):
        await first.cards.heard(message(ARXIV, server_id=(6 + shard) << 22))
    await first.learn(make_paper())
    assert [plan.server_id >> 22 for plan in await second.due()] == [7]
    assert [plan.server_id >> 22 for plan in await first.due()] == [6]


async def waiting(club: Club) -> asyncio.Task[None]:
    """Somebody waits, and has come to rest on the clock."""
    task = asyncio.create_task(club.cards.wait_for_work())
    while club.clock.next_waking is None and not task.done():  # noqa: ASYNC110 - the clock has no event for it
        await asyncio.sleep(0.001)
    return task


async def test_waiting_ends_when_a_paper_comes(club: Club) -> None:
    await club.cards.heard(message(ARXIV))
    task = await waiting(club)
    assert not task.done()
    await club.learn(make_paper())
    await asyncio.wait_for(task, 20)
    assert len(await club.due()) == 1


async def test_waiting_ends_when_the_time_has_come_and_not_before(club: Club) -> None:
    await club.learn(make_paper())
    plan = await club.cards.heard(message(ARXIV))
    assert plan is not None
    await club.cards.failed(plan, try_again=True)
    task = await waiting(club)
    assert club.clock.next_waking == NOW + timedelta(seconds=2)
    club.clock.advance(2)
    await asyncio.wait_for(task, 20)
    assert len(await club.due()) == 1


async def test_what_was_due_before_waiting_began_is_not_waited_for(club: Club) -> None:
    await club.cards.heard(message(ARXIV))
    await club.learn(make_paper())
    await asyncio.wait_for(club.cards.wait_for_work(), 20)


async def test_a_lease_that_runs_out_is_waited_for_exactly(club: Club) -> None:
    """Where the waking and the claim disagree about the last moment, the worker would spin."""
    await club.learn(make_paper())
    await club.cards.heard(message(ARXIV))
    turns = 0
    while not await club.due():
        turns += 1
        task = await waiting(club)
        if not task.done():
            assert club.clock.next_waking is not None
            club.clock.jump_to(club.clock.next_waking)
        await asyncio.wait_for(task, 20)
        assert turns <= replies.LEASE_SECONDS / paper_cards.LOOK_SECONDS + 2
    assert club.clock.now() == NOW + timedelta(seconds=replies.LEASE_SECONDS)


async def test_waiting_that_is_cancelled_leaves_nothing_behind(club: Club) -> None:
    task = await waiting(club)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert club.clock.next_waking is None
    assert len(asyncio.all_tasks()) == 1


# --- cards by themselves


async def test_a_card_by_number_is_the_full_one(club: Club) -> None:
    number = await club.learn(make_paper())
    assert (await club.known.card(SERVER, number)).form is Form.FULL
    with pytest.raises(NotFound, match="Paste its link again"):
        await club.known.card(SERVER, number + 1)


async def test_cards_on_a_message_are_those_noted_else_those_seen(club: Club) -> None:
    first, second = await club.learn(make_paper()), await club.learn(make_paper(OTHER.value))
    await club.known.shown(SERVER, CHANNEL, POSTED, await club.known.cards(SERVER, [(first, Form.SHORT)]))

    async def cards_on(message_id: int, server_id: int = SERVER) -> list[tuple[int, Form]]:
        seen = [(second, Form.FULL), (999, Form.FULL)]
        return [(card.paper.number, card.form) for card in await club.known.cards_on(server_id, message_id, seen)]

    assert await cards_on(POSTED) == [(first, Form.SHORT)]
    assert await cards_on(POSTED + 1) == [(second, Form.FULL)]
    assert await cards_on(POSTED, OTHER_SERVER) == [(second, Form.FULL)]


async def test_the_latest_messages_follow_the_counts(club: Club) -> None:
    number = await club.learn(make_paper())
    card = await club.known.card(SERVER, number)
    for message_id in range(1, CARDS_KEPT_CURRENT + 3):
        await club.known.shown(SERVER, CHANNEL, message_id, [card])
    shown = [message_id for _, message_id in await club.known.showing(SERVER, number)]
    assert shown == list(range(CARDS_KEPT_CURRENT + 2, 2, -1))


async def test_a_paper_that_nobody_announced_is_looked_for_in_the_end(club: Club) -> None:
    """The word that a paper came may be lost: another process crashed before it could say so."""
    await club.cards.heard(message(ARXIV))
    async with club.db.write() as conn:
        await store(conn, make_paper())
    club.clock.advance(reply_plans.LOOK_AGAIN.total_seconds())
    assert len(await club.due()) == 1
