"""Lines that people really wrote, with papers as arXiv really describes them, through the whole bot as a process."""

from __future__ import annotations

import gzip
import itertools
import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.domain.latex import readable
from sandbox.state.message import Message
from tests.domain.discord_markdown import shown
from tests.process.town import Town, replies_to, titles

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LINES, RECORDS = DATA / "links-dev.jsonl", DATA / "arxiv-metadata.jsonl.gz"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not (LINES.exists() and RECORDS.exists()), reason="the recorded lines and papers are not here"),
]

ONE_PAPER, NO_PAPER = 36, 24
TOGETHER = (2, 3, 4, 6)
"""So many of the lines as one message: as many cards up to four, above that a list."""

MOST_CARDS = 4
SHORTEST_CUT = 60
"""So much of a title stands even in a list."""

CHANNELS = 14
"""Discord takes five messages in five seconds in each."""


class Line(NamedTuple):
    """What somebody wrote, and the arXiv ids in it in order."""

    text: str
    ids: tuple[str, ...]


async def test_lines_that_people_wrote(town: Town) -> None:
    records, lines = _records(), _lines()
    chosen = _one_paper(lines, records)[:ONE_PAPER]
    several = _together(lines, records)
    without = [Line(line["text"], ()) for line in lines if _tempting(line)][:NO_PAPER]
    for paper_id in {paper_id for line in [*chosen, *several] for paper_id in line.ids}:
        town.arxiv.add(records[paper_id])
    channels = [town.guild.add_channel(f"papers-{number}") for number in range(CHANNELS)]
    await town.run()
    places = itertools.cycle(channels)

    posted: list[tuple[Line, Message]] = []
    for burst in (chosen[::2], [*chosen[1::2], *several]):
        now = [(line, await town.ada.post(next(places), line.text)) for line in burst]
        for line in without[: NO_PAPER // 2]:
            await town.ada.post(next(places), line.text)
        without = without[NO_PAPER // 2 :]
        for _, message in now:
            await town.reply_to(message)
        posted += now
    for line, message in posted:
        await town.sandbox.until(
            lambda line=line, message=message: _papers(message) == len(line.ids),  # type: ignore[misc]  # bound at once
            what=f"{len(line.ids)} cards for {line.text!r}",
        )
    await town.sandbox.settled()

    assert [line.text for line, message in posted if len(replies_to(message)) != 1] == []
    assert len([message for channel in channels for message in channel.by_bot()]) == len(posted)
    for line, message in posted:
        [reply] = replies_to(message)
        read = shown(reply.text).text
        named = [_title(records[paper_id]) for paper_id in line.ids]
        if len(line.ids) <= MOST_CARDS:
            assert [shown(title).text for title in titles(reply)] == named, line.text
        assert [title for title in named if title[:SHORTEST_CUT] not in read] == [], line.text
        assert [i for i in line.ids if records[i]["authors"][0] not in read] == [], line.text
    assert not [message for _, message in posted if message.reactions]
    assert len(town.arxiv.requests) <= 4


def _records() -> dict[str, Any]:
    with gzip.open(RECORDS, "rt", encoding="utf-8") as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


def _lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]


def _arxiv_ids(line: dict[str, Any]) -> tuple[str, ...]:
    found = (paper["id"].removeprefix("arxiv:") for paper in line["expected"] if paper["type"] == "arxiv")
    return tuple(dict.fromkeys(found))


def _one_paper(lines: list[dict[str, Any]], records: dict[str, Any]) -> list[Line]:
    """Different papers, one of each way to link and place in the text after the other."""
    kinds: dict[tuple[str, str], list[Line]] = defaultdict(list)
    seen: set[str] = set()
    for line in lines:
        ids = _arxiv_ids(line)
        optional = any(paper.get("optional") for paper in line["expected"])
        if len(ids) == 1 and ids[0] in records and ids[0] not in seen and not optional:
            paper = next(paper for paper in line["expected"] if paper["type"] == "arxiv")
            kinds[paper["via"], paper["context"]].append(Line(line["text"], ids))
            seen.add(ids[0])
    turns = itertools.zip_longest(*kinds.values())
    return [line for turn in turns for line in turn if line is not None]


def _together(lines: list[dict[str, Any]], records: dict[str, Any]) -> list[Line]:
    """Messages with several papers, from the lines that are not used one by one, as far as Discord takes the text."""
    rest = [line for line in _one_paper(lines, records)[ONE_PAPER:] if len(line.text) < 300]
    made = []
    for count in TOGETHER:
        part, rest = rest[:count], rest[count:]
        made.append(Line("\n\n".join(line.text for line in part), tuple(i for line in part for i in line.ids)))
    return made


def _tempting(line: dict[str, Any]) -> bool:
    """No paper in it, but something that a careless reader would take for one."""
    return not line["expected"] and ("http" in line["text"] or "arxiv" in line["text"].lower())


def _title(record: dict[str, Any]) -> str:
    return unicodedata.normalize("NFC", " ".join(readable(record["title"]).split()))


def _papers(message: Message) -> int:
    """How many papers the reply shows."""
    return sum(len([b for b in reply.buttons if b.label == "Save"]) for reply in replies_to(message))
