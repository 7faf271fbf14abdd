"""The command line: `python -m bot COMMAND`. Turns failures to start into one line and an exit code."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import app, log, process
from bot.check.finding import Finding
from bot.check.report import check
from bot.lasting import lasting_client
from bot.services.export import exported
from bot.settings import LocalSettings, SettingsError, copy_target, load_local_settings, load_settings, passwords
from bot.storage.backup import backup
from bot.storage.database import StorageError
from bot.storage.migrate import migrate, open_as_it_is
from bot.storage.outages import DatabaseAway
from bot.storage.to_postgres import copy_to_postgres, target_name

logger = logging.getLogger("bot")  # __name__ is no name when the module is run

DONE, UNEXPECTED, MISUSED, REFUSED, NO_DATABASE, INTERRUPTED = 0, 1, 2, 3, 4, 130

_EXIT_CODES = """\
exit codes:
  0  done, or told to stop and closed in good order
  1  something unexpected, with a traceback in the log; or a check that failed
  2  a wrong setting or command line
  3  Discord refuses the token or an intent
  4  the database cannot be used

Settings come from the environment or .env; .env.example explains each.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carries out one command and returns the exit code; a wrong command line ends the process with 2."""
    parser = make_parser()
    given, rest = parser.parse_known_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return MISUSED
    if rest and given.command != "demo":
        parser.error(f"{given.command} does not know {' '.join(rest)}")
    return _with_exit_code(lambda: _carry_out(given, rest))


def _with_exit_code(command: Callable[[], int]) -> int:
    try:
        return command()
    except SettingsError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return MISUSED
    except app.StartRefused as refused:
        logger.error("%s", refused)  # noqa: TRY400 - the line says it all, there is nothing to trace
        return REFUSED
    except (StorageError, DatabaseAway) as unusable:
        line = unusable.reason if isinstance(unusable, DatabaseAway) else unusable
        logger.error("%s", line)  # noqa: TRY400 - as above
        logger.debug("What lies behind it", exc_info=unusable)
        return NO_DATABASE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        logger.exception("Ended by an unexpected failure")
        return UNEXPECTED


def make_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Paper Club, a Discord bot for communities that read research papers together.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the bot until SIGTERM or Ctrl-C")
    # Its own parser does the rest, --help too.
    commands.add_parser("demo", add_help=False, help="try the bot on this machine alone; see demo --help")
    commands.add_parser("check", help="say what is there and what is missing, one line for each thing")
    commands.add_parser("migrate", help="bring the database to this version's schema, as run does by itself")
    backing_up = commands.add_parser("backup", help="copy the SQLite database, also while the bot runs")
    backing_up.add_argument("file", type=Path, metavar="FILE", help="the copy; must not exist yet")
    copying = commands.add_parser(
        "copy", help="copy the SQLite database into an empty PostgreSQL one; stop the bot first"
    )
    copying.add_argument("--to", required=True, metavar="URL", help="postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE")
    commands.add_parser("export", help="write every server's reading list to standard output, one JSON object a line")
    return parser


def _carry_out(given: argparse.Namespace, rest: Sequence[str]) -> int:
    commands: dict[str, Callable[[], int]] = {
        "run": _run,
        "demo": lambda: int(importlib.import_module("sandbox.demo").main(rest)),
        "check": _check,
        "migrate": _migrate,
        "backup": lambda: _back_up(given.file),
        "copy": lambda: _copy(given.to),
        "export": _export,
    }
    return commands[given.command]()


def _set_up_log(settings: LocalSettings, *more_secrets: str) -> None:
    secrets = [*settings.secrets(), *more_secrets]
    log.set_up(settings.log_level, as_json=settings.log_format == "json", secrets=secrets)


def _run() -> int:
    settings = load_settings()
    _set_up_log(settings)
    asyncio.run(process.run_until_told(lambda stop: app.run(settings, stop=stop, client=lasting_client)))
    return DONE


def _check() -> int:
    try:
        settings = load_settings()
    except SettingsError as wrong:
        sys.stdout.write(f"{Finding('fail', 'settings', str(wrong))}\n")
        return MISUSED
    _set_up_log(settings)
    return asyncio.run(check(settings, lambda line: sys.stdout.write(f"{line}\n")))


def _migrate() -> int:
    settings = load_local_settings()
    _set_up_log(settings)
    asyncio.run(migrate(settings.database_url.get_secret_value()))
    return DONE


def _export() -> int:
    settings = load_local_settings()
    _set_up_log(settings)
    try:
        asyncio.run(_write_out(settings.database_url.get_secret_value()))
        sys.stdout.flush()
    except OSError as failed:
        logger.error("The list could not be written out: %s", failed.strerror)  # noqa: TRY400 - as above
        # What is still to be written cannot be either, and Python would say so once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    return DONE


async def _write_out(url: str) -> None:
    database = await open_as_it_is(url)
    try:
        async for record in exported(database):
            sys.stdout.write(f"{json.dumps(record, ensure_ascii=False)}\n")
    finally:
        await database.close()


def _back_up(target: Path) -> int:
    settings = load_local_settings()
    _set_up_log(settings)
    backup(settings.database_url.get_secret_value(), target)
    sys.stdout.write(f"Copied to {target}\n")
    return DONE


def _copy(to: str) -> int:
    target = copy_target(to).get_secret_value()
    settings = load_local_settings()
    _set_up_log(settings, *passwords(target))
    copied = asyncio.run(copy_to_postgres(settings.database_url.get_secret_value(), target))
    rows = sum(table.rows for table in copied.values())
    sys.stdout.write(
        f"Copied {rows} rows in {len(copied)} tables to {target_name(target)}; both sides hold the same. "
        "Set DATABASE_URL to it and start the bot.\n"
    )
    return DONE


if __name__ == "__main__":
    sys.exit(main())
