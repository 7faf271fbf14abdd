"""What one server has set."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ServerSettings(BaseModel):
    """The defaults hold until somebody sets something. `watched` is empty while every channel is watched;
    `timezone` is an IANA name."""

    model_config = ConfigDict(frozen=True)

    id: int
    hide_previews: bool = True
    watch_bots: bool = False
    timezone: str = "UTC"
    watched: frozenset[int] = frozenset()
