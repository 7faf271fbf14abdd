"""What belongs to a paper besides itself: code, a video, a text, slides, data, or another paper to read first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple, get_args
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import BaseModel, ConfigDict

from bot.domain.stored_paper import StoredPaper
from bot.errors import NotUnderstood

Kind = Literal["code", "video", "blog", "slides", "data", "read first"]
KINDS: tuple[Kind, ...] = get_args(Kind)
READ_FIRST: Kind = "read first"

LINK_LENGTH = 512
MOST_RESOURCES = 50
"""Of one paper in one server."""

_UNSEEN = re.compile(r"[\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_NAME_PART = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LAST_PART = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_NOT_PUBLIC = frozenset({"localhost", "local", "internal", "localdomain", "invalid", "test", "onion"})
_LONGEST_HOST = 253
_KEPT = "%/?#@!$&'*+,;=:~._-"
"""Characters of a path that stay as they are: all that mean something in an address but brackets, which would end a
masked link (https://support.discord.com/hc/en-us/articles/210298617)."""


class Resource(BaseModel):
    """`link` is an address, but for a paper to read `first`. `user_id` is None when who added it had it deleted."""

    model_config = ConfigDict(frozen=True)

    id: int
    kind: Kind
    link: str | None
    first: StoredPaper | None
    user_id: int | None
    at: datetime


class ListClaim(NamedTuple):
    """A list that is out of date. `posting_since` is when it was first tried to post it; before this try, when
    `again`: an earlier one may have reached Discord."""

    server_id: int
    paper_number: int
    thread_id: int
    message_id: int | None
    version: int
    posting_since: datetime
    again: bool


def read_kind(text: str) -> Kind:
    """One of the kinds."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise NotUnderstood("Choose a kind: code, video, blog, slides, data, or read first.")


def check_link(typed: str) -> str:
    """The address as it is kept and shown, never fetched; raises NotUnderstood for what should not be shown as one."""
    text = typed.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if len(text) > LINK_LENGTH:
        raise NotUnderstood(
            f"A link has at most {LINK_LENGTH} characters. Use the page's own, without what comes after ?."
        )
    address = _split(text)
    host = _host(address)
    port = f":{address.port}" if address.port is not None else ""
    path = quote(address.path or "/", safe=_KEPT)
    query = f"?{quote(address.query, safe=_KEPT)}" if address.query else ""
    fragment = f"#{quote(address.fragment, safe=_KEPT)}" if address.fragment else ""
    link = f"{address.scheme}://{host}{port}{path}{query}{fragment}"
    if len(link) > LINK_LENGTH:
        raise NotUnderstood(
            f"A link has at most {LINK_LENGTH} characters, with its letters spelled out. Use a shorter one."
        )
    return link


def host_of(link: str) -> str:
    """Where a checked link leads, for the eye."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def count_words(counts: Mapping[Kind, int]) -> str:
    """`Code, 2 videos, 1 paper to read first`."""
    words = []
    for kind in KINDS:
        count = counts.get(kind, 0)
        if count:
            one, many = _WORDS[kind]
            words.append(one if count == 1 else f"{count} {many}")
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


_WORDS: dict[Kind, tuple[str, str]] = {
    "code": ("code", "code links"),
    "video": ("a video", "videos"),
    "blog": ("a blog post", "blog posts"),
    "slides": ("slides", "sets of slides"),
    "data": ("data", "data sets"),
    "read first": ("a paper to read first", "papers to read first"),
}


def _split(text: str) -> SplitResult:
    wrong = NotUnderstood("Paste a whole link, like https\\://github.com/owner/project.")
    if _UNSEEN.search(text):
        raise wrong
    try:
        address = urlsplit(text)
        _ = address.port  # raises where it is no number
    except ValueError:
        raise wrong from None
    if address.scheme not in ("http", "https") or not address.hostname:
        raise wrong
    if "@" in address.netloc or "\\" in text:
        raise NotUnderstood("That link holds a name or password before its site. Paste the plain link.")
    return address


def _host(address: SplitResult) -> str:
    """In ASCII, so that letters that only look like others are seen; a public name, no number and nothing local."""
    wrong = NotUnderstood("That link names no public site. Paste one like https\\://github.com/owner/project.")
    try:
        host = (address.hostname or "").rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        raise wrong from None
    *parts, last = host.split(".")
    named = parts and all(_NAME_PART.fullmatch(part) for part in parts) and _LAST_PART.fullmatch(last)
    if not named or last in _NOT_PUBLIC or len(host) > _LONGEST_HOST:
        raise wrong
    return host
