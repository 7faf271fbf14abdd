"""`make bench`: takes all figures, prints the table, and writes it into results.json and README.

`--only WORD` takes one figure and leaves the others as they were; `--growth` draws how costs grow (docs/growth).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from benchmarks import growth, table
from benchmarks.lab import Size
from benchmarks.run import MEASURES, run


def main() -> int:
    """1 when a figure is not what it is to reach."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Take the figures of README.")
    parser.add_argument("--only", choices=[*MEASURES], help="take this one alone")
    parser.add_argument("--growth", action="store_true", help="measure how costs grow instead, and draw it")
    given = parser.parse_args()
    machine, began = table.Machine.this(), time.monotonic()
    if given.growth:
        growth.keep(asyncio.run(growth.measure(_say)), machine)
        return 0
    figures = asyncio.run(run([given.only] if given.only else [*MEASURES], Size(), _say))
    results = table.Results(machine=machine, figures=tuple(figures))
    before = table.read()
    table.keep(results.merged(before) if given.only and before else results)
    sys.stdout.write(f"\n{table.plain(figures)}\n\nin {time.monotonic() - began:.0f} s\n")
    return int(any(figure.reached is False for figure in figures))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
