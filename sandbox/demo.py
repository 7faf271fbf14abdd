"""`python -m bot demo`: the bot at work on this machine alone."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path

from bot import log
from sandbox.kept import KeptFolder, folder
from sandbox.serving import NoPort, serve
from sandbox.terminal.screen import Screen
from sandbox.tour.play import play

_DONE, _NOT_AS_EXPECTED, _MISUSED = 0, 1, 2
_PORT = 8765
_ERRORS_SHOWN = 10


def main(arguments: Sequence[str]) -> int:
    """Plays the tour or serves the page; returns the exit code."""
    given = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode shows question marks
    try:
        if given.tour:
            return _tour()
        with folder(given.keep) as kept:
            return _page(kept, given)
    finally:
        log.set_up("INFO", as_json=False, secrets=())  # what ends the demo itself is not to be lost with the bot's log


def _tour() -> int:
    bot_log = io.StringIO()
    log.set_up("INFO", as_json=False, secrets=(), stream=bot_log)
    return _DONE if asyncio.run(play(Screen.on(sys.stdout), bot_log)) else _NOT_AS_EXPECTED


def _page(kept: KeptFolder, given: argparse.Namespace) -> int:
    with kept.log.open("w", encoding="utf-8") as bot_log:
        log.set_up("INFO", as_json=False, secrets=(), stream=bot_log)
        try:
            asyncio.run(serve(kept, given.host, given.port, _say))
        except NoPort as no_port:
            sys.stderr.write(f"{no_port}\n")
            return _MISUSED
        finally:
            bot_log.flush()
            _show_errors(kept, stays=given.keep is not None)
    return _DONE


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _show_errors(kept: KeptFolder, *, stays: bool) -> None:
    lines = kept.log.read_text(encoding="utf-8").splitlines()
    errors = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
    if not errors:
        return
    where = str(kept.log) if stays else "gone with this demo; --keep FOLDER keeps it"
    sys.stderr.write(f"Errors in the bot's log ({where}):\n")
    sys.stderr.writelines(f"{line}\n" for line in errors[-_ERRORS_SHOWN:])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot demo",
        description="The real bot against a Discord and an arXiv on this machine: no token, no internet. It prints "
        "an address; the page there is a small server in which you try the bot as any of five members.",
        epilog="exit codes: 0 ended by Ctrl-C or SIGTERM, or the tour was as it should be; 1 something was not; "
        "2 a wrong command line, or an address that cannot be opened",
        allow_abbrev=False,
    )
    parser.add_argument("--tour", action="store_true", help="a checked story in the terminal instead of the page")
    parser.add_argument(
        "--port", type=_port, default=_PORT, help=f"{_PORT} unless given, or the next free one; 0 for any free one"
    )
    parser.add_argument(
        "--host",
        type=_host,
        default=IPv4Address("127.0.0.1"),
        metavar="ADDRESS",
        help="an IPv4 address of this machine, 127.0.0.1 unless given; others let whoever reaches them act as anybody",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the bot's database there and go on with it at the next start, one day later: server, members and "
        "reading list stay, Discord's messages begin anew",
    )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 2**16:
        raise argparse.ArgumentTypeError("a port is a number up to 65535")
    return port


def _host(text: str) -> IPv4Address:
    try:
        return IPv4Address("127.0.0.1" if text == "localhost" else text)
    except AddressValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IPv4 address") from None
