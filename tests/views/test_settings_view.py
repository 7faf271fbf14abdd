"""The page of settings and its forms."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from bot.domain.occurrences import Schedule, ScheduleKind
from bot.domain.schedule_changes import OFF, Choice, choice_of
from bot.domain.servers import ServerSettings
from bot.posting.permissions import NEEDED, words
from bot.services.occurrences import Plan
from bot.views.custom_ids import parse_text
from bot.views.settings import MOST_CHOSEN, Shown, settings_view, watched_words
from bot.views.settings_forms import NEVER, read_shown, schedule_form, zone_form
from sandbox.bodies import modal_problems
from tests.storage.examples import NOW, SERVER
from tests.views.layouts import BIGGEST, buttons, components_of, sound, walk

PLANS = [
    Plan(Schedule(server_id=SERVER, kind="digest", weekday=6, minute=5, channel_id=4), NOW),
    Plan(Schedule(server_id=SERVER, kind="meeting", weekday=3, minute=18 * 60), NOW),
]
KINDS: tuple[ScheduleKind, ...] = get_args(ScheduleKind)
FULL = Choice(weekday=6, minute=1439, channel_id=BIGGEST, hours=768, candidates=10)


def shown(settings: ServerSettings | None = None, **details: Any) -> Shown:
    page = Shown(settings or ServerSettings(id=SERVER), (), {})
    return page._replace(**details)


def menus(page: Shown) -> dict[str, dict[str, Any]]:
    """Each menu by what it sets."""
    found = [part for part in walk(components_of(settings_view(page))) if part["type"] in (5, 6, 8)]
    return {part["custom_id"].removeprefix("pc:1:settings:"): part for part in found}


def test_the_defaults_in_words() -> None:
    assert "\n".join(sound(settings_view(shown()))).splitlines()[:-1] == [
        "### Settings",
        "**Watching** every channel where I may read and write",
        "**Discord's previews** hidden where I may manage messages",
        "**Other bots and webhooks** left alone",
        "**Mentioned when a round has a winner** nobody",
        "**Time zone** UTC",
        "**Weekly poll** off",
        "**Meeting about the winner** off",
        "**Weekly digest** off",
        "✅ I have every permission I need in the channels I watch.",
    ]


def test_arxiv_away_is_said_first() -> None:
    first = "\n".join(sound(settings_view(shown(arxiv_away_since=NOW)))).splitlines()[1]
    assert first.startswith(f"⚠️ arXiv has not answered since <t:{int(NOW.timestamp())}:f>.")


def test_what_was_set_in_words() -> None:
    changed = ServerSettings(
        id=SERVER,
        hide_previews=False,
        watch_bots=True,
        timezone="Europe/Berlin",
        ping_role_id=9,
        watched=frozenset({30, 4}),
    )
    texts = sound(settings_view(shown(changed, plans=PLANS, mention_works=False)))
    assert "\n".join(texts).splitlines()[1:10] == [
        "**Watching** <#4>, <#30>",
        "**Discord's previews** left alone",
        "**Other bots and webhooks** answered",
        "**Mentioned when a round has a winner** <@&9>",
        "⚠️ The mention reaches nobody yet: turn on *Allow anyone to @mention this role* for it.",
        "**Time zone** Europe/Berlin",
        "**Weekly poll** off",
        f"**Meeting about the winner** Thursday 18:00, next <t:{int(NOW.timestamp())}:f>",
        f"**Weekly digest** Sunday 00:05 in <#4>, next <t:{int(NOW.timestamp())}:f>",
    ]


def test_menus_show_what_is_chosen_without_what_was_deleted() -> None:
    page = shown(ServerSettings(id=SERVER, watched=frozenset({30, 4, 7}), ping_role_id=9), gone={7})
    assert [each["id"] for each in menus(page)["watched"]["default_values"]] == [4, 30]
    assert [each["id"] for each in menus(page)["ping"]["default_values"]] == [9]
    deleted = page._replace(gone={7, 9})
    assert not menus(deleted)["ping"].get("default_values")
    assert "a role that was deleted" in "\n".join(sound(settings_view(deleted)))


def test_a_switch_says_what_it_does_and_names_the_state_it_leads_to() -> None:
    assert buttons(settings_view(shown()))["Leave previews"] == "pc:1:settings:previews:0"
    assert buttons(settings_view(shown()))["Answer other bots"] == "pc:1:settings:bots:1"
    other = shown(ServerSettings(id=SERVER, hide_previews=False, watch_bots=True))
    assert buttons(settings_view(other))["Hide previews"] == "pc:1:settings:previews:1"
    assert buttons(settings_view(other))["Leave other bots alone"] == "pc:1:settings:bots:0"


def test_more_channels_than_a_menu_holds_are_left_to_the_command() -> None:
    most = ServerSettings(id=SERVER, watched=frozenset(range(1, MOST_CHOSEN + 1)))
    assert len(menus(shown(most))["watched"]["default_values"]) == MOST_CHOSEN
    more = most.model_copy(update={"watched": most.watched | {99}})
    assert "watched" not in menus(shown(more))
    assert "`/settings watch`" in "\n".join(sound(settings_view(shown(more))))


def test_the_intent_that_is_off_is_named_with_where_to_turn_it_on() -> None:
    assert "*Message Content* intent is off" in "\n".join(sound(settings_view(shown(message_content=False))))


def test_channels_that_miss_the_same_stand_in_one_line() -> None:
    lacking = {1: ["Send Messages"], 2: [], 3: ["Add Reactions", "Manage Messages"], 4: ["Send Messages"]}
    permissions = next(text for text in sound(settings_view(shown(lacking=lacking))) if "I miss" in text)
    assert permissions.splitlines() == [
        "⚠️ **Permissions I miss**",
        "- Send Messages: <#1>, <#4>",
        "- Add Reactions, Manage Messages: <#3>",
    ]


def test_many_channels_are_named_in_part_and_counted() -> None:
    watched = ServerSettings(id=SERVER, watched=frozenset(range(1, 501)))
    assert watched_words(watched).endswith("<#15> and 485 more")


@pytest.mark.parametrize("watched", [25, 500])
def test_the_worst_server_fits_and_nothing_is_cut_in_the_middle(watched: int) -> None:
    """500 channels, each missing something else."""
    names = [words(name) for name in NEEDED]
    lacking = {BIGGEST - n: [name for bit, name in enumerate(names) if n >> bit & 1] for n in range(500)}
    settings = ServerSettings(
        id=SERVER,
        watched=frozenset(list(lacking)[:watched]),
        timezone="America/Argentina/ComodRivadavia",
        ping_role_id=BIGGEST,
    )
    plans = [
        Plan(Schedule(server_id=SERVER, kind=kind, weekday=2, minute=1439, channel_id=BIGGEST), NOW) for kind in KINDS
    ]
    page = shown(settings, plans=plans, lacking=lacking, message_content=False, mention_works=False)
    permissions = next(text for text in sound(settings_view(page)) if "I miss" in text)
    *rows, last = permissions.splitlines()[1:]
    assert all(row.endswith((">", " more")) for row in rows)
    assert all(row.count("<#") == row.count(">") for row in rows)
    assert last == f"- and {127 - len(rows)} more combinations"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("now", [OFF, FULL])
def test_forms_are_what_discord_takes_and_carry_what_they_show(kind: ScheduleKind, now: Choice) -> None:
    made = schedule_form(kind, now, here=5)
    assert modal_problems(made.to_dict()) == []
    press = parse_text(made.custom_id)
    assert press is not None
    assert (press.arguments[0], read_shown(press.arguments[1:])) == (kind, now)
    days = next(part for part in walk_form(made.to_dict()) if part.get("custom_id") == "day")["options"]
    assert (NEVER in [day["value"] for day in days]) == (now != OFF)
    assert [day["label"] for day in days if day.get("default")] == (["Sunday"] if now != OFF else [])


def test_the_zone_is_asked_for_with_what_it_is() -> None:
    made = zone_form("Europe/Berlin").to_dict()
    assert modal_problems(made) == []
    assert [part.get("value") for part in walk_form(made) if part.get("custom_id") == "zone"] == ["Europe/Berlin"]


def test_a_choice_is_how_things_stand() -> None:
    plan = Schedule(server_id=SERVER, kind="poll", weekday=2, minute=9, channel_id=7, hours=72, candidates=4)
    assert choice_of(plan) == Choice(2, 9, 7, 72, 4)
    assert choice_of(None) == OFF


def walk_form(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [label["component"] for label in made["components"]]
