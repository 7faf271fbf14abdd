"""Requests and answers held against Discord's published OpenAPI description (github.com/discord/discord-api-spec).

The description is closed where a request is checked (an unknown key is most often a misspelt one), open where an answer
is. It leaves some limits out: see `sandbox.bodies`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    import jsonschema_rs

Json: TypeAlias = dict[str, Any]

_METHODS = ("get", "put", "post", "patch", "delete")
_REQUESTS, _RESPONSES = "urn:discord:requests", "urn:discord:responses"


class _Relaxation(NamedTuple):
    """A place of the description (JSON pointers without `#`) whose schema is replaced for requests."""

    pointers: tuple[str, ...]
    schema: Json
    reason: str


class _ExtraKey(NamedTuple):
    """A key that requests may have although the description does not list it."""

    schemas: tuple[str, ...]
    key: str
    reason: str


_PERMISSIONS: Json = {"type": ["integer", "string", "null"], "pattern": "^[0-9]+$"}

_RELAXATIONS = (
    _Relaxation(
        ("/components/schemas/SnowflakeType",),
        {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"},
        "the API takes ids as numbers too, says the description's README; discord.py sends some so",
    ),
    _Relaxation(
        (
            "/components/schemas/ApplicationCommandCreateRequest/properties/default_member_permissions",
            "/components/schemas/ApplicationCommandPatchRequestPartial/properties/default_member_permissions",
            "/components/schemas/ApplicationCommandUpdateRequest/properties/default_member_permissions",
            "/components/schemas/ChannelPermissionOverwriteRequest/properties/allow",
            "/components/schemas/ChannelPermissionOverwriteRequest/properties/deny",
            "/components/schemas/CreateRoleRequest/properties/permissions",
            "/components/schemas/UpdateRoleRequestPartial/properties/permissions",
            "/paths/~1channels~1{channel_id}~1permissions~1{overwrite_id}/put/requestBody/content/application~1json"
            "/schema/properties/allow",
            "/paths/~1channels~1{channel_id}~1permissions~1{overwrite_id}/put/requestBody/content/application~1json"
            "/schema/properties/deny",
        ),
        _PERMISSIONS,
        "bit sets are numbers as text in the documentation (developers/topics/permissions), numbers here",
    ),
    _Relaxation(
        ("/components/schemas/ApplicationFormPartial/properties/description",),
        {"type": ["string", "object", "null"]},
        "a plain text in the documentation (developers/resources/application), an object with translations here",
    ),
    _Relaxation(
        ("/components/schemas/ChannelTypes",),
        {"enum": [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16]},
        "media channels (16, developers/resources/channel) are in the preview description only",
    ),
)

_EXTRA_KEYS = (
    _ExtraKey(
        (
            "ApplicationCommandCreateRequest",
            "ApplicationCommandPatchRequestPartial",
            "ApplicationCommandUpdateRequest",
        ),
        "nsfw",
        "documented (developers/interactions/application-commands), not described",
    ),
    _ExtraKey(("RichEmbed",), "flags", "part of an embed's documented structure; discord.py sends 0"),
    _ExtraKey(
        (
            "MessageEditRequestPartial",
            "IncomingWebhookUpdateRequestPartial",
            "IncomingWebhookUpdateForInteractionCallbackRequestPartial",
            "BaseCreateMessageCreateRequest",
        ),
        "tts",
        "discord.py sends it with every message, Discord ignores it where it does not apply",
    ),
    _ExtraKey(("CreateForumThreadRequest",), "type", "discord.py sends 11 with a forum post, which it is anyway"),
    _ExtraKey(
        ("ComponentEmojiForRequest",),
        "animated",
        "part of the partial emoji in the documentation (developers/components/reference#button)",
    ),
)


class _Operation(NamedTuple):
    """One path template, cut at its slashes, and its part of the description."""

    segments: tuple[str, ...]
    template: str
    methods: Json

    def matches(self, parts: Sequence[str]) -> bool:
        return all(own.startswith("{") or own == part for own, part in zip(self.segments, parts, strict=True))


class SpecChecker:
    """Paths are those of the API without its base address, as `/channels/1/messages`; a query is ignored.

    Problems are sentences that start with the place in the body. Needs the package jsonschema-rs.
    """

    def __init__(self, description: Path) -> None:
        try:
            import jsonschema_rs  # noqa: PLC0415 - only those who check need this package of the dev extra
        except ImportError as missing:
            raise RuntimeError(
                'checking against the OpenAPI description needs jsonschema-rs: pip install -e ".[dev]"'
            ) from missing
        self._validator_for = jsonschema_rs.validator_for
        text = description.read_bytes()
        self._description: Json = json.loads(text)
        requests = json.loads(text)
        _relax(requests)
        _close(requests)
        self._registry = jsonschema_rs.Registry(
            [(_REQUESTS, requests), (_RESPONSES, self._description)], draft=jsonschema_rs.Draft202012
        )
        self._validators: dict[tuple[str, ...], jsonschema_rs.Validator] = {}
        self._operations: dict[tuple[int, str], list[_Operation]] = {}
        self._index_paths()

    def request_problems(self, method: str, path: str, body: object) -> list[str]:
        """`body` is the JSON that was sent, `payload_json` of a multipart request, or None."""
        operation = self._find(method, path)
        if operation is None:
            return [f"there is no {method.upper()} {path}"]
        described = operation.methods[method.lower()].get("requestBody")
        if body is None:
            return ["a body is required"] if described and described.get("required") else []
        if described is None:
            return ["takes no body"]
        if "application/json" not in described["content"]:
            return []
        schema = (operation.template, method.lower(), "requestBody", "content", "application/json", "schema")
        return self._problems(_REQUESTS, ("paths", *schema), body)

    def response_problems(self, method: str, path: str, status: int, body: object) -> list[str]:
        """`body` is None for an answer without one."""
        operation = self._find(method, path)
        if operation is None:
            return [f"there is no {method.upper()} {path}"]
        responses = operation.methods[method.lower()]["responses"]
        key = next((key for key in (str(status), f"{status // 100}XX") if key in responses), None)
        if key is None:
            return [f"status {status} is not described"]
        where: tuple[str, ...] = ("paths", operation.template, method.lower(), "responses", key)
        if "$ref" in responses[key]:
            where = tuple(responses[key]["$ref"].removeprefix("#/").split("/"))
        content = _at(self._description, where).get("content")
        if not content:
            return [] if body is None else [f"status {status} has no body"]
        if body is None:
            return [f"status {status} has a body"]
        return self._problems(_RESPONSES, (*where, "content", "application/json", "schema"), body)

    def _index_paths(self) -> None:
        for template, methods in self._description["paths"].items():
            segments = tuple(template.strip("/").split("/"))
            self._operations.setdefault((len(segments), segments[0]), []).append(
                _Operation(segments, template, methods)
            )
        for operations in self._operations.values():  # `@me` before `{user_id}`
            operations.sort(key=lambda one: -sum(len(part) for part in one.segments if not part.startswith("{")))

    def _find(self, method: str, path: str) -> _Operation | None:
        parts = path.partition("?")[0].strip("/").split("/")
        for operation in self._operations.get((len(parts), parts[0]), ()):
            if operation.matches(parts) and method.lower() in operation.methods:
                return operation
        return None

    def _problems(self, document: str, where: Sequence[str], body: object) -> list[str]:
        key = (document, *where)
        validator = self._validators.get(key)
        if validator is None:
            reference = {"$ref": f"{document}#{_pointer(where)}"}
            validator = self._validator_for(reference, registry=self._registry, validate_formats=False)
            self._validators[key] = validator
        if validator.is_valid(body):
            return []
        return [_sentence(error) for found in validator.iter_errors(body) for error in _causes(found)]


def _pointer(where: Sequence[str]) -> str:
    # braces may not stand in a fragment
    return "".join("/" + quote(step.replace("~", "~0").replace("/", "~1"), safe="~@") for step in where)


def _at(document: Json, where: Sequence[str]) -> Json:
    for step in where:
        document = document[step]
    return document


def _relax(document: Json) -> None:
    for relaxation in _RELAXATIONS:
        for pointer in relaxation.pointers:
            steps = [step.replace("~1", "/") for step in pointer.removeprefix("/").split("/")]
            parent = _at(document, steps[:-1])
            if steps[-1] not in parent:
                raise KeyError(f"the description has no {pointer}")
            parent[steps[-1]] = relaxation.schema
    for extra in _EXTRA_KEYS:
        for name in extra.schemas:
            document["components"]["schemas"][name]["properties"].setdefault(extra.key, True)


def _close(node: object) -> None:
    """Refuses keys that an object does not list, everywhere."""
    if isinstance(node, list):
        for inner in node:
            _close(inner)
    elif isinstance(node, dict):
        kinds = node.get("type")  # in a list of properties, that may be a property
        is_object = kinds == "object" or (isinstance(kinds, list) and "object" in kinds)
        if is_object and isinstance(node.get("properties"), dict):
            node.setdefault("additionalProperties", False)
        for inner in node.values():
            _close(inner)


def _causes(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Of "fits none of these" the reasons in the one that was meant: whose `type` fits, else the nearest."""
    context: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    branches = [branch for branch in context if branch]
    if not branches:
        yield error
        return
    kind_path = [*error.instance_path, "type"]
    meant = min(
        branches,
        key=lambda branch: (
            any(inner.instance_path == kind_path for inner in branch),
            any(inner.instance_path == error.instance_path and inner.kind.name == "type" for inner in branch),
            len(branch),
        ),
    )
    for inner in meant:
        yield from _causes(inner)


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    return f"{'.'.join(map(str, error.instance_path)) or 'body'}: {error.message}"
