"""How costs grow with servers and with papers: figures, plots, and docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from benchmarks import library
from benchmarks.burst import burst
from benchmarks.digests import digests
from benchmarks.lab import Lab, Size
from benchmarks.lists import slowest
from benchmarks.plots import draw
from benchmarks.table import ROOT, Machine, short
from benchmarks.talk import one_link, says

SERVERS = (1, 10, 100, 1_000, 2_500)
PAPERS = (1_000, 10_000, 100_000)
FOLDER = ROOT / "docs" / "growth"
PAGE = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "benchmarks" / "growth.json"

_LINKS, _BURST, _MESSAGES, _CALLS = 40, 100, 1_000, 20
_WORDS = "no, either this one or that; see you at half past ten, I think"
_SIZE = Size(calls=_CALLS)


class What(NamedTuple):
    """A line of a plot. `flat`: what is done for one message, which is to cost the same everywhere."""

    name: str
    unit: str
    flat: bool


BY_SERVERS = {
    "link": What("link of a known paper → card, median", "ms", flat=True),
    "link_used": What("processor time for a message with a link", "ms", flat=True),
    "message_used": What("processor time for a message without one", "µs", flat=True),
    "memory": What("memory", "MiB", flat=False),
    "start": What("start to ready", "s", flat=False),
    "digests": What("processor time for everybody's digest", "s", flat=False),
}
BY_PAPERS = {
    "link": What("link of a known paper → card, median", "ms", flat=True),
    "link_used": What("processor time for a message with a link", "ms", flat=True),
    "memory": What("memory", "MiB", flat=False),
    "start": What("start to ready", "s", flat=False),
    "list": What("/list, p95", "ms", flat=False),
    "search": What("/search, p95", "ms", flat=False),
}

Point = dict[str, float]


class Growth(BaseModel):
    """Each point by how many servers or papers there were."""

    model_config = ConfigDict(frozen=True)

    by_servers: dict[int, Point]
    by_papers: dict[int, Point]


async def measure(
    say: Callable[[str], None], servers: Sequence[int] = SERVERS, papers: Sequence[int] = PAPERS, size: Size = _SIZE
) -> Growth:
    """Takes some minutes."""
    by_servers, by_papers = {}, {}
    async with Lab.open(size) as lab:
        for number in servers:
            say(f"measuring: {number:,} servers")
            point = await _talk(lab, servers=number, papers=1_000)
            told = await digests(Lab(lab.database().parent, size._replace(many_servers=number)))
            by_servers[number] = point | {"digests": told[0].details["processor_seconds"]}
        for number in papers:
            say(f"measuring: {number:,} papers")
            point = await _talk(lab, servers=10, papers=number)
            pages, found = await slowest(lab, number)
            by_papers[number] = point | {"list": max(pages.values()), "search": max(found.values())}
    return Growth(by_servers=by_servers, by_papers=by_papers)


async def _talk(lab: Lab, *, servers: int, papers: int) -> Point:
    database = lab.database()
    await library.fill(database, papers)
    async with lab.place("paper club", database, servers=servers) as place:
        await place.start("paper club", database)
        began = place.bot.start_seconds
        numbers = iter(range(1, papers + 1))
        took = [await one_link(place, next(numbers)) for _ in range(_LINKS)]
        with_links = await burst(place, [says(next(numbers)) for _ in range(_BURST)], answered=True)
        without = await burst(place, [_WORDS] * _MESSAGES, answered=False)
        reading = await place.bot.read()
    return {
        "link": median(took) * 1e3,
        "link_used": with_links.used_seconds / _BURST * 1e3,
        "message_used": without.used_seconds / _MESSAGES * 1e6,
        "memory": reading.memory_bytes / 2**20,
        "start": began,
    }


def keep(found: Growth, machine: Machine) -> None:
    """The figures, their plots, and the page that shows both."""
    FIGURES.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for axis, points, lines in _axes(found):
        for key, what in lines.items():
            draw(
                FOLDER / f"{axis}-{key.replace('_', '-')}.svg",
                title=f"{what.name} ({what.unit})",
                along=axis,
                points={number: point[key] for number, point in points.items()},
                flat=what.flat,
            )
    PAGE.write_text(page(found, machine), encoding="utf-8")


def page(found: Growth, machine: Machine) -> str:
    """docs/performance.md."""
    lines = [
        "# How costs grow",
        "",
        "Written by `make growth`: the real bot as its own process, the sandbox as another, on one machine. Cost may",
        "grow no faster than servers or papers do, and what one message costs not at all. The dashed line is what",
        "would just be allowed: so many times the first point as there are more of them, or the first point itself.",
        "README has the figures beside a bare bot, and docs/decisions/0018 says what they led to.",
        "",
        f"{machine.cores} cores, Python {machine.python}, {machine.system}, {machine.on}; load before: {machine.load}.",
    ]
    for axis, points, whats in _axes(found):
        lines += ["", f"## By {axis}", ""]
        lines += [f"| | {' | '.join(f'{number:,}' for number in points)} |", "|---|" + "---:|" * len(points)]
        for key, what in whats.items():
            cells = " | ".join(short(point[key]) for point in points.values())
            lines.append(f"| {what.name} ({what.unit}) | {cells} |")
        lines.append("")
        for key, what in whats.items():
            lines.append(f"![{what.name}, by {axis}](growth/{axis}-{key.replace('_', '-')}.svg)")
    return "\n".join(lines) + "\n"


def _axes(found: Growth) -> list[tuple[str, dict[int, Point], dict[str, What]]]:
    return [("servers", found.by_servers, BY_SERVERS), ("papers", found.by_papers, BY_PAPERS)]
