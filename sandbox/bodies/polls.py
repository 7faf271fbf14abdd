"""The poll in a message that is being sent (developers/resources/poll#poll-create-request-object)."""

from __future__ import annotations

from sandbox.bodies.field import Field, Problem

_REQUEST = "resources/poll#poll-create-request-object"
_MEDIA = "resources/poll#poll-media-object"
LONGEST_HOURS = 32 * 24


def poll_problems(poll: object) -> list[Problem]:
    root = Field(poll, _REQUEST)
    if root.needed():
        check_poll(root)
    return root.problems


def check_poll(poll: Field) -> None:
    poll = poll.ruled_by(_REQUEST)
    if not poll.is_object():
        return
    _check_text(poll["question"]["text"], 300)
    if poll["question"]["emoji"].present:
        poll["question"]["emoji"].ruled_by(_MEDIA).refuse("a question can only have text")
    if poll["answers"].needed():
        for answer in poll["answers"].items(1, 10):
            _check_text(answer["poll_media"]["text"], 55)
            _check_emoji(answer["poll_media"]["emoji"].ruled_by(_MEDIA))
    poll["duration"].whole(1, LONGEST_HOURS)
    poll["allow_multiselect"].truth()
    poll["layout_type"].one_of((1,))


def _check_text(text: Field, longest: int) -> None:
    text = text.ruled_by(_MEDIA)
    if text.needed():
        text.text(1, longest)


def _check_emoji(emoji: Field) -> None:
    if emoji.is_object() and not emoji["id"].present and not emoji["name"].filled:
        emoji.refuse("needs an id or a name")
