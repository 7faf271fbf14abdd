"""One press, command, form or completion, from the member to the last follow-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.state.kinds import CallbackKind, InteractionKind
from sandbox.state.message import Message
from sandbox.state.users import Member, User
from sandbox.stopwatch import Stopwatch

if TYPE_CHECKING:
    from sandbox.state.channel import Channel

FIRST_ANSWER_SECONDS = 3
TOKEN_SECONDS = 15 * 60
"""Both from developers/interactions/receiving-and-responding."""


@dataclass(eq=False)
class Interaction:
    """`source` is the message whose component was used. `original` is what @original stands for: the first answer,
    or the source when the answer is an update."""

    id: int
    token: str
    kind: InteractionKind
    user: User
    member: Member | None
    channel: Channel = field(repr=False)
    data: dict[str, Any]
    source: Message | None
    age: Stopwatch = field(repr=False)
    opened_by: Interaction | None = field(default=None, repr=False)
    """For a form: what made the bot show it."""
    callback: CallbackKind | None = None
    callback_data: dict[str, Any] = field(default_factory=dict, repr=False)
    original: Message | None = field(default=None, repr=False)
    followups: list[Message] = field(default_factory=list, repr=False)
    source_edited: bool = False
    """Whether the answer changed the source, at once or later."""

    @property
    def integration_owners(self) -> dict[str, str]:
        """Installed in servers only, so a server owns it, or nobody in a direct message."""
        return {"0": str(self.channel.guild.id) if self.channel.guild else "0"}

    @property
    def too_late(self) -> bool:
        """Nobody answered in time: the member reads "the application did not respond"."""
        return self.callback is None and self.age.seconds > FIRST_ANSWER_SECONDS

    @property
    def expired(self) -> bool:
        return self.age.seconds > TOKEN_SECONDS

    @property
    def is_thinking(self) -> bool:
        """A deferral that still waits for its message."""
        return self.callback is CallbackKind.DEFERRED_MESSAGE and bool(
            self.original and self.original.is_loading and not self.original.deleted
        )
