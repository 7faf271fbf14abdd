"""`/status`, `/tag`, `/note`, and the panel behind More: what members do with a paper besides saving it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.client import PaperBot
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, labels
from tests.discord.test_failures import SECRET, broken, code_of, logged

pytestmark = pytest.mark.usefixtures("refresh_at_once")

TITLE = "Attention Is All You Need"
MEMBERS = 40


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def card_of(community: Community, link: str = ATTENTION) -> Message:
    card = await community.reply_to(await community.ada.post(community.papers, link))
    await community.settled()
    return card


async def panel_of(person: Person, card: Message) -> Message:
    panel = (await person.click(card, "More")).private
    assert panel is not None
    return panel


async def said(person: Person, command: str, **options: Any) -> str:
    answer = await person.command(command, **options)
    assert answer.private is not None
    assert answer.public is None
    return answer.text


def menu(panel: Message) -> str:
    (select,) = panel.selects
    return select.custom_id


def chosen(panel: Message) -> list[str]:
    """What the menu of the panel shows as chosen."""
    (row,) = [part["components"][0] for part in panel.components if part.get("components", [{}])[0].get("options")]
    return [option["label"] for option in row["options"] if option.get("default")]


async def test_a_status_is_set_counted_and_taken_away(community: Community) -> None:
    card = await card_of(community)
    first = await said(community.grace, "status", paper="attention", status="reading")
    assert first.startswith(f"You are reading **{TITLE}**. Only you see that")
    await community.settled()
    assert "-# 1 is reading it" in card.text
    await said(community.grace, "status", paper="attention", status="reading")
    await said(community.linus, "status", paper="attention", status="read")
    await said(community.manager, "status", paper="attention", status="read")
    await said(community.ada, "status", paper="attention", status="want to read")
    await community.settled()
    assert "-# 2 have read it, 1 is reading" in card.text
    assert community.grace.mention not in card.text
    assert "Saved" not in card.text
    gone = await said(community.grace, "status", paper="attention", status="none")
    assert gone == f"You have no status for **{TITLE}** now."
    await community.settled()
    assert "-# 2 have read it\n" in f"{card.text}\n"


async def test_the_list_by_the_own_status(community: Community) -> None:
    await card_of(community)
    await card_of(community, ADAM)
    await community.grace.command("status", paper="attention", status="want to read")
    await community.linus.command("status", paper="adam", status="want to read")
    mine = await said(community.grace, "list", status="want to read")
    assert "1 paper that you want to read" in mine
    assert TITLE in mine
    assert "Adam" not in mine
    assert " · not on the list · " in mine
    await community.linus.command("status", paper="attention", status="read")
    await community.ada.command("save", paper="attention")
    assert "▲ 0 · 1 read · saved by" in await said(community.grace, "list", status="want to read")
    assert "No papers that you have read yet. Mark papers with /status" in await said(
        community.grace, "list", status="read"
    )


async def test_forty_mark_and_tag_one_paper_at_once(community: Community) -> None:
    card = await card_of(community)
    await community.ada.command("save", paper="attention")
    people = [community.guild.add_member(f"Member {n}") for n in range(MEMBERS)]
    await asyncio.gather(
        *(
            person.command("status", paper="1706.03762", status="read" if n % 2 else "reading")
            for n, person in enumerate(people)
        ),
        *(person.command("tag", paper="1706.03762", tags=f"tag {n}") for n, person in enumerate(people)),
    )
    await community.settled()
    assert "20 have read it, 20 are reading" in card.text
    (tags,) = [line for line in card.text.splitlines() if line.startswith("-# Tags: ")]
    assert tags.removeprefix("-# Tags: ") in [f"tag {n}" for n in range(MEMBERS)]


async def test_tags_are_set_in_place_of_those_before(community: Community) -> None:
    card = await card_of(community)
    assert "/save" in await said(community.grace, "tag", paper="attention", tags="rl")
    await community.grace.command("save", paper="attention", tags="nlp, *old*")
    told = await said(community.linus, "tag", paper="attention", tags="#NLP, World  Models")
    assert told == f"**{TITLE}** is tagged nlp, world models: added world models, took off \\*old\\*."
    await community.settled()
    assert "-# Tags: nlp, world models" in card.text
    same = await said(community.ada, "tag", paper="attention", tags="world models, nlp")
    assert same == f"Nothing changed: **{TITLE}** is tagged nlp, world models."
    assert "none to take them all off" in await said(community.ada, "tag", paper="attention", tags=" , ")
    none = await said(community.ada, "tag", paper="attention", tags="none")
    assert none == f"**{TITLE}** has no tags: took off nlp, world models."
    await community.settled()
    assert "Tags" not in card.text


async def test_tags_are_offered_while_they_are_typed(community: Community) -> None:
    await card_of(community)
    await card_of(community, ADAM)
    await community.grace.command("save", paper="attention", tags="rl, nlp")
    await community.grace.command("save", paper="adam", tags="rl")
    other = community.sandbox.add_guild("Another Group")
    other.add_channel("room")
    theirs = other.add_member("Grace")
    assert await theirs.complete("list", tag="") == []
    for offered in (
        await community.linus.complete("list", tag=""),
        await community.linus.complete("tag", tags=""),
        await community.linus.complete("save", tags=""),
    ):
        assert [choice.value for choice in offered] == ["rl", "nlp"]
    assert [choice.value for choice in await community.linus.complete("tag", tags="rl, n")] == ["rl, nlp"]
    assert await community.linus.complete("tag", tags="x" * 40 + "," + "y" * 40 + "," + "z" * 30 + ",") == []
    assert "Name one tag" in await said(community.linus, "list", tag="rl, nlp")


async def test_a_note_is_written_replaced_and_taken_away(community: Community) -> None:
    card = await card_of(community)
    assert "/save" in await said(community.grace, "note", paper="attention", text="early")
    await community.ada.command("save", paper="attention")
    first = await said(community.grace, "note", paper="attention", text="  section *3* <@1>  ")
    assert first.startswith(f"Noted on **{TITLE}**; everyone can read it behind **More**")
    await community.settled()
    assert " · 1 note" in card.text
    second = await said(community.grace, "note", paper="attention", text="section 4")
    assert "in place of your earlier one" in second
    panel = await panel_of(community.linus, card)
    assert f"{community.grace.mention}: section 4" in panel.text
    assert "section \\*3" not in panel.text
    gone = await said(community.grace, "note", paper="attention", text="None")
    assert gone == f"Your note on **{TITLE}** is gone."
    assert await said(community.grace, "note", paper="attention", text="none") == f"You had no note on **{TITLE}**."
    await community.settled()
    assert "note" not in card.text


async def test_the_panel_shows_and_changes_the_own_status(community: Community) -> None:
    card = await card_of(community)
    panel = await panel_of(community.grace, card)
    assert labels(panel) == [
        "Tags",
        "Note",
        "Cite",
        "Full abstract",
        "In plain words",
        "Explanations",
        "Resources",
        "I tried this",
        "Reports",
    ]
    assert panel.selects[0].labels == ("want to read", "reading", "read", "none")
    assert chosen(panel) == []
    answer = await community.grace.choose(panel, menu(panel), ["read"])
    assert answer.updated is panel
    assert answer.messages == []
    assert chosen(panel) == ["read"]
    await community.settled()
    assert "-# 1 has read it" in card.text
    assert chosen(await panel_of(community.linus, card)) == [], "it is Grace's alone"
    await community.stop_bot()
    await community.start_bot()
    await community.grace.choose(panel, menu(panel), ["none"])
    assert chosen(panel) == []
    await community.settled()
    assert "read it" not in card.text


async def test_the_panel_asks_for_tags_and_a_note_in_forms_that_outlive_the_bot(community: Community) -> None:
    card = await card_of(community)
    await community.ada.command("save", paper="attention", tags="rl, nlp")
    panel = await panel_of(community.grace, card)
    assert "-# Tags: nlp, rl" in panel.text
    form = (await community.grace.click(panel, "Tags")).modal
    assert form is not None
    assert form.fields["Tags of this paper"]["value"] == "nlp, rl"
    await community.stop_bot()
    await community.start_bot()
    sent = await community.grace.submit(form, {"Tags of this paper": "RL, theory"})
    assert sent.updated is panel
    assert "-# Tags: rl, theory" in panel.text
    await community.settled()
    assert "-# Tags: rl, theory" in card.text

    form = (await community.grace.click(panel, "Note")).modal
    assert form is not None
    await community.grace.submit(form, {"Your note on this paper": "read *section 3*\nfirst"})
    assert f"{community.grace.mention}: read \\*section 3\\* first" in panel.text
    form = (await community.grace.click(panel, "Note")).modal
    assert form is not None
    assert form.fields["Your note on this paper"]["value"] == "read *section 3*\nfirst"
    await community.grace.submit(form, {"Your note on this paper": ""})
    assert community.grace.mention not in panel.text
    form = (await community.grace.click(panel, "Tags")).modal
    assert form is not None
    await community.grace.submit(form, {"Tags of this paper": ""})
    assert "Tags:" not in panel.text
    await community.settled()
    assert "Tags" not in card.text
    assert "note" not in card.text


async def test_a_form_says_what_is_wrong_and_changes_nothing(community: Community) -> None:
    card = await card_of(community)
    panel = await panel_of(community.grace, card)
    for label in ("Tags", "Note"):
        answer = await community.grace.click(panel, label)
        assert answer.modal is None
        assert "/save" in answer.text
    await community.ada.command("save", paper="attention", tags="rl")
    form = (await community.grace.click(panel, "Tags")).modal
    assert form is not None
    answer = await community.grace.submit(form, {"Tags of this paper": ",".join("abcdefghijk")})
    assert answer.text == "That makes 11 tags; a paper takes up to 10. Choose the best of them."
    assert answer.private is not None
    note = (await community.grace.click(panel, "Note")).modal
    assert note is not None
    question = (await community.ada.command("unsave", paper="attention")).private
    assert question is not None
    await community.ada.click(question, "Take it off")
    answer = await community.grace.submit(note, {"Your note on this paper": "too late"})
    assert "/save" in answer.text
    assert "too late" not in (await panel_of(community.linus, card)).text


async def test_a_form_that_fails_is_said_with_a_code(
    community: Community, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await card_of(community)
    await community.ada.command("save", paper="attention")
    panel = await panel_of(community.grace, card)
    form = (await community.grace.click(panel, "Note")).modal
    assert form is not None
    bot: PaperBot | None = community.bot
    assert bot is not None
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.readers, "set_note", broken)
        code = code_of(await community.grace.submit(form, {"Your note on this paper": "my secret"}))
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code} in form note"
    assert SECRET not in panel.text
    assert not [one for one in caplog.records if one.levelno >= logging.INFO and "my secret" in one.getMessage()]
    again = await community.grace.submit(form, {"Your note on this paper": "now"})
    assert again.updated is panel


async def test_a_form_nobody_takes_any_more_says_so(community: Community) -> None:
    card = await card_of(community)
    await community.ada.command("save", paper="attention")
    panel = await panel_of(community.grace, card)
    form = (await community.grace.click(panel, "Note")).modal
    assert form is not None
    assert community.bot is not None
    community.bot.forms = type(community.bot.forms)()
    answer = await community.grace.submit(form, {"Your note on this paper": "hello"})
    assert answer.text == "This form is no longer in use. Close it and open it again from a current message."


async def test_nothing_crosses_from_one_server_to_another(community: Community) -> None:
    card = await card_of(community)
    await community.grace.command("save", paper="attention", tags="secret", note="our secret")
    await community.grace.command("status", paper="attention", status="read")
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    grace = other.add_member("Grace")
    theirs = await community.reply_to(await grace.post(room, ATTENTION))
    panel = await panel_of(grace, theirs)
    assert "secret" not in panel.text
    assert chosen(panel) == []
    await grace.choose(panel, menu(panel), ["reading"])
    await grace.command("save", paper="1706.03762", tags="theirs")
    await community.settled()
    assert "1 has read it" in card.text
    assert "reading" not in card.text
    assert "theirs" not in card.text
    assert "1 is reading it" in theirs.text


async def test_discussed_first_counts_the_threads_once_in_five_minutes(community: Community) -> None:
    first, second = await card_of(community), await card_of(community, ADAM)
    for card, words in ((first, 1), (second, 4)):
        await community.grace.click(card, "Discuss")
        await community.grace.click(card, "Save")
        await community.settled()
        thread = community.papers.threads[-1]
        for n in range(words):
            await community.linus.post(thread, f"word {n}")

    def counted() -> int:
        return sum("threads/active" in request.path for request in community.sandbox.requests)

    async def listed() -> list[str]:
        text = await said(community.grace, "list", sort="discussed")
        return [line.split("**")[1] for line in text.splitlines() if "\\. **" in line]

    before = counted()
    assert (await listed())[0].startswith("Adam")
    assert await listed() == await listed()
    assert counted() == before + 1
    for n in range(6):
        await community.linus.post(community.papers.threads[0], f"more {n}")
    assert (await listed())[0].startswith("Adam"), "not counted again yet"
    community.clock.advance(301)
    assert (await listed())[0] == TITLE
    assert counted() == before + 2
