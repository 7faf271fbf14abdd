"""A server's settings on one page."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence

from discord import ui
from discord.utils import format_dt

from bot.domain.servers import ServerSettings
from bot.services.occurrences import Plan

_NAMED = 15
"""Channels named before the rest is counted: a server may have 500."""

_PERMISSIONS = 2900
"""Characters of the lines about permissions."""


def watched_words(settings: ServerSettings) -> str:
    """Which channels are watched, as the end of "I watch …"."""
    if not settings.watched:
        return "every channel where I may read and write"
    return _some([f"<#{channel_id}>" for channel_id in sorted(settings.watched)])


def plan_words(plan: Plan) -> str:
    """What happens every week, and when next."""
    what = {"poll": "Poll", "digest": "Digest", "meeting": "Meeting about the winner"}[plan.schedule.kind]
    hour, minute = divmod(plan.schedule.minute, 60)
    where = f" in <#{plan.schedule.channel_id}>" if plan.schedule.channel_id else ""
    day = calendar.day_name[plan.schedule.weekday]
    return f"**{what}** {day} {hour:02}:{minute:02}{where}, next {format_dt(plan.due_at, 'f')}"


def settings_view(
    settings: ServerSettings,
    lacking: Mapping[int, Sequence[str]],
    plans: Sequence[Plan],
    *,
    message_content: bool,
) -> ui.LayoutView:
    """`lacking` names the missing permissions of each channel that is watched."""
    lines = [
        "### Settings",
        f"**Watching** {watched_words(settings)}",
        f"**Other bots and webhooks** {'answered' if settings.watch_bots else 'left alone'}",
        f"**Discord's previews** {'hidden where I may manage messages' if settings.hide_previews else 'left alone'}",
        f"**Mentioned when a round has a winner** {_role(settings.ping_role_id)}",
        f"**Time zone** {settings.timezone}",
        *map(plan_words, plans),
    ]
    if not message_content:
        lines.append(
            "⚠️ I cannot read messages: the *Message Content* intent is off. Commands work, and so do messages that "
            "mention me. Whoever runs me can turn it on in Discord's developer portal."
        )
    return _page("\n".join(lines), _permissions(lacking))


def _role(role_id: int | None) -> str:
    return "nobody" if role_id is None else f"<@&{role_id}>"


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


def _page(*blocks: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    container: ui.Container[ui.LayoutView] = ui.Container()
    for block in blocks:
        container.add_item(ui.TextDisplay(block))
    view.add_item(container)
    return view
