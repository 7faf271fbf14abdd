"""Messages as the sandbox sends them to the page, and what the page knows besides."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

NOW = "2026-03-02T10:00:00+00:00"
PICTURE = "http://127.0.0.1:9/attachments/3/7/figure.png"

ADA: Json = {"id": "1", "username": "ada", "global_name": "Ada"}
BEN: Json = {"id": "2", "username": "ben", "global_name": "Ben"}
BOT: Json = {"id": "5", "username": "paper-club", "global_name": "Paper Club", "bot": True}

GUILD: Json = {
    "id": "9",
    "name": "Readers",
    "channels": [{"id": "3", "type": 0, "name": "papers"}, {"id": "4", "type": 11, "name": "On attention"}],
    "members": [{"user": user, "roles": ["8"] if user is ADA else []} for user in (ADA, BEN, BOT)],
    "roles": [{"id": "9", "name": "@everyone", "color": 0}, {"id": "8", "name": "managers", "color": 0xE67E22}],
}

CONTEXT = """async ({ guild, now }) => {
  const { renderMessage } = await import("/page/static/js/message.js");
  const { renderSelect } = await import("/page/static/js/selects.js");
  const member = (_, id) => guild.members.find(({ user }) => user.id === id) ?? null;
  const role = (_, id) => guild.roles.find((one) => one.id === id) ?? null;
  window.clock = new Date(now);
  window.asked = [];
  window.answer = async () => ({ form: null });
  const store = {
    viewer: "1",
    current: { guildId: guild.id, channelId: "3" },
    now: () => window.clock,
    guild: () => guild,
    member,
    user: (id) => member(null, id)?.user ?? null,
    role,
    rolesOf: (_, { roles }) => roles.map((id) => role(null, id)),
    channel: (id) => guild.channels.find((one) => one.id === id) ?? null,
  };
  const ask = (name) => (message, ...rest) => {
    window.asked.push([name, message.id, ...rest]);
    return window.answer();
  };
  const names = ["click", "choose", "vote", "react", "unreact", "dismiss"];
  const actions = Object.fromEntries(names.map((name) => [name, ask(name)]));
  const go = (...to) => window.asked.push(["go", ...to]);
  const tell = (sentence) => window.asked.push(["tell", sentence]);
  const context = { store, actions, go, tell };
  window.show = (...messages) =>
    document.querySelector("main").replaceChildren(...messages.map((message) => renderMessage(message, context)));
  window.showSelect = (component) =>
    document.querySelector("main").replaceChildren(
      renderSelect(component, context, { onChange: (values) => window.asked.push(values) }));
}"""
"""Defines `show(...messages)` and `showSelect(component)`; what the page asks for is in `asked`, the answer to it is
what `answer()` gives."""


def message(**changes: Any) -> Json:
    """Ada's plain message of this morning, changed."""
    plain: Json = {
        "id": "100", "channel_id": "3", "type": 0, "author": ADA, "content": "",
        "timestamp": "2026-03-02T08:05:00+00:00", "edited_timestamp": None,
        "flags": 0, "embeds": [], "attachments": [], "components": [], "mentions": [],
        "mention_roles": [], "mention_everyone": False, "command": None,
    }  # fmt: skip
    return plain | changes


def button(label: str, style: int = 2, **more: Any) -> Json:
    return {"type": 2, "style": style, "label": label, "custom_id": label.lower()} | more


def link(label: str, url: str) -> Json:
    return {"type": 2, "style": 5, "label": label, "url": url}


def layout(*components: Json, **changes: Any) -> Json:
    """The bot's message of components alone."""
    return message(author=BOT, flags=1 << 15, components=list(components), **changes)


def poll(*counts: tuple[int, bool], expiry: str = "2026-03-02T12:30:00+00:00", **changes: Any) -> Json:
    """A poll of two answers; `counts` of each, and whether the viewer is among them."""
    return {
        "question": {"text": "Which next?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "Attention", "emoji": {"id": None, "name": "🧠"}}},
            {"answer_id": 2, "poll_media": {"text": "Diffusion"}},
        ],
        "expiry": expiry,
        "allow_multiselect": False,
        "results": {
            "is_finalized": False,
            "answer_counts": [
                {"id": n, "count": count, "me_voted": mine} for n, (count, mine) in enumerate(counts, start=1) if count
            ],
        },
    } | changes
