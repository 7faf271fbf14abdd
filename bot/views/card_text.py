"""The words on a card, each piece within its share of Discord's 4,000 characters a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from discord.utils import format_dt

from bot.domain.categories import category_words
from bot.domain.explanations import Level
from bot.domain.links import page_url, pdf_url
from bot.domain.paper_cards import Card, Form
from bot.domain.paper_facts import LONGEST_LINK, venue
from bot.domain.papers import Paper
from bot.domain.reading_list import Community
from bot.domain.resources import count_words
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import ELLIPSIS, author_line, literal, literal_within
from bot.views.report_sums import sum_words, tried_words

JUMP_URL = "https://discord.com/channels"
SITES = {"arxiv": "arXiv", "doi": "DOI"}


class Share(NamedTuple):
    """Most characters for each piece of one card, escapes included."""

    title: int
    authors: int
    facts: int
    abstract: int
    community: int
    explanation: int
    """Taken from the abstract's."""


ALONE = Share(title=800, authors=500, facts=300, abstract=1300, community=900, explanation=700)
"""3,800 with headings and breaks to spare: the longest title on arXiv has 371 characters, 742 escaped."""

SHARES = {1: ALONE, 2: Share(400, 200, 160, 620, 500, 340), 3: Share(300, 140, 120, 260, 420, 200)}
"""By the number of cards in one message."""

CROWDED = Share(220, 100, 110, 130, 330, 0)
"""For four cards, which have no room for an explanation."""

FOR: dict[Level, str] = {
    "newcomer": "for newcomers",
    "practitioner": "for practitioners",
    "researcher": "for researchers",
}
"""Whom an explanation is written for."""

_FEWEST = 60
"""Characters below which an explanation explains nothing."""

LONGEST_IN_TEXT = 60
"""Characters of an address that may stand in a text; a longer one is left to the card's buttons."""


def name(paper: StoredPaper, limit: int) -> str:
    """The title in one line, or the id of a paper without one."""
    return literal_within(" ".join(paper.title_text.split()) or str(paper.paper.id), limit)


def title(card: Card, share: Share) -> str:
    """A heading. Masked links honour no escapes, so the address goes on a button."""
    return f"### {name(card.paper, share.title)}"


def authors(card: Card, share: Share) -> str:
    """The first five, and how many more."""
    return literal_within(author_line(card.paper.paper.authors), share.authors)


def facts(card: Card, share: Share) -> str:
    """Date, field, version, venue, in small print."""
    paper = card.paper.paper
    pieces = [
        day(paper.published) if paper.published else None,
        category_words(paper.primary_category) if paper.primary_category else None,
        f"v{paper.version}" if paper.version else None,
        venue(paper),
    ]
    words = literal_within(" · ".join(filter(None, pieces)), share.facts)
    return f"-# {words}" if words else ""


def withdrawn(card: Card) -> str:
    """Said before anything else a reader might build on."""
    return "⚠️ **This paper has been withdrawn.**" if card.paper.paper.withdrawn else ""


def abstract(card: Card, share: Share) -> str:
    """The beginning of the abstract, cut at a sentence."""
    taken = len(explanation(card, share))
    return literal_within(card.paper.abstract_text, share.abstract - taken - 1 if taken else share.abstract)


def explanation(card: Card, share: Share) -> str:
    """The best one in plain words, with its author's name."""
    best = card.community.explanation
    if best is None:
        return ""
    head = f"**In plain words**, {FOR[best.level]}, by <@{best.user_id}>: "
    room = share.explanation - len(head)
    return head + literal_within(" ".join(best.text.split()), room) if room >= _FEWEST else ""


def is_cut(card: Card, shown: str) -> bool:
    """Whether `abstract`, which came to this, left something out."""
    whole = card.paper.abstract_text
    return len(shown) < len(whole) or (shown.endswith(ELLIPSIS) and shown != literal(whole))


def community(card: Card, server_id: int, share: Share) -> str:
    """What this server knows, in small print; whole lines only, so that nothing is cut inside a mention."""
    lines = list(filter(None, (_shared(card.community, server_id), _tried(card), *_standing(card.community))))
    kept: list[str] = []
    for line in lines:
        if sum(len(other) + 4 for other in (*kept, line)) <= share.community:
            kept.append(line)
    return "\n".join(f"-# {line}" for line in kept)


def _shared(community: Community, server_id: int) -> str:
    first = community.first_shared
    if first is None:
        return ""
    by = f" by <@{first.author_id}>" if first.author_id else ""
    jump = ""
    if first.channel_id and first.message_id:
        jump = f" in <#{first.channel_id}> · [jump]({JUMP_URL}/{server_id}/{first.channel_id}/{first.message_id})"
    again = f" · shared {community.mentions} times" if community.mentions > 1 else ""
    return f"First shared{by} {format_dt(first.at, 'R')}{jump}{again}"


def _tried(card: Card) -> str:
    """What came of trying it. Where the paper comes up again that is the first thing to know: `This came up in March
    2026; 3 tried it, 1 could`."""
    total = card.community.reports
    if total is None:
        return ""
    first = card.community.first_shared
    if card.form is Form.FULL or first is None:
        return f"Tried here: {sum_words(total)}"
    return f"This came up in {first.at.astimezone(UTC):%B %Y}; {tried_words(total)}: {sum_words(total)}"


def _standing(community: Community) -> tuple[str, ...]:
    votes = f"▲ {community.votes} {'vote' if community.votes == 1 else 'votes'}" if community.votes else ""
    saved = ""
    if community.saved_at is not None:
        by = f" by <@{community.saved_by}>" if community.saved_by else ""
        saved = f"Saved{by} {format_dt(community.saved_at, 'R')}"
    tags = "Tags: " + ", ".join(map(literal, community.tags)) if community.tags else ""
    notes = f"{community.notes} {'note' if community.notes == 1 else 'notes'}" if community.notes else ""
    thread = f"Discussion: <#{community.thread_id}>" if community.thread_id else ""
    return (
        " · ".join(filter(None, (votes, saved, notes))),
        thread,
        readers(community),
        tags,
        count_words(community.resources),
    )


def readers(community: Community) -> str:
    """How many, never who: `2 have read it, 1 is reading`."""
    have = f"{community.read} {'has' if community.read == 1 else 'have'} read it" if community.read else ""
    are = f"{community.reading} {'is' if community.reading == 1 else 'are'} reading" if community.reading else ""
    return ", ".join(filter(None, (have, are))) + ("" if have or not are else " it")


def tag_list(tags: Sequence[str], limit: int) -> str:
    """Whole tags, as many as fit into about so many characters, and how many more."""
    named: list[str] = []
    for tag in map(literal, tags):
        if sum(len(other) + 2 for other in (*named, tag)) > limit:
            break
        named.append(tag)
    left = len(tags) - len(named)
    return ", ".join(named) + (f" and {left} more" if left else "")


def day(at: datetime) -> str:
    """A day of publication is the same for every reader, so it is no Discord timestamp: `12 Jun 2017`."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}"


class Address(NamedTuple):
    """A label of ours and an address rebuilt from an id."""

    label: str
    url: str


def addresses(paper: Paper) -> tuple[Address, ...]:
    """The paper's own page, then its PDF; not what is too long for a button."""
    page, pdf = page_url(paper.id), pdf_url(paper.id)
    label = SITES.get(paper.id.scheme, "Page")
    found = (Address(label, page) if page else None, Address("PDF", pdf) if pdf else None)
    return tuple(address for address in found if address is not None and len(address.url) <= LONGEST_LINK)


def text_links(addresses: Sequence[Address]) -> str:
    """The short ones, as masked links: the labels are ours, so nothing in them needs an escape."""
    return " · ".join(f"[{label}]({url})" for label, url in addresses if len(url) <= LONGEST_IN_TEXT)
