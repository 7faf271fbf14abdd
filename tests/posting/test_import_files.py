"""Files are fetched from Discord alone."""

from __future__ import annotations

import pytest
from discord.http import Route

from bot.posting.imports import is_discords


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.bib?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.bib", True),
        ("http://cdn.discordapp.com/attachments/1/2/a.bib", False),
        ("https://cdn.discordapp.com:8443/a", False),
        ("https://cdn.discordapp.com.example.org/a", False),
        ("https://cdn.discordapp.com@example.org/a", False),
        ("https://example.org/cdn.discordapp.com", False),
        ("http://127.0.0.1:8123/attachments/1/2/a.bib", True),
        ("http://127.0.0.1:8124/attachments/1/2/a.bib", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("/attachments/1", False),
        ("", False),
    ],
)
def test_only_discords_hosts_and_the_one_that_stands_in(
    monkeypatch: pytest.MonkeyPatch, url: str, *, allowed: bool
) -> None:
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:8123/api/v10")
    assert is_discords(url) is allowed
