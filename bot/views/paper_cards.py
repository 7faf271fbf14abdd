"""Cards as Discord layouts: one card, up to four in one message, or a compact list.

Discord allows 40 components in a message, nested ones counted, and 4,000 characters over all its texts
(developers/components/reference). One card takes 15 components, each of three 13, each of four 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.domain.paper_cards import MAX_CARDS, Card, Form
from bot.domain.paper_facts import code_links
from bot.domain.papers import Paper
from bot.domain.text import author_line, literal_within
from bot.views import card_text
from bot.views.card_text import Address, Share
from bot.views.custom_ids import custom_id, parse_text

NOT_YOURS = "Only the person who asked for this card, or a manager, can dismiss it."

_CODE_HOSTS = {"github.com": "GitHub", "gitlab.com": "GitLab", "huggingface.co": "Hugging Face"}
_ONE_ROW_OF_LINKS = 3
"""Up to this many cards each have a full row of link buttons; four have one button, the rest as text."""

LISTED = 12
"""Sections of a compact list: three components each, and one for the container."""


def cards_view(cards: Sequence[Card], server_id: int) -> ui.LayoutView:
    """A message that shows these papers."""
    view = ui.LayoutView(timeout=None)
    if len(cards) > MAX_CARDS:
        view.add_item(_list(cards))
    elif len(cards) == 1:
        view.add_item(_card(cards[0], server_id, card_text.ALONE, links=_ONE_ROW_OF_LINKS))
    else:
        share = card_text.SHARES.get(len(cards), card_text.CROWDED)
        links = _ONE_ROW_OF_LINKS if len(cards) <= _ONE_ROW_OF_LINKS else 1
        for card in cards:
            view.add_item(_card(card, server_id, share, links=links, one_text=True))
    return view


def shown_on(message: discord.Message) -> list[tuple[int, Form]]:
    """Which papers a message of ours shows, read from its own buttons."""
    found: dict[int, Form] = {}
    for item in ui.LayoutView.from_message(message).walk_children():
        press = parse_text(getattr(item, "custom_id", None) or "")
        if press is not None and press.action == "save":
            with suppress(ValueError):  # of a form that this version does not know
                found[press.number] = Form(press.text_at(1))
    return list(found.items())


def _card(
    card: Card, server_id: int, share: Share, *, links: int, one_text: bool = False
) -> ui.Container[ui.LayoutView]:
    abstract = card_text.abstract(card, share) if card.form is Form.FULL else ""
    head = [card_text.title(card, share), card_text.authors(card, share), card_text.facts(card, share)]
    body = [
        card_text.withdrawn(card),
        abstract,
        card_text.explanation(card, share),
    ]
    foot = [card_text.community(card, server_id, share)]
    is_cut = card.form is Form.SHORT or card_text.is_cut(card, abstract)
    buttons = _links(card, share, most=links, is_cut=is_cut)
    if links == 1:
        as_text = card_text.text_links(card_text.addresses(card.paper.paper)[1:])
        foot.append(f"-# {as_text}" if as_text else "")
    blocks = [_lines([*head, *body, *foot])] if one_text else [_lines(head), _lines(body), _lines(foot)]
    container: ui.Container[ui.LayoutView] = ui.Container()
    for block in filter(None, blocks):
        container.add_item(ui.TextDisplay(block))
    container.add_item(_actions(card))
    if buttons:
        container.add_item(ui.ActionRow(*buttons))
    return container


def _actions(card: Card) -> ui.ActionRow[ui.LayoutView]:
    number, form = card.paper.number, card.form.value
    saved, discussed = card.community.saved, card.community.thread_id is not None
    green, grey = discord.ButtonStyle.success, discord.ButtonStyle.secondary
    return ui.ActionRow(
        ui.Button(label="Save", style=green if saved else grey, custom_id=custom_id("save", number, form)),
        ui.Button(label=f"▲ Vote {card.community.votes}", style=grey, custom_id=custom_id("vote", number)),
        ui.Button(label="Discuss", style=green if discussed else grey, custom_id=custom_id("discuss", number)),
        ui.Button(label="More", style=grey, custom_id=custom_id("more", number)),
        ui.Button(label="✕", style=grey, custom_id=custom_id("dismiss", number)),
    )


def _links(card: Card, share: Share, *, most: int, is_cut: bool) -> list[ui.Button[ui.LayoutView]]:
    paper = card.paper.paper
    code = tuple(Address(_CODE_HOSTS.get(urlsplit(url).netloc, "Code"), url) for url in code_links(paper)[:1])
    buttons: list[ui.Button[ui.LayoutView]] = [
        ui.Button(label=address.label, url=address.url) for address in (*card_text.addresses(paper), *code)[:most]
    ]
    if most > 1 and is_cut:
        buttons.append(ui.Button(label="Full abstract", custom_id=custom_id("abstract", card.paper.number)))
    best = card.community.explanation
    if share == card_text.ALONE and best is not None and best.of > 1:
        buttons.append(ui.Button(label="More explanations", custom_id=custom_id("explanations", card.paper.number)))
    return buttons


def _list(cards: Sequence[Card]) -> ui.Container[ui.LayoutView]:
    container: ui.Container[ui.LayoutView] = ui.Container()
    for card in cards[:LISTED]:
        button: ui.Button[ui.LayoutView] = ui.Button(
            label="Save",
            style=discord.ButtonStyle.success if card.community.saved else discord.ButtonStyle.secondary,
            custom_id=custom_id("save", card.paper.number, card.form.value),
        )
        container.add_item(ui.Section(ui.TextDisplay(_list_line(card)), accessory=button))
    rest = cards[LISTED:]
    if rest:
        container.add_item(ui.TextDisplay(_rest(rest)))
    return container


def _list_line(card: Card) -> str:
    paper = card.paper.paper
    year = str(paper.published.year) if paper.published else None
    votes = f"▲ {card.community.votes}" if card.community.votes else None
    links = card_text.text_links(card_text.addresses(paper)[:1])
    by = literal_within(author_line(paper.authors, shown=2), 70)
    small = " · ".join(filter(None, (by, year, votes, links)))
    return f"**{card_text.name(card.paper, 130)}**" + (f"\n-# {small}" if small else "")


def _rest(cards: Sequence[Card]) -> str:
    names: list[str] = []
    for card in cards:
        name = _short_name(card.paper.paper)
        if sum(len(other) + 2 for other in (*names, name)) > 400:  # noqa: PLR2004 - what twelve sections leave
            break
        names.append(name)
    left = len(cards) - len(names)
    return "-# Also: " + ", ".join(names) + (f" and {left} more" if left else "")


def _short_name(paper: Paper) -> str:
    """An arXiv id leads to its page. The ids of others can hold what a label must not, so they are plain text."""
    if paper.id.scheme == "arxiv":
        return f"[{paper.id.value}]({card_text.addresses(paper)[0].url})"
    return literal_within(str(paper.id), 60)


def _lines(pieces: Sequence[str]) -> str:
    return "\n".join(filter(None, pieces))
