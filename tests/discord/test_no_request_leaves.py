"""An address that a member writes is read, never asked: no connection goes anywhere but to Discord and to arXiv as they
are configured, whatever the address looks like.

A file's own address is not the member's: Discord gives it along with the command, over a connection that the bot
opened. It is checked all the same. Files are read in a process of their own, which the guard here does not see; it gets
bytes and gives back ids.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import yarl

from sandbox.clock import VirtualClock
from sandbox.community import Community
from tests.discord.papers import ATTENTION, titles

PAPER = "abs/1706.03762"
ELSEWHERE = (
    f"http://127.0.0.1/{PAPER}",
    f"http://127.0.0.1:22/{PAPER}",
    f"http://localhost/{PAPER}",
    f"http://[::1]/{PAPER}",
    f"http://0x7f000001/{PAPER}",
    f"http://2130706433/{PAPER}",
    f"http://127.1/{PAPER}",
    f"http://10.0.0.1/{PAPER}",
    f"http://metadata.google.internal/{PAPER}",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials",
    f"http://169.254.169.254/{PAPER}",
    "file:///etc/passwd",
    f"file:///{PAPER}",
    f"gopher://169.254.169.254:6379/_{PAPER}",
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "dict://127.0.0.1:11211/stat",
    f"https://arxiv.org.evil.example/{PAPER}",
    f"https://evil-arxiv.org/{PAPER}",
    f"https://notarxiv.org/{PAPER}",
    f"https://arxiv.org@evil.example/{PAPER}",
    f"https://arxiv.org:443@evil.example/{PAPER}",
    f"https://arxiv.org%2eevil.example/{PAPER}",
    f"https://arxiv.org%2f.evil.example/{PAPER}",
    f"https://\u0430rxiv.org/{PAPER}",
    f"https://xn--rxiv-53d.org/{PAPER}",
    f"https://arxiv。org.evil.example/{PAPER}",
    f"https://arxiv.org\u2024evil.example/{PAPER}",
    f"https://evil.example/?next=arxiv.org/{PAPER}",
    f"https://evil.example#arxiv.org/{PAPER}",
    f"//evil.example/{PAPER}",
)
"""None names a paper: no card, and arXiv is not asked either."""

MAYBE = (
    f"https://arxiv.org./{PAPER}",
    f"https://arxiv.org:8443/{PAPER}",
    f"https://evil.example@arxiv.org/{PAPER}",
    f"https://evil.example\\@arxiv.org/{PAPER}",
    f"https://arxiv.org\\@evil.example/{PAPER}",
    f"https://arxiv.org/%61bs%2f..%2f{PAPER}",
    f"https://arxiv.org/{PAPER}/../../@evil.example",
    f"ftp://arxiv.org/{PAPER}",
    f"gopher://arxiv.org/{PAPER}",
    f"https://arxiv.org/{PAPER}?url=http://169.254.169.254/",
    f"https://evil.example/https://arxiv.org/{PAPER}",
    f"HTTPS://ARXIV.ORG/{PAPER}#@evil.example",
    "https://doi.org/10.48550/arXiv.1706.03762@evil.example",
    "arXiv:1706.03762@169.254.169.254",
)
"""May be taken for the paper that stands in them; then the configured arXiv is asked, and nobody else."""


@pytest.fixture
def clock() -> VirtualClock:
    """Slow, for a machine that has much else to do: the deadlines run on it."""
    return VirtualClock(running=True, speed=0.3)


@pytest.fixture
def refused(community: Community, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address but those of the local Discord and the local arXiv, asked for by anything in this process."""
    allowed = {("127.0.0.1", yarl.URL(url).port) for url in (community.sandbox.url, community.arxiv.url)}
    found: list[object] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and tuple(address[:2]) not in allowed:
            found.append(address)
            raise ConnectionRefusedError("the test's guard")
        connect(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in {"127.0.0.1", None}:
            found.append(host)
            raise socket.gaierror("the test's guard")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    for limit in ("may_press", "may_complete", "may_have_card"):
        monkeypatch.setattr(f"bot.services.limits.Limits.{limit}", lambda *_, **__: True)
    return found


async def test_the_guard_sees_a_request(refused: list[object]) -> None:
    """And arXiv's thread and aiohttp go through it as well: both end in these two functions."""
    with pytest.raises(OSError, match="guard"), socket.create_connection(("192.0.2.1", 80)):
        pass
    with pytest.raises(OSError, match="guard"), socket.socket() as plain:
        plain.connect(("127.0.0.1", 1))
    assert refused == ["192.0.2.1", ("127.0.0.1", 1)]


async def say_everywhere(community: Community, address: str) -> None:
    """In a message, in what another bot built, in options, in notes, while typing, in a file."""
    ada, grace = community.ada, community.grace
    said = [
        await ada.post(community.papers, f"look: {address} <{address}> [words]({address})"),
        await ada.post(
            community.papers, "", embeds=[{"type": "rich", "title": "x", "url": address, "footer": {"text": address}}]
        ),
    ]
    said.append(await grace.forward(said[0], community.papers))
    await ada.edit(said[0], f"changed {address}")
    options = (("paper", "paper"), ("save", "paper"), ("search", "words"))
    answers = await asyncio.gather(
        *(grace.menu("Save papers", message) for message in said),
        *(grace.command(name, at=community.papers, **{option: address}) for name, option in options),
        grace.command("note", at=community.papers, paper="1810.04805", text=address),
    )
    assert not [answer for answer in answers if "Something went wrong" in answer.text]
    await grace.complete("save", at=community.papers, paper=address)


async def test_no_address_of_a_message_is_asked(
    community: Community, refused: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: a link leads to this machine, its network or a look-alike."""
    await community.grace.command("save", at=community.papers, paper="1810.04805")
    before = len(community.arxiv.requests)
    for address in ELSEWHERE:
        await say_everywhere(community, address)
    await community.settled()
    assert len(community.arxiv.requests) == before
    assert [card for card in community.papers.by_bot() if titles(card)] == []
    community.clock.advance(60)  # arXiv's turn
    for address in MAYBE:
        await say_everywhere(community, address)
    await community.settled()
    assert len(community.arxiv.requests) > before  # so a request would have been seen above
    assert refused == []
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_no_address_in_a_file_is_asked(community: Community, refused: list[object]) -> None:
    """What happens when: a link leads to this machine, its network or a look-alike."""
    before = len(community.arxiv.requests)
    text = "\n".join(ELSEWHERE)
    bib = "".join(f"@misc{{k{n}, title={{A}}, url={{{address}}}}}\n" for n, address in enumerate(ELSEWHERE))
    for name, content in (("links.txt", text), ("refs.bib", bib)):
        file = community.manager.upload(community.papers, name, content.encode())
        answer = await community.manager.command("import", at=community.papers, file=file)
        assert all(not button.label.startswith("Import") for message in answer.messages for button in message.buttons)
    assert len(community.arxiv.requests) == before
    assert refused == []


@pytest.mark.parametrize(
    "forged",
    ["http://169.254.169.254/latest", "http://127.0.0.1:1", "file:///etc", "https://cdn.discordapp.com.evil.example"],
)
async def test_a_file_whose_own_address_is_forged(community: Community, refused: list[object], forged: str) -> None:
    community.sandbox.world.files_url = forged
    file = community.manager.upload(community.papers, "list.txt", ATTENTION.encode())
    answer = await community.manager.command("import", at=community.papers, file=file)
    assert answer.text == "I cannot get that file from Discord. Please try again."
    assert refused == []
