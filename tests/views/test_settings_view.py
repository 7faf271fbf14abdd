"""The page of settings."""

from __future__ import annotations

from typing import get_args

from bot.domain.occurrences import Schedule, ScheduleKind
from bot.domain.servers import ServerSettings
from bot.posting.permissions import NEEDED, words
from bot.services.occurrences import Plan
from bot.views.settings import settings_view, watched_words
from tests.storage.examples import NOW, SERVER
from tests.views.layouts import BIGGEST, sound

PLANS = [
    Plan(Schedule(server_id=SERVER, kind="digest", weekday=6, minute=5, channel_id=4), NOW),
    Plan(Schedule(server_id=SERVER, kind="meeting", weekday=3, minute=18 * 60), NOW),
]


def test_the_defaults_in_words() -> None:
    settings, permissions = sound(settings_view(ServerSettings(id=SERVER), {1: []}, [], message_content=True))
    assert settings.splitlines() == [
        "### Settings",
        "**Watching** every channel where I may read and write",
        "**Other bots and webhooks** left alone",
        "**Discord's previews** hidden where I may manage messages",
        "**Mentioned when a round has a winner** nobody",
        "**Time zone** UTC",
    ]
    assert permissions == "✅ I have every permission I need in the channels I watch."


def test_what_was_set_in_words() -> None:
    changed = ServerSettings(
        id=SERVER,
        hide_previews=False,
        watch_bots=True,
        timezone="Europe/Berlin",
        ping_role_id=9,
        watched=frozenset({30, 4}),
    )
    settings, _ = sound(settings_view(changed, {}, PLANS, message_content=True))
    assert settings.splitlines()[1:] == [
        "**Watching** <#4>, <#30>",
        "**Other bots and webhooks** answered",
        "**Discord's previews** left alone",
        "**Mentioned when a round has a winner** <@&9>",
        "**Time zone** Europe/Berlin",
        f"**Digest** Sunday 00:05 in <#4>, next <t:{int(NOW.timestamp())}:f>",
        f"**Meeting about the winner** Thursday 18:00, next <t:{int(NOW.timestamp())}:f>",
    ]


def test_the_intent_that_is_off_is_named_with_where_to_turn_it_on() -> None:
    settings, _ = sound(settings_view(ServerSettings(id=SERVER), {}, [], message_content=False))
    assert "*Message Content* intent is off" in settings


def test_channels_that_miss_the_same_stand_in_one_line() -> None:
    lacking = {1: ["Send Messages"], 2: [], 3: ["Add Reactions", "Manage Messages"], 4: ["Send Messages"]}
    _, permissions = sound(settings_view(ServerSettings(id=SERVER), lacking, [], message_content=True))
    assert permissions.splitlines() == [
        "⚠️ **Permissions I miss**",
        "- Send Messages: <#1>, <#4>",
        "- Add Reactions, Manage Messages: <#3>",
    ]


def test_many_channels_are_named_in_part_and_counted() -> None:
    watched = ServerSettings(id=SERVER, watched=frozenset(range(1, 501)))
    assert watched_words(watched).endswith("<#15> and 485 more")


def test_the_worst_server_fits_and_nothing_is_cut_in_the_middle() -> None:
    """500 channels, each missing something else."""
    names = [words(name) for name in NEEDED]
    lacking = {BIGGEST - n: [name for bit, name in enumerate(names) if n >> bit & 1] for n in range(500)}
    settings = ServerSettings(
        id=SERVER, watched=frozenset(lacking), timezone="America/Argentina/ComodRivadavia", ping_role_id=BIGGEST
    )
    plans = [
        Plan(Schedule(server_id=SERVER, kind=kind, weekday=2, minute=1439, channel_id=BIGGEST), NOW)
        for kind in get_args(ScheduleKind)
    ]
    _, permissions = sound(settings_view(settings, lacking, plans, message_content=False))
    *rows, last = permissions.splitlines()[1:]
    assert all(row.endswith((">", " more")) for row in rows)
    assert all(row.count("<#") == row.count(">") for row in rows)
    assert last == f"- and {127 - len(rows)} more combinations"
