"""`python -m bot demo`: the bot at work on this machine alone."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence

from bot import log
from sandbox.terminal.screen import Screen
from sandbox.tour.play import play

_DONE, _NOT_AS_EXPECTED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Plays the tour; returns the exit code: 1 when anything was not as it should be."""
    _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode shows question marks
    bot_log = io.StringIO()
    log.set_up("INFO", as_json=False, secrets=(), stream=bot_log)
    try:
        as_it_should_be = asyncio.run(play(Screen.on(sys.stdout), bot_log))
    finally:
        log.set_up("INFO", as_json=False, secrets=())  # what ends the demo itself is not to be lost with the bot's log
    return _DONE if as_it_should_be else _NOT_AS_EXPECTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot demo",
        description="The real bot against a Discord and an arXiv on this machine: no token, no internet. It tells "
        "the story of a small community in the terminal, checks each step, and ends.",
        epilog="exit codes: 0 everything was as it should be, 1 something was not",
        allow_abbrev=False,
    )
    parser.add_argument("--tour", action="store_true", help="the story in the terminal; also what happens without it")
    return parser
