"""The week goes on: nominations, the poll, its winner, the meeting, the digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.state.message import Message
from sandbox.tour.scenes.reading_list import ATTENTION
from sandbox.tour.stage import Stage, expect, private

REACT = "ReAct: Synergizing Reasoning and Acting in Language Models"

_WEDNESDAY_EVENING = 18
_HOURS = 48


async def nominations(stage: Stage) -> None:
    stage.say("Mara sets the week: a poll on Wednesday evening, a meeting on Tuesday.")
    answer = await stage.command(stage.mara, "poll schedule", day="Wednesday", time="18:00", hours=_HOURS, candidates=3)
    expect("A poll opens" in answer.text, "the poll is scheduled")
    answer = await stage.command(stage.mara, "poll meeting", day="Tuesday", time="19:00")
    expect("The next winner is talked about" in answer.text, "the meeting is set")
    await stage.command(stage.grace, "poll nominate", paper="2210.03629")
    shown = await stage.command(stage.linus, "poll show")
    expect(shown.text.index(REACT) < shown.text.index(ATTENTION), "the nomination stands above the papers with votes")


async def poll(stage: Stage) -> None:
    stage.say("The clock goes on to Wednesday, 18:00.")
    stage.jump_to(_next(stage, weekday=2, hour=_WEDNESDAY_EVENING))
    message = await stage.until(lambda: _poll(stage), what="a poll opens in #papers")
    stage.show(stage.papers.by_bot()[-2])
    stage.show(message)
    stage.say("Everybody votes as they are used to.")
    for person, words in ((stage.ada, ATTENTION), (stage.grace, "ReAct"), (stage.linus, ATTENTION)):
        await stage.vote(person, message, words)
    stage.show(message)


async def winner(stage: Stage) -> None:
    stage.say("Two days later the poll is over, and Discord counts.")
    message = _poll(stage)
    expect(message is not None and message.poll is not None, "the poll stands in #papers")
    stage.community.clock.advance(_HOURS * 60 * 60)
    result = await stage.until(
        lambda: next((m for m in stage.papers.by_bot() if "this is what we read" in m.text and "<#" in m.text), None),
        what="the winner is announced with its thread",
    )
    stage.show(result)
    expect(ATTENTION in result.text and "2 of 3 votes" in result.text, "the paper with most votes has won")
    thread = next(thread for thread in stage.papers.threads if thread.name == ATTENTION)
    pinned = await stage.until(lambda: next(iter(thread.pins), None), what="the card is pinned in the thread")
    stage.show(pinned)
    event = await stage.until(
        lambda: next(iter(stage.community.guild.scheduled_events), None), what="the meeting is a scheduled event"
    )
    stage.say(f"The server has an event: “{event.name}”, {event.start:%A %H:%M} UTC.")
    await stage.press(stage.grace, result, "I will present")
    await stage.until(lambda: "Presenting" in result.text, what="the announcement names who presents")


async def meeting(stage: Stage) -> None:
    stage.say("On Monday evening the thread is reminded of the meeting.")
    stage.jump_to(_next(stage, weekday=0, hour=19))
    thread = next(thread for thread in stage.papers.threads if thread.name == ATTENTION)
    reminder = await stage.until(
        lambda: next((m for m in thread.by_bot() if "We meet" in m.text), None), what="the thread is reminded"
    )
    stage.show(reminder)


async def digest(stage: Stage) -> None:
    stage.say("The week closes with a digest. Mara looks at it first; only she sees the preview.")
    answer = await stage.command(stage.mara, "digest schedule", day="Saturday", time="10:00")
    expect("The digest comes" in answer.text, "the digest is scheduled")
    preview = private(await stage.command(stage.mara, "digest preview"))
    expect(ATTENTION in preview.text, "the preview names the winner")
    stage.jump_to(_next(stage, weekday=5, hour=10))
    posted = await stage.until(
        lambda: next((m for m in stage.papers.by_bot() if m.attachments and ATTENTION in m.text), None),
        what="the digest is posted with its picture",
    )
    stage.show(posted)


def _poll(stage: Stage) -> Message | None:
    return next((message for message in reversed(stage.papers.by_bot()) if message.poll is not None), None)


def _next(stage: Stage, *, weekday: int, hour: int) -> datetime:
    now = stage.community.clock.now()
    day = now.date() + timedelta(days=(weekday - now.weekday()) % 7)
    return datetime(day.year, day.month, day.day, hour, 0, 1, tzinfo=UTC)
