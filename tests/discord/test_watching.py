"""Which messages are answered, and how the reply follows what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.state.kinds import MessageKind
from sandbox.state.message import Message

ATTENTION = "https://arxiv.org/abs/1706.03762"
ADAM = "https://arxiv.org/abs/1412.6980"
RESNET = "https://arxiv.org/abs/1512.03385"
GAN = "https://arxiv.org/abs/1406.2661"
LARGE_N = "https://arxiv.org/abs/hep-th/9711200"
KNOWN = [ATTENTION, ADAM, RESNET, GAN, LARGE_N]


def titles(message: Message) -> list[str]:
    return [line.removeprefix("### ") for line in message.text.splitlines() if line.startswith("### ")]


async def quiet(community: Community) -> None:
    """Everything the bot was told is dealt with, and nothing waits for arXiv."""
    await community.settled()


async def test_several_papers_get_one_reply_with_a_card_each(community: Community) -> None:
    message = await community.ada.post(community.papers, f"{ATTENTION} builds on {RESNET}, trained by {ADAM}")
    reply = await community.reply_to(message)
    assert titles(reply) == [
        "Attention Is All You Need",
        "Deep Residual Learning for Image Recognition",
        "Adam: A Method for Stochastic Optimization",
    ]
    assert len(community.arxiv.requests) == 1
    assert len(community.papers.by_bot()) == 1


async def test_four_papers_are_the_most_that_get_cards_and_five_get_a_list(community: Community) -> None:
    four = await community.reply_to(await community.ada.post(community.papers, " ".join(KNOWN[:4])))
    assert [button.label for button in four.buttons].count("Discuss") == 4
    five = await community.reply_to(await community.ada.post(community.papers, " ".join(KNOWN[::-1])))
    community.clock.advance(4)
    await community.sandbox.until(lambda: [button.label for button in five.buttons] == ["Save"] * 5, what="a list")
    assert "**Attention Is All You Need**" in five.text
    assert "The Large N Limit of Superconformal Field Theories and Supergravity" in five.text


async def test_all_forms_of_a_link_are_one_paper(community: Community) -> None:
    message = await community.ada.post(
        community.papers, f"{ATTENTION}v3 arXiv:1706.03762 https://huggingface.co/papers/1706.03762 {ATTENTION}"
    )
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]


async def test_a_repeat_gets_a_short_card_that_leads_to_the_first(community: Community) -> None:
    first = await community.ada.post(community.papers, ATTENTION)
    card = await community.reply_to(first)
    await community.grace.click(card, "▲ Vote 0")
    await community.grace.click(card, "Discuss")
    elsewhere = community.guild.add_channel("reading")
    again = await community.reply_to(
        await community.linus.post(elsewhere, "has anyone seen https://www.alphaxiv.org/abs/1706.03762 ?")
    )
    assert f"First shared by {community.ada.mention}" in again.text
    assert f"[jump]({first.link})" in again.text
    assert "▲ 1 vote" in again.text
    assert f"Discussion: <#{card.id}>" in again.text
    assert "Sequence transduction" not in again.text
    assert again.button("Full abstract").custom_id
    assert len(community.arxiv.requests) == 1


async def test_the_reply_follows_an_edit(community: Community) -> None:
    message = await community.ada.post(community.papers, f"hm {ATTENTION}")
    reply = await community.reply_to(message)
    await community.ada.edit(message, f"sorry, I meant {ADAM}")
    await community.sandbox.until(lambda: reply.deleted, what="the wrong card to go")
    community.clock.advance(4)
    other = await community.reply_to(message)
    assert titles(other) == ["Adam: A Method for Stochastic Optimization"]
    await community.ada.edit(message, f"I meant {ADAM} and {ATTENTION}")
    await community.sandbox.until(lambda: len(titles(other)) == 2, what="both cards in the same reply")
    await community.ada.edit(message, "never mind")
    await community.sandbox.until(lambda: other.deleted, what="no card")
    await community.ada.edit(message, f"or this: {ATTENTION}")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]


async def test_an_edit_may_bring_the_first_link(community: Community) -> None:
    message = await community.ada.post(community.papers, "a paper worth reading")
    await community.ada.edit(message, f"a paper worth reading: {GAN}")
    assert titles(await community.reply_to(message)) == ["Generative Adversarial Networks"]


async def test_an_edit_that_changes_no_paper_changes_nothing(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    await quiet(community)
    requests = len(community.sandbox.requests)
    await community.ada.edit(message, f"**read this** {ATTENTION}")
    message.pin()
    await quiet(community)
    assert len(community.sandbox.requests) == requests
    assert not reply.deleted


async def test_a_deleted_message_takes_the_reply_along(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    await community.ada.delete(message)
    await community.sandbox.until(lambda: reply.deleted, what="the reply to go")


async def test_a_card_somebody_saved_or_voted_for_outlives_the_message(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    await community.grace.click(reply, "Save")
    await community.ada.delete(message)
    await quiet(community)
    assert not reply.deleted
    shown = await community.linus.command("paper", paper="1706.03762")
    assert shown.public is not None
    assert "First shared <t:" in shown.public.text, "when, but neither by whom nor where"
    assert community.ada.mention not in shown.public.text


async def test_who_posted_the_link_or_a_manager_dismisses_the_card(community: Community) -> None:
    message = await community.ada.post(community.papers, f"{ATTENTION} {ADAM}")
    reply = await community.reply_to(message)
    first_cross, second_cross = [button for button in reply.buttons if button.label == "✕"]
    refused = await community.grace.click(reply, custom_id=first_cross.custom_id)
    assert refused.private is not None
    assert "Only the person who posted the link" in refused.private.text
    await community.ada.click(reply, custom_id=first_cross.custom_id)
    await community.sandbox.until(
        lambda: titles(reply) == ["Adam: A Method for Stochastic Optimization"], what="one card less"
    )
    await community.manager.click(reply, custom_id=second_cross.custom_id)
    await community.sandbox.until(lambda: reply.deleted, what="no card left")


async def test_angle_brackets_mean_no_card_but_the_mention_is_remembered(community: Community) -> None:
    await community.ada.post(community.papers, f"see <{ATTENTION}>")
    await quiet(community)
    assert community.papers.by_bot() == []
    again = await community.reply_to(await community.grace.post(community.papers, ATTENTION))
    assert f"First shared by {community.ada.mention}" in again.text


async def test_a_forwarded_message_counts(community: Community) -> None:
    away = community.guild.add_channel("elsewhere", overwrites={"bot": ["VIEW_CHANNEL"]})
    message = await community.ada.post(away, ATTENTION)
    forwarded = await community.grace.forward(message, community.papers)
    assert titles(await community.reply_to(forwarded)) == ["Attention Is All You Need"]


async def test_links_in_threads_and_forum_posts_are_answered_there(community: Community) -> None:
    thread = await community.ada.start_thread(community.papers, "transformers")
    in_thread = await community.ada.post(thread, ATTENTION)
    assert (await community.reply_to(in_thread)).channel is thread
    forum = community.guild.add_channel("forum", kind="forum")
    post = await community.grace.post_in_forum(forum, "Optimizers", f"start here: {ADAM}")
    found = await community.sandbox.until(post.by_bot, what="a card in the forum post")
    assert titles(found[0]) == ["Adam: A Method for Stochastic Optimization"]


async def test_only_watched_channels_once_some_are_named(community: Community) -> None:
    memes = community.guild.add_channel("memes")
    await community.manager.command("settings watch", channel=community.papers)
    await community.ada.post(memes, ATTENTION)
    thread = await community.ada.start_thread(community.papers, "a thread of the watched channel")
    in_thread = await community.ada.post(thread, ATTENTION)
    await community.reply_to(in_thread)
    await quiet(community)
    assert memes.by_bot() == []
    addressed = await community.ada.post(memes, f"<@{community.sandbox.bot.id}> {ADAM}")
    assert titles(await community.reply_to(addressed)) == ["Adam: A Method for Stochastic Optimization"]
    await community.manager.command("settings unwatch", channel=community.papers)
    await community.reply_to(await community.ada.post(memes, GAN))


async def test_other_bots_are_left_alone_until_a_manager_says_otherwise(community: Community) -> None:
    feed = community.guild.add_member("Feed", is_bot=True)
    await feed.post(community.papers, ATTENTION)
    await quiet(community)
    assert community.papers.by_bot() == []
    await community.manager.command("settings watch-bots", watch=True)
    await community.reply_to(await feed.post(community.papers, ATTENTION))
    answer = community.papers.add_message(feed.user, ADAM, kind=MessageKind.COMMAND)
    await community.reply_to(answer)


async def test_an_administrator_is_a_manager(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    monkeypatch.setattr(discord.Interaction, "permissions", discord.Permissions(administrator=True))
    await community.grace.click(reply, "✕")
    await community.sandbox.until(lambda: reply.deleted, what="no card left")


async def test_a_member_who_opted_out_is_neither_answered_nor_recorded(community: Community) -> None:
    answer = await community.ada.command("privacy ignore-me")
    assert answer.private is not None
    assert "neither answer nor record" in answer.private.text
    await community.ada.post(community.papers, ATTENTION)
    await quiet(community)
    assert community.papers.by_bot() == []
    card = await community.reply_to(await community.grace.post(community.papers, ATTENTION))
    assert f"First shared by {community.grace.mention}" in card.text
    await community.ada.command("privacy ignore-me", ignore=False)
    await community.reply_to(await community.ada.post(community.papers, ADAM))


async def test_discords_preview_is_hidden_only_where_nothing_else_would_be(community: Community) -> None:
    preview = {"type": "link", "url": ATTENTION, "title": "a preview"}
    alone = await community.ada.post(community.papers, f"look: {ATTENTION}")
    await community.reply_to(alone)
    await quiet(community)
    alone.unfurl([preview])
    assert not alone.embeds
    mixed = await community.ada.post(community.papers, f"{ADAM} and https://example.org/video")
    await community.reply_to(mixed)
    await quiet(community)
    mixed.unfurl([preview])
    assert mixed.embeds
    await community.manager.command("settings previews", hide=False)
    kept = await community.ada.post(community.papers, GAN)
    await community.reply_to(kept)
    await quiet(community)
    kept.unfurl([preview])
    assert kept.embeds


async def test_a_paper_that_does_not_exist_gets_a_quiet_reaction(community: Community) -> None:
    message = await community.ada.post(community.papers, "https://arxiv.org/abs/2401.99999")
    await community.arxiv.until(lambda: len(community.arxiv.requests) == 1)
    community.clock.advance(4)
    await community.sandbox.until(lambda: message.reactions, what="a reaction")
    assert list(message.reactions) == ["❓"]
    assert community.papers.by_bot() == []


async def test_a_paper_that_turns_up_later_loses_the_reaction_and_gets_its_card(community: Community) -> None:
    message = await community.ada.post(community.papers, f"{ATTENTION} and https://arxiv.org/abs/2401.99999")
    reply = await community.reply_to(message)
    await community.sandbox.until(lambda: message.reactions, what="a reaction")
    assert titles(reply) == ["Attention Is All You Need"]
    community.arxiv.add(
        {
            "id": "2401.99999",
            "title": "A Paper That Took Its Time",
            "authors": ["A. Writer"],
            "abstract": "It is here now.",
            "categories": ["cs.DL"],
            "primary_category": "cs.DL",
            "published": "2024-01-31T00:00:00Z",
            "updated": "2024-01-31T00:00:00Z",
        }
    )
    await quiet(community)
    community.clock.advance(timedelta(minutes=2).total_seconds())
    await community.sandbox.until(lambda: len(titles(reply)) == 2, what="the second card")
    await community.sandbox.until(lambda: not message.reactions, what="no reaction any more")


async def test_arxiv_away_means_a_later_card_also_after_a_restart(community: Community) -> None:
    community.arxiv.down = True
    message = await community.ada.post(community.papers, ATTENTION)
    await community.arxiv.until(lambda: len(community.arxiv.requests) >= 1)
    await quiet(community)
    assert community.papers.by_bot() == []
    assert not message.reactions
    await community.stop_bot()
    community.arxiv.down = False
    community.clock.advance(timedelta(hours=1).total_seconds())
    await community.start_bot()
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]
    await quiet(community)
    assert len(community.papers.by_bot()) == 1


async def test_links_posted_while_the_bot_was_away_are_picked_up(community: Community) -> None:
    before = await community.ada.post(community.papers, ATTENTION)
    await community.reply_to(before)
    await community.stop_bot()
    missed = [await community.ada.post(community.papers, link) for link in (ADAM, GAN, f"again {ATTENTION}")]
    community.clock.advance(timedelta(hours=2).total_seconds())
    await community.start_bot()
    replies = [await community.reply_to(message) for message in missed]
    assert titles(replies[0]) == ["Adam: A Method for Stochastic Optimization"]
    assert f"First shared by {community.ada.mention}" in replies[2].text
    await quiet(community)
    assert len(community.papers.by_bot()) == 4


async def test_messages_older_than_a_day_are_not_picked_up(community: Community) -> None:
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await community.stop_bot()
    await community.ada.post(community.papers, ADAM)
    community.clock.advance(timedelta(hours=25).total_seconds())
    recent = await community.ada.post(community.papers, GAN)
    await community.start_bot()
    await community.reply_to(recent)
    await quiet(community)
    assert len(community.papers.by_bot()) == 2


@pytest.mark.parametrize("lost", ["SEND_MESSAGES", "VIEW_CHANNEL", "READ_MESSAGE_HISTORY", "ADD_REACTIONS"])
async def test_a_missing_permission_never_breaks_the_bot(community: Community, lost: str) -> None:
    closed = community.guild.add_channel("closed", overwrites={"bot": [lost]})
    message = await community.ada.post(closed, f"{ATTENTION} https://arxiv.org/abs/2401.99999")
    if lost in {"READ_MESSAGE_HISTORY", "ADD_REACTIONS"}:
        posted = await community.sandbox.until(closed.by_bot, what="a card all the same")
        assert titles(posted[0]) == ["Attention Is All You Need"]
    elif lost == "SEND_MESSAGES":
        await community.sandbox.until(lambda: message.reactions, what="the reaction, a permission of its own")
    await quiet(community)
    if lost != "SEND_MESSAGES":
        assert not message.reactions
    if lost in {"SEND_MESSAGES", "VIEW_CHANNEL"}:
        assert closed.by_bot() == []
    await community.reply_to(await community.ada.post(community.papers, ADAM))


async def test_a_deleted_card_is_not_posted_again(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    reply.delete()
    await quiet(community)
    await community.ada.edit(message, f"! {ATTENTION}")
    await quiet(community)
    assert community.papers.by_bot() == []


async def test_twenty_messages_with_one_unknown_paper_are_one_request(community: Community) -> None:
    crowd = [community.guild.add_member(f"Member {n}") for n in range(20)]
    messages = [await member.post(community.papers, ATTENTION) for member in crowd]
    for message in messages:
        await community.reply_to(message)
    assert len(community.arxiv.requests) == 1
    assert len(community.papers.by_bot()) == 20


async def test_a_message_deleted_while_its_card_is_posted_leaves_no_card_behind(community: Community) -> None:
    with community.sandbox.held("PUT", "/reactions") as released:
        message = await community.ada.post(community.papers, f"{ATTENTION} https://arxiv.org/abs/2401.99999")
        reply = await community.reply_to(message)
        await community.ada.delete(message)
        released.set()
    await community.sandbox.until(lambda: reply.deleted, what="the card to go with its message")


async def until_ready(community: Community) -> None:
    assert community.bot is not None
    await community.bot.wait_until_ready()
    await quiet(community)


async def test_what_was_edited_and_deleted_while_the_bot_was_away_counts(community: Community) -> None:
    """What happens when: the bot was away."""
    post = community.ada.post
    await community.reply_to(await post(community.papers, " ".join(KNOWN[:4])))
    community.clock.advance(3600)
    edited, emptied, deleted, voted = [await post(community.papers, f"again {link}") for link in KNOWN[:4]]
    replies = [await community.reply_to(message) for message in (edited, emptied, deleted, voted)]
    await community.grace.click(replies[3], "▲ Vote 0")
    community.clock.advance(3600)  # long before the bot goes
    await quiet(community)
    await community.stop_bot()
    await community.ada.edit(edited, f"rather {RESNET}")
    await community.ada.edit(emptied, "never mind")
    await community.ada.delete(deleted)
    await community.ada.delete(voted)
    community.clock.advance(3600)
    await community.start_bot()
    await until_ready(community)
    assert "Deep Residual Learning" in replies[0].text
    assert [reply.deleted for reply in replies] == [False, True, True, False]
    assert len(community.replies_to(edited)) == 1


async def test_no_more_than_a_hundred_messages_of_a_channel_are_read_back(community: Community) -> None:
    """What happens when: the bot was away."""
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await quiet(community)
    await community.stop_bot()
    too_old = await community.ada.post(community.papers, ADAM)
    oldest = await community.ada.post(community.papers, GAN)
    for _ in range(98):
        await community.ada.post(community.papers, "and so on")
    latest = await community.ada.post(community.papers, f"again {ATTENTION}")
    await community.start_bot()
    await community.reply_to(latest)
    await community.reply_to(oldest)
    await quiet(community)
    assert community.replies_to(too_old) == []
    answered = [reply.reference.message_id for reply in community.papers.by_bot()[1:] if reply.reference]
    assert sorted(answered) == [oldest.id, latest.id]


async def test_threads_posts_and_channels_that_came_while_the_bot_was_away(community: Community) -> None:
    """What happens when: the bot was away."""
    hidden = community.guild.add_channel("hidden", overwrites={"bot": ["VIEW_CHANNEL"]})
    forum = community.guild.add_channel("forum", kind="forum")
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await quiet(community)
    await community.stop_bot()
    thread = await community.ada.start_thread(community.papers, "talk")
    post = await community.ada.post_in_forum(forum, "look", f"this: {ATTENTION}")
    fresh = community.guild.add_channel("fresh")
    missed = [await community.ada.post(place, f"again {ATTENTION}") for place in (thread, hidden, fresh)]
    hidden.set_permission("bot")
    await community.start_bot()
    for message in (*missed, post.messages[0]):
        await community.reply_to(message)
    await quiet(community)
    assert [len(community.replies_to(message)) for message in (*missed, post.messages[0])] == [1] * 4


async def test_discord_stumbles_while_the_bot_reads_back(community: Community) -> None:
    """What happens when: the bot was away."""
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await quiet(community)
    for trouble in ({"status": 503}, {"reset": True}, {"status": 429, "from_proxy": True}):
        await community.stop_bot()
        missed = await community.ada.post(community.papers, f"again {ATTENTION}")
        fault = Fault(method="GET", path="/messages", times=2, **trouble)
        with community.sandbox.faults.during(fault):
            await community.start_bot()
            await community.reply_to(missed)
        await quiet(community)
        assert len(community.replies_to(missed)) == 1
