"""The sentences with which `/settings …` and its page answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.servers import ServerSettings
from bot.views.permissions import still_needed
from bot.views.settings import MENTION_IS_OFF, watched_words

NEVER_EVERYONE = "I do not mention everyone. Choose a role that members take by themselves."
NO_PING = "I mention nobody when a round has a winner."
PREVIEWS_HIDDEN = "I hide Discord's preview of a paper's link where I may manage messages."
PREVIEWS_KEPT = "I leave Discord's previews as they are."
BOTS_WATCHED = "I answer links of other bots and webhooks."
BOTS_LEFT_ALONE = "I leave other bots and webhooks alone."

FOR_MANAGERS = "Setting me up is for members who may manage the server. `/help` says what you can do here."
CHANNELS_GONE = "One of those channels is not in this server any more. Open `/settings show` again."
CHANNEL_GONE = "That channel is not in this server any more. Choose another."
ROLE_GONE = "That role is not in this server any more. Choose another."


def watching(settings: ServerSettings, lacking: Sequence[str]) -> str:
    """After /settings watch; `lacking` names the permissions that the bot misses in the channel."""
    return f"I watch {watched_words(settings)}. {still_needed(lacking)}".rstrip()


def unwatched(settings: ServerSettings, channel_id: int, *, was: bool) -> str:
    """After /settings unwatch; `was` says whether the channel had been named."""
    before = "" if was else f"<#{channel_id}> was not on the list. "
    return f"{before}I watch {watched_words(settings)}."


def zone(name: str) -> str:
    """The server's time zone."""
    return f"This server's time zone is {name}."


def ping(role_id: int, *, works: bool) -> str:
    """`works` says whether Discord lets the mention reach anybody."""
    return f"I mention <@&{role_id}> when a round has a winner." + ("" if works else f"\n{MENTION_IS_OFF}")


def out_of_range(least: int, most: int, what: str) -> str:
    """A number typed into the form of a poll."""
    return f"A poll takes {least} to {most} {what}. Please open the form again."
