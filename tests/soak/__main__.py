"""A simulated year, with its figures: `make soak`."""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
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


def main() -> int:
    """0 when every poll and digest is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311 - no secret
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--servers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    middle = given.weeks * 2 // 5
    together = range(middle, middle + max(1, given.weeks // 12))
    with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
        plan = Plan(given.seed, given.weeks, given.servers, given.kills, together)
        accounts, text = asyncio.run(soak(plan, Path(folder)))
    sys.stdout.write(f"{text}\n{_processors()}\n")
    return 1 if accounts.problems else 0


def _processors() -> str:
    """What all of it took, so that figures of a busy machine can be told from those of an idle one."""
    own, bots = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = [used.ru_utime + used.ru_stime for used in (own, bots)]
    return f"{seconds[0]:.0f} s of processors here, {seconds[1]:.0f} s in the bots"


if __name__ == "__main__":
    sys.exit(main())
