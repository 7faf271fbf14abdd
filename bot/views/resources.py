"""Resources of a paper: the list in its thread, the private page of all of them, and what to read before it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from discord import ui

from bot.domain.resources import KINDS, READ_FIRST, Kind, Resource, host_of
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal
from bot.services.resources import PAGE_SIZE, ReadingPath, ResourcePage, Step
from bot.views import card_text
from bot.views.custom_ids import custom_id

SHOW, ALL, REMOVE, PATH = "resources", "resource-list", "resource-remove", "path"
"""Actions of the buttons. `ALL` is on the list in a paper's thread alone: by it that message is found again."""

_LABELS: dict[Kind, str] = {
    "code": "Code",
    "video": "Video",
    "blog": "Blog post",
    "slides": "Slides",
    "data": "Data",
    "read first": "Read first",
}
_SITE = 60
_LIST = 3300
"""Characters of the list in a thread."""


def list_view(number: int, resources: Sequence[Resource]) -> ui.LayoutView:
    """The message in a paper's thread. It names nobody: it would have to follow when a member has their data
    deleted."""
    lines = ["### Resources"]
    ordered = sorted(resources, key=lambda each: KINDS.index(each.kind))
    for place, each in enumerate(ordered):
        line = f"- {_what(each)}"
        if sum(len(other) + 1 for other in (*lines, line)) > _LIST:
            lines.append(f"-# and {len(ordered) - place} more")
            break
        lines.append(line)
    if not ordered:
        lines.append("None at the moment; `/resource` adds one.")
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(ui.Button(label="All resources", custom_id=custom_id(ALL, number)))
    if any(each.kind == READ_FIRST for each in ordered):
        row.add_item(ui.Button(label="What to read first", custom_id=custom_id(PATH, number)))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("\n".join(lines)))
    view.add_item(row)
    return view


def page_view(paper: StoredPaper, page: ResourcePage, *, user_id: int, manager: bool) -> ui.LayoutView:
    """For one member: what they may take away has a button."""
    container: ui.Container[ui.LayoutView] = ui.Container()
    about = "" if page.total else "\nNone yet; `/resource` adds code, a video, a text, or a paper to read first."
    container.add_item(ui.TextDisplay(f"### Resources\n**{card_text.name(paper, 300)}**{about}"))
    for each in page.shown:
        text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(_entry(each))
        if manager or each.user_id == user_id:
            remove: ui.Button[ui.LayoutView] = ui.Button(
                label="Take it away", custom_id=custom_id(REMOVE, paper.number, page.number, each.id)
            )
            container.add_item(ui.Section(text, accessory=remove))
        else:
            container.add_item(text)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        ui.Button(label="What to read first", custom_id=custom_id(PATH, paper.number))
    )
    pages = math.ceil(page.total / PAGE_SIZE)
    if pages > 1:
        row.add_item(_turn("◀", paper.number, page.number - 1, pages))
        place = f"{page.number + 1} / {pages}"
        row.add_item(ui.Button(label=place, disabled=True, custom_id=custom_id("resources-place")))
        row.add_item(_turn("▶", paper.number, page.number + 1, pages))
    view.add_item(row)
    return view


def path_view(path: ReadingPath) -> ui.LayoutView:
    """What to read before a paper, in order, for the one who asks."""
    container: ui.Container[ui.LayoutView] = ui.Container()
    title = card_text.name(path.paper, 300)
    if path.steps:
        more = " There is more before them; ask again for the first." if path.more else ""
        container.add_item(ui.TextDisplay(f"### Before **{title}**\nIn this order:{more}"))
    else:
        how = "`/resource` with the kind *read first* names a paper to read before."
        container.add_item(
            ui.TextDisplay(f"### Before **{title}**\nNothing has to be read first, as far as I know. {how}")
        )
    for place, step in enumerate(path.steps, start=1):
        container.add_item(
            ui.Section(
                ui.TextDisplay(_step(place, step)),
                accessory=ui.Button(label="Show", custom_id=custom_id("show", step.paper.number)),
            )
        )
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def added_words(paper: StoredPaper, kind: Kind, *, new: bool, first: StoredPaper | None = None) -> str:
    """After `/resource`."""
    name = card_text.name(paper, 500)
    if first is not None:
        said = "Noted" if new else "That was noted before"
        return f"{said}: read **{card_text.name(first, 500)}** before **{name}**. See the whole with /path."
    if not new:
        return f"**{name}** has that link already."
    return f"Added to **{name}**: {_LABELS[kind].lower()}. All are behind **More**, **Resources**."


def _turn(label: str, number: int, to: int, pages: int) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id(SHOW, number, to))


def _what(resource: Resource) -> str:
    """The label is ours and the site stands beside it, so nobody is led elsewhere than they read."""
    if resource.first is not None:
        return f"Read first: **{card_text.name(resource.first, 200)}**{_page_of(resource.first)}"
    if resource.link is None:
        return f"{_LABELS[resource.kind]}: a paper that is not known here any more"
    return f"[{_LABELS[resource.kind]}]({resource.link}) · {literal(_site(resource.link))}"


def _site(link: str) -> str:
    """Its end says whose it is."""
    host = host_of(link)
    return host if len(host) <= _SITE else f"…{host[-_SITE:]}"


def _entry(resource: Resource) -> str:
    by = f"\n-# added by <@{resource.user_id}>" if resource.user_id is not None else ""
    return f"{_what(resource)}{by}"


def _page_of(paper: StoredPaper) -> str:
    links = card_text.text_links(card_text.addresses(paper.paper)[:1])
    return f" · {links}" if links else ""


def _step(place: int, step: Step) -> str:
    year = str(step.paper.paper.published.year) if step.paper.paper.published else None
    have = f"{step.read} {'has' if step.read == 1 else 'have'} read it" if step.read else None
    mine = "✓ you have read it" if step.read_by_asker else None
    small = " · ".join(filter(None, (year, have, mine)))
    return f"{place}\\. **{card_text.name(step.paper, 240)}**" + (f"\n-# {small}" if small else "")
