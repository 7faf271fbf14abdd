"""Thousands of servers over four processes: `make shards`. One process is killed and replaced while all digests are
due. Prints what it cost, and what was lost or came twice."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.storage.migrate import migrate
from tests.engines import postgres_url
from tests.process.shard_town import SHARDS, replies_to
from tests.shards.city import City
from tests.shards.figures import Connections, connect, cpu_seconds, memory_mib

SILENT_MESSAGES = 5000
UNKNOWN = 100
WAVE = 100
KILLED = 2
_MS = 1000


class Report:
    """Lines as they come, and what must be nothing."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._began = time.monotonic()

    def say(self, what: str, figure: str) -> None:
        sys.stdout.write(f"{time.monotonic() - self._began:6.0f} s  {what:<58} {figure}\n")
        sys.stdout.flush()

    def must_be(self, what: str, number: int, wanted: int = 0) -> None:
        self.say(what, str(number))
        if number != wanted:
            self.problems.append(f"{what}: {number}")


async def start(city: City, report: Report) -> None:
    """All processes at once."""
    seconds = await asyncio.gather(*map(city.start, range(SHARDS)))
    report.say("start of four processes at once to listening, each", spread(seconds, "s"))
    report.say("memory of each process with its servers", memory(city))


async def silent_messages(city: City, report: Report) -> None:
    """Messages without a link, as nearly all are."""
    before = cpu(city)
    for number in range(SILENT_MESSAGES):
        await city.post(city.clubs[number % len(city.clubs)], "I agree with what was said")
        if number % 100 == 0:
            await asyncio.sleep(0)
    await city.heard()
    used = cpu(city) - before
    report.say("a message without a link, processor time", f"{used / SILENT_MESSAGES * _MS:.2f} ms")
    report.say("so many of them a second on one core", f"{SILENT_MESSAGES / used:.0f}")


async def unknown_papers(city: City, report: Report) -> None:
    """In servers of all shards at once."""
    asked = len(city.arxiv.requests)
    messages = [
        await city.post(club, f"https://arxiv.org/abs/{paper}")
        for club, paper in zip(city.clubs, city.papers[:UNKNOWN], strict=False)
    ]
    seconds = await city.answered(messages)
    report.say(f"{len(messages)} unknown papers at once to the last card", f"{seconds:.1f} s")
    report.say("requests to arXiv for them", str(len(city.arxiv.requests) - asked))
    report.must_be("requests against arXiv's terms", len(city.arxiv.violations))


async def known_papers(city: City, report: Report) -> None:
    """One link in each server, about as many at once as Discord takes cards in two seconds."""
    before, link = cpu(city), f"https://arxiv.org/abs/{city.papers[0]}"
    messages, seconds = [], 0.0
    for first in range(0, len(city.clubs), WAVE):
        wave = [await city.post(club, link) for club in city.clubs[first : first + WAVE]]
        seconds += await city.answered(wave)
        messages += wave
    used = cpu(city) - before
    report.say("a card in each server, so many a second", f"{len(messages) / seconds:.0f}")
    report.say("a card, processor time", f"{used / len(messages) * _MS:.1f} ms")
    report.must_be("cards twice", sum(len(replies_to(message)) > 1 for message in messages))
    report.say("memory of each process after it", memory(city))


async def digests(city: City, report: Report, connections: Connections) -> None:
    """All due in the same minute; one process dies when a quarter is posted."""
    at = await city.plan_digests()
    async with connections:
        await city.until_true(lambda: city.clock.now() >= at)
        before = cpu(city)
        await city.until_true(lambda: city.digests_posted()[1] > len(city.clubs) / 4)
        used_by_dead = cpu_seconds(city.processes[KILLED].pid)
        await city.kill(KILLED)
        report.say("killed one with so many digests posted", str(city.digests_posted()[1]))
        cut_off = [club for club in city.clubs if club.shard == KILLED][:50]
        missed = [await city.post(club, f"https://arxiv.org/abs/{city.papers[1]}") for club in cut_off]
        report.say("start of its successor until it has read what it missed", f"{await city.start(KILLED):.1f} s")
        await city.until("SELECT count(*) FROM occurrence WHERE due_at = $1 AND state = 'due'", 0, at)
        await city.answered(missed)
        await city.heard()
        used = cpu(city) + used_by_dead - before
    seconds = (city.clock.now() - at).total_seconds()
    counts = city.digests_posted()
    report.say("digests due in the same minute, to the last one", f"{seconds:.0f} s")
    report.say("a digest, processor time", f"{used / len(city.clubs) * _MS:.1f} ms")
    report.must_be("digests posted", counts[1], len(city.clubs))
    report.must_be("digests lost", counts[0])
    report.must_be("digests twice", sum(number for times, number in counts.items() if times > 1))
    report.must_be("cards of the dead process's servers lost", sum(not replies_to(message) for message in missed))
    report.must_be("and twice", sum(len(replies_to(message)) > 1 for message in missed))


def cpu(city: City) -> float:
    """Of all processes that are alive."""
    return sum(cpu_seconds(process.pid) for process in city.processes.values())


def memory(city: City) -> str:
    """Of each."""
    return spread([memory_mib(process.pid) for process in city.processes.values()], "MiB")


def spread(numbers: list[float] | tuple[float, ...], unit: str) -> str:
    """All of them, sorted."""
    return " ".join(f"{number:.1f}" for number in sorted(numbers)) + f" {unit}"


async def live(servers: int, folder: Path) -> list[str]:
    """What went wrong."""
    report = Report()
    url = postgres_url("postgres")
    socket_folder = url.partition("host=")[2].replace("%2F", "/")
    await migrate(url)
    looking = await connect(socket_folder, "postgres")
    city = City(folder, url, looking, servers=servers, shards=SHARDS)
    by_shard = Counter(club.shard for club in city.clubs)
    report.say("servers of each shard", spread([float(number) for number in by_shard.values()], ""))
    try:
        async with city.sandbox, city.arxiv:
            connections = Connections(socket_folder, "postgres")
            async with connections:
                await start(city, report)
                await silent_messages(city, report)
                await unknown_papers(city, report)
                await known_papers(city, report)
            await digests(city, report, connections)
            report.say("database connections of four processes, at most", str(connections.most))
            report.say("memory of each process in the end", memory(city))
            report.say('answers "too many requests" from Discord', str(city.refused))
            report.must_be("other refusals, an IDENTIFY too soon among them", len(city.sandbox.violations))
            await city.end()
    finally:
        await city.end()
        await looking.close()
    output = "".join(process.output for process in city.ended)
    report.must_be("tracebacks in the logs", output.count("Traceback"))
    return report.problems + [str(violation) for violation in city.sandbox.violations[:20]]


def main() -> int:
    """0 when nothing was lost and nothing came twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.shards", description=__doc__)
    parser.add_argument("--servers", type=int, default=2500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="paper-club-") as folder:
        problems = asyncio.run(live(given.servers, Path(folder)))
    sys.stdout.write(
        "".join(f"{problem}\n" for problem in ["", *problems]) if problems else "\nnothing lost, nothing twice\n"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
