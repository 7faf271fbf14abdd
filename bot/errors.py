"""Failures whose sentence a member may read. Everything else is unexpected and gets a code instead.

UserError
├── NotUnderstood     the option or message names no paper
├── NotFound          the thing named does not exist here
├── NotAllowed        this member may not do that
└── Unavailable       an outside system is away; says when to try again
"""

from __future__ import annotations


class UserError(Exception):
    """Holds one plain sentence: what happened and what to do. Shown privately, as it stands."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DoneElsewhere(Exception):
    """Another process carries this out and answers; there is nothing left to do or say."""


class NotUnderstood(UserError):
    """What was typed could not be read as what is needed."""


class NotFound(UserError):
    """What was asked for does not exist, as far as this server or the source knows."""


class NotAllowed(UserError):
    """The member lacks the right to do this."""


class Unavailable(UserError):
    """Something outside is away or refuses; the same request may work later."""
