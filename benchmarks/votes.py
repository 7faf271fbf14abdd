"""Forty members who vote at once."""

from __future__ import annotations

import time
from statistics import median

from benchmarks import library
from benchmarks.figure import Figure, Goal, percentile
from benchmarks.lab import Lab
from benchmarks.place import MEMBERS, Place
from sandbox.rest.server import Request
from sandbox.state.message import Message

_AT_ONCE = 40


async def votes(lab: Lab) -> list[Figure]:
    """From the press to the answer, each round on a card of its own."""
    rounds = lab.size.rounds
    database = lab.database()
    await library.fill(database, rounds + 1)
    slowest: list[float] = []
    async with lab.place("paper club", database) as place:
        for turn in range(rounds + 1):  # the first is for warming up
            (spot,) = place.spots(1)
            asked = await spot.person.post(spot.channel, library.link(turn + 1))
            await place.answered([asked])
            await place.quiet()
            took = await _all_vote(place, spot.channel.by_bot()[-1])
            if turn:
                slowest.append(percentile(took, 0.95) * 1000)
        await lab.note("vote", place)
    return [
        Figure(
            word="vote",
            what=f"vote click → answer, {_AT_ONCE} at once, p95",
            unit="ms",
            own=median(slowest),
            goal=Goal(limit=250),
            details={"rounds": slowest},
        )
    ]


async def _all_vote(place: Place, card: Message) -> list[float]:
    """Seconds of each."""
    guild = place.guilds[0]
    answered_at: dict[str, float] = {}

    def watch(request: Request) -> None:
        if request.template == "/interactions/{interaction_id}/{token}/callback":
            answered_at[request.path.split("/")[2]] = time.monotonic()

    place.sandbox.rest.watchers.append(watch)
    label = next(button.label for button in card.buttons if button.label and button.label.startswith("▲"))
    pressed_at = {}
    for person in guild.people[MEMBERS - _AT_ONCE - 1 : MEMBERS - 1]:
        began = time.monotonic()
        pressed_at[str(person.send_click(card, label).id)] = began
    await place.sandbox.until(
        lambda: len(answered_at) >= len(pressed_at), what=lambda: f"answers:\n{place.bot.log}", seconds=60
    )
    place.sandbox.rest.watchers.remove(watch)
    await place.quiet()
    return [answered_at[number] - began for number, began in pressed_at.items()]
