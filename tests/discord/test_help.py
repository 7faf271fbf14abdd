"""`/help`: what you can do here, by what you may."""

from __future__ import annotations

from sandbox.community import Community

FOR_ALL = {
    "paper",
    "save",
    "unsave",
    "vote",
    "list",
    "poll show",
    "poll history",
    "poll nominate",
    "present",
    "privacy ignore-me",
    "help",
}
FOR_MANAGERS = {
    "poll schedule",
    "poll unschedule",
    "poll start",
    "poll end",
    "poll cancel",
    "poll meeting",
    "digest schedule",
    "digest preview",
    "digest post",
    "digest unschedule",
    "settings watch",
    "settings unwatch",
    "settings previews",
    "settings watch-bots",
    "settings timezone",
    "settings ping",
    "settings show",
}


def commands(text: str) -> set[str]:
    return {line.split("`")[1].removeprefix("/") for line in text.splitlines() if line.startswith("`/")}


async def test_a_member_reads_what_a_member_may(community: Community) -> None:
    answer = await community.ada.command("help")
    assert answer.private is not None
    assert answer.text.startswith("### Paper Club\nPaste a link to a paper and I answer with its card")
    assert commands(answer.text) == FOR_ALL


async def test_a_manager_reads_the_settings_too(community: Community) -> None:
    assert commands((await community.manager.command("help")).text) == FOR_ALL | FOR_MANAGERS


async def test_an_administrator_may_everything(community: Community) -> None:
    admin = community.guild.add_member("Root", permissions=["ADMINISTRATOR"])
    assert commands((await admin.command("help")).text) == FOR_ALL | FOR_MANAGERS


async def test_every_command_that_is_named_says_what_it_does(community: Community) -> None:
    lines = [line for line in (await community.manager.command("help")).text.splitlines() if line.startswith("`/")]
    assert all(line.split("` ", 1)[1].endswith(".") for line in lines)
