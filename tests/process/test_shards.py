"""Four processes with a shard each share a bot, a PostgreSQL and arXiv's pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.answers import Answer
from sandbox.state.message import Message
from tests.discord.spec import spec_problems
from tests.engines import database_url
from tests.process.kill_points import UNHURRIED_SECONDS
from tests.process.shard_town import SHARDS, Club, ShardTown, add_papers, digests, make_clubs, replies_to

__all__ = ["database_url"]

pytestmark = [pytest.mark.process, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

WINDOW_SECONDS = 5


@pytest.fixture
async def town(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShardTown]:
    """What must be true of every process that worked in it is looked at in the end. Discord's three seconds for an
    answer are real ones, and a slow machine is not what is tested."""
    monkeypatch.setattr("sandbox.state.interaction.FIRST_ANSWER_SECONDS", UNHURRIED_SECONDS)
    async with ShardTown.open(tmp_path, database_url) as town:
        yield town
        assert town.gone() == []
        assert "Traceback" not in town.log
    assert town.sandbox.violations == []
    assert town.arxiv.violations == []
    assert spec_problems(town.sandbox) == []


def asked_ids(town: ShardTown) -> Counter[str]:
    return Counter(paper for request in town.arxiv.requests for paper in request.ids)


def titles(message: Message) -> list[str]:
    return [line.removeprefix("### ") for line in message.text.splitlines() if line.startswith("### ")]


async def post(club: Club, *papers: str) -> Message:
    return await club.ada.post(club.papers, " ".join(f"https://arxiv.org/abs/{paper}" for paper in papers))


async def plan_digests(town: ShardTown, clubs: list[Club]) -> datetime:
    """For the same minute, an hour from now."""
    at = town.clock.now() + timedelta(hours=1)
    for club in clubs:
        await town.occurrences.set_schedule(
            club.guild.id, "digest", weekday=at.weekday(), minute=at.hour * 60 + at.minute, channel_id=club.papers.id
        )
    return at.replace(second=0, microsecond=0)


async def test_four_processes_are_one_bot(town: ShardTown) -> None:
    clubs = make_clubs(town.sandbox, 24)
    assert Counter(club.shard for club in clubs) == dict.fromkeys(range(SHARDS), 6)

    # they connect one after the other
    await town.start(*range(SHARDS))
    starts = town.sandbox.gateway.starts.accepted
    assert sorted(shard for _, shard in starts) == list(range(SHARDS))
    assert all((later - earlier).total_seconds() >= WINDOW_SECONDS for (earlier, _), (later, _) in pairwise(starts))
    told = [request for request in town.sandbox.requests if request.method == "PUT" and "/commands" in request.path]
    assert len(told) == 1

    # unknown papers in servers of all shards at once: one line for arXiv, and each paper asked for once
    papers = add_papers(town.arxiv.catalogue, 24)
    messages = [await post(club, papers[n % 24], papers[(n + 7) % 24]) for n, club in enumerate(clubs)]
    await town.rest()
    assert asked_ids(town) == Counter(papers)
    assert len(town.arxiv.requests) <= SHARDS
    for n, message in enumerate(messages):
        (reply,) = replies_to(message)
        assert titles(reply) == [f"Paper {n % 24}", f"Paper {(n + 7) % 24}"]

    # commands in all servers at once: each has one answer
    asked = [
        club.ada.send_command("save", club.papers, {"paper": papers[(n + k) % 24]})
        for n, club in enumerate(clubs)
        for k in (0, 7)
    ]
    await town.settled()
    assert [one for one in asked if one.callback is None] == []
    assert all("Paper" in Answer(one).text for one in asked)

    # what every week brings comes once
    at = await plan_digests(town, clubs)
    voting = clubs[::5]
    for club in voting:
        minute = at.hour * 60 + at.minute
        await town.occurrences.set_schedule(
            club.guild.id, "poll", weekday=at.weekday(), minute=minute, channel_id=club.papers.id, hours=24
        )
    town.clock.jump_to(at)
    await town.rest()
    for club in clubs:
        polls = [message for message in club.papers.by_bot() if message.poll is not None]
        assert (len(polls), len(digests(club))) == (club in voting, 1)


async def test_a_process_that_dies_is_replaced_without_loss(town: ShardTown) -> None:
    clubs = make_clubs(town.sandbox, 12)
    dying, others = ([club for club in clubs if (club.shard == 2) is of_two] for of_two in (True, False))
    papers = add_papers(town.arxiv.catalogue, 24)
    await town.start(*range(SHARDS))
    messages = [await post(club, papers[0]) for club in clubs]
    await town.rest()

    # it dies while it asks arXiv and has the turn of all, and while Discord takes a card of its
    town.arxiv.fail("hang")
    messages.append(await post(dying[0], papers[1], papers[2]))
    await town.until_asked()
    unknown = [await post(club, papers[n]) for n, club in enumerate(others, 2)]
    with town.sandbox.held("POST", f"/channels/{dying[1].papers.id}/messages", after_work=True):
        messages.append(await post(dying[1], papers[0]))
        await town.sandbox.until(lambda: replies_to(messages[-1]), what="a card that Discord took", seconds=30)
        await town.kill(2)
    messages += [await post(club, papers[0]) for club in dying]

    # the turn is free again by itself; the others lack nothing, and nobody else speaks for its servers
    await town.rest(timedelta(minutes=1))
    assert [len(replies_to(message)) for message in unknown] == [1] * len(unknown)
    assert [len(replies_to(message)) for message in messages[-len(dying) :]] == [0] * len(dying)
    lost, answered = (
        club.ada.send_command("paper", club.papers, {"paper": papers[0]}) for club in (dying[0], others[0])
    )
    await town.settled()
    assert lost.callback is None
    assert answered.callback is not None

    # the next in its place finds everything, and dies while its digests are on their way
    await town.start(2)
    await town.rest()
    assert [len(replies_to(message)) for message in messages] == [1] * len(messages)
    at = await plan_digests(town, clubs)
    with town.sandbox.held("POST", f"/channels/{dying[0].papers.id}/messages", after_work=True):
        told = town.tell(at)
        await town.sandbox.until(lambda: digests(dying[0]), what="a digest that Discord took", seconds=30)
        await town.kill(2)
        await told
    await town.rest(timedelta(minutes=1))
    assert [len(digests(club)) for club in others] == [1] * len(others)
    await town.start(2)
    await town.rest()
    assert [len(digests(club)) for club in clubs] == [1] * len(clubs)
    assert [len(replies_to(message)) for message in [*messages, *unknown]] == [1] * (len(messages) + len(unknown))
