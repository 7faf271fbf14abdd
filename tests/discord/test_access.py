"""Every command and control, used by everyone there is in two servers: who may, by tests/access_table.py, gets the
effect, and who may not reads a private refusal and changes nothing.

Presses and forms are sent as Discord would send them, with any id: what the bot must check itself does not hang on who
was shown which button.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from discord import AppCommandType

from bot.client import PaperBot
from bot.posting import digest_pictures
from bot.storage.tables import metadata
from bot.views.custom_ids import custom_id
from bot.views.limits import TOO_FAST
from sandbox import interactions
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible, Resolved
from sandbox.community import Community
from sandbox.people import Person
from sandbox.quiet import handlers
from sandbox.state.channel import Channel
from sandbox.state.kinds import CommandKind, InteractionKind
from sandbox.state.message import Message
from tests.access_table import COMMANDS, CONTROLS, FORMS, Who, renewed
from tests.command_page import PAGE, all_commands, commands, for_managers
from tests.discord.papers import ADAM, ATTENTION, GAN
from tests.discord.reading_group import ReadingGroup
from tests.discord.test_digest import SMALL_PNG
from tests.rows import rows

pytestmark = pytest.mark.usefixtures("refresh_at_once")

REFUSALS = {
    Who.MANAGERS: ("may manage the server", "Only managers can", "This report is your own. Remove it"),
    Who.WRITER: (
        "Only the person who wrote it, or a manager",
        "Only the person who added it, or a manager",
        "Only who wrote it, or a manager",
    ),
    Who.DECIDER: ("Only who wrote the report, or a manager", "Only its author and managers"),
    Who.REPORTER: ("Only who wrote a report", "You can contest once", "That report is not there any more"),
    Who.OTHERS: ("This report is your own",),
    Who.UNHIDER: ("That report is not there any more", "ask another manager"),
    Who.SAVER: ("Only the person who saved it, or a manager",),
    Who.POSTER: ("Only the person who posted the link, or a manager",),
    Who.STARTER: ("This import is not there any more",),
    Who.SHOWN: ("Only members who may manage the server",),
}
WORKINGS = {"alive", "command_tree", "interaction", "lookup", "source_gate", "paper", "paper_alias"}
"""Tables that say nothing of a server or a member."""

DONE_SECONDS = 60
"""In real time. A press has its effect within a second, on a machine with nothing else to do."""

MANAGERS = {"manager", "admin"}
ROLES = ("member", "author", "manager", "admin", "silent")


def may(role: str, who: Who) -> bool:
    """The table's words as a rule. The author posted, saved and wrote everything; the manager began the import."""
    if who is Who.ALL:
        return True
    if who is Who.STARTER:
        return role == "manager"
    if who in {Who.REPORTER, Who.OTHERS}:
        return (role == "author") is (who is Who.REPORTER)
    return role in MANAGERS or (role == "author" and who in {Who.SAVER, Who.POSTER, Who.WRITER, Who.DECIDER})


def _is_idle(bot: PaperBot) -> bool:
    return bot.replies.idle and bot.refresher.idle and bot.occurrences.idle and bot.resource_lists.idle


@dataclass
class Stage:
    """Two servers with something in each that can be pressed."""

    community: Community
    people: dict[str, Person]
    eve: Person
    elsewhere: Channel
    number: int
    cards: dict[bool, Message] = field(default_factory=dict)
    """In public, in this server or in the other one."""
    now: dict[str, list[str]] = field(default_factory=dict)
    panels: dict[str, Message] = field(default_factory=dict)

    @property
    def papers(self) -> Channel:
        return self.community.papers

    @property
    def manager(self) -> Person:
        return self.community.manager

    @property
    def author(self) -> Person:
        return self.community.ada

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return rows(self.community.database_url, statement)

    def value(self, statement: str) -> int:
        """Of the first row, 1 when there is none."""
        found = self.rows(statement)
        return int(found[0][0]) if found else 1

    async def until_done(self) -> None:
        """All that was pressed has had its effect. Without a heartbeat, as `settled` has: discord.py sends about a
        hundred a minute, and there are more presses."""
        bot = self.community.bot
        assert bot is not None
        async with asyncio.timeout(DONE_SECONDS):
            while handlers() or self.community.sandbox.rest.in_progress or not _is_idle(bot):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.002)

    async def all_there_is(self) -> dict[str, list[str]]:
        """Everything the database knows, and every public message of the first server."""
        await self.until_done()
        found = {
            table.name: sorted(map(repr, self.rows(f'SELECT * FROM "{table.name}"')))  # noqa: S608 - our own
            for table in metadata.sorted_tables
            if table.name not in WORKINGS
        }
        found["messages"] = [repr((m.id, m.deleted, m.components)) for m in self.papers.by_bot() if not m.private]
        return found

    async def of_first_server(self) -> list[str]:
        """The rows that belong to it, by its id or by that of a report."""
        everything = await self.all_there_is()
        reports = self.rows(f"SELECT id FROM report WHERE server_id = {self.community.guild.id}")  # noqa: S608 - a number
        here = [str(self.community.guild.id), *(str(each) for (each,) in reports)]
        return [
            row
            for name, rows in everything.items()
            for row in rows
            if name == "messages" or any(each in row for each in here)
        ]


Act = Callable[[Stage, Person], Awaitable[Answer]]


class Use(NamedTuple):
    """One way to use something. `before` makes it possible, whoever then tries."""

    act: Act
    changes: bool = False
    before: Act | None = None


def run(name: str, **options: object) -> Act:
    async def act(stage: Stage, person: Person) -> Answer:
        here = person.member.guild is stage.community.guild
        given = {key: value(stage, person) if callable(value) else value for key, value in options.items()}
        return await person.command(name, at=stage.papers if here else stage.elsewhere, **given)

    return act


def by_manager(name: str, **options: object) -> Act:
    async def act(stage: Stage, _person: Person) -> Answer:
        return await run(name, **options)(stage, stage.manager)

    return act


def press(*what: object, values: list[str] | None = None) -> Act:
    """Any id, pressed on the panel that is this person's own."""

    async def act(stage: Stage, person: Person) -> Answer:
        arguments = [each(stage) if callable(each) else each for each in what]
        return await _press(person, stage.panels[person.name], custom_id(*map(str, arguments)), values)

    return act


async def _press(person: Person, message: Message, pressed: str, values: list[str] | None = None) -> Answer:
    """The control stands on the message, as Discord sees to, though the bot never put it there for this person."""
    control: dict[str, Any] = {"type": 2, "style": 2, "label": "Press", "custom_id": pressed}
    data: dict[str, Any] = {"component_type": 2, "custom_id": pressed}
    if values is not None:
        options = [{"label": value, "value": value} for value in values]
        control = {"type": 3, "custom_id": pressed, "options": options}
        data = {"component_type": 3, "custom_id": pressed, "values": values}
    message.components = [{"type": 1, "components": [control]}]
    return await interactions.answered(person._use_component(message, data))


def on_card(label: str) -> Act:
    """What stands on every card, on the one in public."""

    async def act(stage: Stage, person: Person) -> Answer:
        card = stage.cards[person.member.guild is stage.community.guild]
        pressed = next(button.custom_id for button in card.buttons if button.label.startswith(label))
        return await person.click(card, custom_id=pressed)

    return act


def send(*what: object, fields: dict[str, str | list[str]]) -> Act:
    """A form with any id; lists are what was chosen from menus."""

    async def act(stage: Stage, person: Person) -> Answer:
        return await _send(stage, person, stage.panels[person.name], what, fields)

    return act


async def _send(
    stage: Stage, person: Person, panel: Message, what: Iterable[object], fields: dict[str, str | list[str]]
) -> Answer:
    arguments = [each(stage) if callable(each) else each for each in what]
    labels = [
        {"type": 18, "component": {"type": 4, "custom_id": key, "value": value}}
        if isinstance(value, str)
        else {"type": 18, "component": {"type": 3, "custom_id": key, "values": value}}
        for key, value in fields.items()
    ]
    data = {"custom_id": custom_id(*map(str, arguments)), "components": labels}
    return await interactions.answered(person._ask(InteractionKind.MODAL, panel.channel, data, source=panel))


async def _told(stage: Stage, person: Person, *what: object, fields: dict[str, str | list[str]]) -> Answer:
    """A form that somebody else sends, so that there is something to be used."""
    panel = stage.papers.add_message(stage.papers.world.bot, "a message", reader=person.user)
    answer = await _send(stage, person, panel, what, fields)
    await stage.until_done()
    return answer


async def post_a_card(stage: Stage, _person: Person) -> Answer:
    """The author's; what was saved or voted for stays with it."""
    await run("privacy ignore-me", ignore=False)(stage, stage.author)
    stage.community.clock.advance(4)  # arXiv's pause
    message = await stage.author.post(stage.papers, GAN)
    reply = await stage.community.reply_to(message)
    await stage.until_done()
    stage.panels["card"] = reply
    return await run("help")(stage, stage.author)


async def dismiss(stage: Stage, person: Person) -> Answer:
    card = stage.panels["card"]
    pressed = next(str(button.custom_id) for button in card.buttons if button.label == "✕")
    if person.member.guild is not stage.community.guild:
        return await _press(person, stage.panels[person.name], pressed)
    return await person.click(card, custom_id=pressed)


async def save_papers(stage: Stage, person: Person) -> Answer:
    here = person.member.guild is stage.community.guild
    channel = stage.papers if here else stage.elsewhere
    author = stage.author if here else stage.eve
    return await person.menu("Save papers", await author.post(channel, f"<{ADAM}>"))


async def reported(stage: Stage, _person: Person) -> Answer:
    """By the author, and everybody sees it."""
    words: dict[str, str | list[str]] = {"setting": "One GPU", "tried": "Table 2", "happened": "Two points below"}
    answer = await _told(stage, stage.author, "report", number, "partly", "", fields=words)
    if stage.rows("SELECT 1 FROM report WHERE hidden_at IS NOT NULL"):
        shown = stage.papers.add_message(stage.papers.world.bot, "a message", reader=stage.manager.user)
        answer = await _press(stage.manager, shown, custom_id("report-unhide", report(stage)))
    return answer


async def hidden(stage: Stage, person: Person) -> Answer:
    await reported(stage, person)
    return await _told(stage, stage.manager, "report-hide", report, fields={"text": "Not about this paper."})


async def answered(stage: Stage, person: Person) -> Answer:
    await reported(stage, person)
    return await _told(stage, stage.author, "report-answer", report, fields={"text": "The split."})


async def explained(stage: Stage, _person: Person) -> Answer:
    words: dict[str, str | list[str]] = {"level": ["newcomer"], "text": "Every word looks at every other."}
    return await _told(stage, stage.author, "explain", number, fields=words)


async def added(stage: Stage, _person: Person) -> Answer:
    return await run("resource", paper=ATTENTION, kind="code", link="https://example.org/code")(stage, stage.author)


async def save_again(stage: Stage, _person: Person) -> Answer:
    return await run("save", paper=ATTENTION)(stage, stage.author)


def upload(stage: Stage, person: Person) -> object:
    here = person.member.guild is stage.community.guild
    channel = stage.papers if here else stage.elsewhere
    return person.upload(channel, "list.txt", f"https://arxiv.org/abs/2405.{next(NEW):05}".encode())


def papers(stage: Stage, person: Person) -> object:
    return stage.papers if person.member.guild is stage.community.guild else stage.elsewhere


def number(stage: Stage) -> int:
    return stage.number


def last(table: str, column: str = "id") -> Callable[[Stage], int]:
    return lambda stage: stage.value(f"SELECT max({column}) FROM {table} HAVING max({column}) IS NOT NULL")  # noqa: S608 - names of tables


def of_author(table: str, column: str = "user_id", at: str = "at") -> Callable[[Stage], int]:
    """What the author wrote last; its number is drawn at random."""

    def found(stage: Stage) -> int:
        mine = f"SELECT id FROM {table} WHERE {column} = {stage.author.user.id}"  # noqa: S608 - names of tables
        return stage.value(f"{mine} ORDER BY {at} DESC")

    return found


report = of_author("report", "author_id", "made_at")


def new_link(_stage: Stage, _person: Person) -> object:
    return f"https://example.org/{next(NEW)}"


def won(stage: Stage) -> int:
    """The round that has a winner."""
    return stage.value("SELECT max(id) FROM round WHERE winner_id IS NOT NULL")


NEW = itertools.count(1)
"""Each file that is brought names a paper that no other did."""
BROUGHT = by_manager("import", file=upload)
SCHEDULED = {"day": "Monday", "time": "18:00"}

OF_COMMANDS: dict[str, Use] = {
    "paper": Use(run("paper", paper=ATTENTION), changes=True),
    "save": Use(run("save", paper=ADAM, note="mine"), changes=True),
    "vote": Use(run("vote", paper=ATTENTION), changes=True),
    "status": Use(run("status", paper=ATTENTION, status="reading"), changes=True),
    "tag": Use(
        run("tag", paper=ATTENTION, tags="first"), changes=True, before=by_manager("tag", paper=ATTENTION, tags="none")
    ),
    "note": Use(run("note", paper=ATTENTION, text="good"), changes=True),
    "list": Use(run("list")),
    "search": Use(run("search", words="attention")),
    "Save papers": Use(save_papers),
    "unsave": Use(run("unsave", paper=ATTENTION), before=save_again),
    "report": Use(run("report", paper=ATTENTION, outcome="partly")),
    "reports show": Use(run("reports show", paper=ATTENTION), before=reported),
    "reports recent": Use(run("reports recent"), before=reported),
    "reports export": Use(run("reports export", format="CSV"), before=reported),
    "explain": Use(run("explain", paper=ATTENTION)),
    "resource": Use(run("resource", paper=ATTENTION, kind="video", link=new_link), changes=True),
    "path": Use(run("path", paper=ATTENTION)),
    "poll nominate": Use(run("poll nominate", paper=ATTENTION), changes=True),
    "poll schedule": Use(run("poll schedule", **SCHEDULED), changes=True),
    "poll unschedule": Use(run("poll unschedule"), changes=True, before=by_manager("poll schedule", **SCHEDULED)),
    "poll start": Use(run("poll start"), changes=True, before=by_manager("poll cancel")),
    "poll end": Use(run("poll end"), changes=True, before=by_manager("poll start")),
    "poll cancel": Use(run("poll cancel"), before=by_manager("poll start")),
    "poll meeting": Use(run("poll meeting", day="Monday", time="19:00"), changes=True),
    "poll show": Use(run("poll show")),
    "poll history": Use(run("poll history")),
    "present": Use(run("present"), changes=True),
    "export": Use(run("export", format="JSON")),
    "digest schedule": Use(run("digest schedule", **SCHEDULED), changes=True),
    "digest unschedule": Use(run("digest unschedule"), changes=True, before=by_manager("digest schedule", **SCHEDULED)),
    "digest preview": Use(run("digest preview")),
    "digest post": Use(run("digest post"), changes=True),
    "settings watch": Use(run("settings watch", channel=papers), changes=True),
    "settings unwatch": Use(
        run("settings unwatch", channel=papers), changes=True, before=by_manager("settings watch", channel=papers)
    ),
    "settings previews": Use(run("settings previews", hide=False), changes=True),
    "settings watch-bots": Use(run("settings watch-bots", watch=True), changes=True),
    "settings timezone": Use(run("settings timezone", zone="Europe/Berlin"), changes=True),
    "settings ping": Use(run("settings ping")),
    "settings show": Use(run("settings show")),
    "import": Use(run("import", file=upload), changes=True),
    "backfill": Use(run("backfill", channel=papers), changes=True),
    "privacy show": Use(run("privacy show")),
    "privacy export": Use(run("privacy export")),
    "privacy delete": Use(run("privacy delete")),
    "help": Use(run("help")),
    "privacy ignore-me": Use(run("privacy ignore-me")),
}

OF_CONTROLS: dict[str, Use] = {
    "save": Use(on_card("Save"), before=save_again),
    "vote": Use(on_card("▲ Vote"), changes=True),
    "discuss": Use(on_card("Discuss")),
    "more": Use(on_card("More")),
    "status": Use(press("status", number, values=["read"]), changes=True),
    "tags": Use(press("tags", number)),
    "note": Use(press("note", number)),
    "cite": Use(press("cite", number)),
    "abstract": Use(press("abstract", number)),
    "show": Use(press("show", number)),
    "list": Use(press("list", 0, "votes", "", "")),
    "search": Use(press("search", 0, "attention")),
    "history": Use(press("history", 0)),
    "keep": Use(press("keep", number)),
    "ballot": Use(press("ballot", 1)),
    "present": Use(press("present", won), changes=True),
    "digest": Use(press("digest", 1)),
    "help": Use(press("help", values=["papers"])),
    "privacy-export": Use(press("privacy-export")),
    "privacy-delete": Use(press("privacy-delete")),
    "privacy-keep": Use(press("privacy-keep")),
    "tried": Use(press("tried", number)),
    "report-again": Use(press("report-again", number, "partly", "")),
    "report-words-again": Use(press("report-words-again", "report-answer", report), before=reported),
    "reports": Use(press("reports", 0, number), before=reported),
    "reports-of": Use(press("reports-of", number), before=reported),
    "report-read": Use(press("report-read", report), before=answered),
    "report-said": Use(press("report-said", report, 0), before=answered),
    "report-history": Use(press("report-history", report), before=reported),
    "report-answer": Use(press("report-answer", report), before=reported),
    "report-same": Use(press("report-same", report), before=reported),
    "report-unsame": Use(press("report-unsame", report), before=reported),
    "report-ask": Use(press("report-ask", report), before=reported),
    "report-hide": Use(press("report-hide", report), before=reported),
    "report-unhide": Use(press("report-unhide", report), changes=True, before=hidden),
    "report-contest": Use(press("report-contest", report), before=hidden),
    "report-link": Use(press("report-link", report), before=reported),
    "report-difference": Use(press("report-difference", of_author("report_answer")), changes=True, before=answered),
    "report-answer-away": Use(press("report-answer-away", of_author("report_answer")), changes=True, before=answered),
    "report-remove": Use(press("report-remove", report), before=reported),
    "report-keep": Use(press("report-keep", report), before=reported),
    "report-gone": Use(press("report-gone", report), changes=True, before=reported),
    "explain": Use(press("explain", number)),
    "explanations": Use(press("explanations", number), before=explained),
    "explanation-vote": Use(
        press("explanation-vote", number, 0, of_author("explanation")), changes=True, before=explained
    ),
    "explanation-remove": Use(
        press("explanation-remove", number, 0, of_author("explanation")), changes=True, before=explained
    ),
    "resources": Use(press("resources", number), before=added),
    "resource-list": Use(press("resource-list", number), before=added),
    "resource-remove": Use(press("resource-remove", number, 0, of_author("resource")), changes=True, before=added),
    "path": Use(press("path", number)),
    "dismiss": Use(dismiss, changes=True, before=post_a_card),
    "setup": Use(press("setup")),
    "backfill-stop": Use(press("backfill-stop", last("backfill", "message_id"))),
    "backfill-go-on": Use(press("backfill-go-on", last("backfill", "message_id"))),
    "import-start": Use(press("import-start", last("import")), changes=True, before=BROUGHT),
    "import-look": Use(press("import-look", last("import")), before=BROUGHT),
    "import-cancel": Use(press("import-cancel", last("import")), changes=True, before=BROUGHT),
    "settings": Use(
        press("settings", "previews", "0"), changes=True, before=by_manager("settings previews", hide=True)
    ),
    "unsave": Use(press("unsave", number), changes=True, before=save_again),
    "privacy-sure": Use(press("privacy-sure"), changes=True),
}

BY_FORM: dict[str, str | list[str]] = {"text": "by form"}
LINK_BY_FORM: dict[str, str | list[str]] = {"text": "https://example.org/by-form"}

OF_FORMS: dict[str, Use] = {
    "tags": Use(send("tags", number, fields=BY_FORM), changes=True, before=save_again),
    "note": Use(send("note", number, fields=BY_FORM), changes=True, before=save_again),
    "report": Use(
        send("report", number, "reproduced", "", fields=dict.fromkeys(("setting", "tried", "happened"), "by form")),
        changes=True,
    ),
    "report-answer": Use(send("report-answer", report, fields=BY_FORM), changes=True, before=reported),
    "report-same": Use(send("report-same", report, fields=BY_FORM), changes=True, before=reported),
    "report-ask": Use(send("report-ask", report, fields=BY_FORM), changes=True, before=reported),
    "report-hide": Use(send("report-hide", report, fields=BY_FORM), changes=True, before=reported),
    "report-contest": Use(send("report-contest", report, fields=BY_FORM), changes=True, before=hidden),
    "report-link": Use(send("report-link", report, fields=LINK_BY_FORM), changes=True, before=reported),
    "explain": Use(send("explain", number, fields={"level": ["researcher"], **BY_FORM}), changes=True),
    "settings": Use(send("settings", "zone", fields={"zone": "Tokyo"}), changes=True),
}


@pytest.fixture
def clock() -> VirtualClock:
    """Slow, for a machine that has much else to do: the deadlines run on it."""
    return VirtualClock(running=True, speed=0.3)


@pytest.fixture
async def stage(community: Community, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A paper that the author saved, and a round that was won. Who is silent may not write and has opted out."""

    async def draw(_drawer: object, _chart: object) -> bytes:
        return SMALL_PNG

    monkeypatch.setattr(digest_pictures.Drawer, "draw", draw)
    monkeypatch.setattr("bot.services.limits.Limits.may_press", lambda *_: True)  # more is pressed than anybody does
    group = ReadingGroup(community, database_url)
    await group.list_papers()
    await group.choose_papers(["Past"])
    guild = community.guild
    people = {
        "member": community.linus,
        "author": community.ada,
        "manager": community.manager,
        "admin": guild.add_member("Root", permissions=["ADMINISTRATOR"]),
        "silent": guild.add_member("Shy"),
    }
    community.papers.set_permission(people["silent"], deny=["SEND_MESSAGES"])
    other = community.sandbox.add_guild("Elsewhere")
    eve = other.add_member("Eve", permissions=["ADMINISTRATOR"])
    made = Stage(community, people, eve, other.add_channel("general"), 0)
    await run("save", paper=ATTENTION)(made, community.ada)
    community.clock.advance(4)  # arXiv's pause
    for person in (community.ada, eve):
        card = (await run("paper", paper=ADAM)(made, person)).public
        assert card is not None
        made.cards[person is not eve] = card
    made.number = made.value("SELECT id FROM paper WHERE value = '1706.03762'")
    await run("privacy ignore-me")(made, people["silent"])
    return made


async def give_panel(stage: Stage, person: Person) -> None:
    """A private message of the bot's: what is pressed there is changed for this person alone."""
    card = stage.cards[person.member.guild is stage.community.guild]
    shown = (await person.click(card, "More")).private
    assert shown is not None
    stage.panels[person.name] = shown


async def read_back(stage: Stage) -> None:
    """A reading of the channel's history, and its end."""
    await run("backfill", channel=papers)(stage, stage.manager)
    ended = "SELECT 1 FROM backfill WHERE ended_at IS NOT NULL AND due_at IS NULL"
    await stage.community.sandbox.until(
        lambda: bool(stage.rows(ended)), what="the end of history", seconds=DONE_SECONDS
    )


async def used(stage: Stage, use: Use, person: Person) -> tuple[Answer | None, bool]:
    """The answer, None where Discord does not let them; and whether anything is different afterwards."""
    if use.before is not None:
        await use.before(stage, person)
    if use.before is not None or not stage.now:
        stage.now = await stage.all_there_is()
    before = stage.now
    try:
        answer = await use.act(stage, person)
    except NotPossible:
        answer = None
    stage.now = await stage.all_there_is()
    return answer, stage.now != before


def is_refusal(answer: Answer, who: Who) -> bool:
    return all(message.private for message in answer.messages) and any(
        words in answer.text for words in REFUSALS.get(who, ())
    )


def check(name: str, who: Who, use: Use, outcome: tuple[Answer | None, bool], *, allowed: bool) -> None:
    answer, changed = outcome
    assert answer is None or not any(words in answer.text for words in ("Something went wrong", TOO_FAST)), name
    if allowed:
        assert answer is not None, f"{name} is not offered"
        assert not is_refusal(answer, who), f"{name}: {answer.text}"
        assert changed or not use.changes, f"{name} did nothing: {answer.text}"
        return
    assert not changed, f"{name} changed something"
    if who is Who.LENT:
        assert answer is None, f"{name} is offered: {answer}"
    else:
        assert answer is not None
        assert is_refusal(answer, who), f"{name}: {answer.text}"


@pytest.mark.parametrize("role", ROLES)
async def test_commands_buttons_menus_and_forms(stage: Stage, role: str) -> None:
    person = stage.people[role]
    for name, use in OF_COMMANDS.items():
        who = COMMANDS[name]
        check(f"/{name}", who, use, await used(stage, use, person), allowed=may(role, who))
    await read_back(stage)
    for table, uses in ((FORMS, OF_FORMS), (CONTROLS, OF_CONTROLS)):
        for name, use in uses.items():
            await give_panel(stage, person)
            who = table[name].who
            check(name, who, use, await used(stage, use, person), allowed=may(role, who))


async def test_nothing_that_is_done_in_another_server_changes_this_one(stage: Stage) -> None:
    """By somebody who may do everything there, with the ids of here."""
    await read_back(stage)
    for name, use in [*OF_COMMANDS.items(), *OF_FORMS.items(), *OF_CONTROLS.items()]:
        await give_panel(stage, stage.eve)
        if use.before is not None:
            await use.before(stage, stage.eve)
        before = await stage.of_first_server()
        answer = await use.act(stage, stage.eve)
        assert "Something went wrong" not in answer.text, name
        assert await stage.of_first_server() == before, name


async def test_who_is_timed_out_uses_no_command(stage: Stage) -> None:
    person = stage.people["member"]
    person.member.timed_out_until = stage.community.clock.now().replace(year=2100)
    for use in OF_COMMANDS.values():
        with pytest.raises(NotPossible, match="may not"):
            await use.act(stage, person)


async def test_who_was_handed_the_settings_uses_them_and_their_page(stage: Stage) -> None:
    """Discord then sends the command though the member may not manage the server."""
    person = stage.people["member"]
    command = next(
        each
        for each in person.world.application.commands_for(None)
        if (each.kind, each.name) == (CommandKind.SLASH, "settings")
    )
    data = person._command_data(command, Resolved(person.member, stage.papers))
    data["options"] = [{"type": 1, "name": "show", "options": []}]
    answer = await interactions.answered(person._ask(InteractionKind.COMMAND, stage.papers, data))
    assert answer.private is not None
    stage.panels[person.name] = answer.private
    outcome = await used(stage, OF_CONTROLS["settings"], person)
    check("settings", Who.SHOWN, OF_CONTROLS["settings"], outcome, allowed=True)


# --- the table


async def test_every_command_and_control_has_its_row(community: Community, tmp_path: Path) -> None:
    bot = community.bot
    assert bot is not None
    menus = {menu.name for menu in bot.tree.walk_commands(type=AppCommandType.message)}
    assert {command.qualified_name for command in commands(bot.tree)} | menus == COMMANDS.keys() == OF_COMMANDS.keys()
    assert bot.buttons._handlers.keys() == CONTROLS.keys() == OF_CONTROLS.keys()
    assert bot.forms._handlers.keys() == FORMS.keys() == OF_FORMS.keys()


async def test_the_table_says_what_discord_is_told(tmp_path: Path) -> None:
    async with all_commands(tmp_path) as tree:
        told = {command.qualified_name for command in commands(tree) if for_managers(command)}
        offered = {
            command.qualified_name for command in commands(tree) if (command.root_parent or command).default_permissions
        }
    assert told == {name for name, who in COMMANDS.items() if who in {Who.LENT, Who.MANAGERS}}
    assert offered == {name for name, who in COMMANDS.items() if who is Who.LENT}


def test_the_page_has_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "run `make docs`"
    assert "| every member |" in page
