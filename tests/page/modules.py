"""The page's modules without a sandbox: an empty document that may import them, under the page's own policy."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Route

STATIC = Path(__file__).resolve().parents[2] / "sandbox" / "page" / "static"
ORIGIN = "http://127.0.0.1:9"  # nothing listens there; every request is answered below

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_DOCUMENT = """<!doctype html><html data-theme="dark"><meta charset="utf-8"><title>Modules</title>
<link rel="stylesheet" href="/page/static/style/base.css"><link rel="stylesheet" href="/page/static/style/message.css">
<main></main>"""
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)


_FORM = "export const openForm = (form) => { window.opened = form; };"
"""In place of the real one: forms have tests of their own."""


async def open_modules(browser: Browser) -> Page:
    """A document that can `import("/page/static/js/….js")`. Pictures of the sandbox are one dot, an opened form is
    `window.opened`, and what goes elsewhere fails."""
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Vienna")
    page = await context.new_page()
    await page.route("**/*", _answer)
    await page.goto(ORIGIN + "/")
    return page


async def _answer(route: Route) -> None:
    address = urlsplit(route.request.url)
    file = STATIC / address.path.removeprefix("/page/static/")
    if not route.request.url.startswith(ORIGIN):
        await route.abort()
    elif address.path == "/":
        await route.fulfill(body=_DOCUMENT, content_type="text/html", headers={"Content-Security-Policy": POLICY})
    elif address.path.startswith("/attachments/"):
        await route.fulfill(body=_PIXEL, content_type="image/png")
    elif file.name == "form.js":
        await route.fulfill(body=_FORM, content_type="text/javascript")
    elif file.is_file():
        await route.fulfill(body=file.read_bytes(), content_type=_TYPES[file.suffix])
    else:
        await route.fulfill(status=404)
