"""Buttons and menus, which stand in messages and (menus) in forms."""

from __future__ import annotations

from sandbox.bodies.addresses import check_link
from sandbox.bodies.field import Field, refuse_repeats
from sandbox.bodies.kinds import Component

_BUTTON = "components/reference#button"
_CUSTOM_ID = "components/reference#anatomy-of-a-component-custom-id"
_STRING_SELECT = "components/reference#string-select"
_USER_SELECT = "components/reference#user-select"

_LINK, _PREMIUM = 5, 6
_MOST_CHOSEN = 25
_DEFAULT_TYPES = {
    Component.USER_SELECT: ("user",),
    Component.ROLE_SELECT: ("role",),
    Component.MENTIONABLE_SELECT: ("user", "role"),
    Component.CHANNEL_SELECT: ("channel",),
}


def check_custom_id(component: Field) -> None:
    custom_id = component["custom_id"].ruled_by(_CUSTOM_ID)
    if custom_id.needed():
        custom_id.text(1, 100)


def check_button(button: Field) -> None:
    button = button.ruled_by(_BUTTON)
    button["label"].text(0, 80)
    button["disabled"].truth()
    _check_emoji(button["emoji"])
    if not button["style"].needed():
        return
    style = button["style"].whole(1, _PREMIUM)
    if style is None:
        return
    purpose = {_LINK: "url", _PREMIUM: "sku_id"}.get(style, "custom_id")
    for key in sorted({"custom_id", "url", "sku_id"} - {purpose}):
        if button[key].present:
            button[key].refuse(f"cannot stand on a button of style {style}")
    if purpose == "custom_id":
        check_custom_id(button)
    elif button[purpose].needed() and purpose == "url":
        check_link(button["url"], longest=512, schemes=("http", "https", "discord"))
    if style == _PREMIUM:
        for key in ("label", "emoji"):
            if button[key].filled:
                button[key].refuse("cannot stand on a premium button")
    elif not button["label"].filled and not button["emoji"].present:
        button.refuse("needs a label or an emoji")


def check_select(select: Field, kind: Component) -> None:
    """What holds for menus everywhere; `check_select_in_modal` adds what holds in forms."""
    select = select.ruled_by(_STRING_SELECT if kind is Component.STRING_SELECT else _USER_SELECT)
    check_custom_id(select)
    select["placeholder"].text(0, 150)
    select["disabled"].truth()
    fewest, most = check_range(select, most=_MOST_CHOSEN)
    if kind is Component.STRING_SELECT:
        if select["options"].needed():
            options = select["options"].items(1, _MOST_CHOSEN)
            check_options(options)
            if options and most > len(options):
                select["max_values"].refuse(f"is more than the {len(options)} options")
            if sum(option["default"].value is True for option in options) > most:
                select["options"].refuse("more options are chosen by default than max_values allows")
        return
    defaults = select["default_values"].items(0, _MOST_CHOSEN)
    if defaults and not fewest <= len(defaults) <= most:
        select["default_values"].refuse("must be as many as min_values and max_values allow")
    for default in defaults:
        if default["type"].needed():
            default["type"].one_of(_DEFAULT_TYPES[kind])
        default["id"].needed()


def check_range(component: Field, *, most: int, default_most: int = 1) -> tuple[int, int]:
    """`min_values` and `max_values`, with Discord's defaults."""
    least_field, most_field = component["min_values"], component["max_values"]
    fewest = least_field.whole(0, most)
    largest = most_field.whole(1, most)
    chosen_fewest = 1 if fewest is None else fewest
    chosen_most = default_most if largest is None else largest
    if chosen_fewest > chosen_most:
        least_field.refuse("is more than max_values")
    return chosen_fewest, chosen_most


def check_options(options: list[Field]) -> None:
    """The lines of a menu, of radio buttons or of checkboxes."""
    for option in options:
        if not option.is_object():
            option.needed()
            continue
        for key in ("label", "value"):
            if option[key].needed():
                option[key].text(1, 100)
        option["description"].text(0, 100)
        option["default"].truth()
        _check_emoji(option["emoji"])
    refuse_repeats([option["value"] for option in options], "value")


def _check_emoji(emoji: Field) -> None:
    if emoji.is_object():
        emoji["name"].text(0, 32)
        if not emoji["name"].filled and not emoji["id"].present:
            emoji.refuse("needs a name or an id")
