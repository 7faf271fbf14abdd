"""A server's settings on one page, with what changes them."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.occurrences import ScheduleKind
from bot.domain.servers import ServerSettings
from bot.services.occurrences import Plan
from bot.views.custom_ids import custom_id
from bot.views.settings_forms import TITLES, channel_defaults, clock_words

_NAMED = 15
"""Channels named before the rest is counted: a server may have 500."""

_PERMISSIONS = 2000
"""Characters of the lines about permissions."""

MOST_CHOSEN = 25
"""A menu chooses no more (developers/components/reference, channel select)."""

WATCHABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
]

_NO_CONTENT = (
    "⚠️ I cannot read messages: the *Message Content* intent is off. Commands work, and so do messages that "
    "mention me. Whoever runs me can turn it on in Discord's developer portal."
)
MENTION_IS_OFF = "⚠️ The mention reaches nobody yet: turn on *Allow anyone to @mention this role* for it."


class Shown(NamedTuple):
    """What the page shows. `lacking` names the missing permissions of each channel that is watched or has something
    scheduled; `gone` are ids that were set and
    deleted since, of channels and of the role; `days_kept` is how long data stays after a removal."""

    settings: ServerSettings
    plans: Sequence[Plan]
    lacking: Mapping[int, Sequence[str]]
    gone: Collection[int] = ()
    days_kept: int = 30
    message_content: bool = True
    mention_works: bool = True
    arxiv_away_since: datetime | None = None


def watched_words(settings: ServerSettings) -> str:
    """Which channels are watched, as the end of "I watch …"."""
    if not settings.watched:
        return "every channel where I may read and write"
    return _some([f"<#{channel_id}>" for channel_id in sorted(settings.watched)])


def plan_words(plan: Plan) -> str:
    """What happens every week, and when next."""
    where = f" in <#{plan.schedule.channel_id}>" if plan.schedule.channel_id else ""
    day = calendar.day_name[plan.schedule.weekday]
    time = clock_words(plan.schedule.minute)
    return f"**{TITLES[plan.schedule.kind]}** {day} {time}{where}, next {format_dt(plan.due_at, 'f')}"


def settings_view(shown: Shown) -> ui.LayoutView:
    """The page."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    for item in (*_watching(shown), *_habits(shown), *_week(shown), ui.Separator[ui.LayoutView](), *_rest(shown)):
        container.add_item(item)
    view.add_item(container)
    return view


def _watching(shown: Shown) -> list[ui.Item[ui.LayoutView]]:
    watched = shown.settings.watched
    lines = ["### Settings", f"**Watching** {watched_words(shown.settings)}"]
    if not shown.message_content:
        lines.insert(1, _NO_CONTENT)
    if shown.arxiv_away_since is not None:
        since = format_dt(shown.arxiv_away_since, "f")
        lines.insert(1, f"⚠️ arXiv has not answered since {since}. I keep trying; the cards come when it does.")
    if len(watched) > MOST_CHOSEN:
        lines.append("-# More than a menu holds: change them with `/settings watch` and `/settings unwatch`.")
        return [_text(*lines)]
    menu: ui.ChannelSelect[ui.LayoutView] = ui.ChannelSelect(
        custom_id=custom_id("settings", "watched"),
        channel_types=WATCHABLE,
        placeholder="Choose channels to watch only those",
        min_values=0,
        max_values=MOST_CHOSEN,
        default_values=channel_defaults(*sorted(watched - set(shown.gone))),
    )
    return [_text(*lines), _row(menu)]


def _habits(shown: Shown) -> list[ui.Item[ui.LayoutView]]:
    settings, role_id = shown.settings, shown.settings.ping_role_id
    gone = role_id in shown.gone
    lines = [
        f"**Discord's previews** {'hidden where I may manage messages' if settings.hide_previews else 'left alone'}",
        f"**Other bots and webhooks** {'answered' if settings.watch_bots else 'left alone'}",
    ]
    role = discord.SelectDefaultValueType.role
    menu: ui.RoleSelect[ui.LayoutView] = ui.RoleSelect(
        custom_id=custom_id("settings", "ping"),
        placeholder="Choose a role to mention",
        min_values=0,
        max_values=1,
        default_values=[discord.SelectDefaultValue(id=role_id, type=role)] if role_id and not gone else [],
    )
    who = "a role that was deleted" if gone else f"<@&{role_id}>" if role_id else "nobody"
    mentioned = f"**Mentioned when a round has a winner** {who}"
    return [
        _text(*lines),
        _row(
            _switch("previews", "Leave previews", "Hide previews", on=settings.hide_previews),
            _switch("bots", "Leave other bots alone", "Answer other bots", on=settings.watch_bots),
        ),
        _text(mentioned, *([] if shown.mention_works else [MENTION_IS_OFF])),
        _row(menu),
    ]


def _week(shown: Shown) -> list[ui.Item[ui.LayoutView]]:
    planned = {plan.schedule.kind: plan for plan in shown.plans}
    kinds: tuple[ScheduleKind, ...] = ("poll", "meeting", "digest")
    lines = [plan_words(planned[kind]) if kind in planned else f"**{TITLES[kind]}** off" for kind in kinds]
    labels: dict[ScheduleKind, str] = {"poll": "Weekly poll", "meeting": "Meeting", "digest": "Digest"}
    return [
        _text(f"**Time zone** {shown.settings.timezone}", *lines),
        _row(_button("Time zone", "zone"), *(_button(labels[kind], kind) for kind in kinds)),
    ]


def _rest(shown: Shown) -> list[ui.Item[ui.LayoutView]]:
    kept = (
        "**Kept** what members save, vote and write through commands, and ids of messages, never their text; "
        f"deleted {shown.days_kept} days after I am removed. `/privacy show` tells each member what is theirs."
    )
    return [_text(_permissions(shown.lacking)), _text(kept), _row(_button("Look again", "look"))]


def _permissions(lacking: Mapping[int, Sequence[str]]) -> str:
    by_permissions: dict[tuple[str, ...], list[str]] = {}
    for channel_id, names in lacking.items():
        if names:
            by_permissions.setdefault(tuple(names), []).append(f"<#{channel_id}>")
    if not by_permissions:
        return "✅ I have every permission I need in the channels I watch."
    rows: list[str] = []
    for names, channels in by_permissions.items():
        row = f"- {', '.join(names)}: {_some(channels)}"
        if sum(len(other) + 1 for other in (*rows, row)) > _PERMISSIONS:
            break
        rows.append(row)
    left = len(by_permissions) - len(rows)
    more = [f"- and {left} more combinations"] if left else []
    return "\n".join(["⚠️ **Permissions I miss**", *rows, *more])


def _some(names: Sequence[str]) -> str:
    left = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {left} more" if left > 0 else "")


def _switch(name: str, turn_off: str, turn_on: str, *, on: bool) -> ui.Button[ui.LayoutView]:
    """Says what a press does. The id names the state that is wanted, so that two presses do not undo each other."""
    return _button(turn_off if on else turn_on, name, int(not on))


def _button(label: str, *what: object) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=label, custom_id=custom_id("settings", *what))


def _row(*items: ui.Item[ui.LayoutView]) -> ui.ActionRow[ui.LayoutView]:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for item in items:
        row.add_item(item)
    return row


def _text(*lines: str) -> ui.TextDisplay[ui.LayoutView]:
    return ui.TextDisplay("\n".join(lines))
