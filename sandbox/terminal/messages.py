"""One message as its reader sees it, and what changed on it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from sandbox.snowflakes import moment_of
from sandbox.state.kinds import MessageFlag, MessageKind
from sandbox.state.message import Message
from sandbox.state.world import World
from sandbox.terminal.components import draw_components, draw_text
from sandbox.terminal.lines import Line, Span, cut, plain, span
from sandbox.terminal.markdown import render
from sandbox.terminal.polls import draw_poll, draw_result

_MARGIN = Span("  ")


class WorldNames:
    """Names as the server's members see them, and the time by the sandbox's clock."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def now(self) -> datetime:
        return self._world.clock.now()

    def user(self, user_id: int) -> str:
        user = self._world.users.get(user_id)
        return user.name if user else "unknown-user"

    def channel(self, channel_id: int) -> str:
        channel = self._world.channels.get(channel_id)
        return channel.name if channel else "unknown"


def draw_message(message: Message, width: int) -> list[Line]:
    """The whole message: what it answers, its author, text, components, reactions and thread."""
    return [*_head(message, width), *_body(message, width)]


def draw_changes(before: Message, after: Message, width: int) -> list[Line]:
    """What is new on a message, with "⋮" for all that stayed."""
    old, new = _body(before, width), _body(after, width)
    return [*_head(after, width), *_changed_rows(old, new)]


def _changed_rows(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, [plain(row) for row in old], [plain(row) for row in new], autojunk=False)
    for change, _, _, start, end in matcher.get_opcodes():
        if change == "equal":
            yield (_MARGIN, span("⋮", "dim"))
        else:
            yield from new[start:end]


def _head(message: Message, width: int) -> Iterator[Line]:
    names = WorldNames(message.channel.world)
    if message.referenced is not None and not message.referenced.deleted:
        quoted = [part for line in render(message.referenced.content, names) for part in (*line, Span(" "))]
        answered = f"╭ {message.referenced.author.name}: {plain(quoted)}".rstrip()
        yield (_MARGIN, *cut((span(answered, "dim"),), width - 2))
    author = [span(message.author.name, "name")]
    if message.author.is_bot:
        author += [Span(" "), span("APP", "blue")]
    place = f" in #{message.channel.name}" if message.channel.is_thread else ""
    notes = [f"{moment_of(message.id):%H:%M}{place}"]
    if message.reader is not None:
        notes.append(f"only {message.reader.name} sees this")
    yield (_MARGIN, *author, span(f"  {' · '.join(notes)}", "dim"))


def _body(message: Message, width: int) -> list[Line]:
    world = message.channel.world
    names = WorldNames(world)
    inner = width - len(_MARGIN.text)
    rows = draw_text(message.content, names, inner) if message.content else []
    if message.edited_at is not None and message.author is not world.bot:
        rows.append((span("(edited)", "dim"),))
    rows += draw_components(message.components, names, inner)
    if message.poll is not None:
        rows += draw_poll(message.poll, inner)
    if message.kind is MessageKind.POLL_RESULT:
        rows += draw_result(message.embeds, inner)
    if message.reactions:
        counts = "  ".join(f"{emoji} {len(users)}" for emoji, users in message.reactions.items())
        rows.append((Span(counts),))
    if MessageFlag.HAS_THREAD in message.flags and message.thread is not None:
        rows.append((span(f"╰ thread: {message.thread.name}", "blue"),))
    return [(_MARGIN, *row) for row in rows]
