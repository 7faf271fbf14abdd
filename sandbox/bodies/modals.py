"""Forms (developers/interactions/receiving-and-responding#interaction-response-object-modal)."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.bodies.components import check_text_display
from sandbox.bodies.controls import check_custom_id, check_options, check_range, check_select
from sandbox.bodies.field import Field, Problem, refuse_repeats
from sandbox.bodies.kinds import LABELLED, SELECTS, Component, kind_of, walk

_MODAL = "interactions/receiving-and-responding#interaction-response-object-modal"
_REFERENCE = "components/reference"
_CUSTOM_ID = "components/reference#anatomy-of-a-component-custom-id"
_TOP_LEVEL = {Component.ACTION_ROW, Component.TEXT_DISPLAY, Component.LABEL}
_LONGEST_INPUT = 4000
_MOST_GROUPED = 10


def modal_problems(data: object) -> list[Problem]:
    """`data` of an interaction's answer of type 9."""
    root = Field(data, _MODAL)
    if not root.needed() or not root.is_object():
        return root.problems
    for key, longest in (("custom_id", 100), ("title", 45)):
        if root[key].needed():
            root[key].text(1, longest)
    if root["components"].needed():
        for component in root["components"].items(1, 5):
            _check_top_level(component)
    everything = walk(root["components"])
    refuse_repeats([one["custom_id"].ruled_by(_CUSTOM_ID) for one in everything], "custom_id")
    return root.problems


def _check_top_level(component: Field) -> None:
    kind = kind_of(component, _TOP_LEVEL)
    if kind is Component.TEXT_DISPLAY:
        check_text_display(component.ruled_by(f"{_REFERENCE}#text-display"))
    elif kind is Component.LABEL:
        _check_label(component.ruled_by(f"{_REFERENCE}#label"))
    elif kind is Component.ACTION_ROW:
        _check_row(component.ruled_by(f"{_REFERENCE}#action-row"))


def _check_label(label: Field) -> None:
    if label["label"].needed():
        label["label"].text(1, 45)
    label["description"].text(1, 100)
    if label["component"].needed():
        _check_control(label["component"], LABELLED)


def _check_row(row: Field) -> None:
    """The older form: a row with one text input that has its own label."""
    if not row["components"].needed():
        return
    for child in row["components"].items(1, 1):
        _check_control(child, {Component.TEXT_INPUT})
        if child["label"].needed():
            child["label"].text(1, 45)


def _check_control(control: Field, allowed: set[Component]) -> None:
    kind = kind_of(control, allowed)
    if kind is None:
        return
    control = control.ruled_by(f"{_REFERENCE}#{kind.name.lower().replace('_', '-')}")
    check_custom_id(control)
    control["required"].truth()
    if kind in SELECTS:
        _check_select(control, kind)
    elif kind in _CHECKS:
        _CHECKS[kind](control)


def _check_select(select: Field, kind: Component) -> None:
    check_select(select, kind)
    if select["disabled"].value is True:
        select["disabled"].refuse("a form cannot have disabled menus")
    _check_required(select)


def _check_required(control: Field) -> None:
    if control["required"].value is not False and control["min_values"].value == 0:
        control["min_values"].refuse("must be at least 1 unless required is false")


def _check_text_input(text_input: Field) -> None:
    if text_input["style"].needed():
        text_input["style"].one_of((1, 2))
    shortest = text_input["min_length"].whole(0, _LONGEST_INPUT)
    longest = text_input["max_length"].whole(1, _LONGEST_INPUT)
    if shortest is not None and longest is not None and shortest > longest:
        text_input["min_length"].refuse("is more than max_length")
    text_input["placeholder"].text(0, 100)
    text_input["value"].text(0, _LONGEST_INPUT)


def _check_file_upload(upload: Field) -> None:
    check_range(upload, most=_MOST_GROUPED)
    _check_required(upload)


def _check_radio_group(group: Field) -> None:
    if group["options"].needed():
        options = group["options"].items(2, _MOST_GROUPED)
        check_options(options)
        if sum(option["default"].value is True for option in options) > 1:
            group["options"].refuse("only one option can be chosen by default")


def _check_checkbox_group(group: Field) -> None:
    _check_required(group)
    if group["options"].needed():
        options = group["options"].items(1, _MOST_GROUPED)
        check_options(options)
        check_range(group, most=_MOST_GROUPED, default_most=max(1, len(options)))


def _check_checkbox(checkbox: Field) -> None:
    checkbox["default"].truth()


_CHECKS: dict[Component, Callable[[Field], None]] = {
    Component.TEXT_INPUT: _check_text_input,
    Component.FILE_UPLOAD: _check_file_upload,
    Component.RADIO_GROUP: _check_radio_group,
    Component.CHECKBOX_GROUP: _check_checkbox_group,
    Component.CHECKBOX: _check_checkbox,
}
