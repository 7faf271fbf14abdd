"""What members say and do, at random, with what each message should lead to."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.views.custom_ids import parse_text
from sandbox.arxiv import LocalArxiv
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.interaction import Interaction
from sandbox.state.message import Message
from sandbox.state.world import Happening
from tests.discord.papers import record
from tests.long_run.plan import Plan
from tests.long_run.texts import TITLE, Text, Texts, arxiv_id

_RECENT = 300
_SPREE_EVERY_SECONDS, _SPREE_MESSAGES = 400, 30


@dataclass(eq=False)
class Said:
    """A member's message as it is now. `changed` is when it was written and when it was edited."""

    message: Message
    author: Person
    text: Text
    changed: list[datetime]
    in_haste: bool = False
    """Beyond its author's allowance, perhaps."""
    asked_before: bool = False
    """Whether it ever named a paper."""
    card_deleted: bool = False
    deleted_at: datetime | None = None


class Press(NamedTuple):
    """Of the vote on a card, once by each member for each paper."""

    asked: Interaction
    guild: Guild
    member: Person
    paper: int
    """As the bot numbers it."""


@dataclass
class Place:
    """A server and who is there."""

    guild: Guild
    channels: list[Channel]
    members: list[Person]
    manager: Person
    hasty: Person
    shared: list[int] = field(default_factory=list)
    """The papers that were linked lately."""


class Talk:
    """`said` holds every message."""

    def __init__(self, sandbox: Sandbox, arxiv: LocalArxiv, plan: Plan, dice: random.Random) -> None:
        self.said: list[Said] = []
        self.presses: list[Press] = []
        self.cards_made: dict[int, list[datetime]] = {}
        """When the bot answered a message, by its id."""
        self.places: list[Place] = []
        self._sandbox, self._plan, self._dice = sandbox, plan, dice
        self._recent: deque[Said] = deque(maxlen=_RECENT)
        self._cards: deque[Message] = deque(maxlen=_RECENT)
        self._by_message: dict[int, Said] = {}
        self._voted: set[tuple[int, int, int]] = set()
        self._haste: tuple[Place, int] | None = None
        self._texts = Texts(dice, plan.papers)
        for number in range(1, plan.papers + 1):
            arxiv.add(record(arxiv_id(number), title=TITLE.format(number)))
        sandbox.world.watchers.append(self._see)

    def move_in(self) -> None:
        """Servers, channels and members. The first server's last channel is not watched."""
        for number in range(self._plan.servers):
            guild = self._sandbox.add_guild(f"Server {number}")
            channels = [guild.add_channel(f"talk-{name}") for name in range(self._plan.channels)]
            members = [guild.add_member(f"Member {number}-{name}") for name in range(self._plan.members)]
            manager = guild.add_member(f"Manager {number}", permissions=["MANAGE_GUILD", "MANAGE_MESSAGES"])
            self.places.append(Place(guild, channels, members, manager, guild.add_member(f"Hasty {number}")))

    async def second(self, number: int) -> None:
        """What is said and done in one second."""
        dice = self._dice
        if number % _SPREE_EVERY_SECONDS == _SPREE_EVERY_SECONDS // 4:
            self._haste = dice.choice(self.places), _SPREE_MESSAGES
        for _ in range(self._plan.messages_a_second):
            await self._say()
        for chance, act in (
            (0.5, self._edit),
            (0.3, self._delete),
            (0.05, self._delete_a_card),
            (1.0, self._vote),
            (0.5, self._save),
            (0.3, self._ask),
        ):
            if dice.random() < chance:
                await act()

    def forget(self, channel: Channel) -> None:
        """It was deleted."""
        self._recent = deque((said for said in self._recent if said.message.channel is not channel), maxlen=_RECENT)

    # --- what they do

    async def _say(self) -> None:
        place = self._dice.choice(self.places)
        author, hasty = self._dice.choice(place.members), False
        if self._haste is not None:
            place, left = self._haste
            self._haste = (place, left - 1) if left > 1 else None
            author, hasty = place.hasty, True
        text = self._texts.one_link(place.shared) if hasty else self._texts.any(place.shared)
        channel = place.channels[0] if hasty else self._dice.choice(place.channels)
        message = await author.post(channel, text.words)
        said = Said(message, author, text, [self._sandbox.clock.now()], hasty, text.asks)
        self.said.append(said)
        self._recent.append(said)
        self._by_message[message.id] = said

    async def _edit(self) -> None:
        said = self._dice.choice(self._recent)
        if said.deleted_at is None:
            said.text = self._texts.any(self._place_of(said.message.channel).shared)
            said.changed.append(self._sandbox.clock.now())
            await said.author.edit(said.message, said.text.words)
            said.asked_before |= said.text.asks

    async def _delete(self) -> None:
        said = self._dice.choice(self._recent)
        if said.deleted_at is None:
            said.deleted_at = self._sandbox.clock.now()
            await said.author.delete(said.message)

    async def _delete_a_card(self) -> None:
        card = self._any_card()
        if card is not None and card.reference is not None:
            self._by_message[card.reference.message_id].card_deleted = True
            await self._place_of(card.channel).manager.delete(card)

    async def _vote(self) -> None:
        card = self._any_card()
        if card is None:
            return
        place = self._place_of(card.channel)
        member = self._dice.choice(place.members)
        for button in card.buttons:
            press = parse_text(button.custom_id or "")
            if press is not None and press.action == "vote":
                key = (place.guild.id, member.id, press.number)
                if key not in self._voted:
                    self._voted.add(key)
                    asked = member.send_click(card, custom_id=button.custom_id)
                    self.presses.append(Press(asked, place.guild, member, press.number))
                return

    async def _save(self) -> None:
        card = self._any_card()
        if card is not None:
            self._dice.choice(self._place_of(card.channel).members).send_click(card, "Save")

    async def _ask(self) -> None:
        place = self._dice.choice(self.places)
        number = self._dice.choice(place.shared or [1])
        name, options = self._dice.choice(
            (
                ("help", {}),
                ("list", {}),
                ("search", {"words": "paper many"}),
                ("paper", {"paper": arxiv_id(number)}),
                ("status", {"paper": arxiv_id(number), "status": "reading"}),
            )
        )
        self._dice.choice(place.members).send_command(name, self._dice.choice(place.channels), options)

    def _any_card(self) -> Message | None:
        cards = [card for card in self._cards if not card.deleted and card.channel.exists]
        return self._dice.choice(cards) if cards else None

    def _place_of(self, channel: Channel) -> Place:
        return next(place for place in self.places if place.guild is channel.guild)

    def _see(self, happening: Happening) -> None:
        if happening.event.name != "MESSAGE_CREATE" or happening.channel is None or happening.reader is not None:
            return
        message = happening.channel.messages[-1]
        if message.author is self._sandbox.bot and message.reference is not None and message.components:
            answered = message.reference.message_id
            self.cards_made.setdefault(answered, []).append(self._sandbox.clock.now())
            self._cards.append(message)
