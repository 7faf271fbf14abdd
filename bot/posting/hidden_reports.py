"""Tells authors that a manager hid their report."""

from __future__ import annotations

import discord

from bot.domain.occurrences import Occurrence
from bot.posting.replies import NO_PINGS, is_passing
from bot.services.papers import Papers
from bot.services.reports import Reports
from bot.views.report_threads import hidden_view


class HiddenReports:
    """In a direct message, which nobody else sees: where a report has no name, no other place would do."""

    def __init__(self, client: discord.Client, reports: Reports, papers: Papers) -> None:
        self._client = client
        self._reports = reports
        self._papers = papers

    async def tell(self, due: Occurrence) -> str:
        """All of the server who do not know yet. Whoever lets the bot send nothing reads it with /reports show."""
        guild = self._client.get_guild(due.server_id)
        for hidden in await self._reports.untold(due.server_id):
            view = hidden_view(
                await self._papers.by_number(hidden.paper),
                hidden.hidden_reason or "",
                server_id=due.server_id,
                server_name=guild.name if guild is not None else "your server",
            )
            view.stop()
            try:
                channel = await self._client.create_dm(discord.Object(hidden.author_id))
                # silent: nobody in the same room may hear whose it is
                await channel.send(view=view, silent=True, nonce=f"pc:h{hidden.id}"[:25], allowed_mentions=NO_PINGS)
            except discord.HTTPException as refused:
                if is_passing(refused):
                    raise
            await self._reports.told(hidden)
        return "told"
