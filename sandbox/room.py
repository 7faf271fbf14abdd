"""The demo's server: three channels and five members, the same at every start down to their ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.snowflakes import at
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild

FOUNDED = datetime(2026, 1, 12, 17, 0, tzinfo=UTC)
"""All ids come from this time, so a bot that remembers the server knows everybody again."""

_EMMY_CAME_EARLIER = timedelta(minutes=20)
_READING_ONLY = (
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "add_reactions",
    "attach_files",
    "send_polls",
    "use_application_commands",
)
"""What is taken from Linus."""


class Room:
    """Mara manages, Ada and Grace are members, Linus may only read, and Emmy joined today."""

    def __init__(self, folder: Path, today: datetime) -> None:
        """`today` is when the day begins in which the demo plays; the bot's database is in the folder."""
        clock = VirtualClock(FOUNDED)
        # Discord's limits count real seconds, and here a morning passes in one of them.
        self.community = Community(folder, clock=clock, rate_limits=False)
        guild = self.community.guild
        self.mara, self.ada = self.community.manager, self.community.ada
        self.grace, self.linus = self.community.grace, self.community.linus
        self.emmy = guild.add_member("Emmy")
        self.papers = self.community.papers
        self.papers.topic = "Paste a link to a paper and talk about it."
        self.start_here = guild.add_channel("start-here", topic="What this place is, and what to try.")
        self.ideas = guild.add_channel("ideas", kind="forum", topic="What should we do? One post for each idea.")
        for position, channel in enumerate((self.start_here, self.papers, self.ideas)):
            channel.position = position
        _make_owner(guild, self.mara.id)
        self._take_from_linus(guild)
        self.community.sandbox.world.gone = _Gone(before=at(today))
        clock.jump_to(today)
        # A bot tells an application its commands once. This world has not heard them yet, so it is a new one.
        self.community.sandbox.world.application.id = self.community.sandbox.world.snowflakes.next()
        self.emmy.member.joined_at = today - _EMMY_CAME_EARLIER
        clock.follow_real_time()

    @property
    def channels(self) -> tuple[Channel, ...]:
        return self.start_here, self.papers, self.ideas

    @property
    def people(self) -> tuple[Person, ...]:
        """Whom the reader can act as; an ordinary member first."""
        return self.ada, self.mara, self.grace, self.linus, self.emmy

    def _take_from_linus(self, guild: Guild) -> None:
        guest = guild.add_role("Guest")
        self.linus.member.role_ids.add(guest.id)
        for channel in self.channels:
            channel.set_permission(guest, deny=_READING_ONLY)


class _Gone(set[int]):
    """Besides what was deleted, everything from an earlier start: a bot that remembers it makes no mistake."""

    def __init__(self, *, before: int) -> None:
        super().__init__()
        self._before = before

    def __contains__(self, snowflake: object) -> bool:
        return super().__contains__(snowflake) or (isinstance(snowflake, int) and snowflake < self._before)


def _make_owner(guild: Guild, user_id: int) -> None:
    """The one member nobody acts as leaves, so that the list of members shows those who can be acted as."""
    founder = guild.owner_id
    guild.owner_id = user_id
    del guild.members[founder]
