"""The network side of the `arxiv` package: it sets no timeout, follows where it is sent, throws the body of a
refusal away and takes any page for an empty feed. This adapter sits in its session and puts that right.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter

from bot.sources.arxiv_feed import FeedFacts, inspect
from bot.sources.ports import SourceFailed

MAX_BODY_BYTES = 32 * 2**20
"""A hundred papers with two thousand authors each stay below this."""

_CONNECT_SECONDS = 5.0
_CHUNK_BYTES = 2**16
_LONGEST_RETRY_AFTER = 24 * 3600.0


class SecondPage(Exception):
    """The package wants another page; one answer is one request."""


class OneAnswerAdapter(HTTPAdapter):
    """Lets one request through after each `begin`, and only a whole feed of arXiv's back.

    Everything but `hang_up` runs in the thread that does the requests.
    """

    def __init__(self, user_agent: str, timeout_seconds: float) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        self._user_agent = user_agent
        self._timeout = (min(_CONNECT_SECONDS, timeout_seconds), timeout_seconds)
        self._connection: urllib3.connection.HTTPConnection | None = None
        self._sent = False
        self.facts: FeedFacts | None = None

    def begin(self) -> None:
        """A new request may go out."""
        self._sent = False
        self.facts = None

    def hang_up(self) -> None:
        """Makes the request under way fail now; from any thread. Does nothing before it is connected."""
        connection = self._connection
        sock = None if connection is None else connection.sock
        if sock is not None:
            with suppress(OSError):  # closed meanwhile
                # not SSLSocket.shutdown, which takes the TLS state away under the thread that reads
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def send(  # noqa: PLR0917 - the signature is requests'
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Called by the session. Raises SourceFailed for everything that is no answer."""
        if self._sent:
            raise SecondPage
        self._sent = True
        request.headers["User-Agent"] = self._user_agent
        try:
            response = super().send(
                request, stream=True, timeout=self._timeout, verify=verify, cert=cert, proxies=proxies
            )
            with response:
                body = _read(response)
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise SourceFailed("did not answer in time") from error
        except urllib3.exceptions.HTTPError as error:
            raise SourceFailed("cut its answer off") from error
        except requests.RequestException as error:
            raise SourceFailed("could not be reached or hung up") from error
        self.facts = _check(response, body)
        response.raw = BytesIO(body)
        return response

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> urllib3.HTTPConnectionPool:
        """Called by `send`; keeps hold of the connection for `hang_up`."""
        pool = cast(
            "urllib3.HTTPConnectionPool", super().get_connection_with_tls_context(request, verify, proxies, cert)
        )
        connect: Any = type(pool).ConnectionCls

        def connect_and_note(*args: Any, **options: Any) -> Any:
            self._connection = connect(*args, **options)
            return self._connection

        pool.ConnectionCls = connect_and_note  # type: ignore[assignment]  # is only ever called, like the class
        return pool


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=True):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise SourceFailed("sent more than any answer has")
    return bytes(body)


def _check(response: requests.Response, body: bytes) -> FeedFacts:
    status = response.status_code
    if status == HTTPStatus.OK:
        return inspect(body)
    if status == HTTPStatus.BAD_REQUEST:
        with suppress(SourceFailed):
            facts = inspect(body)
            if facts.refused:
                return facts
    raise SourceFailed(
        f"answered HTTP {status}",
        throttled=status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE},
        retry_after=retry_after(response.headers),
        status=status,
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3); None when nothing usable was said."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal():
        return min(float(said), _LONGEST_RETRY_AFTER)
    until = _http_date(said)
    if until is None:
        return None
    # against the server's own clock, so that a wrong one on either side does not matter
    now = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_RETRY_AFTER)


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
