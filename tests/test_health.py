from __future__ import annotations

import asyncio
import itertools
import logging
import math
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.domain.papers import PaperId
from bot.health import __main__ as asking
from bot.health import site as health_site
from bot.health.metrics import LogCounter, MeasuredSource, Metrics
from bot.health.site import Check, HealthSite, gateway_problem
from bot.settings import SettingsError
from bot.sources.ports import Answer, SourceFailed


async def well() -> str | None:
    return None


async def ill() -> str | None:
    return "not connected"


@asynccontextmanager
async def site(
    checks: Mapping[str, Check],
    *,
    metrics: Metrics | None = None,
    monotonic: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[HealthSite]:
    started = HealthSite(host="127.0.0.1", port=0, checks=checks, metrics=metrics or Metrics(), monotonic=monotonic)
    await started.start()
    try:
        yield started
    finally:
        await started.close()


async def get(started: HealthSite, path: str) -> tuple[int, str]:
    host, port = started.address
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as response:
        return response.status, await response.text()


async def test_ready_when_every_check_passes() -> None:
    async with site({"gateway": well, "database": well}) as started:
        assert await get(started, "/readyz") == (200, '{"gateway": "ok", "database": "ok"}')


async def test_unready_names_what_is_wrong() -> None:
    async with site({"gateway": ill, "database": well}) as started:
        assert await get(started, "/readyz") == (503, '{"gateway": "not connected", "database": "ok"}')


async def test_a_check_that_breaks_or_hangs_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health_site, "CHECK_SECONDS", 0.01)

    async def broken() -> str | None:
        raise RuntimeError("secret address")

    async def hanging() -> str | None:
        await asyncio.Event().wait()
        return None

    async with site({"broken": broken, "hanging": hanging}) as started, asyncio.timeout(20):
        status, text = await get(started, "/readyz")

    assert status == 503
    assert "failed, see the log" in text
    assert "no answer within" in text
    assert "secret address" not in text
    assert "secret address" in caplog.text


async def test_alive_until_the_loop_has_not_ticked_for_half_a_minute() -> None:
    now = 100.0
    async with site({}, monotonic=lambda: now) as started:
        now = 130.0
        assert await get(started, "/livez") == (200, "ok")
        now = 131.0
        assert await get(started, "/livez") == (503, "no tick for 31 s")


async def test_each_tick_keeps_it_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_site, "TICK_SECONDS", 0.0)
    now = 0.0
    async with site({}, monotonic=lambda: now) as started:
        now = 1_000.0
        assert await get(started, "/livez") == (200, "ok")


async def test_a_late_tick_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_site, "TICK_SECONDS", 0.0)
    readings = itertools.count(step=40.0)
    async with site({}, monotonic=lambda: next(readings)) as started:
        _, text = await get(started, "/metrics")
    assert "paperclub_loop_lag_seconds 40.0\n" in text


async def test_metrics_are_in_prometheus_own_form() -> None:
    metrics = Metrics()
    metrics.show_latency(lambda: 0.25)
    async with site({}, metrics=metrics) as started:
        status, text = await get(started, "/metrics")

    assert status == 200
    assert "paperclub_gateway_latency_seconds 0.25\n" in text
    assert "process_resident_memory_bytes" in text


async def test_a_taken_port_is_a_wrong_setting() -> None:
    async with site({}) as first:
        host, port = first.address
        second = HealthSite(host=host, port=port, checks={}, metrics=Metrics())
        with pytest.raises(SettingsError, match=f"HTTP_PORT {port} of HTTP_HOST {host} must be free"):
            await second.start()
        await second.close()


async def test_nothing_listens_after_closing() -> None:
    async with site({}) as started:
        host, port = started.address

    with socket.socket() as free:
        assert free.connect_ex((host, port)) != 0
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "health-tick"]


@pytest.mark.parametrize(
    ("ready", "latencies", "problem"),
    [
        (True, [0.1, 59.9], None),
        (False, [0.1], "not connected"),
        (True, [0.1, 61.0], "heartbeat 61 s late"),
        (True, [math.inf], "heartbeat unanswered"),
        (True, [math.nan], "heartbeat unanswered"),
        (True, [0.1, math.nan], "heartbeat unanswered"),
        (True, [], "heartbeat unanswered"),
    ],
)
def test_what_is_wrong_with_the_gateway(ready: bool, latencies: Sequence[float], problem: str | None) -> None:
    assert gateway_problem(ready=ready, latencies=latencies) == problem


async def test_docker_asks_and_gets_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for checks, code, words in (({"gateway": well}, 0, '"ok"'), ({"gateway": ill}, 1, "not connected")):
        async with site(checks) as started:
            monkeypatch.setenv("HTTP_HOST", "127.0.0.1")
            monkeypatch.setenv("HTTP_PORT", str(started.address[1]))
            # A proxy of the machine's has no business here.
            monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
            assert await asyncio.to_thread(asking.main) == code
        assert words in capsys.readouterr().out

    assert asking.main() == 1, "nothing listens there any more"
    assert "no answer at http://127.0.0.1:" in capsys.readouterr().out


def test_docker_has_nothing_to_ask_where_health_is_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_PORT", "")

    assert asking.main() == 0
    assert "HTTP_PORT is not set" in capsys.readouterr().out


class Source:
    """Answers with what it was given, or fails with it."""

    name = "arxiv"
    schemes = frozenset({"arxiv"})
    batch = 100
    pause_seconds = 3.0
    timeout_seconds = 20.0
    surely_exists = PaperId("arxiv", "1706.03762")
    closed = False

    def __init__(self, *outcomes: Answer | Exception) -> None:
        self._outcomes = list(outcomes)

    async def fetch(self, ids: Sequence[PaperId]) -> Answer:
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        self.closed = True


async def test_requests_to_a_source_are_counted_by_outcome() -> None:
    metrics = Metrics()
    inner = Source(Answer({}), Answer({}, doubtful=True), SourceFailed("did not answer in time"))
    source = MeasuredSource(inner, metrics)

    assert await source.fetch([source.surely_exists]) == Answer({})
    await source.fetch([])
    with pytest.raises(SourceFailed):
        await source.fetch([])
    await source.close()

    def requests(outcome: str) -> float | None:
        return metrics.registry.get_sample_value(
            "paperclub_source_requests_total", {"source": "arxiv", "outcome": outcome}
        )

    assert [requests(outcome) for outcome in ("answered", "doubtful", "failed")] == [1, 1, 1]
    assert metrics.registry.get_sample_value("paperclub_source_seconds_count", {"source": "arxiv"}) == 3
    assert inner.closed


def test_failures_in_a_row_are_read_when_somebody_looks() -> None:
    metrics, failures = Metrics(), {"arxiv": 0}
    metrics.show_failures(lambda: failures)
    failures["arxiv"] = 3
    assert metrics.registry.get_sample_value("paperclub_source_failures", {"source": "arxiv"}) == 3


def test_warnings_and_worse_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    counter = LogCounter(metrics)
    logger = logging.getLogger("bot.test.counted")
    logger.addHandler(counter)
    monkeypatch.setattr(logger, "propagate", False)

    logger.info("well")
    logger.warning("hm")
    logger.error("no")
    logger.error("no")
    logger.removeHandler(counter)

    def lines(level: str) -> float | None:
        return metrics.registry.get_sample_value("paperclub_log_records_total", {"level": level})

    assert [lines(level) for level in ("INFO", "WARNING", "ERROR")] == [None, 1, 2]


def test_no_label_can_hold_a_server_or_a_member() -> None:
    labels = {
        name
        for metric in (Metrics().log_records, Metrics().source_requests, Metrics().source_seconds)
        for name in metric._labelnames  # prometheus-client shows them nowhere else
    }
    assert labels == {"level", "source", "outcome"}
