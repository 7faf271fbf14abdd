"""Each member's own share, in each server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.allowances import CARDS, LOOKUPS, PRESSES
from bot.domain.papers import PaperId
from bot.services import limits as limits_module
from bot.services.limits import Limits
from sandbox.clock import VirtualClock

SERVER, OTHER_SERVER = 1, 2
ADA, GRACE = 10, 11


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def limits(clock: VirtualClock) -> Limits:
    return Limits(clock)


def presses(limits: Limits, member: int = ADA, server: int = SERVER, tries: int = 100) -> int:
    return sum(limits.may_press(server, member) for _ in range(tries))


def test_one_members_haste_is_nobody_elses(limits: Limits) -> None:
    assert presses(limits) == PRESSES.at_once
    assert presses(limits, GRACE) == PRESSES.at_once
    assert presses(limits, server=OTHER_SERVER) == PRESSES.at_once


def test_presses_come_back_by_the_clock(limits: Limits, clock: VirtualClock) -> None:
    presses(limits)
    clock.advance(3)
    assert presses(limits) == 3


def test_messages_read_back_later_are_measured_by_when_they_were_posted(limits: Limits, clock: VirtualClock) -> None:
    spread = [clock.now() + n * CARDS.every for n in range(50)]
    assert all(limits.may_have_card(SERVER, ADA, at) for at in spread)
    assert sum(limits.may_have_card(SERVER, GRACE, clock.now()) for _ in range(50)) == CARDS.at_once


def test_many_unknown_papers_take_turns_of_whole_seconds(limits: Limits, clock: VirtualClock) -> None:
    papers = [PaperId("arxiv", f"2401.{n:05}") for n in range(200)]
    turns = limits.turns(SERVER, ADA, papers)
    assert [paper for some in turns.values() for paper in some] == papers
    first, *later = turns
    assert first == clock.now()
    assert len(turns[first]) == LOOKUPS.at_once
    assert later == [clock.now() + timedelta(seconds=n) for n in range(1, 11)]
    assert list(limits.turns(SERVER, GRACE, papers[:3])) == [clock.now()]
    assert limits.turns(SERVER, GRACE, []) == {}


def test_what_is_remembered_has_a_bound(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "MOST_MEMBERS", 3)
    presses(limits)
    for member in (21, 22, 23):
        presses(limits, ADA, tries=1)  # who goes on is not forgotten
        limits.may_press(SERVER, member)
    assert presses(limits) == 0
    assert presses(limits, 21) == PRESSES.at_once
