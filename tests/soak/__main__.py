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


def one_town(given: argparse.Namespace) -> bool:
    """Whether every poll and digest is accounted for; says what happened."""
    middle = given.weeks * 2 // 5
    together = range(middle, middle + max(1, given.weeks // 12))
    with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
        plan = Plan(given.seed, given.weeks, given.servers, given.kills, together)
        accounts, text = asyncio.run(soak(plan, Path(folder)))
    sys.stdout.write(f"{text}\n\n")
    return not accounts.problems


def towns_at_once(given: argparse.Namespace) -> bool:
    """The same for several towns, each a process of its own, since all of a town keeps hardly more than one core
    busy."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.soak", "--towns", "1", "--weeks", str(given.weeks)]
    for name in ("servers", "kills"):
        command += [f"--{name}", str(-(-getattr(given, name) // given.towns))]
    towns = [
        subprocess.Popen([*command, "--seed", str(given.seed + number)])  # noqa: S603 - this program itself
        for number in range(given.towns)
    ]
    failed = sum(town.wait() != 0 for town in towns)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = used.ru_utime + used.ru_stime
    sys.stdout.write(f"{given.towns} towns in {time.monotonic() - began:.0f} s, {worked:.0f} s of processors\n")
    return not failed


def main() -> int:
    """0 when every poll and digest is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311 - no secret
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--towns", type=int, default=2, help="so many at once")
    parser.add_argument("--servers", type=int, default=200, help="of all towns")
    parser.add_argument("--kills", type=int, default=200, help="in all towns")
    given = parser.parse_args()
    return 0 if (towns_at_once if given.towns > 1 else one_town)(given) else 1


if __name__ == "__main__":
    sys.exit(main())
