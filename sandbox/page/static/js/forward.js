// Forwarding a message to other channels.

import { channelIcon } from "./channel_icon.js";
import { openDialog } from "./dialog.js";
import { element, fill } from "./elements.js";
import { excerpt } from "./reply.js";
import { ChannelType, isThread } from "./store.js";
import { canWrite } from "./writing.js";

const PLACES = new Set([ChannelType.text, ChannelType.announcement]);

/** Asks where to, and forwards it there. */
export function askWhereToForward(message, context) {
  const { store, actions, tell } = context;
  const chosen = new Set();
  const search = element("input", { type: "search", placeholder: "Search", "aria-label": "Search channels" });
  const list = element("div", { class: "forward-places" });
  const words = element("input", { type: "text", maxlength: 2000, autocomplete: "off",
    placeholder: "Add an optional message…", "aria-label": "Optional message" });
  const send = element("button", { type: "submit", class: "primary-button", disabled: true }, "Send");
  const trouble = element("p", { class: "trouble", role: "alert", hidden: true });
  const places = store.guild(store.current.guildId).channels
    .filter((channel) => (PLACES.has(channel.type) || isThread(channel)) && canWrite(store, channel.id));

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const fitting = places.filter(({ name }) => name.toLowerCase().includes(wanted));
    fill(list, fitting.length ? fitting.map(line) : element("p", { class: "empty" }, "No channels found"));
  }

  function line(channel) {
    const box = element("input", { type: "checkbox", checked: chosen.has(channel.id) });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(channel.id);
      else chosen.delete(channel.id);
      send.disabled = chosen.size === 0;
    });
    return element("label", { class: "forward-place" }, channelIcon(channel), element("span", {}, channel.name), box);
  }

  async function forward(event) {
    event.preventDefault();
    send.disabled = true;
    try {
      for (const channelId of [...chosen]) {
        await actions.forward(message, channelId);
        if (words.value.trim()) await actions.post(channelId, words.value);
        chosen.delete(channelId);
      }
      dialog.close();
      tell("Message forwarded.");
    } catch (refused) {
      trouble.textContent = refused.message;
      trouble.hidden = false;
      send.disabled = false;
    }
  }

  search.addEventListener("input", show);
  show();
  const dialog = openDialog("Forward message",
    element("form", { class: "forward", on: { submit: forward } },
      element("div", { class: "field" }, search),
      list,
      element("blockquote", { class: "forward-excerpt" }, excerpt(message, context)),
      element("div", { class: "field" }, words),
      trouble,
      send));
  search.focus();
}
