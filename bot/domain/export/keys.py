"""Citation keys that are unique in one file."""

from __future__ import annotations

import re

from bot.domain.citation import key
from bot.domain.papers import Paper


class Keys:
    """The first paper of a file keeps its plain key; one that would have the same adds its id. So a paper's key stays
    while others come after it."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def take(self, paper: Paper) -> str:
        """The key of the next paper: ASCII letters, digits and `_`."""
        wanted = key(paper)
        if wanted in self._used:
            wanted += "_" + re.sub(r"[^a-z0-9]", "", paper.id.value.lower())
        while wanted in self._used:
            wanted += "x"
        self._used.add(wanted)
        return wanted
