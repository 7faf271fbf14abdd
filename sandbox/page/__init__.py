"""The sandbox as a page in the browser."""

from __future__ import annotations

from sandbox.page.site import Page

__all__ = ["Page"]
