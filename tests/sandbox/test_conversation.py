"""The real discord.py logs in, hears and answers."""

from __future__ import annotations

from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.small_bot import SmallBot


async def test_logs_in_and_knows_the_server(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    assert bot.user is not None
    assert bot.user.name == "Paper Club"
    assert bot.user.id == guild.world.bot.id
    assert bot.application_id == guild.world.application.id
    known = bot.get_guild(guild.id)
    assert known is not None
    assert known.me.guild_permissions.manage_messages
    channel = known.get_channel(papers.id)
    assert channel is not None
    assert channel.name == "papers"


async def test_hears_and_answers(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    asked = await guild.member("Ada").post(papers, "ping")
    answer = await papers.next_message(after=asked)
    assert (answer.text, answer.author.name) == ("pong", "Paper Club")


async def test_button_that_outlives_its_view(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    shown = await papers.next_message(after=await ada.post(papers, "count"))
    assert shown.text == "Pressed 0 times"
    answer = await ada.click(shown, "Count 0")
    assert answer.updated is shown
    await ada.click(shown, "Count 1")
    assert shown.text == "Pressed 2 times"
    assert [button.custom_id for button in shown.buttons] == ["count:2"]


async def test_command_answers_privately(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    answer = await ada.command("greet", name="Alan")
    assert answer.private is not None
    assert answer.text == "Hello Alan"
    assert ada.private_messages(papers) == [answer.private]
    assert guild.member("Grace").private_messages(papers) == []
    assert papers.messages == []


async def test_deferred_command(bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    answer = await guild.member("Ada").command("slow")
    assert answer.public is not None
    assert answer.public.text == "Done"
    await sandbox.until(lambda: answer.private, what="the secret")
    assert [message.text for message in papers.messages] == ["Done"]


async def test_autocomplete(bot: SmallBot, guild: Guild) -> None:
    assert await guild.member("Ada").complete("greet", name="Ad") == [("Ada", "ada")]


async def test_form(bot: SmallBot, guild: Guild) -> None:
    ada = guild.member("Ada")
    opened = await ada.command("ask")
    assert opened.modal is not None
    assert opened.modal.title == "Tell us"
    answer = await ada.submit(opened.modal, {"Words": "hello"})
    assert answer.text == "You said hello"


async def test_message_menu(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    answer = await ada.menu("Length", await ada.post(papers, "four"))
    assert answer.text == "4"


async def test_settled_means_that_the_answer_is_there(
    bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox
) -> None:
    await guild.member("Ada").post(papers, "ping")
    await sandbox.settled()
    assert [message.text for message in papers.messages] == ["ping", "pong"]
    assert [message.text for message in sandbox.messages_by_bot()] == ["pong"]
    await guild.member("Ada").post(papers, "nothing for you")
    await sandbox.settled()
    assert len(papers.messages) == 3
