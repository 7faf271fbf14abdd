"""An hour with faults of all kinds, with its figures: `make long-run`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.long_run.accounts import Accounts
from tests.long_run.hour import Hour
from tests.long_run.plan import Plan


async def long_run(plan: Plan, folder: Path) -> tuple[Accounts, str]:
    """The accounts, and what happened in a few lines."""
    began = time.monotonic()
    async with Hour.open(plan, folder) as hour:
        accounts = await hour.live()
        accounts.check()
    pace, log = hour.pace, hour.pace.log
    if "Traceback" in log:
        accounts.problems.append(f"the bot's log:\n{log[-8000:]}")
    figures, (warm, last) = hour.figures, accounts.memory
    lines = [
        f"seed {plan.seed}: {plan.seconds} s, {len(hour.talk.said)} messages, {time.monotonic() - began:.0f} s",
        f"{pace.requests} requests to Discord, {len(pace.arxiv.requests)} to arXiv",
        f"memory: {warm:.1f} MB after the warm-up, {last:.1f} MB at the end ({100 * (last / warm - 1):+.1f} %)",
        f"at rest: {figures.last}",
        *(f"{count:7} {outcome}" for outcome, count in sorted(accounts.outcomes.items())),
        *(f"{count:7} x {kind}" for kind, count in sorted(hour.weather.faults.items())),
        f"{len(accounts.problems)} problems",
        *accounts.problems[:40],
    ]
    return accounts, "\n".join(lines)


def main() -> int:
    """0 when every message is accounted for and nothing is left over."""
    parser = argparse.ArgumentParser(prog="python -m tests.long_run", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311 - no secret
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--messages", type=int, default=20, help="a second")
    parser.add_argument("--rounds", type=int, default=12, help="how often each kind of fault comes")
    given = parser.parse_args()
    plan = Plan(
        seed=given.seed,
        seconds=given.seconds,
        messages_a_second=given.messages,
        servers=8,
        channels=5,
        members=25,
        papers=4000,
        rounds=given.rounds,
        outage_seconds=given.seconds // 10,
    )
    with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
        accounts, text = asyncio.run(long_run(plan, Path(folder)))
    accounts.check_memory()
    sys.stdout.write(f"{text}\n")
    return 1 if accounts.problems else 0


if __name__ == "__main__":
    sys.exit(main())
