"""The weekly round: `/poll …`, `/present`, and their buttons."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import FOR_MANAGERS, Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.rounds import (
    CANDIDATES,
    FEWEST_CANDIDATES,
    HOURS,
    LONGEST_HOURS,
    MOST_CANDIDATES,
    SHORTEST_HOURS,
)
from bot.domain.schedule import parse_time
from bot.errors import NotAllowed, UserError
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.posting.announcements import Announcer
from bot.posting.permissions import lacking_for_polls, poll_notes
from bot.posting.rounds import RoundPoster
from bot.posting.threads import DiscussionThreads
from bot.schedule_options import DAY_DESCRIPTION, TIME_DESCRIPTION, Day, due_words, weekday
from bot.services.rounds import Shown
from bot.views import round_answers
from bot.views.custom_ids import Press
from bot.views.permissions import still_needed
from bot.views.rounds import history_view, show_view

Interaction = discord.Interaction[PaperBot]
Place = discord.TextChannel | discord.VoiceChannel
Hours = app_commands.Range[int, SHORTEST_HOURS, LONGEST_HOURS]
Candidates = app_commands.Range[int, FEWEST_CANDIDATES, MOST_CANDIDATES]


class Rounds(commands.Cog):
    """One paper a week, chosen by the members."""

    poll = app_commands.Group(name="poll", description="The weekly vote on what to read.", guild_only=True)

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        services = bot.services
        self.rounds, self.occurrences = services.rounds, services.occurrences
        threads = DiscussionThreads(services.discussions, services.cards)
        self.announcer = Announcer(bot, services.rounds, services.cards, services.servers, threads)
        self.poster = RoundPoster(bot, services.rounds, self.announcer, bot.clock)

    async def cog_load(self) -> None:
        """Names the buttons and what is done when something is due."""
        self.bot.buttons.add(ballot=self.press_ballot, present=self.press_present, history=self.press_history)
        runner = self.bot.occurrences
        runner.add("poll", self.poster.begin)
        runner.add("start", self.poster.start)
        runner.add("close", self.poster.close)
        runner.add("reminder", self.announcer.remind)

    # --- for managers

    @poll.command(description="Open a poll every week, in the server's time zone.", extras=FOR_MANAGERS)
    @app_commands.describe(
        day=DAY_DESCRIPTION,
        time=TIME_DESCRIPTION,
        channel="Where; here when left out",
        hours="How long members can vote; 72 when left out",
        candidates="How many papers, 2 to 10; 4 when left out",
    )
    async def schedule(  # noqa: PLR0917 - each is an option; discord.py passes them by name
        self,
        interaction: Interaction,
        day: Day,
        time: str,
        channel: Place | None = None,
        hours: Hours = HOURS,
        candidates: Candidates = CANDIDATES,
    ) -> None:
        """Takes the place of an earlier schedule."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            place = channel or _here(interaction, round_answers.NAME_TEXT_CHANNEL)
            due = await self.occurrences.set_schedule(
                server_of(interaction),
                "poll",
                weekday=weekday(day),
                minute=parse_time(time),
                channel_id=place.id,
                hours=hours,
                candidates=candidates,
            )
            await answer.say(round_answers.scheduled(place.id, due_words(due), lacking_for_polls(place)))

    @poll.command(description="Stop the weekly poll; a round that is running goes on.", extras=FOR_MANAGERS)
    async def unschedule(self, interaction: Interaction) -> None:
        """Rounds can still be started by hand."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            was = await self.occurrences.unschedule(server_of(interaction), "poll")
            await answer.say(round_answers.NO_POLL_ANY_MORE if was else round_answers.NO_POLL)

    @poll.command(description="Start a round now, in this channel.", extras=FOR_MANAGERS)
    @app_commands.describe(
        hours="How long members can vote; 72 when left out", candidates="How many papers, 2 to 10; 4 when left out"
    )
    async def start(self, interaction: Interaction, hours: Hours = HOURS, candidates: Candidates = CANDIDATES) -> None:
        """One round at a time."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            place = _here(interaction, round_answers.NEEDS_TEXT_CHANNEL)
            if refused := still_needed(lacking_for_polls(place)):
                raise NotAllowed(refused)
            begun = await self.rounds.start(server_of(interaction), place.id, hours=hours, candidates=candidates)
            await answer.say(round_answers.begun(begun))

    @poll.command(
        description="End the running poll now; Discord counts, and the winner is announced.", extras=FOR_MANAGERS
    )
    async def end(self, interaction: Interaction) -> None:
        """Before its time."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            ended = await self.rounds.end(server_of(interaction))
            await answer.say(round_answers.ended(ended))

    @poll.command(description="Call the running round off: no winner, nominations stay open.", extras=FOR_MANAGERS)
    async def cancel(self, interaction: Interaction) -> None:
        """Its poll is deleted."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            cancelled = await self.rounds.cancel(server_of(interaction))
            await answer.say(round_answers.cancelled(cancelled))

    @poll.command(
        description="When the group meets about the winner; without a day and time: no more meetings.",
        extras=FOR_MANAGERS,
    )
    @app_commands.describe(day=DAY_DESCRIPTION, time=TIME_DESCRIPTION)
    async def meeting(self, interaction: Interaction, day: Day | None = None, time: str | None = None) -> None:
        """For winners from now on."""
        async with Answer(interaction) as answer:
            _managers_only(interaction)
            server_id = server_of(interaction)
            if day is None and time is None:
                was = await self.occurrences.unschedule(server_id, "meeting")
                await answer.say(round_answers.NO_MEETING_ANY_MORE if was else round_answers.NO_MEETING)
                return
            if day is None or time is None:
                raise UserError(round_answers.MEETING_NEEDS_BOTH)
            due = await self.occurrences.set_schedule(
                server_id, "meeting", weekday=weekday(day), minute=parse_time(time)
            )
            await answer.say(round_answers.meeting(due_words(due)))

    # --- for everyone

    @poll.command(description="This round, and the ballot that comes next.")
    async def show(self, interaction: Interaction) -> None:
        """Private."""
        async with Answer(interaction) as answer:
            await answer.show(await self._show(interaction))

    @poll.command(description="The papers chosen so far, with their threads.")
    async def history(self, interaction: Interaction) -> None:
        """Private."""
        async with Answer(interaction) as answer:
            await answer.show(history_view(await self.rounds.history(server_of(interaction), 0)))

    @poll.command(description="Put a paper on the next ballot; one open nomination for each member.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    async def nominate(self, interaction: Interaction, paper: PaperText) -> None:
        """It is saved as well."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            before = await self.rounds.nominate(server_id, interaction.user.id, found.number)
            self.bot.refresher.changed(server_id, found.number)
            await answer.say(round_answers.nominated(found, before))

    @app_commands.command(description="Say that you will present the chosen paper, or take it back.")
    @app_commands.guild_only()
    async def present(self, interaction: Interaction) -> None:
        """In a winner's thread about that winner, elsewhere about the last one."""
        async with Answer(interaction) as answer:
            await self._present(interaction, answer, None)

    # --- buttons

    async def press_ballot(self, interaction: Interaction, _press: Press) -> None:
        """How papers get on a ballot."""
        async with Answer(interaction) as answer:
            await answer.show(await self._show(interaction))

    async def press_present(self, interaction: Interaction, press: Press) -> None:
        """The same as `/present`."""
        async with Answer(interaction) as answer:
            await self._present(interaction, answer, press.number)

    async def press_history(self, interaction: Interaction, press: Press) -> None:
        """Turns the page."""
        async with Answer(interaction, update=True) as answer:
            page = await self.rounds.history(server_of(interaction), press.number)
            await answer.change(history_view(page))

    async def _show(self, interaction: Interaction) -> discord.ui.LayoutView:
        server_id = server_of(interaction)
        shown, coming = await self.rounds.current(server_id), await self.rounds.next(server_id)
        notes = await self._notes(interaction.guild, shown) if is_manager(interaction) else []
        return show_view(shown, coming, notes=notes)

    async def _notes(self, guild: discord.Guild | None, shown: Shown | None) -> list[str]:
        """What the bot misses where polls stand, for those who can mend it."""
        if guild is None:
            return []
        plans = [plan.schedule for plan in await self.occurrences.schedules(guild.id)]
        meets = any(plan.kind == "meeting" for plan in plans)
        places = {plan.channel_id for plan in plans if plan.kind == "poll"}
        if shown is not None and shown.round.running:
            places.add(shown.round.channel_id)
        notes: list[str] = []
        for place in sorted(filter(None, places)):
            channel = guild.get_channel(place)
            notes += [round_answers.hidden(place)] if channel is None else poll_notes(channel, meets=meets)
        return notes

    async def _present(self, interaction: Interaction, answer: Answer, round_id: int | None) -> None:
        shown, presents = await self.rounds.present(
            server_of(interaction),
            interaction.user.id,
            round_id=round_id,
            thread_id=interaction.channel_id,
            interaction_id=interaction.id,
        )
        winner = shown.papers[shown.round.winner or 0]
        await answer.say(round_answers.presents(winner) if presents else round_answers.presents_no_more(winner))
        await self.announcer.presenters_changed(shown)


def _managers_only(interaction: Interaction) -> None:
    if not is_manager(interaction):
        raise NotAllowed(round_answers.MANAGERS_ONLY)


def _here(interaction: Interaction, otherwise: str) -> Place:
    """The channel it is used in; `otherwise` is said where no poll can be."""
    channel = interaction.channel
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel):
        return channel
    raise UserError(otherwise)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Rounds(bot))
