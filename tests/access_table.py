"""Who may use what: the one list from which the table in docs/commands.md is written and tests/discord/test_access.py
is made. A command or control that is missing here fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

_BLOCK = re.compile(r"<!-- who may -->\n.*?<!-- end -->", re.DOTALL)


class Rule(NamedTuple):
    """`others` is what everyone else meets."""

    who: str
    others: str


class Who(Enum):
    ALL = Rule("every member", "")
    LENT = Rule("managers; admins can hand it to others in Discord's settings", "Discord does not offer it")
    MANAGERS = Rule("managers", "a private line that says so")
    SAVER = Rule("who saved the paper; managers", "a private line that says so")
    POSTER = Rule("who posted the link or asked for the card; managers", "a private line that says so")
    STARTER = Rule("who used `/import`", "“This import is not there any more”, as for one that never was")
    WRITER = Rule("who wrote or added it; managers", "a private line that says so")
    DECIDER = Rule("who wrote the report; managers", "a private line that says so")
    REPORTER = Rule("who wrote the report", "a private line that says so; of one that is hidden, that it is not there")
    OTHERS = Rule("everybody but who wrote the report", "a private line that says so")
    UNHIDER = Rule(
        "managers, of a report that is not theirs",
        "“That report is not there any more”, as for one that never was; who wrote it, that others decide",
    )
    SHOWN = Rule(
        "managers; for a quarter of an hour also who was shown the page by `/settings show`",
        "a private line that says so",
    )


COMMANDS: Mapping[str, Who] = {
    **dict.fromkeys(
        (
            *("paper", "save", "vote", "status", "tag", "note", "list", "search", "Save papers"),
            *("poll show", "poll history", "poll nominate", "present", "export"),
            *("report", "reports show", "reports recent", "reports export", "explain", "resource", "path"),
            *("privacy show", "privacy export", "privacy delete", "privacy ignore-me", "help"),
        ),
        Who.ALL,
    ),
    "unsave": Who.SAVER,
    **dict.fromkeys(
        (f"poll {name}" for name in ("schedule", "unschedule", "start", "end", "cancel", "meeting")), Who.MANAGERS
    ),
    **dict.fromkeys(
        (
            *(f"digest {name}" for name in ("schedule", "preview", "post", "unschedule")),
            *(
                f"settings {name}"
                for name in ("watch", "unwatch", "previews", "watch-bots", "timezone", "ping", "show")
            ),
            *("import", "backfill"),
        ),
        Who.LENT,
    ),
}


class Control(NamedTuple):
    """A button or a menu, as members know it."""

    label: str
    who: Who


_ALL = {
    "save": "Save",
    "vote": "▲ Vote",
    "discuss": "Discuss",
    "more": "More",
    "status": "the menu of your status",
    "tags": "Tags",
    "note": "Note",
    "cite": "Cite",
    "abstract": "Full abstract",
    "show": "Show",
    "list": "◀ ▶ of a list",
    "search": "◀ ▶ of a search",
    "history": "◀ ▶ of `/poll history`",
    "keep": "Keep it",
    "ballot": "How papers get here",
    "present": "I will present",
    "digest": "How this is chosen",
    "tried": "I tried this, Edit",
    "report-again": "Open the form again (a report)",
    "report-words-again": "Open the form again (an answer and the like)",
    "reports": "◀ ▶ of reports",
    "reports-of": "Reports",
    "report-read": "Read, Read the report",
    "report-said": "More answers",
    "report-answer": "Answer",
    "report-unsame": "Take back same here",
    "report-keep": "Keep it (your own report)",
    "explain": "In plain words, Write one, Change yours",
    "explanations": "Explanations, More explanations, ◀ ▶ of them",
    "explanation-vote": "▲ of an explanation",
    "resources": "Resources, ◀ ▶ of them",
    "resource-list": "All resources",
    "path": "What to read first",
    "help": "the menu of `/help`",
    "privacy-export": "Export",
    "privacy-delete": "Delete under `/privacy show`",
    "privacy-sure": "Delete (your own data)",
    "privacy-keep": "Keep it (your own data)",
}

CONTROLS: Mapping[str, Control] = {
    **{action: Control(label, Who.ALL) for action, label in _ALL.items()},
    "unsave": Control("Take it off", Who.SAVER),
    "explanation-remove": Control("Take it away (an explanation)", Who.WRITER),
    "resource-remove": Control("Take it away (a resource)", Who.WRITER),
    "report-answer-away": Control("Take away (an answer)", Who.WRITER),
    "report-difference": Control("Made the difference, Made no difference", Who.DECIDER),
    "report-history": Control("Earlier words", Who.DECIDER),
    "report-remove": Control("Remove (a report)", Who.REPORTER),
    "report-gone": Control("Remove (a report, for good)", Who.REPORTER),
    "report-contest": Control("Contest", Who.REPORTER),
    "report-link": Control("Link, Add a link", Who.REPORTER),
    "report-same": Control("Same here", Who.OTHERS),
    "report-ask": Control("Ask", Who.OTHERS),
    "report-hide": Control("Hide", Who.MANAGERS),
    "report-unhide": Control("Show again", Who.UNHIDER),
    "dismiss": Control("✕", Who.POSTER),
    "setup": Control("Set up", Who.MANAGERS),
    "backfill-stop": Control("Stop", Who.MANAGERS),
    "backfill-go-on": Control("Go on", Who.MANAGERS),
    "import-start": Control("Import … papers", Who.STARTER),
    "import-look": Control("Look again", Who.STARTER),
    "import-cancel": Control("Cancel", Who.STARTER),
    "settings": Control("all on the page of `/settings show`", Who.SHOWN),
}

FORMS: Mapping[str, Control] = {
    "tags": Control("the form of tags", Who.ALL),
    "note": Control("the form of a note", Who.ALL),
    "report": Control("the form of a report", Who.ALL),
    "report-answer": Control("the form of an answer", Who.ALL),
    "report-same": Control("the form of same here", Who.OTHERS),
    "report-ask": Control("the form of a question", Who.OTHERS),
    "report-hide": Control("the form of hiding", Who.MANAGERS),
    "report-contest": Control("the form of contesting", Who.REPORTER),
    "report-link": Control("the form of a link", Who.REPORTER),
    "explain": Control("the form of an explanation", Who.ALL),
    "settings": Control("the forms of `/settings show`", Who.SHOWN),
}


def renewed(page: str) -> str:
    """The page with the table as it is to be."""
    head = ["| who | commands | buttons, menus, forms | everyone else gets |", "|---|---|---|---|"]
    rows = [_row(who) for who in Who]
    return _BLOCK.sub("\n".join(["<!-- who may -->", "", *head, *rows, "", "<!-- end -->"]), page)


def _row(who: Who) -> str:
    commands = ", ".join(
        f"`/{name}`" if name[0].islower() else f"**{name}**" for name, by in COMMANDS.items() if by is who
    )
    controls = ", ".join(_bold(each.label) for each in (*CONTROLS.values(), *FORMS.values()) if each.who is who)
    return f"| {who.value.who} | {commands} | {controls} | {who.value.others} |"


def _bold(label: str) -> str:
    return label if label.startswith(("the ", "all ")) else f"**{label}**"
