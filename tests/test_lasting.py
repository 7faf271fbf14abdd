"""What is there when the bot is ready is not looked through again; what an earlier connection left behind is let go."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot import lasting


class Ring:
    """Refers to itself: only the collector finds it."""

    def __init__(self) -> None:
        self.itself = self


class Client:
    """Notes who listens."""

    def __init__(self) -> None:
        self.listeners: dict[str, object] = {}

    def add_listener(self, listener: object, name: str) -> None:
        self.listeners[name] = listener


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


async def test_what_is_there_lasts_and_what_was_left_behind_does_not() -> None:
    left = weakref.ref(Ring())
    gc.freeze()  # as the first connection did
    lasts = Ring()

    await lasting._keep_what_is_there()

    assert left() is None
    assert not any(each is lasts for each in gc.get_objects())


def test_a_client_listens_for_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Client()
    monkeypatch.setattr(lasting, "PaperBot", lambda *_arguments: made)

    lasting.lasting_client("services")

    assert made.listeners == {"on_ready": lasting._keep_what_is_there}
    assert gc.get_freeze_count() > 1_000
