"""Buckets of requests, with the headers that tell of them (developers/topics/rate-limits).

Discord publishes no numbers; these are what its answers have long shown for the routes that a bot uses most, and
something generous for the rest. Measured in real time, since that is what a client waits in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

GLOBAL_PER_SECOND = 50


class Limit(NamedTuple):
    requests: int
    seconds: float


_MESSAGES = "/channels/{channel_id}/messages"
_LIMITS: dict[tuple[str, str], Limit] = {
    ("POST", _MESSAGES): Limit(5, 5),
    ("PATCH", _MESSAGES + "/{message_id}"): Limit(5, 5),
    ("DELETE", _MESSAGES + "/{message_id}"): Limit(5, 1),
    ("PUT", _MESSAGES + "/{message_id}/reactions/{emoji}/@me"): Limit(1, 0.25),
    ("DELETE", _MESSAGES + "/{message_id}/reactions/{emoji}/@me"): Limit(1, 0.25),
    ("POST", "/webhooks/{application_id}/{token}"): Limit(5, 2),
    ("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}"): Limit(5, 2),
    ("POST", "/channels/{channel_id}/typing"): Limit(5, 5),
    ("PATCH", "/channels/{channel_id}"): Limit(5, 20),
}
_OTHERS = Limit(30, 1)
_MAJOR = ("channel_id", "guild_id", "token")
"""The parts of an address that have buckets of their own."""
_ANSWERS = "/webhooks/{application_id}/"
"""Not bound to the global limit, as little as the first answer to an interaction
(developers/interactions/receiving-and-responding#endpoints)."""


@dataclass
class Bucket:
    limit: Limit
    name: str
    used: int = 0
    resets_at: float = 0.0


class Verdict(NamedTuple):
    """`wait` is None when the request may pass, otherwise the seconds until it may."""

    headers: dict[str, str]
    wait: float | None
    is_global: bool = False


class RateLimits:
    """Counts every request of the bot."""

    def __init__(self) -> None:
        self.enabled = True
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._second = 0
        self._in_second = 0

    def count(self, method: str, template: str, parameters: dict[str, str]) -> Verdict:
        """Takes one request into account."""
        now = time.monotonic()
        if template.startswith("/interactions/"):
            return Verdict({}, None)  # no bucket either
        if not template.startswith(_ANSWERS) and self._over_global(now):
            return Verdict({"X-RateLimit-Global": "true"}, 1 - now % 1, is_global=True)
        bucket = self._bucket(method, template, parameters)
        if now >= bucket.resets_at:
            bucket.used, bucket.resets_at = 0, now + bucket.limit.seconds
        wait = bucket.resets_at - now
        if bucket.used == bucket.limit.requests:
            return Verdict(_headers(bucket, wait), wait)
        bucket.used += 1
        return Verdict(_headers(bucket, wait), None)

    def _over_global(self, now: float) -> bool:
        if int(now) != self._second:
            self._second, self._in_second = int(now), 0
        self._in_second += 1
        return self._in_second > GLOBAL_PER_SECOND

    def _bucket(self, method: str, template: str, parameters: dict[str, str]) -> Bucket:
        major = tuple(parameters.get(name, "") for name in _MAJOR)
        key = (method, template, *major)
        if key not in self._buckets:
            name = sha256(f"{method} {template}".encode()).hexdigest()[:32]
            self._buckets[key] = Bucket(_LIMITS.get((method, template), _OTHERS), name)
        return self._buckets[key]


def _headers(bucket: Bucket, wait: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(bucket.limit.requests),
        "X-RateLimit-Remaining": str(bucket.limit.requests - bucket.used),
        "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": bucket.name,
    }
