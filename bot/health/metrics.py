"""What Prometheus may read; docs/operating.md lists the names. No label holds a server, channel or member."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from bot.domain.papers import PaperId
from bot.sources.ports import Answer, PaperSource

_ANSWER_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 16, 32)


class Metrics:
    """All series, in a registry of their own, so that two bots in one process (as in tests) do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.loop_lag_seconds = Gauge(
            "paperclub_loop_lag_seconds", "How late the event loop's last tick was", registry=self.registry
        )
        self.log_records = Counter(
            "paperclub_log_records", "Lines logged from WARNING on", ["level"], registry=self.registry
        )
        self.source_requests = Counter(
            "paperclub_source_requests",
            "Requests to a metadata service",
            ["source", "outcome"],
            registry=self.registry,
        )
        self.source_seconds = Histogram(
            "paperclub_source_seconds",
            "How long a metadata service took to answer or fail",
            ["source"],
            buckets=_ANSWER_SECONDS,
            registry=self.registry,
        )

    def show_failures(self, failures: Callable[[], Mapping[str, int]]) -> None:
        """Reads how often each metadata service has failed in a row, over all processes, whenever somebody looks."""
        gauge = Gauge(
            "paperclub_source_failures",
            "Failures of a metadata service since its last answer; from 3 on nobody waits for it",
            ["source"],
            registry=self.registry,
        )

        def failures_of(source: str) -> float:
            return failures()[source]

        for source in failures():
            gauge.labels(source).set_function(partial(failures_of, source))

    def show_latency(self, latency_seconds: Callable[[], float]) -> None:
        """Reads the gateway's heartbeat, in seconds, whenever somebody looks."""
        gauge = Gauge(
            "paperclub_gateway_latency_seconds",
            "Discord's answer time to the slowest shard's last heartbeat",
            registry=self.registry,
        )
        gauge.set_function(latency_seconds)


class LogCounter(logging.Handler):
    """Counts warnings and worse, so that one alert covers every failure that is logged."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._records = metrics.log_records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.labels(record.levelname).inc()


class MeasuredSource:
    """A source whose requests are counted and timed; otherwise the source itself."""

    def __init__(self, source: PaperSource, metrics: Metrics) -> None:
        self._source = source
        self._metrics = metrics
        self.name = source.name
        self.schemes = source.schemes
        self.batch = source.batch
        self.pause_seconds = source.pause_seconds
        self.timeout_seconds = source.timeout_seconds
        self.surely_exists = source.surely_exists

    async def fetch(self, ids: Sequence[PaperId]) -> Answer:
        """As the source's own; raises SourceFailed."""
        outcome = "failed"
        begun = time.perf_counter()
        try:
            answer = await self._source.fetch(ids)
            outcome = "doubtful" if answer.doubtful else "answered"
            return answer
        finally:
            self._metrics.source_seconds.labels(self.name).observe(time.perf_counter() - begun)
            self._metrics.source_requests.labels(self.name, outcome).inc()

    async def close(self) -> None:
        """Closes the source."""
        await self._source.close()
