"""Whatever is typed into whatever takes text: an answer in time, plain and private, and nothing that pings, formats or
ends in the log as a failure.

The commands are those that the bot registered, so a new one is covered by itself. A test fails when a form is new.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.client import PaperBot
from sandbox import interactions
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible, OptionKind
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.channel import Channel
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import CommandKind
from sandbox.state.message import Message
from tests.discord.hostile_texts import NOBODY, TEXTS, odd_text
from tests.discord.papers import ADAM, ATTENTION, GAN, labels, record, titles
from tests.rows import rows

T = TypeVar("T")

pytestmark = pytest.mark.usefixtures("no_haste")

KNOWN = "1706.03762"
USUAL = {"paper": KNOWN, "time": "18:00", "zone": "UTC", "tags": "nlp"}
"""For the options beside the one that is tried; `x` for others."""

ALSO = {("resource", "link"): {"kind": "read first"}}
"""What the options beside an option can be besides their first choice, where it is read otherwise then."""

FORM_OPENERS = {
    "tags": [("more", "Tags")],
    "note": [("more", "Note")],
    "settings": [("settings", f"pc:1:settings:{what}") for what in ("zone", "poll", "meeting", "digest")],
    "report": [("more", "I tried this"), ("refused", "Open the form again")],
    "explain": [("more", "In plain words")],
    "report-same": [("theirs", "Same here")],
    "report-answer": [("theirs", "Answer")],
    "report-ask": [("theirs", "Ask")],
    "report-hide": [("theirs", "Hide")],
    "report-contest": [("own", "Contest")],
    "report-link": [("own", "Link")],
}
"""The buttons behind which each form of the bot's stands: on which page, and the label or id."""

REPORT = {"Your setting": "One GPU", "What you tried": "Table 2", "What happened": "Two points below"}
SHOWN = {"report": "Reports", "explain": "Explanations"}
"""The button behind **More** that shows what was written with a form."""
KEEPS = "Open the form again"
"""The button under what a member typed in vain, which stands there for them alone, as they typed it."""

_LIVE = re.compile(rf"(?<!\\)<[@#/at][^\s>]*{NOBODY}|@(?:everyone|here)\b")
_NO_TEXT = re.compile(r"```.*?```|\]\(https://[^\s()<>]+\)", re.DOTALL)
"""Code, and where a link leads."""
_AT_ONCE = 4


@pytest.fixture
def no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """More is asked for than anybody does; posting less than all cards is another test's."""
    for limit in ("may_press", "may_complete", "may_have_card"):
        monkeypatch.setattr(f"bot.services.limits.Limits.{limit}", lambda *_, **__: True)
    for many in ("reports.REPORTS", "report_answers.ANSWERS", "report_answers.QUESTIONS"):
        monkeypatch.setattr(f"bot.services.{many}_AN_HOUR", 10_000)


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines: an answer within three seconds is what is promised here."""
    return VirtualClock(running=True)


@pytest.fixture
def bot(community: Community) -> PaperBot:
    assert community.bot is not None
    return community.bot


@pytest.fixture
def root(community: Community) -> Person:
    """May use every command."""
    return community.guild.add_member("Root", permissions=["ADMINISTRATOR"])


async def some_at_a_time(work: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Discord waits three seconds for each: not all at once, on a small machine."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(begin: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await begin()

    return await asyncio.gather(*map(one, work))


def slash_commands(community: Community) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each with its options, as Discord has them."""

    def walk(name: str, options: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        nested = [o for o in options if o["type"] in (OptionKind.SUBCOMMAND, OptionKind.GROUP)]
        for each in nested:
            yield from walk(f"{name} {each['name']}", each.get("options") or [])
        if not nested:
            yield name, options

    for command in community.sandbox.world.application.commands_for(None):
        if command.kind is CommandKind.SLASH:
            yield from walk(command.name, command.options)


class Tried(NamedTuple):
    """One option of a command that takes text."""

    command: str
    option: dict[str, Any]
    options: list[dict[str, Any]]
    also: dict[str, str] | None = None


def text_options(community: Community) -> list[Tried]:
    return [
        Tried(name, option, options, also)
        for name, options in slash_commands(community)
        for option in options
        if option["type"] == OptionKind.TEXT and not option.get("choices")
        for also in (None, *filter(None, [ALSO.get((name, option["name"]))]))
    ]


async def type_in(person: Person, community: Community, tried: Tried, text: str) -> None:
    usual = beside(tried.option, tried.options, community.papers) | (tried.also or {})
    given = usual | {tried.option["name"]: text}
    asked = person.send_command(tried.command, community.papers, given)
    await answered(asked, public=tried.command == "paper")


def beside(option: dict[str, Any], options: Sequence[dict[str, Any]], channel: Channel) -> dict[str, object]:
    """What the other options need that must be there, and those that may as well."""
    given: dict[str, object] = {}
    for each in options:
        if each is option or not (each.get("required") or each["name"] == "day"):
            continue
        if each.get("choices"):
            given[each["name"]] = each["choices"][0]["value"]
        elif each["type"] == OptionKind.TEXT:
            given[each["name"]] = USUAL.get(each["name"], "x")
        elif each["type"] == OptionKind.CHANNEL:
            given[each["name"]] = channel
        else:
            raise AssertionError(f"say here what {each['name']} takes")
    return given


def fits(option: dict[str, Any], text: str) -> bool:
    """Whether Discord's client would send it."""
    return bool(option.get("min_length", 1) <= len(text) <= option.get("max_length", 6000))


async def answered(asked: Interaction, *, public: bool = False) -> Answer:
    answer = await interactions.answered(asked)
    assert "Something went wrong" not in answer.text, f"{asked.data!r:.300}: {answer.text}"
    assert public or all(message.private for message in answer.messages), f"{asked.data!r:.300}"
    return answer


def nothing_pings(community: Community, *, but: Person | None = None) -> None:
    """Not by what is let through, nor by what it reads like; and every text is Discord's to show. `but` is who was
    asked something."""
    asked = [] if but is None else [but.user]
    for request in community.sandbox.requests:
        data = request.body.get("data", request.body) if isinstance(request.body, dict) else {}
        if isinstance(data, dict) and {"content", "components"} & data.keys() and "title" not in data:
            allowed = data.get("allowed_mentions")
            assert allowed is not None, request
            assert not any(allowed.get(key) for key in ("parse", "roles", "replied_user")), request
            assert set(map(int, allowed.get("users") or ())) <= {user.id for user in asked}, request
    for channel in community.sandbox.channels():
        for message in (*channel.messages, *channel.private_messages):
            if message.author is community.sandbox.bot:
                assert (message.mentions_everyone, message.mentioned_roles) == (False, [])
                assert message.mentioned in ([], asked)
                if message.private and KEEPS in labels(message):
                    continue
                found = _LIVE.search(_NO_TEXT.sub("", message.text))
                assert found is None, message.text[max(0, found.start() - 80) : found.end() + 20]


def nothing_failed(caplog: pytest.LogCaptureFixture) -> None:
    failed = [each for each in caplog.records if each.levelname in {"ERROR", "CRITICAL"} or each.exc_info]
    assert [each.getMessage() for each in failed] == []


async def test_every_text_option(community: Community, root: Person, caplog: pytest.LogCaptureFixture) -> None:
    """What happens when: a member types what is made to do harm."""
    await root.command("save", paper=KNOWN, at=community.papers)
    tried = text_options(community)
    assert len(tried) > 12
    await some_at_a_time(
        partial(type_in, root, community, each, text) for each in tried for text in TEXTS if fits(each.option, text)
    )
    await community.settled()
    nothing_failed(caplog)
    nothing_pings(community)


async def test_everything_that_is_completed(
    community: Community, root: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await root.command("save", paper=KNOWN, at=community.papers, tags="nlp")
    found = await some_at_a_time(
        partial(root.complete, each.command, at=community.papers, **{each.option["name"]: text})
        for each in text_options(community)
        if each.option.get("autocomplete")
        for text in ("", *TEXTS)
    )
    assert any(found)
    nothing_failed(caplog)


async def test_every_field_of_every_form(
    community: Community, bot: PaperBot, root: Person, caplog: pytest.LogCaptureFixture
) -> None:
    assert set(FORM_OPENERS) == set(bot.forms._handlers)
    await root.command("save", paper=KNOWN, at=community.papers)
    card = (await root.command("paper", paper=KNOWN, at=community.papers)).message
    assert card is not None
    pages = {
        "more": (await root.click(card, "More")).message,
        "settings": (await root.command("settings show")).message,
        "refused": (await report(root, community, KNOWN, link="nowhere")).message,
        "theirs": await reported(community.ada, root, community, ADAM),
        "own": await reported(root, root, community, GAN, hide=True),
    }
    for name, openers in FORM_OPENERS.items():
        for page, label in openers:
            panel, more = pages[page], pages["more"]
            assert panel is not None
            assert more is not None
            await fill_in(
                root, panel, label, look=partial(root.send_click, more, SHOWN[name]) if name in SHOWN else None
            )
    assert await everything_learned(root, community) > len(TEXTS)
    for table, column in (("report", "tried"), ("report_answer", "text"), ("explanation", "text")):
        kept = rows(community.database_url, f"SELECT {column} FROM {table}")  # noqa: S608 - the names just above
        assert not any("\x00" in text for (text,) in kept)
    await community.settled()
    nothing_failed(caplog)
    nothing_pings(community, but=community.ada)


async def report(person: Person, community: Community, paper: str, **texts: str) -> Answer:
    form = (await person.command("report", at=community.papers, paper=paper, outcome="partly")).modal
    assert form is not None
    return await person.submit(form, REPORT | {name.capitalize(): text for name, text in texts.items()})


async def reported(author: Person, reader: Person, community: Community, paper: str, *, hide: bool = False) -> Message:
    """The page with the buttons of the one report on a paper, which arXiv is asked for first."""
    await reader.command("save", paper=paper, at=community.papers)
    await report(author, community, paper)
    if hide:
        page = await report_page(community.manager, community, paper)
        form = (await community.manager.click(page, "Hide")).modal
        assert form is not None
        await community.manager.submit(form, {"Reason": "Not about this paper."})
    return await report_page(reader, community, paper)


async def report_page(person: Person, community: Community, paper: str) -> Message:
    shown = (await person.command("reports show", at=community.papers, paper=paper)).message
    assert shown is not None
    answer = await person.click(shown, "Read")
    await community.settled()  # its words come first
    return answer.messages[-1]


async def everything_learned(person: Person, community: Community) -> int:
    """Looks at it in every way there is. Returns how much there is."""
    for paper in (KNOWN, ADAM, GAN):
        page = await report_page(person, community, paper)
        for button in page.buttons:
            if button.label in {"Earlier words", "Remove"} or button.label.startswith("More answers"):
                await answered(person.send_click(page, custom_id=button.custom_id))
    for name, options in (
        ("reports recent", {}),
        ("reports export", {"format": "CSV"}),
        ("reports export", {"format": "JSON"}),
        ("list", {"learned": "reported"}),
        ("privacy export", {}),
    ):
        await answered(person.send_command(name, community.papers, options))
    [counts] = rows(
        community.database_url, "SELECT (SELECT count(*) FROM report_answer), (SELECT count(*) FROM report_edit)"
    )
    return min(map(int, counts))


async def fill_in(person: Person, panel: Message, label: str, *, look: Callable[[], Interaction] | None) -> None:
    """Each of its text fields with each text, which is then looked at."""
    button = next(button for button in panel.buttons if label in {button.label, button.custom_id})
    form = (await person.click(panel, custom_id=button.custom_id)).modal
    assert form is not None
    fields = {
        name: field for name, field in form.fields.items() if name
    }  # discord.py sends labels of the older kind too
    usual = {
        name: field["options"][0]["value"]
        for name, field in fields.items()
        if field["type"] == 3 and not any(option.get("default") for option in field["options"])
    }
    for name, field in fields.items():
        if field["type"] == 4:
            others = {other: "18:00" for other, o in fields.items() if o["type"] == 4 and not o.get("value")}
            for text in ("", *TEXTS):
                try:
                    asked = person.send_form(form, {**usual, **others, name: text})
                except NotPossible:
                    continue  # longer than the field, or empty where something must stand
                await answered(asked)
                if look is not None:
                    await answered(look())


async def test_messages_and_their_menu(community: Community, root: Person, caplog: pytest.LogCaptureFixture) -> None:
    """What happens when: a member types what is made to do harm."""
    embeds = [{"type": "rich", "title": text[:256], "description": text[:4096], "url": text[:200]} for text in TEXTS]
    said = [await community.ada.post(community.papers, text[:4000]) for text in TEXTS]
    said += [await community.ada.post(community.papers, "", embeds=[embed]) for embed in embeds]
    said += [
        await community.ada.post(community.papers, f"{community.sandbox.bot.mention} {text[:3900]}") for text in TEXTS
    ]
    await community.ada.edit(said[0], TEXTS[11])
    await some_at_a_time(partial(root.menu, "Save papers", message) for message in said)
    assert community.bot is not None
    await community.settled()
    assert [each for each in community.papers.by_bot() if titles(each)] == []
    card = await community.reply_to(await community.ada.post(community.papers, f"{TEXTS[11]} {ATTENTION} {TEXTS[8]}"))
    assert titles(card) == ["Attention Is All You Need"]
    nothing_failed(caplog)
    nothing_pings(community)


async def test_files_and_their_names(community: Community, root: Person, caplog: pytest.LogCaptureFixture) -> None:
    """What happens when: a member types what is made to do harm."""
    lines = "\n".join(f"{text} https://example.org/{n}" for n, text in enumerate(TEXTS))
    rows = "".join(
        f'"{text[:200]}","{ATTENTION}","=1+1"\n'.replace("\n", " ") + "\n" for text in TEXTS if '"' not in text
    )
    bib = "".join(f"@misc{{k{n}, title={{{text}}}, eprint={{1706.{n:05}}}, note={{}}\n" for n, text in enumerate(TEXTS))
    files = {
        "../../../etc/passwd": lines.encode(),
        f"@everyone <@{NOBODY}> **x**.csv": ("title,url,note\n" + rows).encode(),
        "=cmd|x!A0.bib": bib.encode(),
        "\u202egnp.\x00.json": b'[{"title": "\\ud800", "URL": 7, "DOI": {}, "author": "x"}]' * 2,
        "x" * 200 + ".ris": b"TY  - \xff\xfe\x00\nER  - \n" * 40,
    }
    for name, content in files.items():
        file = root.upload(community.papers, name, content)
        await answered(root.send_command("import", community.papers, {"file": file}))
    nothing_failed(caplog)
    nothing_pings(community)


async def test_a_paper_and_all_that_is_written_on_it(
    community: Community, root: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: a title, a name or a note mentions somebody."""
    worst = f"@everyone @here <@{NOBODY}> <@&{NOBODY}> <#{NOBODY}> </save:{NOBODY}> **b** [a](https://evil.example) `"
    community.arxiv.add(record("2401.00001", title=worst, abstract=worst * 3, authors=[worst, "@here"], comment=worst))
    place = community.guild.add_channel(f"@everyone-<@{NOBODY}>")
    await root.command("save", at=community.papers, paper="2401.00001", tags="@everyone, <@1>", note=worst)
    card = await community.reply_to(await community.ada.post(place, "https://arxiv.org/abs/2401.00001"))
    for label in ("More", "Discuss"):
        await root.click(card, label)
    panel = (await root.click(card, "More")).message
    assert panel is not None
    for label in ("Cite", "Full abstract"):
        await root.click(panel, label)
    await root.command("note", at=place, paper="2401.00001", text=worst)
    await written_on(root, place, worst)
    for name, options in (
        ("list", {"tag": "@everyone"}),
        ("list", {}),
        ("search", {"words": "everyone here"}),
        ("vote", {"paper": "2401.00001"}),
        ("unsave", {"paper": "2401.00001"}),
        ("status", {"paper": "2401.00001", "status": "reading"}),
        ("poll nominate", {"paper": "2401.00001"}),
        ("poll show", {}),
        ("digest preview", {}),
        ("reports show", {"paper": "2401.00001"}),
        ("reports recent", {}),
        ("list", {"learned": "explained"}),
        ("path", {"paper": "2401.00001"}),
        ("path", {"paper": KNOWN}),
        ("settings show", {}),
        ("settings watch", {"channel": place}),
    ):
        await answered(root.send_command(name, place, options))
    await community.settled()
    nothing_failed(caplog)
    nothing_pings(community)


async def written_on(person: Person, place: Channel, worst: str) -> None:
    """What is learned of the paper, and asked in its thread."""
    paper = "2401.00001"
    form = (await person.command("explain", at=place, paper=paper)).modal
    assert form is not None
    await answered(person.send_form(form, {"The core idea": worst}))
    form = (await person.command("report", at=place, paper=paper, outcome="partly")).modal
    assert form is not None
    await answered(person.send_form(form, dict.fromkeys(REPORT, worst)))
    shown = (await person.command("reports show", at=place, paper=paper)).message
    assert shown is not None
    for kind, link in (("code", "https://example.org/[a](https://evil.example)@here"), ("read first", KNOWN)):
        await answered(person.send_command("resource", place, {"paper": paper, "kind": kind, "link": link}))
    await answered(person.send_click(shown, "Read"))


def test_text_that_nobody_thought_of(tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same options and messages with whatever hypothesis comes upon."""
    community = Community(tmp_path, clock=VirtualClock(running=True), database_url=database_url, rate_limits=False)
    root = community.guild.add_member("Root", permissions=["ADMINISTRATOR"])
    with asyncio.Runner() as runner:
        runner.run(community.start())
        try:
            runner.run(root.command("save", at=community.papers, paper=KNOWN))
            tried = text_options(community)

            @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
            @given(st.lists(odd_text.filter(bool), min_size=len(tried), max_size=len(tried)))
            def check(texts: list[str]) -> None:
                async def ask() -> None:
                    await some_at_a_time(
                        partial(type_in, root, community, each, text)
                        for each, text in zip(tried, texts, strict=True)
                        if fits(each.option, text)
                    )
                    await community.ada.post(community.papers, texts[0])
                    await community.settled()
                    nothing_failed(caplog)
                    nothing_pings(community)

                runner.run(ask())

            check()
            assert community.sandbox.violations == []
        finally:
            runner.run(community.stop())
