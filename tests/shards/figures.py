"""What a process costs, as the system and PostgreSQL see it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncpg

_TICKS = os.sysconf("SC_CLK_TCK")
_SAMPLE_SECONDS = 0.5
_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database() AND application_name = ''
"""
OWN_NAME = "shards"
"""By which connections of this program are told from the bots'."""


def cpu_seconds(pid: int) -> float:
    """Processor time of one process so far (proc(5), stat: utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mib(pid: int) -> float:
    """What of one process is in memory now, with what it shares with others (proc(5), status: VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def connect(socket_folder: str, database: str) -> asyncpg.Connection:
    """A connection that is not counted as one of the bots'."""
    return await asyncpg.connect(
        host=socket_folder, user="postgres", database=database, server_settings={"application_name": OWN_NAME}
    )


class Connections:
    """Counts the bots' database connections until the block ends. `most` is the highest count."""

    def __init__(self, socket_folder: str, database: str) -> None:
        self._socket_folder, self._database = socket_folder, database
        self.most = 0

    async def __aenter__(self) -> Connections:
        self._conn = await connect(self._socket_folder, self._database)
        self._sampling = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sampling.cancel()
        await asyncio.gather(self._sampling, return_exceptions=True)
        await self._conn.close()

    async def _sample(self) -> None:
        while True:
            self.most = max(self.most, await self._conn.fetchval(_CONNECTIONS))
            await asyncio.sleep(_SAMPLE_SECONDS)
