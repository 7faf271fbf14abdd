"""Every storage test runs on both engines."""

from tests.engines import database_url, db, empty_database_url

__all__ = ["database_url", "db", "empty_database_url"]
