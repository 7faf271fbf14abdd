"""A paper as this bot keeps it: the source's record and the readable texts made from it once."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.papers import Paper


class StoredPaper(BaseModel):
    """`number` is the bot's own key (it stands in buttons); the texts are plain Unicode, not Discord markdown."""

    model_config = ConfigDict(frozen=True)

    number: int
    paper: Paper
    title_text: str
    abstract_text: str
    fetched_at: datetime
