"""What is kept of a member: found, told, and gone when they ask."""

from __future__ import annotations

from bot.domain.paper_cards import Form
from bot.domain.papers import PaperId
from bot.domain.privacy import Kind
from bot.storage import card_messages, privacy, reading_list, replies, servers
from bot.storage.community import community
from bot.storage.database import Database
from bot.storage.mentions import of_message
from bot.storage.tables import metadata
from tests.storage.everything import fill, is_snowflake, sizes, where
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

NOT_MEMBERS = {
    "server.id",
    "server.ping_role_id",
    "interaction.id",
    "command_tree.application_id",
    "round.event_id",
    "backfill.after_id",
    "backfill.until_id",
    "backfill.answered_in",
    "reply.posted_id",
    "report.id",
    "report_edit.id",
    "report_answer.id",
    "explanation.id",
    "resource.id",
}
ATTENTION = PaperId("arxiv", "1706.03762")


def test_every_column_that_can_hold_a_member_is_known() -> None:
    """A new column of Discord's ids fails here until it stands in PLACES or is said to hold nobody."""
    candidates = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if is_snowflake(column)
        and not column.name.endswith(("server_id", "channel_id", "message_id", "thread_id"))
        and str(column) not in NOT_MEMBERS
    }
    assert candidates == {str(privacy.OPT_OUT), *(str(place.member) for place in privacy.PLACES)}
    assert [place.kind for place in privacy.PLACES if place.kind not in Kind] == []
    assert {place.kind for place in privacy.PLACES} == set(Kind)


async def test_nothing_of_a_member_is_left_anywhere(db: Database) -> None:
    async with db.write() as conn:
        for server_id in (SERVER, OTHER_SERVER):
            await fill(conn, server_id, ADA)
        await fill(conn, 7, GRACE)
        kept = sorted(str(place.member) for place in (*privacy.PLACES,))
        assert sorted(await where(conn, ADA)) == sorted([*kept, "ignored_member.user_id"])
        before, of_grace = await sizes(conn), await privacy.counts(conn, GRACE)

        gone = await privacy.forget_member(conn, ADA)

        assert gone == dict.fromkeys(Kind, 2)
        assert await where(conn, ADA) == {"ignored_member.user_id"}
        assert await privacy.counts(conn, GRACE) == of_grace
        lost = {name: count - before[name] for name, count in (await sizes(conn)).items() if count != before[name]}
        assert lost == dict.fromkeys(
            [
                "vote",
                "note",
                "reading",
                "nomination",
                "presenter",
                "import",
                "import_item",
                "explanation",
                "explanation_vote",
                "report",
                "report_edit",
                "report_confirmation",
                "report_answer",
            ],
            -2,
        )
        await servers.unignore_member(conn, ADA)
        assert await where(conn, ADA) == set()
        assert await privacy.forget_member(conn, ADA) == {}


async def test_no_word_of_their_notes_is_left_in_the_text_index(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await reading_list.save(conn, SERVER, number, GRACE, NOW)
        await reading_list.set_note(conn, SERVER, number, ADA, "quicksilver", NOW)
        await reading_list.set_note(conn, SERVER, number, GRACE, "marmalade", NOW)
    async with db.write() as conn:
        assert {place.partition(".")[0] for place in await where(conn, "quicksilv")} > {"note"}
        await privacy.forget_member(conn, ADA)
        assert await where(conn, "quicksilv") == set()
        assert {place.partition(".")[0] for place in await where(conn, "marmalad")} > {"note"}


async def test_counts_are_by_kind_and_server(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        for server_id in (SERVER, OTHER_SERVER):
            await reading_list.save(conn, server_id, number, GRACE, NOW)
            await reading_list.toggle_vote(conn, server_id, number, ADA, NOW)
        await reading_list.set_note(conn, SERVER, number, ADA, "Read section 3.", NOW)
        counts = await privacy.counts(conn, ADA)
    assert {kind: of for kind, of in counts.items() if of} == {
        Kind.VOTES: {SERVER: 1, OTHER_SERVER: 1},
        Kind.NOTES: {SERVER: 1},
    }


async def test_what_others_see_stays_without_the_name(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await share(conn, ATTENTION, message_id=11)
        await share(conn, ATTENTION, message_id=12, author_id=GRACE, at=after(1))
        await reading_list.save(conn, SERVER, number, ADA, NOW)
        for user_id in (ADA, GRACE):
            await reading_list.toggle_vote(conn, SERVER, number, user_id, NOW)
        await privacy.forget_member(conn, ADA)
        standing = (await community(conn, SERVER, [number]))[number]
    assert standing.saved
    assert (standing.saved_by, standing.votes, standing.mentions) == (None, 1, 2)
    assert standing.first_shared is not None
    assert standing.first_shared.at == NOW
    assert (standing.first_shared.author_id, standing.first_shared.message_id) == (None, None)


async def test_replies_no_longer_know_the_message_and_those_not_posted_are_not_owed(db: Database) -> None:
    async with db.write() as conn:
        for message_id, author_id in ((11, ADA), (12, ADA), (13, GRACE)):
            await share(conn, ATTENTION, message_id=message_id, author_id=author_id)
            claim = await replies.open_claimed(
                conn, server_id=SERVER, channel_id=7, message_id=message_id, hide_preview=False, now=NOW
            )
            assert claim is not None
            if message_id != 12:
                await replies.record(
                    conn,
                    claim.id,
                    claim.due_at,
                    posted_id=message_id + 100,
                    reacted=False,
                    generation=0,
                    look_again_at=None,
                )
        await privacy.forget_member(conn, ADA)
        assert await replies.to_messages(conn, SERVER, [11, 12]) == []
        posted = await replies.posted_as(conn, SERVER, 111)
        assert posted is not None
        assert posted.message_id is None
        assert len(await replies.to_messages(conn, SERVER, [13])) == 1
        assert await replies.claim_due(conn, after(60), shards=None, limit=9) == []


async def test_the_latest_cards_that_say_something_of_them_are_found(db: Database) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"2401.{n:05}")) for n in range(1, 5)]
        shared, voted, others, unseen = numbers
        await share(conn, PaperId("arxiv", "2401.00001"))
        for server_id in (SERVER, OTHER_SERVER, 7):
            await reading_list.save(conn, server_id, voted, GRACE, NOW)
            await reading_list.toggle_vote(conn, server_id, voted, ADA, NOW)
        await servers.left(conn, 7, NOW)
        await reading_list.save(conn, SERVER, others, GRACE, NOW)
        await reading_list.save(conn, SERVER, unseen, ADA, NOW)
        cards = [(SERVER, shared), (SERVER, voted), (SERVER, others), (OTHER_SERVER, voted), (7, voted)]
        for message_id, (server_id, number) in enumerate(cards, start=101):
            await card_messages.record(
                conn, [(number, Form.FULL)], server_id=server_id, channel_id=7, message_id=message_id, now=NOW
            )
        found = await privacy.shown_cards(conn, ADA, 10)
        assert found == [(OTHER_SERVER, voted), (SERVER, voted), (SERVER, shared)]
        assert await privacy.shown_cards(conn, ADA, 1) == found[:1]


async def test_a_deleted_channel_takes_authors_and_the_bots_own_messages(db: Database) -> None:
    async with db.write() as conn:
        await share(conn, ATTENTION, message_id=11)
        await share(conn, ATTENTION, message_id=11, server_id=OTHER_SERVER)
        number = await store(conn, make_paper())
        for server_id, message_id in ((SERVER, 101), (OTHER_SERVER, 102)):
            await card_messages.record(
                conn, [(number, Form.FULL)], server_id=server_id, channel_id=7, message_id=message_id, now=NOW
            )
        await privacy.forget_channels(conn, SERVER, [7])
        assert await of_message(conn, SERVER, 11) == []
        assert len(await of_message(conn, OTHER_SERVER, 11)) == 1
        assert (await community(conn, SERVER, [number]))[number].mentions == 1
        assert await card_messages.showing(conn, SERVER, number, limit=9) == []
        assert len(await card_messages.showing(conn, OTHER_SERVER, number, limit=9)) == 1
