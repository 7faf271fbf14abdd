"""`/export` and `/import` as a member meets them, with real files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import discord
import pytest
import rispy  # type: ignore[import-untyped]  # the package brings no types
from bibtexparser.entrypoint import parse_string

from bot.domain.export.files import Format
from bot.domain.import_file import MOST_BYTES
from bot.posting.imports import TOO_LARGE
from bot.services.imports import GONE
from sandbox.answers import Answer
from sandbox.commands import NotPossible
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, BERT, GAN, labels, record
from tests.rows import rows as rows_of

FILE = 13
UNKNOWN = "2401.99999"
BIB = f"""@misc{{a, title={{Attention}}, eprint={{1706.03762}}, archivePrefix={{arXiv}}, keywords={{NLP, attention}},
  annote={{the one with the heads}}}}
@article{{b, title={{Adam}}, journal={{arXiv preprint arXiv:1412.6980}}}}
@misc{{c, title={{Nobody knows it}}, url={{https://arxiv.org/abs/{UNKNOWN}}}}}
@book{{d, title={{A Book}}, isbn={{1}}}}
"""


async def bring(community: Community, text: str | bytes, name: str = "refs.bib", who: Person | None = None) -> Answer:
    """A manager uploads a file."""
    person = who or community.manager
    content = text if isinstance(text, bytes) else text.encode()
    return await person.command("import", at=community.papers, file=person.upload(community.papers, name, content))


def private(answer: Answer) -> Message:
    """What only the asker reads."""
    [shown] = answer.messages
    assert shown.private
    return shown


async def done(community: Community, shown: Message) -> str:
    """The message when the import has ended."""
    await community.sandbox.until(
        lambda: shown.text.startswith("Done"), what=lambda: f"the end: {shown.text}", seconds=30
    )
    await community.settled()
    return shown.text


def rows(community: Community, statement: str, *values: object) -> list[Any]:
    """What the database holds now."""
    return rows_of(community.database_url, statement, values)


def the_list(community: Community) -> list[tuple[str, str, str]]:
    """Ids, tags and notes, in the order in which they came."""
    listed = rows(
        community,
        "SELECT p.id, value, coalesce((SELECT text FROM note n WHERE n.paper_id = p.id), '') "
        "FROM entry JOIN paper p ON p.id = paper_id ORDER BY saved_at",
    )
    tags = rows(community, "SELECT paper_id, tag FROM entry_tag")
    return [
        (value, ",".join(sorted(tag for paper_id, tag in tags if paper_id == number)), note)
        for number, value, note in listed
    ]


def file_of(shown: Message) -> tuple[str, bytes]:
    """The one file, which the message shows."""
    [attached] = shown.attachments
    assert [part["file"]["url"] for part in shown.components if part["type"] == FILE] == [attached.url]
    return attached.filename, attached.content


# /export


async def export(community: Community, wanted: Format, who: Person | None = None) -> tuple[str, bytes]:
    shown = private(await (who or community.ada).command("export", at=community.papers, format=wanted))
    assert f"as {wanted}" in shown.text
    return file_of(shown)


async def test_everyone_gets_the_list_in_each_format(community: Community) -> None:
    await community.ada.command("save", paper=ATTENTION, tags="nlp, seq 2 seq", note="=read §3")
    await community.grace.command("save", paper=ADAM)
    day = f"{community.clock.now():%Y-%m-%d}"
    name, content = await export(community, "BibTeX")
    assert name == f"reading-group-{day}.bib"
    first, second = parse_string(content.decode()).entries
    assert (first["eprint"], first["keywords"], second["eprint"]) == ("1706.03762", "nlp, seq 2 seq", "1412.6980")
    name, content = await export(community, "RIS")
    assert name.endswith(".ris")
    assert [entry["accession_number"] for entry in rispy.loads(content.decode())] == [
        "arXiv:1706.03762",
        "arXiv:1412.6980",
    ]
    _, content = await export(community, "CSL-JSON")
    assert [item["author"][0]["family"] for item in json.loads(content)] == ["Vaswani", "Kingma"]
    _, content = await export(community, "CSV")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["id"], row["notes"]) for row in table] == [("arxiv:1706.03762", "'=read §3"), ("arxiv:1412.6980", "")]
    _, content = await export(community, "JSON")
    papers = json.loads(content)["papers"]
    assert [(paper["tags"], paper["notes"]) for paper in papers] == [(["nlp", "seq 2 seq"], ["=read §3"]), ([], [])]
    for member in (community.ada, community.grace):
        assert str(member.user.id) not in content.decode()


async def test_an_empty_list_and_another_servers(community: Community) -> None:
    await community.ada.command("save", paper=ATTENTION)
    elsewhere = community.sandbox.add_guild("Elsewhere")
    channel = elsewhere.add_channel("general")
    answer = await elsewhere.add_member("Eve").command("export", at=channel, format="JSON")
    assert private(answer).text == "The reading list is empty. Put a paper on it with /save."


async def test_what_discord_would_not_take_is_zipped(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    await community.ada.command("save", paper=ATTENTION, note="long " * 99)
    await community.grace.command("save", paper=ATTENTION, note="long " * 99)
    monkeypatch.setattr("sandbox.interactions.UPLOAD_BYTES", 1_000)
    name, content = await export(community, "JSON")
    assert name.endswith(".json.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read(name.removesuffix(".zip")))["papers"][0]["id"] == "arxiv:1706.03762"
    monkeypatch.setattr("sandbox.interactions.UPLOAD_BYTES", 90)
    answer = await community.ada.command("export", at=community.papers, format="JSON")
    assert "too much for one file" in private(answer).text


# /import


async def test_a_file_is_shown_first_and_imported_by_a_click(community: Community) -> None:
    await community.ada.command("save", paper=ADAM)
    shown = private(await bring(community, BIB))
    assert shown.text.splitlines()[:3] == [
        "### refs.bib",
        "Read as BibTeX: 2 papers to fetch, 1 paper on the list already.",
        "Tags: nlp, attention.",
    ]
    assert "line 5: A Book: no link or id of a paper" in shown.text
    assert labels(shown) == ["Import 2 papers", "Cancel"]
    assert the_list(community) == [("1412.6980", "", "")]
    await community.manager.click(shown, "Import 2 papers")
    text = await done(community, shown)
    assert "1 paper put on the list" in text
    assert f"1 paper not found: arxiv:{UNKNOWN}" in text
    assert the_list(community) == [
        ("1412.6980", "", ""),
        ("1706.03762", "attention,nlp", "the one with the heads"),
    ]
    assert rows(community, "SELECT DISTINCT saved_by FROM entry WHERE saved_by <> 0 ORDER BY 1") == sorted(
        [(community.manager.user.id,), (community.ada.user.id,)]
    )
    assert labels(shown) == []


async def test_the_same_file_again_changes_nothing(community: Community) -> None:
    links = f"{ATTENTION}\nsee also {BERT}, {GAN}"
    shown = private(await bring(community, links, "links.txt"))
    await community.manager.click(shown, "Import 3 papers")
    await done(community, shown)
    before = the_list(community)
    assert len(before) == 3
    again = private(await bring(community, links, "links.txt"))
    assert "3 papers on the list already" in again.text
    assert labels(again) == []
    assert the_list(community) == before


async def test_a_list_goes_from_one_server_to_another(community: Community) -> None:
    await community.ada.command("save", paper=ATTENTION, tags="nlp, seq 2 seq", note="mine")
    await community.ada.command("save", paper=ADAM)
    other = community.sandbox.add_guild("Elsewhere")
    channel = other.add_channel("general")
    mover = other.add_member("Mover", permissions=["MANAGE_GUILD"])
    _, content = await export(community, "JSON")
    shown = private(await mover.command("import", at=channel, file=mover.upload(channel, "x.txt", content)))
    assert "Read as JSON: 2 papers known here." in shown.text
    await mover.click(shown, "Import 2 papers")
    await done(community, shown)
    assert rows(community, "SELECT text, user_id FROM note WHERE server_id = ?", other.id) == [("mine", mover.user.id)]
    assert rows(community, "SELECT tag FROM entry_tag WHERE server_id = ? ORDER BY 1", other.id) == [
        ("nlp",),
        ("seq 2 seq",),
    ]


async def test_cancelling_leaves_nothing(community: Community) -> None:
    shown = private(await bring(community, ATTENTION, "a.txt"))
    await community.manager.click(shown, "Cancel")
    assert shown.text == "Cancelled. Nothing was put on the list."
    assert rows(community, "SELECT * FROM import") == rows(community, "SELECT * FROM import_item") == []


async def test_a_running_import_can_be_cancelled(community: Community) -> None:
    community.arxiv.fail("hang")
    shown = private(await bring(community, ATTENTION, "a.txt"))
    await community.manager.click(shown, "Import 1 paper")
    assert shown.text.startswith("Fetching papers: 0 of 1 are here.")
    await community.manager.click(shown, "Cancel")
    assert shown.text == "Cancelled. Nothing was put on the list."
    community.arxiv.clear()
    assert the_list(community) == []


async def test_more_lines_than_a_message_shows_come_as_a_file(community: Community) -> None:
    shown = private(
        await bring(community, ATTENTION + "\n" + "\n".join(f"words @everyone {n}" for n in range(40)), "a")
    )
    assert "Not understood: 40 places" in shown.text
    name, content = file_of(shown)
    assert name == "not-understood.txt"
    assert content.decode().splitlines()[39] == "line 41: words @everyone 39: no link or id of a paper"
    assert "line 12" not in shown.text
    assert "@everyone" not in shown.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x00\x00", "it is not text"),
        (b"[" * 100_000, "I cannot read that JSON"),
        (b'[{"id": "1706.03762"},\n{"id": }]', "broken in line 2"),
        (b"x" * (MOST_BYTES + 1), TOO_LARGE),
        ("\n".join(f"arXiv:2401.{n:05}" for n in range(1, 1002)).encode(), "1,001 entries"),
        (b"nothing here", "There is nothing in that file that names a paper."),
        (b"", "There is nothing in that file that names a paper."),
    ],
    ids=["binary", "nesting", "broken", "large", "many", "words", "empty"],
)
async def test_files_that_cannot_be_imported(community: Community, content: bytes, sentence: str) -> None:
    shown = private(await bring(community, content, "../../etc/passwd"))
    assert sentence in shown.text
    assert labels(shown) == []


async def test_a_large_file_is_not_even_fetched(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(self: discord.Attachment, *, use_cached: bool = False) -> bytes:
        raise AssertionError(self.url)

    monkeypatch.setattr(discord.Attachment, "read", read)
    assert private(await bring(community, b"x" * (MOST_BYTES + 1))).text == TOO_LARGE


async def test_only_managers_import(community: Community) -> None:
    with pytest.raises(NotPossible):
        await bring(community, ATTENTION, who=community.ada)


async def test_a_button_works_for_its_member_in_its_server_alone(community: Community) -> None:
    shown = private(await bring(community, ATTENTION))
    button = shown.button("Import 1 paper").custom_id
    assert button is not None
    other = community.sandbox.add_guild("Elsewhere")
    stranger = other.add_member("Stranger", permissions=["MANAGE_GUILD"])
    channel = other.add_channel("general")
    theirs = private(
        await stranger.command("import", at=channel, file=stranger.upload(channel, "b.txt", BERT.encode()))
    )
    for custom_id in (button, "pc:1:import-start:78", "pc:1:import-look:77"):
        theirs.components[-1]["components"][0]["custom_id"] = custom_id
        answer = await stranger.click(theirs, custom_id=custom_id)
        assert private(answer).text == GONE
    await community.settled()
    assert rows(community, "SELECT * FROM entry") == []


async def test_after_a_restart_the_button_works_and_an_offer_ends_after_a_day(community: Community) -> None:
    first, second = private(await bring(community, ATTENTION)), private(await bring(community, BERT))
    await community.stop_bot()
    await community.start_bot()
    await community.manager.click(first, "Import 1 paper")
    await done(community, first)
    assert [value for value, *_ in the_list(community)] == ["1706.03762"]
    community.clock.advance(24 * 3600 + 120)
    await community.sandbox.until(lambda: rows(community, "SELECT id FROM import") == [], what="that it is forgotten")
    answer = await community.manager.click(second, "Import 1 paper")
    assert private(answer).text == GONE


async def test_arxiv_away_for_long_is_told_at_the_end(community: Community) -> None:
    await community.ada.post(community.papers, ATTENTION)
    await community.sandbox.until(lambda: rows(community, "SELECT 1 FROM paper"), what="the paper")
    await community.settled()
    community.arxiv.fail(503, times=None)
    shown = private(await bring(community, f"{ATTENTION} {BERT}"))
    assert "1 paper to fetch, 1 paper known here" in shown.text
    await community.manager.click(shown, "Import 2 papers")
    text = await done(community, shown)
    assert "1 paper put on the list" in text
    assert "1 paper not answered: arxiv:1810.04805" in text
    assert set(rows(community, "SELECT tags, note FROM import_item")) == {("[]", None)}


@pytest.fixture
def many(community: Community) -> list[str]:
    """Papers that arXiv knows."""
    ids = [f"2402.{n:05}" for n in range(1, 251)]
    for paper_id in ids:
        community.arxiv.add(record(paper_id))
    return ids


async def test_many_are_fetched_a_hundred_at_a_time_and_progress_is_shown(
    community: Community, many: list[str]
) -> None:
    shown = private(await bring(community, "\n".join(many), "ids.txt"))
    seen: set[str] = set()
    await community.manager.click(shown, "Import 250 papers")

    def ended() -> bool:
        seen.add(shown.text.splitlines()[0])
        return shown.text.startswith("Done")

    await community.sandbox.until(ended, what=lambda: shown.text)
    assert any(" of 250 are here" in line for line in seen)
    assert [value for value, *_ in the_list(community)] == many
    assert 3 <= len(community.arxiv.requests) <= 5
