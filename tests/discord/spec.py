"""Checks every body that the bot sent against Discord's own description of its API, where that is at hand."""

from __future__ import annotations

import functools
from pathlib import Path

from sandbox.openapi import SpecChecker
from sandbox.server import Sandbox

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "data" / "discord-openapi.json"


@functools.cache
def checker() -> SpecChecker | None:
    """None on a machine without the description; the sandbox's own rules still hold there."""
    return SpecChecker(DESCRIPTION) if DESCRIPTION.exists() else None


def spec_problems(sandbox: Sandbox) -> list[str]:
    """What Discord's description says against the requests of a test."""
    spec = checker()
    if spec is None:
        return []
    return [
        f"{request.method} {request.path}: {problem}"
        for request in sandbox.requests
        if request.body is not None
        for problem in spec.request_problems(request.method, request.path, request.body)
    ]
