"""Accounts, roles and memberships."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.permissions import Permission

if TYPE_CHECKING:
    from sandbox.state.guild import Guild


@dataclass(eq=False)
class User:
    """An account; `name` is what people read."""

    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Permission = Permission.NONE
    position: int = 1
    bot_id: int | None = None
    """The bot that came with it, and whose name it has."""

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(eq=False)
class Member:
    """A user in one server."""

    guild: Guild = field(repr=False)
    user: User
    joined_at: datetime
    role_ids: set[int] = field(default_factory=set)
    timed_out_until: datetime | None = None

    def is_timed_out(self, now: datetime) -> bool:
        return self.timed_out_until is not None and self.timed_out_until > now
