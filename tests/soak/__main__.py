"""A simulated year, with its figures: `make soak`. Each town is a Discord, a database and bots of its own."""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.accounts import Accounts
from tests.soak.plan import Plan
from tests.soak.year import Year


async def soak(plan: Plan, folder: Path) -> tuple[Accounts, str]:
    """The accounts, and what happened in a few lines."""
    began = time.monotonic()
    async with Year.open(plan, folder) as year:
        members = await year.live()
        accounts = Accounts(year, members.servers)
        accounts.check()
    log = (folder / "bots.log").read_text()
    if "Traceback" in log or "ERROR" in log:
        accounts.problems.append(f"the bots' log:\n{log[-8000:]}")
    figures = year.figures
    lines = [
        f"seed {plan.seed}: {plan.weeks} weeks, {plan.servers} servers, {time.monotonic() - began:.0f} s",
        f"kills: {figures.kills}; {figures.steps} steps, {figures.requests} requests to Discord",
        *(f"{count:7} {outcome}" for outcome, count in sorted(accounts.outcomes.items())),
        f"{len(accounts.problems)} problems",
        *accounts.problems[:40],
    ]
    return accounts, "\n".join(lines)


def one_town(plan: Plan) -> int:
    """The number of problems; says what happened."""
    with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
        accounts, text = asyncio.run(soak(plan, Path(folder)))
    sys.stdout.write(f"{text}\n\n")
    return len(accounts.problems)


def towns_at_once(given: argparse.Namespace) -> int:
    """Each town is a process of its own, since a bot keeps only one core busy. How many towns have problems."""
    command = [sys.executable, "-m", "tests.soak", "--towns", "1"]
    for name in ("weeks", "servers", "kills"):
        command += [f"--{name}", str(getattr(given, name))]
    towns = [
        subprocess.Popen([*command, "--seed", str(given.seed + number)])  # noqa: S603 - this program itself
        for number in range(given.towns)
    ]
    return sum(town.wait() != 0 for town in towns)


def main() -> int:
    """0 when every poll and digest is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311 - no secret
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--towns", type=int, default=2, help="so many at once")
    parser.add_argument("--servers", type=int, default=100, help="of each town")
    parser.add_argument("--kills", type=int, default=100, help="in each town")
    given = parser.parse_args()
    if given.towns == 1:
        middle = given.weeks * 2 // 5
        together = range(middle, middle + max(1, given.weeks // 12))
        return 1 if one_town(Plan(given.seed, given.weeks, given.servers, given.kills, together)) else 0
    began = time.monotonic()
    problems = towns_at_once(given)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"in all {time.monotonic() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processors\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
