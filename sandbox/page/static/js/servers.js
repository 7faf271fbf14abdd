// The rail of servers at the very left.

import { element, fill } from "./elements.js";
import { ChannelType } from "./store.js";

export function createServers({ store, go }) {
  const node = element("nav", { class: "servers", "aria-label": "Servers" });
  const last = new Map();

  function open(guild) {
    const channels = guild.channels.filter(({ type }) => type === ChannelType.text);
    const wanted = store.channel(last.get(guild.id)) ?? channels.sort((one, other) => one.position - other.position)[0];
    if (wanted) go(wanted.id);
  }

  function show() {
    const { guildId } = store.current;
    fill(node, store.guilds.map((guild) => {
      const current = guild.id === guildId;
      const unread = guild.channels.some((channel) => store.unread(channel.id));
      const label = unread && !current ? `${guild.name}, unread` : guild.name;
      return element("div", { class: ["server", current && "current", unread && "unread"] },
        element("button", {
          type: "button", class: "server-button", title: guild.name, "aria-label": label,
          "aria-current": current && "true", on: { click: () => open(guild) },
        }, guild.icon_text));
    }));
  }

  store.on("current", ({ guildId, channelId }) => {
    last.set(guildId, channelId);
    show();
  });
  for (const type of ["hello", "guild", "message", "read"]) store.on(type, show);
  return node;
}
