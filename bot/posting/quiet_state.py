"""Which messages discord.py takes apart: those in which somebody here may find something.

Nearly all that is written in a server is nothing to the bot, and Discord tells of each message again when its preview
comes or is hidden. To make the library's objects of all that would be most of what the bot does (docs/decisions/0018).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from discord import MessageType, StageChannel, TextChannel, Thread, VoiceChannel

from bot.posting.hearing import is_plain, may_concern, take_in_plain
from bot.readiness import PromptState

if TYPE_CHECKING:
    from discord.types.gateway import MessageCreateEvent, MessageUpdateEvent

MESSAGES_REMEMBERED = 1000
"""The latest that may concern somebody: a number for the words of each."""

_POLL_RESULT = MessageType.poll_result.value


class QuietState(PromptState):
    """Says "paper_message" of a message that names papers and is nothing else, "message" and "raw_message_edit" where
    there may be something to do. Of the bot's own messages only polls can tell it what it does not know."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._said: dict[int, int] = {}

    def parse_message_create(self, data: MessageCreateEvent) -> None:
        """Called for each new message."""
        concerns = data["type"] == _POLL_RESULT if self._is_own(data) else may_concern(data)
        if concerns:
            self._brings_news(data)
            if not is_plain(data):
                super().parse_message_create(data)
                return
        channel, guild = self._get_guild_channel(data)
        if isinstance(channel, TextChannel | VoiceChannel | StageChannel | Thread):
            channel.last_message_id = int(data["id"])
        heard = take_in_plain(data, guild, channel) if concerns and guild is not None else None
        if heard is not None:
            self.dispatch("paper_message", heard)

    def parse_message_update(self, data: MessageUpdateEvent) -> None:
        """Called when one was edited, and when Discord added something to it."""
        if data.get("poll") if self._is_own(data) else self._brings_news(data):
            super().parse_message_update(data)

    def _is_own(self, data: Mapping[str, Any]) -> bool:
        return self.user is not None and str(data.get("author", {}).get("id")) == str(self.user.id)

    def _brings_news(self, data: Mapping[str, Any]) -> bool:
        """Whether its words are others than the last time, or it was too long ago to tell."""
        message_id, said = int(data["id"]), _words_of(data)
        known = self._said.pop(message_id, None)
        self._said[message_id] = said
        if len(self._said) > MESSAGES_REMEMBERED:
            del self._said[next(iter(self._said))]
        return known != said


def _words_of(data: Mapping[str, Any]) -> int:
    """The same number for the same words, edited at the same time."""
    forwarded = (part.get("message", {}).get("content") for part in data.get("message_snapshots") or ())
    return hash((data.get("edited_timestamp"), data.get("content"), *forwarded))
