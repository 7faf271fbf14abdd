"""What the Discuss button answers."""

from __future__ import annotations


def leads_to(thread_id: int) -> str:
    """Whether it was there or has just been opened."""
    return f"The discussion is in <#{thread_id}>."
