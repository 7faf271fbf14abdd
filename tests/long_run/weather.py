"""What goes wrong between the bot, Discord and arXiv, at random moments: every kind equally often."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.arxiv_faults import FaultKind
from sandbox.faults import Fault
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.long_run.pace import Pace
from tests.long_run.plan import Plan
from tests.long_run.talk import Talk

_REQUESTS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502, though done": {"status": 502, "after_work": True},
    "503": {"status": 503},
    "503, though done": {"status": 503, "after_work": True},
    "504, though done": {"status": 504, "after_work": True},
    "429 for the route": {"status": 429, "retry_after": 0.1},
    "429 for all": {"status": 429, "retry_after": 0.1, "is_global": True},
    "429 for long": {"status": 429, "retry_after": 3600},
    "429 from the proxy": {"status": 429, "from_proxy": True},
    "reset": {"reset": True},
    "reset, though done": {"reset": True, "after_work": True},
}
_ROUTES = ("", "/messages", "/interactions", "/reactions")
_FAULT_SECONDS = 30
_HELD_SECONDS = 0.3
"""Real ones: a request that hangs for so long."""
_ARXIV: tuple[FaultKind, ...] = (
    429, 500, 503, "html", "empty_body", "empty_feed", "truncated", "cut", "reset", "torn", "hang", "unordered",
)  # fmt: skip
_PERMISSIONS = ("view_channel", "send_messages", "add_reactions", "manage_messages", "read_message_history")
_HANGS_SECONDS = 10
"""At most; the bot's own patience is measured in real seconds."""
_QUIET_BEFORE = 5
"""Seconds in which nothing fails yet."""

Undo = Callable[[], None]


@dataclass(frozen=True)
class Span:
    """In which something was not as it should be."""

    begin: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{self.begin:%H:%M:%S}-{self.end:%H:%M:%S}"

    def holds(self, moment: datetime) -> bool:
        return self.begin <= moment <= self.end


class Weather:
    """`lost` are the times in which the bot lacked a permission, by channel and permission; `hidden` those in which
    Discord could not show a server; `deleted` the channels that were; `faults` how often each kind came."""

    def __init__(self, pace: Pace, talk: Talk, plan: Plan, dice: random.Random) -> None:
        self.lost: dict[tuple[int, str], list[Span]] = {}
        self.hidden: dict[int, list[Span]] = {}
        self.deleted: set[Channel] = set()
        self.faults: Counter[str] = Counter()
        self._sandbox, self._arxiv, self._talk, self._dice = pace.sandbox, pace.arxiv, talk, dice
        self._numbers = itertools.count()
        self._ends: list[tuple[int, int, Undo]] = []
        self._now = 0
        self._refused = 0
        kinds = self._kinds()
        all_of_them = [kind for kind in kinds for _ in range(plan.rounds)]
        dice.shuffle(all_of_them)
        last = plan.seconds * 9 // 10
        moments = sorted(dice.randint(_QUIET_BEFORE, last) for _ in all_of_them)
        self._plan = [(moment, kind, kinds[kind]) for moment, kind in zip(moments, all_of_them, strict=True)]
        long_one = (plan.seconds // 20, "Discord is away for long", lambda: self._outage(plan.outage_seconds))
        self._plan.append(long_one)
        self._plan.sort(key=lambda planned: planned[0])

    def second(self, number: int) -> None:
        """Lets begin and end what is due."""
        self._now = number
        while self._ends and self._ends[0][0] <= number:
            heapq.heappop(self._ends)[2]()
        while self._plan and self._plan[0][0] <= number:
            _, kind, begin = self._plan.pop(0)
            self.faults[kind] += 1
            begin()
        if number % _HANGS_SECONDS == 0:
            self._arxiv.release()

    def clear(self) -> None:
        """All is well from here on."""
        while self._ends:
            heapq.heappop(self._ends)[2]()
        self._sandbox.faults.clear()
        self._sandbox.gateway.drops_connections = 0
        self._arxiv.clear()

    # --- the kinds

    def _kinds(self) -> dict[str, Undo]:
        kinds: dict[str, Undo] = {}
        for name, trouble in _REQUESTS.items():
            kinds[f"requests: {name}"] = lambda trouble=trouble: self._spoil(trouble)  # type: ignore[misc]  # bound now
        kinds["requests: held up"] = self._hold
        gateway = self._sandbox.gateway
        kinds |= {
            "gateway: cut off": gateway.break_off,
            "gateway: asks to reconnect": gateway.request_reconnect,
            "gateway: session to resume": lambda: gateway.invalidate(resumable=True),
            "gateway: session invalid": lambda: gateway.invalidate(resumable=False),
            "gateway: silent": gateway.fall_silent,
            "gateway: deaf": gateway.fall_deaf,
            "gateway: refuses": self._refuse,
            "gateway: drops": self._drop,
            "a server cannot be shown": self._hide_a_server,
            "Discord is away": lambda: self._outage(self._dice.randint(5, 40)),
        }
        for fault in _ARXIV:
            kinds[f"arXiv: {fault}"] = lambda fault=fault: self._spoil_arxiv(fault)  # type: ignore[misc]  # bound now
        kinds["arXiv: down"] = self._take_arxiv_down
        for name in _PERMISSIONS:
            kinds[f"lacks {name}"] = lambda name=name: self._take_permission(name)  # type: ignore[misc]  # bound now
        return kinds | {"a channel is deleted": self._delete_a_channel}

    def _spoil(self, trouble: dict[str, Any]) -> None:
        """Of a few requests."""
        fault = Fault(path=self._dice.choice(_ROUTES), times=self._dice.randint(1, 6), **trouble)
        self._sandbox.faults.add(fault)
        self._later(_FAULT_SECONDS, lambda: self._sandbox.faults.remove(fault))

    def _hold(self) -> None:
        fault = Fault(path=self._dice.choice(_ROUTES), times=self._dice.randint(1, 4), wait=asyncio.Event())
        self._sandbox.faults.add(fault)
        assert fault.wait is not None
        asyncio.get_running_loop().call_later(_HELD_SECONDS, fault.wait.set)
        self._later(_FAULT_SECONDS, lambda: self._sandbox.faults.remove(fault))

    def _refuse(self) -> None:
        gateway = self._sandbox.gateway
        self._refused += 1
        gateway.refuses_connections = True
        gateway.break_off()

        def take_again() -> None:
            self._refused -= 1
            gateway.refuses_connections = self._refused > 0

        self._later(self._dice.randint(5, 40), take_again)

    def _drop(self) -> None:
        self._sandbox.gateway.drops_connections = self._dice.randint(1, 4)
        self._sandbox.gateway.break_off()

    def _outage(self, seconds: int) -> None:
        fault = self._sandbox.faults.add(Fault(status=503))
        self._refuse()
        self._later(seconds, lambda: self._sandbox.faults.remove(fault))

    def _hide_a_server(self) -> None:
        guild = self._dice.choice([place.guild for place in self._talk.places])
        if guild.id in self._sandbox.gateway.in_outage:
            return
        begin = self._sandbox.clock.now()
        self._sandbox.gateway.begin_outage(guild)

        def show() -> None:
            self._sandbox.gateway.end_outage(guild)
            self.hidden.setdefault(guild.id, []).append(Span(begin, self._sandbox.clock.now()))

        self._later(self._dice.randint(5, 40), show)

    def _spoil_arxiv(self, fault: FaultKind) -> None:
        """In the place of what was still to come: a bot that waits before it asks again must not meet them all."""
        self._arxiv.clear()
        told = self._dice.choice((None, None, 20)) if fault in (429, 503) else None
        self._arxiv.fail(fault, self._dice.randint(1, 3), retry_after=told)

    def _take_arxiv_down(self) -> None:
        self._arxiv.down = True
        self._later(self._dice.randint(5, 30), self._bring_arxiv_up)

    def _bring_arxiv_up(self) -> None:
        self._arxiv.down = False

    def _take_permission(self, name: str) -> None:
        guild: Guild = self._dice.choice(self._talk.places).guild
        channel = self._dice.choice(next(p.channels for p in self._talk.places if p.guild is guild))
        begin = self._sandbox.clock.now()
        if channel.overwrites:
            return  # one at a time
        channel.set_permission("bot", deny=[name])

        def give_back() -> None:
            self.lost.setdefault((channel.id, name), []).append(Span(begin, self._sandbox.clock.now()))
            if channel.exists:
                channel.overwrites.clear()
                channel.changed()

        self._later(self._dice.randint(5, 40), give_back)

    def _delete_a_channel(self) -> None:
        place = self._dice.choice(self._talk.places[1:])  # the first names the ones that are watched
        number = self._dice.randrange(1, len(place.channels))
        channel = place.channels[number]
        self.deleted.add(channel)
        self._talk.forget(channel)
        channel.delete()
        place.channels[number] = place.guild.add_channel(channel.name)

    def _later(self, seconds: int, undo: Undo) -> None:
        heapq.heappush(self._ends, (self._now + seconds, next(self._numbers), undo))
