// What stands above a message: whom it answers, which command made it; and what it forwards.

import { renderAttachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { renderComponents } from "./components.js";
import { element } from "./elements.js";
import { renderEmbeds } from "./embeds.js";
import { nameOf, plainText, renderMarkdown } from "./markdown_view.js";
import { headerTime } from "./timestamps.js";

const REPLY = 19;
const TEXT_DISPLAY = 10;
const LONGEST_EXCERPT = 120;

/** The line above a reply or an answer to a command, or null. */
export function renderOrigin(message, context) {
  if (message.command) return commandLine(message.command, context);
  return message.type === REPLY ? replyLine(message.referenced_message, context) : null;
}

function replyLine(original, context) {
  if (!original) return element("div", { class: "origin gone" }, element("em", {}, "Original message was deleted"));
  const name = nameOf(original.author.id, context);
  const jump = () => context.go(original.channel_id, original.id);
  const label = `Jump to the message by ${name}`;
  return element("div", { class: "origin" },
    avatar(original.author, "small"),
    element("span", { class: "origin-name" }, name),
    element("button", { type: "button", class: "excerpt", "aria-label": label, on: { click: jump } },
      excerpt(original, context)));
}

function commandLine({ user_id: userId, name }, context) {
  const user = context.store.user(userId);
  return element("div", { class: "origin" },
    user && avatar(user, "small"),
    element("span", { class: "origin-name" }, nameOf(userId, context)),
    element("span", {}, " used "),
    element("span", { class: "mention" }, name.startsWith("/") ? name : `/${name}`));
}

/** One line of what the message says. */
export function excerpt(message, context) {
  const text = plainText(message.content || textOf(message.components ?? []), context);
  if (text) return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text;
  if (message.poll) return message.poll.question.text;
  return message.embeds?.[0]?.title ?? "Click to see attachment";
}

function textOf(components) {
  return components
    .flatMap((one) => (one.type === TEXT_DISPLAY ? [one.content] : [textOf(one.components ?? [])]))
    .filter(Boolean)
    .join(" ");
}

/** What a forward shows of the original; its buttons do nothing here. */
export function renderForwarded(message, context) {
  const reference = message.message_reference;
  return (message.message_snapshots ?? []).map(({ message: original }) => {
    const channel = reference && context.store.channel(reference.channel_id);
    const when = headerTime(new Date(original.timestamp), context.store.now());
    const jump = () => context.go(reference.channel_id, reference.message_id);
    return element("div", { class: "forwarded" },
      element("div", { class: "forwarded-mark" }, "↱ ", element("em", {}, "Forwarded")),
      original.content && element("div", { class: "markdown" }, renderMarkdown(original.content, context)),
      renderEmbeds(original, context),
      renderAttachments(original.attachments ?? []),
      element("div", { inert: true }, renderComponents(original, context)),
      channel
        ? element("button", { type: "button", class: "forwarded-from", on: { click: jump } },
          `#${channel.name} • ${when} ›`)
        : element("div", { class: "forwarded-from" }, when));
  });
}
