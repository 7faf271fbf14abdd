"""The help: what to do first, and the commands by what people want to do, a page for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from discord import ui

from bot.views.custom_ids import custom_id

INTRODUCTION = (
    "### Paper Club\n"
    "**First** paste a link to a paper, such as one from arXiv, into a channel: I answer with its card, which says "
    "what the paper is and what this server knows about it.\n"
    "**Then** press **Save** to put it on the shared list, **▲ Vote** to say that you want it read, and **Discuss** "
    "to talk about it in its own thread. `/list` shows what is saved.\n"
    "-# A link in <angle brackets> gets no card. ✕ takes a card away: yours, or any for managers."
)

MENUS: Mapping[str, str] = {"Save papers": "Save every paper that a message names."}
"""What Discord shows without a description: entries in the menu of a message."""


_COMMANDS = 3200
"""Characters of one section's commands, of the 4,000 that a message holds."""


class Section(NamedTuple):
    """Commands that belong together, by the first word of their names."""

    key: str
    title: str
    about: str
    roots: tuple[str, ...]


SECTIONS = (
    Section(
        "papers",
        "Find, save and vote",
        "Cards, the reading list, search",
        ("paper", "save", "Save papers", "unsave", "vote", "status", "tag", "note", "list", "search", "related"),
    ),
    Section("week", "The week", "The poll on what to read, and the digest", ("poll", "present", "digest")),
    Section(
        "experience",
        "What the community learns",
        "Reports, explanations, links",
        ("report", "reports", "explain", "resource", "path"),
    ),
    Section("follow", "New papers", "What appears on arXiv", ("follow",)),
    Section("move", "Bring in and take out", "Files of references, earlier messages", ("import", "export", "backfill")),
    Section("settings", "Settings", "How I behave in this server", ("settings",)),
    Section("privacy", "You and your data", "What I keep of you; this help", ("privacy", "help")),
)
OTHERS = Section("more", "More", "Everything else", ())


class HelpLine(NamedTuple):
    """A command this member may use; `menu` where it stands in the menu of a message."""

    name: str
    description: str
    menu: bool = False

    @property
    def root(self) -> str:
        return self.name if self.menu else self.name.split()[0]


def help_view(lines: Sequence[HelpLine], chosen: str = "") -> ui.LayoutView:
    """The page of one section, the first unless its key is given, and a menu of those with a command for this
    member."""
    by_section = _by_section(lines)
    section = next((each for each in by_section if each.key == chosen), next(iter(by_section), None))
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    container.add_item(ui.TextDisplay(INTRODUCTION))
    if section is not None:
        container.add_item(ui.Separator())
        container.add_item(ui.TextDisplay(_commands(section, by_section[section])))
        container.add_item(_menu(list(by_section), section))
    view.add_item(container)
    return view


def _by_section(lines: Sequence[HelpLine]) -> dict[Section, list[HelpLine]]:
    found: dict[Section, list[HelpLine]] = {}
    for section in (*SECTIONS, OTHERS):
        its = [line for line in lines if _section(line) == section]
        if its:
            found[section] = sorted(its, key=lambda line: section.roots.index(line.root) if section.roots else 0)
    return found


def _section(line: HelpLine) -> Section:
    return next((section for section in SECTIONS if line.root in section.roots), OTHERS)


def _commands(section: Section, lines: Sequence[HelpLine]) -> str:
    rows = [f"**{section.title}**"]
    for shown, line in enumerate(map(_line, lines)):
        if sum(len(row) + 1 for row in (*rows, line)) > _COMMANDS:
            rows.append(f"-# and {len(lines) - shown} more: type `/` to see them all")
            break
        rows.append(line)
    return "\n".join(rows)


def _line(line: HelpLine) -> str:
    if line.menu:
        return f"Message menu, *Apps*, **{line.name}** {line.description}"
    return f"`/{line.name}` {line.description}"


def _menu(sections: Sequence[Section], chosen: Section) -> ui.ActionRow[ui.LayoutView]:
    menu: ui.Select[ui.LayoutView] = ui.Select(custom_id=custom_id("help"), placeholder="What do you want to do?")
    for section in sections:
        menu.add_option(label=section.title, value=section.key, description=section.about, default=section == chosen)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(menu)
    return row
