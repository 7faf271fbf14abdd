from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from yarl import URL

from sandbox.page import site
from sandbox.page.guard import HEADERS
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.page.page_client import Browser, Refused
from tests.sandbox.small_bot import Api


async def test_the_files_come_with_the_security_headers(browser: Browser) -> None:
    async with browser.http.get("/page/static/js/actions.js") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        for name, value in HEADERS.items():
            assert response.headers[name] == value
    assert "script-src 'self';" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    ["..%2fsecret.js", "js/%2e%2e/%2e%2e/secret.js", "link.js", "%2fetc%2fhostname", "js", "a.txt", "b.js", "a%00.js"],
)
async def test_nothing_outside_the_folder_is_served(
    browser: Browser, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tmp_path / "static"
    (static / "js").mkdir(parents=True)
    for inside in ("a.js", "a.txt"):
        (static / inside).write_text("shown")
    (tmp_path / "secret.js").write_text("secret")
    (static / "link.js").symlink_to(tmp_path / "secret.js")
    monkeypatch.setattr(site, "STATIC", static)
    async with browser.http.get(URL(f"/page/static/{path}", encoded=True)) as response:
        assert response.status in (400, 404)
    async with browser.http.get("/page/static/a.js") as response:
        assert await response.text() == "shown"


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
async def test_other_pages_are_refused_everywhere(browser: Browser, origin: str) -> None:
    for path in ("/page/socket", "/page/static/js/actions.js", "/api/v10/gateway", "/gateway"):
        async with browser.http.get(path, headers={"Origin": origin}) as response:
            assert response.status == 403


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "", "[::ffff:8.8.8.8]", "8.8.8.8", "a:b:c"])
async def test_a_name_that_only_points_here_is_refused(browser: Browser, host: str) -> None:
    async with browser.http.get("/page/static/js/actions.js", headers={"Host": host}) as response:
        assert response.status == 403


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "127.8.0.1:80", "[::1]:80"])
async def test_loopback_has_several_names(browser: Browser, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    async with browser.http.get("/page/static/js/actions.js", headers=headers) as response:
        assert response.status == 200


async def test_a_file_of_a_member_cannot_become_a_page(browser: Browser, sandbox: Sandbox, papers: Channel) -> None:
    for name, shown in (("a.html", False), ("a.svg", False), ("a.png", True)):
        file = papers.add_file(name, b"<script>1</script>")
        async with browser.http.get(file.url.removeprefix(sandbox.url)) as response:
            assert response.headers["Content-Security-Policy"].startswith("sandbox")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert ("Content-Disposition" not in response.headers) == shown


@pytest.mark.parametrize(
    "frame",
    [
        "", "[", "null", "[1]", '"x"', "{}", '{"number": "1", "do": "read"}', "[" * 100_000,
        '{"do": "read"}', '{"number": null, "do": "read"}',
    ],
)  # fmt: skip
async def test_an_unreadable_frame_is_refused(browser: Browser, frame: str, papers: Channel) -> None:
    client = await browser.open()
    with pytest.raises(Refused, match="could not read"):
        await client.send(frame, None)
    assert await client.ask("read", channel_id=str(papers.id))


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "nothing"}, {"do": None}, {}, {"do": ["read"]}, {"do": "read"}, {"do": "read", "channel_id": 5},
        {"do": "read", "channel_id": "9" * 30}, {"do": "read", "channel_id": "٣"}, {"do": "read", "channel_id": "1"},
        {"do": "read", "channel_id": "PAPERS", "limit": 10**9}, {"do": "read", "channel_id": "PAPERS", "limit": "5"},
        {"do": "read", "channel_id": "PAPERS", "more": 1}, {"do": "become", "user_id": "1"},
        {"do": "post", "channel_id": "PAPERS", "text": ""}, {"do": "post", "channel_id": "PAPERS", "text": "x" * 2001},
        {"do": "post", "channel_id": "PAPERS", "text": "", "files": [{"name": "a", "content": "%"}]},
        {"do": "post", "channel_id": "PAPERS", "text": "", "files": [{"name": "a", "content": ""}] * 11},
        {"do": "post", "channel_id": "PAPERS", "text": "x", "reply_to": "1"},
        {"do": "submit", "form": "guessed", "values": {}}, {"do": "submit", "form": "x", "values": {"a": {"b": 1}}},
        {"do": "command", "channel_id": "PAPERS", "path": " ", "options": {}},
        {"do": "command", "channel_id": "PAPERS", "path": "x", "options": {"a": [[1]]}},
        {"do": "move_clock", "to": "never"},
        {"do": "click", "channel_id": "PAPERS", "message_id": "1", "custom_id": "x"},
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused_with_a_sentence(
    browser: Browser, request_: dict[str, object], papers: Channel
) -> None:
    client = await browser.open()
    if request_.get("channel_id") == "PAPERS":
        request_ = request_ | {"channel_id": str(papers.id)}
    with pytest.raises(Refused) as refused:
        await client.send({"number": 7} | request_, 7)
    assert refused.value.args[0]
    assert "sandbox could not do" not in str(refused.value)
    assert await client.ask("read", channel_id=str(papers.id))


async def test_a_frame_that_is_too_large_ends_the_socket_and_nothing_else(
    browser: Browser, papers: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "FRAME_BYTES", 1000)
    client, other = await browser.open(), await browser.open()
    await client.socket.send_str("x" * 2000)
    assert await _eventually(lambda: client.socket.closed)
    assert await other.ask("read", channel_id=str(papers.id))


async def test_a_reader_who_stops_reading_holds_nobody_up(
    browser: Browser, page: site.Page, guild: Guild, papers: Channel, api: Api
) -> None:
    await browser.open(guild.member("Grace"))
    slow = await browser.http.ws_connect("/page/socket")
    reader = slow._response.connection.protocol  # type: ignore[union-attr] # the client's only way to stop reading
    reader.transport.pause_reading()  # type: ignore[union-attr] # see above
    assert await _eventually(lambda: len(page.audience.viewers) == 2)
    longest = 0.0
    for _ in range(400):
        started = time.perf_counter()
        for _ in range(10):
            papers.add_message(guild.member("Ada").user, "x" * 2000)
        longest = max(longest, time.perf_counter() - started)
        await asyncio.sleep(0)
    assert await _eventually(lambda: len(page.audience.viewers) == 1)
    assert longest < 2
    assert (await api("GET", f"/channels/{papers.id}"))[0] == 200
    slow._response.close()


async def _eventually(condition: Callable[[], bool]) -> bool:
    """Within five seconds."""
    for _ in range(500):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False
