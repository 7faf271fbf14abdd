// The rows of a timeline that are no messages.

import { channelIcon } from "./channel_icon.js";
import { element } from "./elements.js";
import { isThread } from "./store.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

export function renderRow(item, context) {
  return ROWS[item.kind](item, context);
}

const ROWS = {
  loading: () => element("div", { class: "loading", role: "status" }, "Loading older messages…"),
  day: ({ moment }) => element("div", { class: "day", role: "separator" }, element("span", {}, day.format(moment))),
  unread: () => element("div", { class: "unread-line", role: "separator" }, element("span", {}, "New")),
  start: ({ channel }, { store }) => {
    const owner = isThread(channel) && store.user(channel.owner_id);
    const channelWords = `This is the start of the #${channel.name} channel.`;
    const words = owner ? `Started by ${owner.global_name ?? owner.username}` : !isThread(channel) && channelWords;
    return element("div", { class: "start" },
      element("span", { class: "start-sign" }, channelIcon(channel)),
      element("h2", {}, isThread(channel) ? channel.name : `Welcome to #${channel.name}!`),
      words && element("p", {}, words));
  },
};
