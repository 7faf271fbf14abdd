// The bar above the conversation: where one is, and what can be shown besides.

import { element, fill, icon } from "./elements.js";
import { showEvents } from "./events.js";
import { icons } from "./icons.js";
import { showPins } from "./pins.js";
import { renderMarkdown } from "./markdown_view.js";
import { ChannelType, isThread } from "./store.js";
import { channelIcon } from "./channel_icon.js";
import { askForThread } from "./new_thread.js";

/** `drawers` as layout.js makes them. */
export function createHeader(context, drawers) {
  const { store } = context;
  const title = element("div", { class: "header-title" });
  const thread = button("New thread", icons.thread, () => askForThread(context));
  const pins = button("Pinned messages", icons.pin, () => showPins(context));
  const events = button("Scheduled events", icons.calendar, () => showEvents(context));
  const toggles = [
    ["side", button("Channels", icons.menu, () => drawers.toggle("side"))],
    ["members", button("Members", icons.people, () => drawers.toggle("members"))],
    ["traffic", button("Developer panel", icons.pulse, () => drawers.toggle("traffic"))],
  ];
  const [[, side], [, members], [, traffic]] = toggles;
  side.classList.add("only-narrow");
  events.classList.add("only-wide");

  function show() {
    const channel = store.channel(store.current.channelId);
    if (!channel) return;
    fill(title, place(channel, context));
    thread.hidden = channel.type !== ChannelType.text || !store.can(channel.id, "CREATE_PUBLIC_THREADS");
    pins.hidden = channel.type === ChannelType.forum;
    document.title = `${channel.name} – ${store.guild(store.current.guildId).name}`;
  }
  const showToggles = () => {
    for (const [name, toggle] of toggles) toggle.setAttribute("aria-pressed", String(drawers.isShown(name)));
  };
  for (const type of ["current", "channel", "guild"]) store.on(type, show);
  drawers.onChange(showToggles);
  showToggles();
  const buttons = [thread, pins, events, members, traffic];
  return element("header", { class: "header" }, side, title,
    element("div", { class: "header-buttons", role: "group", "aria-label": "Channel" }, buttons));
}

function place(channel, context) {
  const parent = isThread(channel) && context.store.channel(channel.parent_id);
  const topic = channel.type !== ChannelType.forum && channel.topic; // a forum shows it itself
  const toParent = () => context.go(parent.id);
  return [
    parent && element("button", {
      type: "button", class: "header-parent", "aria-label": parent.name, on: { click: toParent },
    }, channelIcon(parent), element("span", {}, parent.name)),
    parent && element("span", { class: "header-step", "aria-hidden": "true" }, "›"),
    element("h1", { class: "header-name" }, channelIcon(channel), element("span", {}, channel.name)),
    topic && element("div", { class: "header-topic", title: topic },
      renderMarkdown(topic, context, { headings: false })),
  ];
}

function button(label, path, click) {
  const properties = { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click } };
  return element("button", properties, icon(path));
}
