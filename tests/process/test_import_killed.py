"""The process dies while an import fetches its papers: the next one finishes it, and the list changes once."""

from __future__ import annotations

import pytest

from sandbox.people import Person
from sandbox.state.message import Message
from tests.process.town import ADAM, ATTENTION, Town

pytestmark = pytest.mark.process


def entries(town: Town) -> list[str]:
    return [value for (value,) in town.rows("SELECT value FROM entry JOIN paper ON id = paper_id ORDER BY saved_at")]


async def offered(town: Town, manager: Person) -> Message:
    file = manager.upload(town.papers, "links.txt", f"{ATTENTION}\n{ADAM}\n".encode())
    answer = await manager.command("import", at=town.papers, file=file)
    assert answer.private is not None, answer.text
    return answer.private


async def test_killed_while_papers_are_fetched(town: Town) -> None:
    manager = town.guild.add_member("Mara", permissions=["MANAGE_GUILD"])
    process = await town.run()
    shown = await offered(town, manager)
    town.arxiv.fail("hang")
    await manager.click(shown, "Import 2 papers")
    await town.arxiv.until(lambda: len(town.arxiv.requests) == 1)
    await process.kill()
    assert entries(town) == []
    town.leases_end()
    town.change("UPDATE import SET lease_until = NULL")
    second = await town.run()
    await second.says("put 2 papers on the list")
    assert entries(town) == ["1706.03762", "1412.6980"]
    answer = await manager.click(shown, "Look again")
    assert answer.updated is shown
    assert shown.text == "Done: 2 papers put on the list. See them with /list."
    await second.stop()
    third = await town.run()
    assert (await offered(town, manager)).text.splitlines()[1] == "Read as links: 2 papers on the list already."
    assert town.rows("SELECT state FROM import") == [("done",)]
    await third.stop()


async def test_told_to_stop_it_lets_go_at_once(town: Town) -> None:
    manager = town.guild.add_member("Mara", permissions=["MANAGE_GUILD"])
    first = await town.run()
    shown = await offered(town, manager)
    town.arxiv.fail("hang")
    await manager.click(shown, "Import 2 papers")
    await town.arxiv.until(lambda: len(town.arxiv.requests) == 1)
    await first.stop()
    assert town.rows("SELECT state, lease_until FROM import") == [("running", None)]
    assert entries(town) == []
