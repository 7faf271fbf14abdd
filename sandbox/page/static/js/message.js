// One message, whole.

import { renderAttachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { renderComponents } from "./components.js";
import { element } from "./elements.js";
import { colourText, renderEmbeds } from "./embeds.js";
import { nameOf, renderMarkdown } from "./markdown_view.js";
import { renderPoll } from "./poll.js";
import { renderForwarded, renderOrigin } from "./reply.js";
import { isSystem, renderSystem } from "./system_message.js";
import { headerTime, written } from "./timestamps.js";

const Flag = { suppressEmbeds: 1 << 2, private: 1 << 6, thinking: 1 << 7, layout: 1 << 15 };
const THREAD_STARTER = 21;

/**
 * An `<article>`; `grouped` leaves out whose it is, as it follows another one of the same author. The text that the
 * author can edit is in `.message-content`.
 */
export function renderMessage(message, context, { grouped = false } = {}) {
  const system = isSystem(message);
  const origin = system ? null : renderOrigin(message, context);
  const short = grouped && !origin && !system;
  const look = [
    "message", short && "grouped", system && "system", has(message, Flag.private) && "private",
    isAboutViewer(message, context) && "mentioned",
  ];
  const author = nameOf(message.author.id, context);
  return element("article", { class: look, data: { id: message.id }, "aria-label": `Message by ${author}` },
    origin,
    system ? renderSystem(message, context) : ordinary(message, context, short));
}

function ordinary(message, context, short) {
  const shown = message.type === THREAD_STARTER ? (message.referenced_message ?? message) : message;
  return [
    short ? shortTime(shown, context) : avatar(shown.author),
    element("div", { class: "message-body" },
      !short && header(shown, context),
      has(message, Flag.thinking) ? thinking(shown, context) : body(shown, context)),
  ];
}

const has = (message, flag) => ((message.flags ?? 0) & flag) !== 0;

function header(message, context) {
  const { author } = message;
  const moment = new Date(message.timestamp);
  return element("header", { class: "message-header" },
    element("span", { class: "author", style: colourOf(author, context) }, authorName(author, context)),
    author.bot && element("span", { class: "app-tag" }, "APP"),
    time(moment, headerTime(moment, context.store.now())));
}

function authorName(author, context) {
  const known = context.store.user(author.id);
  return known ? nameOf(author.id, context) : (author.global_name ?? author.username);
}

function colourOf(author, { store }) {
  const { guildId } = store.current;
  const member = store.member(guildId, author.id);
  const role = member && store.rolesOf(guildId, member).find(({ color }) => color);
  return role ? { color: colourText(role.color) } : {};
}

function shortTime(message, context) {
  const moment = new Date(message.timestamp);
  return time(moment, written(moment, "t", context.store.now()));
}

function time(moment, text) {
  return element("time", { datetime: moment.toISOString(), title: written(moment, "F", null) }, text);
}

function body(message, context) {
  return [
    content(message, context),
    renderForwarded(message, context),
    !has(message, Flag.suppressEmbeds) && renderEmbeds(message, context),
    // a layout shows its files itself, in their places
    !has(message, Flag.layout) && renderAttachments(message.attachments ?? []),
    message.poll && renderPoll(message, context),
    renderComponents(message, context),
    !message.content && edited(message),
    reactions(message, context),
    threadLine(message, context),
    has(message, Flag.private) && privateLine(message, context),
  ];
}

function content(message, context) {
  if (!message.content) return null;
  const text = renderMarkdown(message.content, context);
  return element("div", { class: "message-content markdown" }, text, edited(message));
}

function edited(message) {
  if (!message.edited_timestamp) return null;
  const title = written(new Date(message.edited_timestamp), "F", null);
  return element("small", { class: "edited", title }, " (edited)");
}

function thinking(message, context) {
  const name = authorName(message.author, context);
  return [
    element("div", { class: "thinking", role: "status" },
      element("span", { class: "dots", "aria-hidden": "true" }, [0, 1, 2].map(() => element("span"))),
      ` ${name} is thinking…`),
    has(message, Flag.private) && privateLine(message, context),
  ];
}

function reactions(message, context) {
  if (!message.reactions?.length) return null;
  const { actions, tell } = context;
  return element("div", { class: "reactions" }, message.reactions.map(({ emoji, count, me }) => {
    const name = emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name;
    const change = me ? actions.unreact : actions.react;
    const toggle = () => change(message, name).catch((refused) => tell(refused.message));
    const label = `${emoji.name}, ${count} ${count === 1 ? "reaction" : "reactions"}`;
    return element(
      "button",
      { type: "button", class: "reaction", "aria-pressed": String(me), "aria-label": label, on: { click: toggle } },
      element("span", { class: "emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name),
      element("span", {}, count),
    );
  }));
}

function threadLine({ thread }, { go }) {
  if (!thread) return null;
  const count = thread.message_count ?? 0;
  const open = () => go(thread.id);
  return element("button", { type: "button", class: "thread-line", on: { click: open } },
    element("strong", {}, thread.name),
    element("span", { class: "thread-count" }, `${count} ${count === 1 ? "Message" : "Messages"} ›`));
}

function privateLine(message, { actions, tell }) {
  const dismiss = () => actions.dismiss(message).catch((refused) => tell(refused.message));
  return element("div", { class: "private-line" },
    element("span", { "aria-hidden": "true" }, "👁 "), "Only you can see this • ",
    element("button", { type: "button", class: "text-link", on: { click: dismiss } }, "Dismiss message"));
}

/** Whether the viewer is mentioned, so that the message stands out. */
function isAboutViewer(message, { store }) {
  if (message.author.id === store.viewer) return false;
  if (message.mention_everyone || message.mentions?.some(({ id }) => id === store.viewer)) return true;
  const roles = store.member(store.current.guildId, store.viewer)?.roles ?? [];
  return roles.some((id) => message.mention_roles?.includes(id));
}
