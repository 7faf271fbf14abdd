"""What Discord would refuse in the bodies of requests: its documented limits, as plain functions.

Each takes the JSON as it came, whatever it is, and returns the problems, none for a body that Discord accepts.
"""

from __future__ import annotations

from sandbox.bodies.choices import autocomplete_problems
from sandbox.bodies.commands import command_problems
from sandbox.bodies.events import event_change_problems, event_problems, instant
from sandbox.bodies.field import Problem
from sandbox.bodies.messages import EMPTY_MESSAGE, message_problems
from sandbox.bodies.modals import modal_problems
from sandbox.bodies.polls import poll_problems
from sandbox.bodies.threads import thread_problems

__all__ = [
    "EMPTY_MESSAGE",
    "Problem",
    "autocomplete_problems",
    "command_problems",
    "event_change_problems",
    "event_problems",
    "instant",
    "message_problems",
    "modal_problems",
    "poll_problems",
    "thread_problems",
]
