"""What members read who are faster than the bot lets anybody be."""

from __future__ import annotations

TOO_FAST = "That was a lot at once. Wait a few seconds, then try again."

NO_CARDS_FOR_NOW = (
    "That was a lot of papers at once. I note them all and leave out some of the cards; `/paper` shows any of them."
)
