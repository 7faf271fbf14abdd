"""The figures as a table, and where they are kept: results.json, and README between two marks."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
README = ROOT / "README.md"

_BLOCK = re.compile(r"<!-- figures -->\n.*?<!-- end -->", re.DOTALL)
_HEAD = ("figure", "bare bot", "Paper Club", "ratio", "to reach", "reached")


class Machine(BaseModel):
    """What it was measured on. `load` is how many processes wanted a core before it began."""

    model_config = ConfigDict(frozen=True)

    cores: int
    python: str
    system: str
    on: str
    load: float

    @classmethod
    def this(cls) -> Machine:
        """Before anything is measured."""
        return cls(
            cores=os.cpu_count() or 1,
            python=platform.python_version(),
            system=sys.platform,
            on=f"{datetime.now(UTC):%Y-%m-%d}",
            load=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0,
        )


class Results(BaseModel):
    """What one run found."""

    model_config = ConfigDict(frozen=True)

    machine: Machine
    figures: tuple[Figure, ...]

    def merged(self, before: Results) -> Results:
        """Figures measured again take the place of those of their word; the others stay as they were."""
        words = {figure.word for figure in self.figures}
        kept = [figure for figure in before.figures if figure.word not in words]
        return Results(machine=self.machine, figures=(*kept, *self.figures))


def read() -> Results | None:
    """Those of the last run; None before the first."""
    return Results.model_validate_json(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else None


def keep(results: Results) -> None:
    """In results.json, and in README."""
    RESULTS.write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    README.write_text(renewed(README.read_text(encoding="utf-8"), results), encoding="utf-8")


def renewed(page: str, results: Results) -> str:
    """README with the table of these results."""
    machine = results.machine
    where = (
        f"{machine.cores} cores, Python {machine.python}, {machine.system}, {machine.on}; load before: {machine.load}."
    )
    made = "\n".join(["<!-- figures -->", "", *markdown(results.figures), "", where, "", "<!-- end -->"])
    return _BLOCK.sub(lambda _: made, page)


def markdown(figures: Sequence[Figure]) -> list[str]:
    """Its lines."""
    return [_line(_HEAD), "|---|---:|---:|---:|---:|---|", *(_line(row(figure)) for figure in figures)]


def plain(figures: Sequence[Figure]) -> str:
    """For a terminal."""
    rows = [_HEAD, *(row(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in rows) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in rows)


def row(figure: Figure) -> tuple[str, ...]:
    """What stands in its cells."""
    unit = f" {figure.unit}" if figure.unit else ""
    reached = {None: "", True: "yes", False: "**no**"}[figure.reached]
    return (
        figure.what,
        "" if figure.bare is None else f"{short(figure.bare)}{unit}",
        "not measured" if figure.own is None else f"{short(figure.own)}{unit}",
        "" if figure.ratio is None else f"{short(figure.ratio)}×",
        _goal(figure),
        reached,
    )


def short(number: float) -> str:
    """Three digits, or all of a large number."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{float(f'{number:.3g}'):g}"  # noqa: PLR2004 - see above


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    unit = "×" if figure.goal.of == "ratio" else f" {figure.unit}" if figure.unit else ""
    return f"{'≥' if figure.goal.least else '≤'} {short(figure.goal.limit)}{unit}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
