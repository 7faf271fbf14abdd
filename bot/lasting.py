"""What stays in memory for as long as the process runs is not looked through for garbage.

Python looks through everything every now and then, and the event loop stands still meanwhile: with the libraries and
2,500 servers for 90 ms.
"""

from __future__ import annotations

import gc
from typing import Any

from bot.client import PaperBot


def lasting_client(*arguments: Any, **options: Any) -> PaperBot:
    """A client; from when it knows its servers on, what is there counts as lasting."""
    gc.freeze()  # what is imported
    bot = PaperBot(*arguments, **options)
    bot.add_listener(_keep_what_is_there, "on_ready")
    return bot


async def _keep_what_is_there() -> None:
    """Called anew after a connection that could not be resumed, which leaves the servers of the one before behind."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
