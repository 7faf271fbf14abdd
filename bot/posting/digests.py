"""Posts digests.

What happens when the process dies in between: what a digest names from outside and from the past is recorded before
it is posted, so that a second try tells the same; that try looks for the message by its button before it posts.
"""

from __future__ import annotations

import io

import discord
from discord.ui import LayoutView

from bot.clock import Clock
from bot.domain.occurrences import Occurrence, too_late
from bot.posting.digest_pictures import Drawer
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.permissions import SaidOnce, allowed
from bot.services.digests import Begun, Digests, Told
from bot.services.occurrences import TOO_LATE
from bot.views.digest import PICTURE, digest_view
from bot.views.digest_picture import chart


class DigestPoster:
    """What is due, and what a preview shows."""

    def __init__(self, client: discord.Client, digests: Digests, clock: Clock) -> None:
        self._client = client
        self._digests = digests
        self._clock = clock
        self._messages = OwnMessages(client)
        self._said = SaidOnce()
        self._drawer = Drawer()

    async def post(self, due: Occurrence) -> str:
        """A digest's time has come."""
        counts = await self.message_counts(due.server_id)
        begun = await self._digests.begin(due, counts)
        if begun is None:
            return "nothing to tell"
        if begun.message_id is not None:
            return "posted"
        channel = self._client.get_partial_messageable(begun.channel_id, guild_id=due.server_id)
        try:
            message = await self._post(begun, due, channel)
        except (discord.Forbidden, discord.NotFound) as refused:
            return f"lost: Discord refused the digest ({refused.text})"
        if message is None:
            return TOO_LATE
        await self._digests.posted(begun.id, message.id, counts)
        return "posted"

    async def close(self) -> None:
        """Nothing more is drawn."""
        await self._drawer.close()

    async def layout(
        self, server_id: int, channel_id: int, told: Told, digest_id: int = 0
    ) -> tuple[LayoutView, discord.File | None]:
        """The message as it stands in that channel, and its picture where files may be attached."""
        picture, file = chart(told.digest.days), None
        permissions = allowed(self._client, server_id, channel_id)
        if permissions is not None and not permissions.attach_files:
            self._said.warn(channel_id, "attach the digest's picture")
        elif picture is not None:
            drawn = await self._drawer.draw(picture)
            file = None if drawn is None else discord.File(io.BytesIO(drawn), PICTURE)
        view = digest_view(told, digest_id=digest_id, picture=picture if file is not None else None)
        view.stop()  # buttons are found by their custom_id: nothing is to be kept in memory
        return view, file

    async def message_counts(self, server_id: int) -> dict[int, int]:
        """How many messages each thread that is not archived has. The library's own threads keep the count they had
        when they were first heard of."""
        guild = self._client.get_guild(server_id)
        if guild is None:
            return {}
        return {thread.id: thread.total_message_sent for thread in await guild.active_threads()}

    async def _post(self, begun: Begun, due: Occurrence, channel: discord.PartialMessageable) -> discord.Message | None:
        """The message, new or found. None when it is not there and too late to be."""
        since, is_it = begun.told.digest.until, has_button("digest", begun.id)
        if too_late(due, self._clock.now()):
            return await self._messages.find(channel, since, is_it)
        view, file = await self.layout(due.server_id, begun.channel_id, begun.told, begun.id)
        attached = {} if file is None else {"file": file}
        return await self._messages.post_once(
            channel,
            nonce=f"pc:d{begun.id}",
            again=due.attempts > 1,
            since=since,
            is_it=is_it,
            view=view,
            **attached,
        )
