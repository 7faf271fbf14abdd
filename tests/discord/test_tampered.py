"""Buttons, menus and forms whose ids say what the bot never wrote there: refused or harmless, whatever it is.

Discord takes a press only of what stands on a message, so here the control stands on one of the bot's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from bot.storage.tables import metadata
from bot.views.custom_ids import custom_id
from sandbox import interactions
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.channel import Channel
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import InteractionKind, MessageFlag
from tests.discord.papers import ATTENTION
from tests.discord.reading_group import ReadingGroup
from tests.rows import rows

pytestmark = pytest.mark.usefixtures("no_haste")

PAPER, ROUND, IMPORT, READING, PAGE, NOTHING = "paper", "round", "import", "reading", "page", "nothing"
REPORT, ANSWER, EXPLANATION, RESOURCE, WORD, TURN = "report", "answer", "explanation", "resource", "word", "turn"
"""What an argument names. A page is taken as the first one whatever it is; what says where to turn is not."""

BUTTONS: Mapping[str, str] = {
    **dict.fromkeys(
        ("save", "vote", "unsave", "keep", "discuss", "more", "status", "tags", "note", "cite", "abstract", "show"),
        PAPER,
    ),
    "dismiss": PAPER,
    **dict.fromkeys(("tried", "report-again", "reports-of", "explain", "explanations"), PAPER),
    **dict.fromkeys(("resources", "resource-list", "path"), PAPER),
    **dict.fromkeys(("report-read", "report-said", "report-history", "report-remove", "report-gone"), REPORT),
    **dict.fromkeys(
        ("report-same", "report-unsame", "report-answer", "report-ask", "report-contest", "report-link"), REPORT
    ),
    **dict.fromkeys(("report-hide", "report-unhide"), REPORT),
    **dict.fromkeys(("report-difference", "report-answer-away"), ANSWER),
    "report-words-again": WORD,
    "reports": TURN,
    # of these the third argument says what is meant
    **dict.fromkeys(("explanation-vote", "explanation-remove", "resource-remove"), NOTHING),
    "present": ROUND,
    **dict.fromkeys(("import-start", "import-look", "import-cancel"), IMPORT),
    **dict.fromkeys(("backfill-stop", "backfill-go-on"), READING),
    **dict.fromkeys(("list", "search", "history"), PAGE),
    **dict.fromkeys(("setup", "settings", "help", "ballot", "digest"), NOTHING),
    **dict.fromkeys(("privacy-export", "privacy-delete", "privacy-sure", "privacy-keep", "report-keep"), NOTHING),
}
"""What the first argument of each action names. An action that is missing here fails a test."""

FORMS: Mapping[str, str] = {
    **dict.fromkeys(("tags", "note", "report", "explain"), PAPER),
    **dict.fromkeys(
        ("report-same", "report-answer", "report-ask", "report-hide", "report-contest", "report-link"), REPORT
    ),
    "settings": NOTHING,
}

FURTHER: Mapping[str, Sequence[tuple[str, str]]] = {
    "report": [(WORD, "partly"), (WORD, "")],
    "report-again": [(WORD, "partly"), (WORD, "")],
    "report-said": [(TURN, "0")],
    "report-words-again": [(REPORT, "1")],
    "reports": [(PAPER, "1")],
    "explanation-vote": [(TURN, "0"), (EXPLANATION, "1")],
    "explanation-remove": [(TURN, "0"), (EXPLANATION, "1")],
    "resource-remove": [(TURN, "0"), (RESOURCE, "1")],
}
"""What follows the first argument: what it names, and one that can be read."""
FIRST: Mapping[str, str] = {"report-words-again": "report-answer"}
"""A first argument that can be read, where it is no number."""

BAD = ("", "x", "-1", "١", "1 OR 1=1", "@everyone", "9" * 60, str(2**64), str(2**63))
NOWHERE = (str(2**63 - 1), "999999", "0")
"""Numbers as ours are, but of nothing."""

OUT_OF_USE = "no longer in use"
SECRET = "only this server knows the cheesecake"


@pytest.fixture
def no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """More is pressed than anybody does."""
    monkeypatch.setattr("bot.services.limits.Limits.may_press", lambda *_: True)


@pytest.fixture
def clock() -> VirtualClock:
    """Slow, for a machine that has much else to do: the deadlines run on it."""
    return VirtualClock(running=True, speed=0.3)


@pytest.fixture
def there(community: Community) -> Channel:
    """In the other server."""
    return community.sandbox.add_guild("Elsewhere").add_channel("general")


@pytest.fixture
def eve(there: Channel) -> Person:
    """May do all in the other server, so that nothing but the id stops her; and is nobody in the first one."""
    assert there.guild is not None
    return there.guild.add_member("Eve", permissions=["ADMINISTRATOR"])


def everything(community: Community) -> dict[str, list[str]]:
    """All that the database knows of servers and members."""
    workings = {"alive", "command_tree", "interaction", "lookup", "source_gate"}
    return {
        table.name: sorted(map(repr, rows(community.database_url, f'SELECT * FROM "{table.name}"')))  # noqa: S608 - ours
        for table in metadata.sorted_tables
        if table.name not in workings
    }


def press(person: Person, channel: Channel, pressed: str, values: Sequence[str] | None = None) -> Interaction:
    """A button, or a menu with these values."""
    kind = 2 if values is None else 3
    control: dict[str, Any] = {"type": kind, "custom_id": pressed}
    data: dict[str, Any] = {"component_type": kind, "custom_id": pressed}
    if values is None:
        control |= {"style": 2, "label": "Press"}
    else:
        control |= {"options": [{"label": value, "value": value} for value in values]}
        data |= {"values": list(values)}
    message = channel.add_message(
        channel.world.bot,
        components=[{"type": 1, "components": [control]}],
        flags=MessageFlag.COMPONENTS_V2,
        reader=person.user,
    )
    return interactions.ask(InteractionKind.COMPONENT, person.user, channel, data, member=person.member, source=message)


def submit(person: Person, channel: Channel, sent: str, fields: Mapping[str, str | list[str]]) -> Interaction:
    """A form; lists are what was chosen from menus."""
    text = {"type": 10, "content": "What the form was opened from."}
    source = channel.add_message(
        channel.world.bot, components=[text], flags=MessageFlag.COMPONENTS_V2, reader=person.user
    )
    labels = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        if isinstance(value, str)
        else {"type": 18, "component": {"type": 3, "custom_id": name, "values": value}}
        for name, value in fields.items()
    ]
    data = {"custom_id": sent, "components": labels}
    return interactions.ask(InteractionKind.MODAL, person.user, channel, data, member=person.member, source=source)


async def answers(asked: Sequence[Interaction]) -> dict[str, Answer]:
    """Each in time, and none an apology or in public."""
    found = await asyncio.gather(*map(interactions.answered, asked))
    for one in found:
        said = f"{one.interaction.data['custom_id']!r}: {one.text}"
        assert "Something went wrong" not in one.text, said
        assert all(message.private for message in one.messages), said
    return {str(one.interaction.data["custom_id"]): one for one in found}


def in_batches(ids: Iterator[str], size: int = 8) -> Iterator[list[str]]:
    left = list(ids)
    for start in range(0, len(left), size):
        yield left[start : start + size]


def odd_ids(actions: Mapping[str, str]) -> Iterator[str]:
    """What is no id of the bot's, of each action."""
    for action in actions:
        yield custom_id(action)
        for bad in BAD:
            yield custom_id(action, bad)[:100]
        yield custom_id(action, *BAD[:6])[:100]
        yield from odd_further(action)
        yield f"pc:2:{action}:1"
        yield f"pc:99999:{action}:1"
        yield f"pc:x:{action}:1"


def odd_further(action: str) -> Iterator[str]:
    """The same in each place after the first, and places that are missing."""
    usual = [FIRST.get(action, "1"), *(value for _, value in FURTHER.get(action, ()))]
    for place in range(1, len(usual)):
        for bad in BAD:
            if (action, place, bad) not in READABLE:
                yield custom_id(action, *usual[:place], bad, *usual[place + 1 :])[:100]
    if len(usual) > 1:
        yield custom_id(action, *usual[:-1])


READABLE = {(action, place, "") for action in ("report", "report-again") for place in (1, 2)}
"""An outcome and a name may be left out."""

OTHERS = (
    "",
    "x",
    "save",
    "pc",
    "pc:1",
    "pc:1:",
    "pc:1:SAVE:1",
    "pc:1:gone:1",
    "pc:0:never",
    "pc:1:save\n:1",
    "😀" * 100,
)


def all_of(actions: Mapping[str, str]) -> Iterator[str]:
    yield from odd_ids(actions)
    yield from OTHERS[1:]  # Discord takes no empty id


FILLED_IN: Mapping[str, str | list[str]] = {
    **dict.fromkeys(("text", "setting", "tried", "happened", "made_work"), "words"),
    "link": "https://example.org/log",
    "level": ["newcomer"],
}
"""What each form of papers and reports asks for."""
REFUSED = {
    *OTHERS[1:],
    *(custom_id(form, bad)[:100] for form, about in FORMS.items() if about != NOTHING for bad in BAD),
    *odd_further("report"),
}
"""Ids of forms that are told to be out of use, however they were filled in."""


async def test_every_action_has_its_row(community: Community) -> None:
    assert community.bot is not None
    assert set(BUTTONS) == set(community.bot.buttons._handlers)
    assert set(FORMS) == set(community.bot.forms._handlers)


async def test_ids_that_the_bot_never_wrote(
    community: Community, there: Channel, eve: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: a button or form is of another version, or its id is not the bot's."""
    await community.settled()
    before = everything(community)
    said: dict[str, Answer] = {}
    for batch in in_batches(all_of(BUTTONS)):
        said |= await answers([press(eve, there, each) for each in batch])
    unread = [
        action
        for action, about in BUTTONS.items()
        if about not in {PAGE, NOTHING} and action not in {"status", "dismiss"}
    ]
    odd = [custom_id(action, bad)[:100] for action in unread for bad in BAD]
    for pressed in (
        *OTHERS[1:],
        *odd,
        *(each for action in FURTHER if action in BUTTONS for each in odd_further(action)),
    ):
        assert OUT_OF_USE in said[pressed].text, (pressed, said[pressed].text)
    assert all(OUT_OF_USE in said[f"pc:2:{action}:1"].text for action in BUTTONS)
    for menu in ("status", "help", "settings"):
        shown = {"status": "1"}.get(menu, "watched")
        for values in (["x"], ["-1"], [str(2**64)], ["@everyone"]):
            await answers([press(eve, there, custom_id(menu, shown), values)])
            await answers([press(eve, there, custom_id(menu, "ping"), values)])
    said = {}
    for batch in in_batches(all_of(FORMS)):
        said |= await answers([submit(eve, there, each, {**FILLED_IN, "zone": "nowhere"}) for each in batch])
        sent = {each: said[each].text for each in batch}
        said |= await answers([submit(eve, there, each, {}) for each in batch])
        assert all(OUT_OF_USE in sent[each] for each in batch if each in REFUSED), sent
    for values in ([], ["x"], ["newcomer", "researcher"], ["partly|"], ["partly|x"], ["partly:1|no-name"], ["x" * 99]):
        for field, form in (("level", "explain"), ("outcome", "report"), ("who", "report-answer")):
            about = custom_id(form, "999999", *(value for _, value in FURTHER.get(form, ())))
            await answers([submit(eve, there, about, {**FILLED_IN, field: values})])
    await community.settled()
    assert everything(community) == before
    assert [each.getMessage() for each in caplog.records if each.levelname in {"ERROR", "CRITICAL"}] == []


async def test_ids_of_another_server(
    community: Community, there: Channel, eve: Person, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: a button or form carries an id of another server."""
    group = ReadingGroup(community, database_url)
    (paper, *_) = await group.list_papers()
    await group.choose_papers(["Past"])
    await community.manager.command("note", paper="2401.00001", text=SECRET)
    await community.manager.command("tag", paper="2401.00001", tags="cheesecake")
    await learned(community, str(paper))
    await community.manager.command("settings watch", channel=community.papers)
    role = community.guild.add_role("readers")
    file = community.manager.upload(community.papers, "list.txt", ATTENTION.encode())
    await community.manager.command("import", file=file)
    await community.manager.command("backfill", channel=community.papers)
    await community.settled()
    await reading_ended(community)
    before = everything(community)
    numbers = {
        ROUND: [number_of(community, "round")],
        IMPORT: [number_of(community, "import")],
        READING: [number_of(community, "backfill", "until_id")],
        PAPER: [str(paper)],
        REPORT: [number_of(community, "report")],
        ANSWER: [number_of(community, "report_answer")],
        EXPLANATION: [number_of(community, "explanation")],
        RESOURCE: [number_of(community, "resource")],
    }

    foreign = list(naming(BUTTONS, numbers))
    harmless = [pressed for pressed, about in foreign if about != PAPER]
    nowhere = [pressed for pressed, _ in naming(BUTTONS, dict.fromkeys(numbers, NOWHERE))]
    told_nothing(await answers([press(eve, there, pressed) for pressed in (*harmless, *nowhere)]))
    sent = [each for each, about in naming(FORMS, numbers) if about != PAPER]
    sent += [each for each, _ in naming(FORMS, dict.fromkeys(numbers, NOWHERE))]
    told_nothing(await answers([submit(eve, there, each, FILLED_IN) for each in sent]))
    for what, place in (("watched", str(community.papers.id)), ("ping", str(role.id))):
        await answers([press(eve, there, custom_id("settings", what), [place])])
    fields: dict[str, str | list[str]] = {
        "day": ["1"],
        "time": "18:00",
        "channel": [str(community.papers.id)],
        "hours": "72",
        "candidates": ["4"],
    }
    await answers([submit(eve, there, custom_id("settings", "poll"), fields)])
    listed = custom_id("list", "0", "votes", str(community.ada.id), "cheesecake", "")
    page = (await answers([press(eve, there, listed)]))[listed].updated
    assert page is not None
    assert "No papers" in page.text
    await community.settled()
    assert everything(community) == before

    # A paper is everyone's; what a server knows of it is not.
    told_nothing(await answers([press(eve, there, pressed) for pressed, about in foreign if about == PAPER]))
    mine = [each for each, about in naming(FORMS, numbers) if about == PAPER]
    told_nothing(await answers([submit(eve, there, each, {**FILLED_IN, "outcome": ["partly"]}) for each in mine]))
    await answers([press(eve, there, custom_id("privacy-sure", str(community.ada.id)))])
    await community.settled()
    of_here = (str(community.guild.id), *numbers[REPORT])
    for table, after in everything(community).items():
        others = [row for row in after if row not in before[table]]
        assert [row for row in before[table] if row not in after] == [], table
        assert [row for row in others if any(each in row for each in of_here)] == [], table
    assert [each.getMessage() for each in caplog.records if each.levelname in {"ERROR", "CRITICAL"}] == []


async def test_an_import_of_another_member(community: Community) -> None:
    file = community.manager.upload(community.papers, "list.txt", ATTENTION.encode())
    await community.manager.command("import", file=file)
    root = community.guild.add_member("Root", permissions=["ADMINISTRATOR"])
    before, number = everything(community), number_of(community, "import")
    asked = [press(root, community.papers, custom_id(action, number)) for action in BUTTONS if "import" in action]
    assert all("not there any more" in each.text for each in (await answers(asked)).values())
    await community.settled()
    assert everything(community) == before


async def learned(community: Community, paper: str) -> None:
    """A report with an answer, an explanation and a resource."""
    at, grace = community.papers, community.grace
    words: dict[str, str | list[str]] = {**FILLED_IN, "setting": SECRET, "text": SECRET}
    await answers([submit(grace, at, custom_id("report", paper, "partly", ""), words)])
    number = number_of(community, "report")
    await answers([submit(grace, at, custom_id("report-answer", number), words)])
    await answers([submit(grace, at, custom_id("explain", paper), words)])
    await grace.command("resource", paper="2401.00001", kind="code", link="https://cheesecake.example.org/")
    assert all(number_of(community, table) != "None" for table in ("report_answer", "explanation", "resource"))


def naming(actions: Mapping[str, str], numbers: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Ids with one of these numbers in the place of what they name, and what that is."""
    for action, about in actions.items():
        further = FURTHER.get(action, ())
        usual = [FIRST.get(action, "1"), *(value for _, value in further)]
        for place, named in enumerate((about, *(kind for kind, _ in further))):
            for number in numbers.get(named, ()):
                yield custom_id(action, *usual[:place], number, *usual[place + 1 :]), named


def told_nothing(said: Mapping[str, Answer]) -> None:
    """Of what is the other server's alone."""
    for pressed, answer in said.items():
        shown = answer.text + (answer.updated.text if answer.updated else "") + repr(answer.interaction.callback_data)
        assert "cheesecake" not in shown, pressed


def number_of(community: Community, table: str, column: str = "id") -> str:
    ((found,),) = rows(community.database_url, f'SELECT max({column}) FROM "{table}"')  # noqa: S608 - names of tables
    return str(found)


async def reading_ended(community: Community) -> None:
    def told() -> bool:
        return rows(community.database_url, "SELECT count(*) FROM backfill WHERE due_at IS NULL") == [(1,)]

    await community.sandbox.until(told, what="the end of history")
    await community.settled()
