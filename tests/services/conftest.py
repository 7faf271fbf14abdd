"""Real databases for tests of services."""

from __future__ import annotations

from tests.engines import database_url, db

__all__ = ["database_url", "db"]
