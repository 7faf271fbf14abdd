// The scheduled events of a server.

import { openDialog } from "./dialog.js";
import { element, fill } from "./elements.js";
import { renderMarkdown } from "./markdown_view.js";
import { timeElement } from "./timestamps.js";

const STATUS = { 2: "Happening now", 3: "Over", 4: "Cancelled" };

export function showEvents(context) {
  const { store } = context;
  const { guildId } = store.current;
  const list = element("div", { class: "events" });
  const { node } = openDialog("Scheduled events", list);
  const show = () => {
    const events = store.guild(guildId)?.events ?? [];
    const sorted = [...events].sort((one, other) => startOf(one) - startOf(other));
    const cards = sorted.map((event) => card(event, guildId, context));
    fill(list, cards.length ? cards : element("p", { class: "empty" }, "Nothing is planned."));
  };
  const ends = ["guild", "hello"].map((type) => store.on(type, show));
  node.addEventListener("close", () => ends.forEach((end) => end()));
  show();
}

const startOf = (event) => new Date(event.scheduled_start_time);

function card(event, guildId, context) {
  const { actions, tell, store, go } = context;
  const { interested = false } = event;
  const toggle = () => actions.interested(guildId, event.id, !interested).catch((refused) => tell(refused.message));
  const words = (text) => renderMarkdown(text, context, { headings: false });
  const open = () => go(event.channel_id);
  const channel = event.channel_id && store.channel(event.channel_id);
  const where = event.entity_metadata?.location;
  return element("article", { class: "event", "aria-label": event.name },
    element("div", { class: "event-when" },
      STATUS[event.status] && element("span", { class: "event-status" }, STATUS[event.status]),
      timeElement(startOf(event), "F", context), " · ", timeElement(startOf(event), "R", context)),
    element("h3", {}, event.name),
    event.description && element("div", { class: "markdown event-words" }, words(event.description)),
    element("div", { class: "event-foot" },
      channel
        ? element("button", { type: "button", class: "plain-button", on: { click: open } }, `#${channel.name}`)
        : element("span", { class: "event-where" }, where && words(where)),
      element("span", { class: "event-count" }, `${event.user_count} interested`),
      element("button", {
        type: "button", class: "plain-button", "aria-pressed": String(interested), on: { click: toggle },
      }, interested && "✓ ", "Interested")));
}
