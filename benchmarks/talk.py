"""Messages as they come, with links and without: how soon a card is there, and how many a second."""

from __future__ import annotations

import time
from itertools import count
from statistics import median

from benchmarks import library
from benchmarks.burst import Burst, burst
from benchmarks.figure import Figure, Goal, middle_ratio, percentile
from benchmarks.lab import Lab
from benchmarks.place import Place

_WORDS = "hello, does anyone know whether the reading group meets on Thursday this week? I may be late"


def says(number: int) -> str:
    """A message about a paper: every second one is nothing but the link. Paper Club hides the previews of all, since
    they link to nothing but papers."""
    address = library.link(number)
    return address if number % 2 else f"Has anyone read {address} yet?"


async def link(lab: Lab) -> list[Figure]:
    """From the message to the moment in which Discord takes the reply."""
    size = lab.size
    papers = count(1)
    bare: list[list[float]] = []
    own: list[list[float]] = []
    async with lab.duel("bare", servers=size.servers, papers=(size.rounds + 1) * size.links * 2) as (theirs, ours):
        for turn in range(size.rounds + 1):  # the first is for warming up
            for place, took in ((theirs, bare), (ours, own)):
                seconds = [await one_link(place, next(papers)) for _ in range(size.links)]
                if turn:
                    took.append(seconds)
        await lab.note("link", ours)
    figures = []
    for what, share, limit in (("median", 0.5, 1.5), ("p95", 0.95, 2.0)):
        mine, other = ([percentile(seconds, share) * 1000 for seconds in took] for took in (own, bare))
        figures.append(
            Figure(
                word="link",
                what=f"link of a known paper → card, {what}",
                unit="ms",
                bare=median(other),
                own=median(mine),
                ratio=middle_ratio(mine, other),
                goal=Goal(limit=limit, of="ratio"),
                details={"bare_rounds": other, "own_rounds": mine},
            )
        )
    return figures


async def one_link(place: Place, number: int) -> float:
    """Seconds until the card is there; returns when the bot has had time to record it."""
    (spot,) = place.spots(1)
    began = time.monotonic()
    message = await spot.person.post(spot.channel, says(number))
    (there,) = await place.answered([message])
    await place.rested()
    return there - began


async def messages(lab: Lab) -> list[Figure]:
    """Without links, against a client that does nothing."""
    size = lab.size
    async with lab.duel("empty", servers=size.servers, papers=10) as (theirs, ours):
        texts = [_WORDS] * size.messages
        bare, own = await _bursts(theirs, ours, size.rounds, [texts] * (size.rounds + 1), answered=False)
        await lab.note("messages", ours)
    return [_rate("messages", "messages a second without links", size.messages, bare, own, least=0.9)]


async def links(lab: Lab) -> list[Figure]:
    """As fast as it can, to a Discord without rate limits."""
    size = lab.size
    rounds = size.rounds + 1
    papers = count(1)
    async with lab.duel("bare", servers=size.servers, papers=rounds * size.burst) as (theirs, ours):
        texts = [[says(next(papers)) for _ in range(size.burst)] for _ in range(rounds)]
        bare, own = await _bursts(theirs, ours, size.rounds, texts, answered=True)
        await lab.note("links", ours)
    return [_rate("links", "messages a second with a known paper's link", size.burst, bare, own, least=0.5)]


async def _bursts(
    theirs: Place, ours: Place, rounds: int, texts: list[list[str]], *, answered: bool
) -> tuple[list[Burst], list[Burst]]:
    """Round by round, the first for warming up."""
    bare, own = [], []
    for turn in range(rounds + 1):
        bare.append(await burst(theirs, texts[turn], answered=answered))
        own.append(await burst(ours, texts[turn], answered=answered))
    return bare[1:], own[1:]


def _rate(word: str, what: str, number: int, bare: list[Burst], own: list[Burst], *, least: float) -> Figure:
    theirs, mine = ([number / each.seconds for each in took] for took in (bare, own))
    return Figure(
        word=word,
        what=what,
        unit="a second",
        bare=median(theirs),
        own=median(mine),
        ratio=middle_ratio(mine, theirs),
        goal=Goal(limit=least, of="ratio", least=True),
        details={
            "bare_rounds": theirs,
            "own_rounds": mine,
            "bare_processor_microseconds_a_message": median(each.used_seconds for each in bare) / number * 1e6,
            "own_processor_microseconds_a_message": median(each.used_seconds for each in own) / number * 1e6,
        },
    )
