"""Whom a message may ping (developers/resources/message#allowed-mentions-object)."""

from __future__ import annotations

from sandbox.bodies.field import Field

_PAGE = "resources/message#allowed-mentions-object"


def check_allowed_mentions(allowed: Field) -> None:
    allowed = allowed.ruled_by(_PAGE)
    if not allowed.is_object():
        return
    parsed = allowed["parse"].items(0, 3)
    for kind in parsed:
        kind.one_of(("roles", "users", "everyone"))
    allowed["replied_user"].truth()
    for kind_name in ("users", "roles"):
        named = allowed[kind_name].items(0, 100)
        if named and any(kind.value == kind_name for kind in parsed):
            allowed[kind_name].refuse(f"cannot be named one by one while parse has {kind_name!r}")
