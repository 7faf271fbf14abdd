"""What one server has set."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ServerSettings(BaseModel):
    """The defaults hold until somebody sets something. `watched` is empty while every channel is watched;
    `timezone` is an IANA name; `ping_role_id` is the role that hears of winners."""

    model_config = ConfigDict(frozen=True)

    id: int
    hide_previews: bool = True
    watch_bots: bool = False
    timezone: str = "UTC"
    ping_role_id: int | None = None
    watched: frozenset[int] = frozenset()
