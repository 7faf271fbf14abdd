"""`/help`: what you can do here, by what you may."""

from __future__ import annotations

from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message

PAPERS, WEEK, SETTINGS, PRIVACY = "papers", "week", "settings", "privacy"


def commands(text: str) -> set[str]:
    return {line.split("`")[1].removeprefix("/") for line in text.splitlines() if line.startswith("`/")}


async def opened(person: Person) -> Message:
    """The help, for them alone."""
    page = (await person.command("help")).private
    assert page is not None
    return page


async def section(person: Person, key: str) -> set[str]:
    """The commands on this page of it."""
    page = await opened(person)
    await person.choose(page, "pc:1:help", [key])
    return commands(page.text)


async def test_the_first_lines_say_what_to_do_first(community: Community) -> None:
    page = await opened(community.ada)
    assert page.text.startswith("### Paper Club\n**First** paste a link to a paper")
    assert {"paper", "save", "unsave", "vote", "list"} <= commands(page.text)
    assert "Message menu, *Apps*, **Save papers**" in page.text


async def test_a_member_reads_what_a_member_may(community: Community) -> None:
    assert await section(community.ada, WEEK) == {"poll show", "poll history", "poll nominate", "present"}
    assert {"help", "privacy show", "privacy ignore-me"} <= await section(community.ada, PRIVACY)
    page = await opened(community.ada)
    assert SETTINGS not in page.selects[0].values


async def test_a_manager_reads_the_settings_too(community: Community) -> None:
    assert {"settings show", "settings watch", "settings ping"} <= await section(community.manager, SETTINGS)
    assert {"poll schedule", "digest schedule", "present"} <= await section(community.manager, WEEK)


async def test_an_administrator_may_everything(community: Community) -> None:
    admin = community.guild.add_member("Root", permissions=["ADMINISTRATOR"])
    assert await section(admin, SETTINGS) == await section(community.manager, SETTINGS)


async def test_the_menu_works_after_a_restart_and_by_what_the_member_may_by_then(community: Community) -> None:
    page = await opened(community.manager)
    await community.stop_bot()
    community.manager.member.role_ids.clear()
    await community.start_bot()
    await community.manager.choose(page, "pc:1:help", [SETTINGS])
    assert "settings show" not in page.text
    assert "`/save" in page.text


async def test_every_command_that_is_named_says_what_it_does(community: Community) -> None:
    page = await opened(community.manager)
    for key in page.selects[0].values:
        await community.manager.choose(page, "pc:1:help", [key])
        lines = [line for line in page.text.splitlines() if line.startswith("`/")]
        assert lines
        assert all(line.split("` ", 1)[1].endswith(".") for line in lines), key
