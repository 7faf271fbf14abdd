"""Plays the scenes, and says what went wrong where something did."""

from __future__ import annotations

import asyncio
import io
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.message import listing
from sandbox.terminal.lines import Line, Span, cut, span, wrap
from sandbox.terminal.screen import Screen
from sandbox.tour.scenes import SCENES, Scene
from sandbox.tour.stage import NotAsExpected, Stage, expect

_PAUSE_SECONDS = 0.9
"""Between scenes, for whoever reads along."""
_BETWEEN_SCENES_SECONDS = 600
"""On the sandbox's clock."""
_LAST_LINES, _LONGEST_LINE = 25, 400
"""Of the log and of the room, when the tour stopped."""


class _Stopped(Exception):
    """The tour ends here; the cause says why."""

    def __init__(self, scene: str, room: str) -> None:
        super().__init__(scene)
        self.scene = scene
        self.room = room


async def play(screen: Screen, bot_log: io.StringIO, scenes: Sequence[Scene] = SCENES) -> bool:
    """Whether everything was as it should be. `bot_log` is where the bot's log goes; its end is shown otherwise."""
    try:
        with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
            await _play_in(Path(folder), screen, bot_log, scenes)
    except _Stopped as stopped:
        screen.write(*_account(stopped, bot_log, screen.width))
        return False
    screen.write((), (span(f"✓ {len(scenes)} scenes, and everything was as it should be.", "green", "bold"),))
    return True


async def _play_in(folder: Path, screen: Screen, bot_log: io.StringIO, scenes: Sequence[Scene]) -> None:
    # Discord's limits count real seconds, and here a morning passes in ten of them.
    community = Community(folder, clock=VirtualClock(running=True), rate_limits=False)
    stage = Stage(community, screen)
    place = "before the first scene"
    try:
        async with community:
            _introduce(stage, screen)
            for number, scene in enumerate(scenes, start=1):
                place = f"in scene {number}, “{scene.title}”"
                if screen.is_live:
                    await asyncio.sleep(_PAUSE_SECONDS)
                screen.write((), _rule(f"{number} · {scene.title}", screen.width))
                await scene.play(stage)
                community.clock.advance(_BETWEEN_SCENES_SECONDS)
            place = "after the last scene"
            await community.settled()
        _check_manners(community, bot_log)
    except Exception as error:
        raise _Stopped(place, listing(community.papers.messages)) from error


def _introduce(stage: Stage, screen: Screen) -> None:
    community = stage.community
    names = ", ".join(person.name for person in (stage.ada, stage.grace, stage.linus, stage.emmy))
    screen.write((span("Paper Club", "heading"),))
    stage.say(
        f"{community.guild.name}, #{community.papers.name}: {names}, and {stage.mara.name}, who manages the server. "
        "The bot is the real one; Discord and arXiv are played by this machine."
    )


def _check_manners(community: Community, bot_log: io.StringIO) -> None:
    refused = "; ".join(map(str, community.sandbox.violations))
    expect(not refused, f"the bot does nothing that Discord refuses; it did: {refused}")
    impolite = "; ".join(f"{broken.rule}, {broken.detail}" for broken in community.arxiv.violations)
    expect(not impolite, f"the bot keeps to arXiv's terms; it did not: {impolite}")
    errors = [line for line in bot_log.getvalue().splitlines() if " ERROR " in line]
    expect(not errors, f"the bot logs no error; it logged: {'; '.join(errors)}")


def _account(stopped: _Stopped, bot_log: io.StringIO, width: int) -> Iterator[Line]:
    cause = stopped.__cause__
    yield ()
    yield (span(f"✗ The tour stopped {stopped.scene}.", "red", "bold"),)
    if isinstance(cause, NotAsExpected):
        yield from wrap((span("What should have happened: ", "bold"), Span(str(cause))), width)
    else:
        yield from _lines(traceback.format_exception(cause))
    yield (span("#papers as it is:", "bold"),)
    yield from _lines([stopped.room])
    yield (span("The end of the bot's log:", "bold"),)
    yield from _lines(bot_log.getvalue().splitlines()[-_LAST_LINES:] or ["(nothing)"])


def _lines(texts: Iterable[str]) -> Iterator[Line]:
    return (cut((Span(f"  {line}"),), _LONGEST_LINE) for text in texts for line in text.splitlines())


def _rule(title: str, width: int) -> Line:
    return (span("── ", "dim"), span(title, "heading"), span(" " + "─" * (width - len(title) - 4), "dim"))
