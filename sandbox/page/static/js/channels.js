// The list of a server's channels: categories, channels, and threads and forum posts below theirs.

import { channelIcon } from "./channel_icon.js";
import { element, fill, icon } from "./elements.js";
import { showEvents } from "./events.js";
import { icons } from "./icons.js";
import { keepFocus } from "./keep_focus.js";
import { ChannelType, compareIds, isThread } from "./store.js";

export function createChannels(context) {
  const { store } = context;
  const name = element("h2", { class: "guild-name" });
  const list = element("div", { class: "channel-list" });
  const folded = new Set();
  let drawn = "";

  function show() {
    const guild = store.guild(store.current.guildId);
    if (!guild) return;
    const groups = grouped(guild, store, folded);
    const events = guild.events.length;
    const state = JSON.stringify([guild.id, guild.name, events, groups]);
    if (state === drawn) return;
    drawn = state;
    name.textContent = guild.name;
    keepFocus(list, () => fill(list, eventsLine(events, context), groups.map((group) => drawGroup(group))));
  }

  function drawGroup({ id, name: category, isFolded, lines }) {
    const fold = () => {
      if (!folded.delete(id)) folded.add(id);
      show();
    };
    return element("div", { class: ["category", isFolded && "folded"] },
      id && element("button", {
        type: "button", class: "category-name", "aria-expanded": String(!isFolded), on: { click: fold },
      }, icon(icons.chevron), category),
      element("ul", { class: "channel-lines" }, lines.map((line) => drawLine(line, context))));
  }

  for (const type of ["hello", "current", "guild", "channel", "channel_gone", "message", "read"]) store.on(type, show);
  return element("nav", { class: "channels", "aria-label": "Channels" }, name, list);
}

/** The list as plain values, so that it is drawn again only when it looks different. */
function grouped(guild, store, folded) {
  const byPosition = (one, other) => (one.position ?? 0) - (other.position ?? 0) || compareIds(one.id, other.id);
  const channels = guild.channels.filter((channel) => !isThread(channel)).sort(byPosition);
  const categories = channels.filter(({ type }) => type === ChannelType.category);
  return [null, ...categories].map((category) => {
    const isFolded = folded.has(category?.id);
    const parentId = category?.id ?? null;
    const lines = channels
      .filter(({ type, parent_id: id = null }) => type !== ChannelType.category && id === parentId)
      .flatMap((channel) => [channel, ...threadsOf(channel, guild, store)])
      .map((channel) => line(channel, store))
      .filter((one) => !isFolded || one.current || one.unread);
    return { id: parentId, name: category?.name ?? null, isFolded, lines };
  });
}

/** Open ones, and the one that is being read; the latest first. */
function threadsOf(channel, guild, { current }) {
  const isListed = (thread) => thread.parent_id === channel.id && (!thread.archived || thread.id === current.channelId);
  const last = (thread) => thread.last_message_id ?? thread.id;
  return guild.channels
    .filter((thread) => isThread(thread) && isListed(thread))
    .sort((one, other) => compareIds(last(other), last(one)));
}

function line(channel, store) {
  const { id, name, type } = channel;
  return { id, name, type, current: id === store.current.channelId, unread: store.unread(id) };
}

function drawLine(channel, { go }) {
  const { id, name, current, unread } = channel;
  const look = ["channel", isThread(channel) && "thread", current && "current", unread && "unread"];
  return element("li", {},
    element("button", {
      type: "button", class: look, data: { id }, "aria-label": unread ? `${name}, unread` : name,
      "aria-current": current && "page", on: { click: () => go(id) },
    }, channelIcon(channel), element("span", { class: "channel-name" }, name)));
}

function eventsLine(count, context) {
  const label = count === 1 ? "1 Event" : `${count} Events`;
  const show = () => showEvents(context);
  return count > 0 && element("button", { type: "button", class: "channel events-line", on: { click: show } },
    icon(icons.calendar), element("span", { class: "channel-name" }, label));
}
