"""`/report`, `/reports`, and what members do with what others found."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from tests.discord.papers import labels
from tests.discord.reading_group import ReadingGroup
from tests.discord.reporters import (
    FAILED,
    HAPPENED,
    LINK,
    MADE,
    SETTING,
    TRIED,
    card_of,
    form_of,
    read,
    report,
    say,
    told_directly,
)

pytestmark = pytest.mark.usefixtures("refresh_at_once")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def test_a_report_stands_on_the_card_and_in_the_list(community: Community) -> None:
    card = await card_of(community)
    said = await report(community.grace)
    assert said == "Thank you: ✗ did not reproduce, on **Attention Is All You Need**."
    await report(community.linus, "works in production")
    await community.settled()
    assert "-# Tried here: ✅ 1 · ✗ 1, the last one <t:" in card.text
    shown = (await community.ada.command("reports show", paper="1706.03762")).text
    assert "✗ **did not reproduce** · WMT14, one GPU" in shown
    assert "2 points \\*below\\* the paper @\u200beveryone" in shown
    assert community.grace.mention in shown
    assert "did not reproduce" in (await community.ada.command("reports recent")).text
    again = await card_of(community)
    assert "2 tried it, 1 could: ✅ 1 · ✗ 1" in again.text
    assert "This came up in " in again.text
    for learned, found in (("failed", 1), ("reproduced", 1), ("reported", 1), ("explained", 0)):
        listed = (await community.ada.command("list", learned=learned)).text
        assert ("Attention Is All You Need" in listed) == bool(found), listed
        listed = (await community.ada.command("search", words="attention", learned=learned)).text
        assert ("1\\. **Attention Is All You Need" in listed) == bool(found), listed


async def test_more_leads_to_a_form_that_asks_for_the_outcome(community: Community) -> None:
    card = await card_of(community)
    panel = (await community.grace.click(card, "More")).private
    assert panel is not None
    modal = (await community.grace.click(panel, "I tried this")).modal
    assert modal is not None
    assert [*filter(None, modal.fields)] == ["Outcome", SETTING, TRIED, HAPPENED, MADE]
    await community.grace.submit(modal, FAILED | {"Outcome": "partly"})
    modal = (await community.grace.click((await read(community.grace))[-1], "Edit")).modal
    assert modal is not None
    assert modal.fields[SETTING]["value"] == FAILED[SETTING]
    assert len(modal.fields["Outcome"]["options"]) == 6
    changed = await community.grace.submit(modal, {"Outcome": "reproduced", HAPPENED: "It works."})
    assert changed.text.startswith("Changed: ✅ reproduced")
    await community.settled()
    assert "Tried here: ✅ 1," in card.text
    history = await community.manager.click((await read(community.manager))[-1], "Earlier words")
    assert "◐ **partly**" in history.text
    assert FAILED[TRIED] in history.text


async def test_the_form_without_room_for_a_link_is_followed_by_one(community: Community) -> None:
    panel = (await community.grace.click(await card_of(community), "More")).private
    assert panel is not None
    modal = (await community.grace.click(panel, "I tried this")).modal
    assert modal is not None
    said = (await community.grace.submit(modal, FAILED | {"Outcome": "partly"})).private
    assert said is not None
    asked = (await community.grace.click(said, "Add a link")).modal
    assert asked is not None
    refused = (await community.grace.submit(asked, {"Your link": "no link"})).private
    assert refused is not None
    again = (await community.grace.click(refused, "Open the form again")).modal
    assert again is not None
    assert again.fields["Your link"]["value"] == "no link"
    changed = await community.grace.submit(again, {"Your link": "https://example.org/log"})
    assert changed.text.startswith("Changed: ◐ partly")
    assert "**Link**\nhttps\\://example.org/log" in (await read(community.linus))[0].text
    modal = (await community.grace.click((await read(community.grace))[-1], "Link")).modal
    assert modal is not None
    assert modal.fields["Your link"]["value"] == "https://example.org/log"


async def test_a_refused_form_keeps_what_was_typed_over_a_restart(community: Community) -> None:
    card = await card_of(community)
    modal = await form_of(community.grace, setup="One GPU")
    assert modal.fields[SETTING]["value"] == "One GPU"
    typed = FAILED | {MADE: "  **Nothing** <@1>\n\n- at all", LINK: "ftp://example.org/log"}
    await community.stop_bot()
    await community.start_bot()
    assert community.bot is not None
    await community.bot.wait_until_ready()
    refused = await community.grace.submit(modal, typed)
    assert refused.private is not None
    assert refused.text.startswith("The link must begin with https://")
    await community.stop_bot()
    await community.start_bot()
    await community.bot.wait_until_ready()
    again = (await community.grace.click(refused.private, "Open the form again")).modal
    assert again is not None
    kept = {label: field.get("value") for label, field in again.fields.items() if label}
    assert kept == {label: text.strip() for label, text in typed.items()}
    done = await community.grace.submit(again, {LINK: "https://example.org/log"})
    assert done.text.startswith("Thank you")
    await community.settled()
    assert "✗ 1" in card.text


async def test_others_confirm_and_explain_and_both_are_shown_together(community: Community) -> None:
    card = await card_of(community)
    await report(community.grace)
    confirmed = await say(community.linus, "Same here", "On eight GPUs too.")
    assert "counted" in confirmed.text
    await community.settled()
    assert "✗ 2" in card.text
    modal = (await community.ada.click((await read(community.ada))[-1], "Answer")).modal
    assert modal is not None
    who, text = "Did you write the paper?", "Answer"
    await community.ada.submit(modal, {text: "They used the wrong split.", who: ["author"]})
    shown = (await community.linus.command("reports show", paper="1706.03762")).text
    assert f"↳ {community.ada.mention}, says to be an author, answers: They used the wrong split." in shown
    page = (await read(community.grace))[-1]
    assert f"{community.ada.mention}, says to be an author, answers: They used the wrong split." in page.text
    assert "On eight GPUs too." in page.text
    await community.grace.click(page, "Made the difference")
    shown = (await community.linus.command("reports show", paper="1706.03762")).text
    assert "💡 What made the difference: They used the wrong split." in shown
    assert "did not reproduce" in shown
    assert "Made the difference" not in labels((await read(community.linus))[-1])
    own = (await read(community.linus))[-1]
    await community.linus.click(own, "Take back same here")
    await community.settled()
    assert "✗ 1" in card.text


async def test_a_question_goes_to_the_reporter_alone_in_the_thread(community: Community) -> None:
    await card_of(community)
    await report(community.grace)
    asked = await say(community.linus, "Ask", f"Which split? {community.ada.mention} @everyone")
    await community.settled()
    thread = community.guild.active_threads[-1]
    assert asked.text == f"Asked in <#{thread.id}>."
    (question,) = [message for message in thread.by_bot() if "asks" in message.text]
    assert community.grace.mention in question.text
    assert [user.id for user in question.mentioned] == [community.grace.user.id]
    modal = (await community.grace.click(question, "Answer")).modal
    assert modal is not None
    await community.grace.submit(modal, {"Answer": "The second."})
    assert "The second." in (await read(community.ada))[-1].text


@pytest.mark.parametrize("there", ["no thread", "a thread", "an archived thread"])
async def test_a_question_of_who_may_not_write_there_is_kept_and_not_asked(community: Community, there: str) -> None:
    card = await card_of(community)
    await report(community.grace)
    if there != "no thread":
        await community.ada.click(card, "Discuss")
        if there == "an archived thread":
            community.guild.active_threads[-1].archive(True)
    await community.settled()
    threads = len(community.guild.active_threads)
    community.papers.set_permission(community.linus.user, deny=["SEND_MESSAGES_IN_THREADS"])
    refused = await say(community.linus, "Ask", "Which split?")
    await community.settled()
    assert "let you write in <#" in refused.text
    assert "Which split?" in refused.text
    assert len(community.guild.active_threads) == threads
    assert not [
        message for thread in community.guild.active_threads for message in thread.by_bot() if "asks" in message.text
    ]
    assert "Which split?" not in (await read(community.grace))[-1].text


async def test_a_question_from_a_page_that_was_dismissed_meanwhile_is_kept(community: Community) -> None:
    await card_of(community)
    await report(community.grace)
    page = (await read(community.linus))[-1]
    modal = (await community.linus.click(page, "Ask")).modal
    assert modal is not None
    page.delete()
    kept = (await community.linus.submit(modal, {"Question": "Which split?"})).private
    assert kept is not None
    assert "The page you asked from is gone" in kept.text
    assert "Which split?" in kept.text
    assert not community.guild.active_threads


async def test_hidden_with_a_reason_and_contested_once(community: Community) -> None:
    card = await card_of(community)
    await report(community.grace)
    assert "Hide" not in labels((await read(community.ada))[-1])
    await say(community.manager, "Hide", "Not about this paper.")
    await community.settled()
    (told,) = told_directly(community, community.grace)
    assert "hid your report on **Attention Is All You Need**" in told
    assert "Not about this paper." in told
    assert told_directly(community, community.manager) == told_directly(community, community.ada) == []
    assert "Tried here" not in card.text
    assert "Nobody told yet" in (await community.ada.command("reports show", paper="1706.03762")).text
    theirs = await read(community.grace)
    assert "Hidden by a manager: Not about this paper." in theirs[0].text
    assert "Managers see now" in (await say(community.grace, "Contest", "It is.")).text
    assert "Contest" not in labels((await read(community.grace))[-1])
    again = await read(community.manager)
    assert "Its author contests that: It is." in again[0].text
    await community.manager.click(again[-1], "Show again")
    await community.settled()
    assert "Tried here: ✗ 1" in card.text


async def test_removed_by_its_author(community: Community) -> None:
    card = await card_of(community)
    await report(community.grace)
    asked = (await community.grace.click((await read(community.grace))[-1], "Remove")).private
    assert asked is not None
    gone = await community.grace.click(asked, "Remove")
    assert gone.updated is not None
    assert gone.updated.text == "Your report is gone."
    await community.settled()
    assert "Tried here" not in card.text


async def test_forty_at_once(community: Community) -> None:
    card = await card_of(community)
    people = [community.guild.add_member(f"Member {n}") for n in range(10)]
    forms = [await form_of(person) for person in people]
    await asyncio.gather(*(person.submit(form, FAILED) for person, form in zip(people, forms, strict=True)))
    await community.settled()
    assert "✗ 10" in card.text


async def test_the_thread_of_a_winner_asks_once_a_week_later(community: Community, database_url: str) -> None:
    group = ReadingGroup(community, database_url)
    await group.list_papers()
    await group.announced()
    thread = community.guild.active_threads[-1]
    await group.pass_hours(7 * 24)
    await group.restart(after_lease=True)
    (asked,) = group.told("Did anyone try it?", thread)
    modal = (await community.ada.click(asked, "I tried this")).modal
    assert modal is not None
    said = await community.ada.submit(modal, FAILED | {"Outcome": "reproduced"})
    assert said.text.startswith("Thank you")
