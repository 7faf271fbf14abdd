"""The real arxiv package, aimed at a local arXiv."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import arxiv  # type: ignore[import-untyped]  # the package publishes no types
import requests

CONTACT = {"User-Agent": "paper-club tests (mailto:tests@example.org)"}


async def fetch(
    url: str, ids: Sequence[str] = (), *, search: str = "", sort_by: arxiv.SortCriterion | None = None
) -> list[arxiv.Result]:
    """One request, by the library that the bot uses, in a thread since it blocks."""
    return await asyncio.to_thread(
        _fetch, url, arxiv.Search(search, list(ids), 100, sort_by or arxiv.SortCriterion.Relevance)
    )


def _fetch(url: str, search: arxiv.Search) -> list[arxiv.Result]:
    client = arxiv.Client(page_size=100, delay_seconds=0, num_retries=0)
    client.query_url_format = url + "?{}"
    with client._session:  # its sockets are closed only with the session, which has no public name
        return list(client.results(search))


async def get(url: str, headers: dict[str, str] = CONTACT, seconds: float = 5.0, **query: str) -> requests.Response:
    """A plain request, for what the library hides: status, headers, bytes."""
    return await asyncio.to_thread(_get, url, headers, seconds, query)


def _get(url: str, headers: dict[str, str], seconds: float, query: dict[str, str]) -> requests.Response:
    with requests.Session() as session:
        return session.get(url, params=query, headers=headers, timeout=seconds)
