"""The benchmark still runs: one tiny round of what takes little. It says nothing about the figures."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import run as all_of_them
from benchmarks.figure import Figure
from benchmarks.lab import TINY, Lab
from benchmarks.run import run
from benchmarks.table import row

pytestmark = pytest.mark.process


async def test_a_tiny_round() -> None:
    figures = await run(["links", "digests"], TINY, lambda _: None)

    by_name = {figure.what: figure for figure in figures}
    assert {figure.word for figure in figures} == {"links", "digests", "stall"}
    assert all(figure.own is not None and figure.own > 0 for figure in figures if figure.unit)
    lost = next(figure for what, figure in by_name.items() if what.endswith("lost"))
    assert lost.own == 0
    assert lost.details["pictures"] == TINY.many_servers
    assert by_name["the same: posted twice"].own == 0


async def test_what_fails_is_a_row_and_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_lab: Lab) -> list[Figure]:
        raise RuntimeError("the bot ended:\nits log")

    async def hang(_lab: Lab) -> list[Figure]:
        await asyncio.Event().wait()
        return []

    async def work(_lab: Lab) -> list[Figure]:
        return [Figure(word="work", what="what works", own=1)]

    monkeypatch.setattr(all_of_them, "MEASURES", {"fail": fail, "hang": hang, "work": work})
    monkeypatch.setattr(all_of_them, "_LIMIT_SECONDS", 0)
    figures = await run(["fail", "hang", "work"], TINY, lambda _: None)

    assert [(figure.what, figure.own, figure.reached) for figure in figures] == [
        ("fail: the bot ended:", None, False),
        ("hang: took longer than 0 s", None, False),
        ("what works", 1, None),
    ]
    assert row(figures[0])[2] == "not measured"
