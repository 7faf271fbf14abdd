"""A schedule that several members change at once: each changes what they touched, and nothing else is lost."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.occurrences import Schedule


class Choice(NamedTuple):
    """What a form about a schedule shows, and what comes back. `weekday` is 0 for Monday, None for never."""

    weekday: int | None = None
    minute: int | None = None
    channel_id: int | None = None
    hours: int | None = None
    candidates: int | None = None


OFF = Choice()


def choice_of(plan: Schedule | None) -> Choice:
    """How things stand."""
    if plan is None:
        return OFF
    return Choice(plan.weekday, plan.minute, plan.channel_id, plan.hours, plan.candidates)


def changed(now: Choice, *, shown: Choice, wanted: Choice) -> Choice:
    """What is to be: a field that the member left as the form showed it stays as it is by now."""
    if wanted == shown or wanted.weekday is None:
        return now if wanted == shown else OFF
    if now == OFF:
        return wanted
    return Choice(*(is_now if mine == was else mine for is_now, was, mine in zip(now, shown, wanted, strict=True)))
