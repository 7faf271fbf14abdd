// Lines that Discord itself writes into a channel.

import { element } from "./elements.js";
import { renderEmbeds } from "./embeds.js";
import { nameOf } from "./markdown_view.js";
import { headerTime } from "./timestamps.js";

/** Kinds of messages that are such lines, each with its sign. */
const LINES = { 6: ["📌", pinned], 7: ["→", joined], 18: ["🧵", threadCreated], 46: ["📊", pollEnded] };

export const isSystem = (message) => message.type in LINES;

/** The content of such a message. */
export function renderSystem(message, context) {
  const [sign, sentence] = LINES[message.type];
  const who = element("strong", {}, nameOf(message.author.id, context));
  const moment = new Date(message.timestamp);
  return [
    element("span", { class: "system-sign", "aria-hidden": "true" }, sign),
    element("div", { class: "message-body" },
      element("div", { class: "system-line" }, sentence(who, message, context), " ",
        element("time", { datetime: moment.toISOString() }, headerTime(moment, context.store.now()))),
      renderEmbeds(message, context)),
  ];
}

function pinned(who, { message_reference: reference }, { go }) {
  const open = () => go(reference.channel_id, reference.message_id);
  return [who, " pinned ", reference ? link("a message", open) : "a message", " to this channel."];
}

function joined(who) {
  return [who, " joined the server."];
}

function threadCreated(who, message, { go }) {
  const thread = message.thread?.id ?? message.message_reference?.channel_id;
  return [who, " started a thread: ", thread ? link(message.content, () => go(thread)) : message.content];
}

function pollEnded(who, message) {
  const question = message.embeds?.[0]?.fields?.find(({ name }) => name === "poll_question_text")?.value ?? "";
  return [who, "'s poll ", element("strong", {}, question), " has closed."];
}

function link(text, click) {
  return element("button", { type: "button", class: "text-link", on: { click } }, text);
}
