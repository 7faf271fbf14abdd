"""A simulated year, with its figures: `make soak`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.accounts import Accounts
from tests.soak.year import Plan, Year


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


async def towns(plans: list[Plan]) -> tuple[int, str]:
    """Several soaks at once, each with its own Discord, database and bots: a bot keeps only one core busy. The number
    of problems, and what happened."""
    with tempfile.TemporaryDirectory(prefix="paper-club-") as parent:
        folders = [Path(parent) / str(number) for number in range(len(plans))]
        for folder in folders:
            folder.mkdir()
        found = await asyncio.gather(*(soak(plan, folder) for plan, folder in zip(plans, folders, strict=True)))
    return sum(len(accounts.problems) for accounts, _ in found), "\n\n".join(text for _, text in found)


def main() -> int:
    """0 when every poll and digest is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311 - no secret
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--towns", type=int, default=2, help="so many at once")
    parser.add_argument("--servers", type=int, default=100, help="of each town")
    parser.add_argument("--kills", type=int, default=100, help="in each town")
    given = parser.parse_args()
    middle = given.weeks * 2 // 5
    together = range(middle, middle + max(1, given.weeks // 12))
    plans = [
        Plan(given.seed + number, given.weeks, given.servers, given.kills, together) for number in range(given.towns)
    ]
    problems, text = asyncio.run(towns(plans))
    sys.stdout.write(f"{text}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
