"""Requests about the sandbox itself: who looks, the clock, the arXiv, the bot's connection, the developers' panel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.page.requests import Parameters, Requests
from sandbox.page.tools import Jump
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json

requests = Requests()


class Nothing(Parameters):
    pass


class Become(Parameters):
    user_id: Annotated[str, Field(max_length=20)]


class MoveClock(Parameters):
    to: Jump


class Arxiv(Parameters):
    down: bool


@requests("become", Become)
async def become(viewer: Viewer, wanted: Become) -> None:
    viewer.become(viewer.audience.person(wanted.user_id))


@requests("move_clock", MoveClock)
async def move_clock(viewer: Viewer, wanted: MoveClock) -> None:
    try:
        await viewer.audience.tools.move_clock(wanted.to)
    finally:
        viewer.audience.tell({"type": "clock"} | viewer.audience.clock)


@requests("arxiv", Arxiv)
async def arxiv(viewer: Viewer, wanted: Arxiv) -> None:
    viewer.audience.tools.set_arxiv_down(wanted.down)
    viewer.audience.tell({"type": "arxiv", "down": wanted.down})


@requests("disconnect", Nothing)
async def disconnect(viewer: Viewer, _: Nothing) -> None:
    await viewer.audience.tools.disconnect()


@requests("traffic", Nothing)
async def traffic(viewer: Viewer, _: Nothing) -> Json:
    viewer.wants_traffic = True
    return {"entries": list(viewer.audience.traffic.entries)}


@requests("traffic_off", Nothing)
async def traffic_off(viewer: Viewer, _: Nothing) -> None:
    viewer.wants_traffic = False
