"""The page of settings as a server stands now, and who may change what is on it."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.answers import Interaction, is_manager
from bot.domain.privacy import KEPT_AFTER_REMOVAL
from bot.errors import NotAllowed, UserError
from bot.posting.permissions import lacking_in
from bot.services.occurrences import Occurrences
from bot.services.papers import Papers
from bot.services.servers import Servers
from bot.views.settings import Shown, settings_view

LENT = timedelta(minutes=15)
"""How long a page stays open to a member who was lent the command."""


class SettingsPage:
    """Reads what the page shows; changing is for the cogs."""

    def __init__(self, client: discord.Client, servers: Servers, occurrences: Occurrences, papers: Papers) -> None:
        self._client = client
        self._papers = papers
        self._servers = servers
        self._occurrences = occurrences

    async def view(self, guild: discord.Guild) -> discord.ui.LayoutView:
        """As things are now."""
        now = await self._servers.settings(guild.id)
        plans = await self._occurrences.schedules(guild.id)
        return settings_view(
            Shown(
                now,
                plans,
                lacking_in(guild, now.watched, [plan.schedule for plan in plans]),
                gone=gone_from(guild, now.watched) | _gone_role(guild, now.ping_role_id),
                days_kept=KEPT_AFTER_REMOVAL.days,
                message_content=self._client.intents.message_content,
                mention_works=mention_works(guild, now.ping_role_id),
                arxiv_away_since=await self._papers.arxiv_away_since(),
            )
        )


def gone_from(guild: discord.Guild, channel_ids: frozenset[int]) -> set[int]:
    """Those that were deleted: Discord names every channel of a server, also the hidden ones."""
    return {channel_id for channel_id in channel_ids if guild.get_channel(channel_id) is None}


def _gone_role(guild: discord.Guild, role_id: int | None) -> set[int]:
    return set() if role_id is None or guild.get_role(role_id) is not None else {role_id}


def mention_works(guild: discord.Guild, role_id: int | None) -> bool:
    """Whether a mention of this role reaches its members, as far as is known."""
    role = None if role_id is None else guild.get_role(role_id)
    return role is None or role.mentionable or guild.me.guild_permissions.mention_everyone


def guild_of(interaction: Interaction) -> discord.Guild:
    """The server it came from, with its channels and roles."""
    if interaction.guild is None:
        raise UserError("This works in a server only.")
    return interaction.guild


def check_may_change(interaction: Interaction) -> None:
    """Raises NotAllowed unless who presses may manage the server, or was just shown the page by `/settings show`.

    Admins can lend a command to roles without Manage Server, and Discord then says so to nobody but by letting them
    run it. What it does say of a message is whose command it answers ("interaction_metadata",
    developers/resources/message), which nobody can make up: a page that answers this member's own command is theirs,
    for as long as that is fresh, so that a right taken back does not live on in a page left open."""
    if not (is_manager(interaction) or _just_shown_to(interaction)):
        raise NotAllowed(
            "Only members who may manage the server can change this. If you may, open `/settings show` anew."
        )


def _just_shown_to(interaction: Interaction) -> bool:
    page = interaction.message
    asked = page.interaction_metadata if page is not None else None
    return (
        page is not None
        and asked is not None
        and page.author.id == interaction.client.user.id
        and page.flags.ephemeral
        and asked.type is discord.InteractionType.application_command
        and asked.user.id == interaction.user.id
        and interaction.created_at - page.created_at <= LENT
    )
