"""The benchmark still runs: one tiny round of what takes little. It says nothing about the figures."""

from __future__ import annotations

import pytest

from benchmarks.lab import TINY
from benchmarks.run import run

pytestmark = pytest.mark.process


async def test_a_tiny_round() -> None:
    figures = await run(["links", "digests"], TINY, lambda _: None)

    by_name = {figure.what: figure for figure in figures}
    assert {figure.word for figure in figures} == {"links", "digests", "stall"}
    assert all(figure.own > 0 for figure in figures if figure.unit)
    lost = next(figure for what, figure in by_name.items() if what.endswith("lost"))
    assert lost.own == 0
    assert lost.details["pictures"] == TINY.many_servers
    assert by_name["the same: posted twice"].own == 0
