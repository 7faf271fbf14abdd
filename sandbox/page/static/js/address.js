// Where the reader is, in the address bar: `#/guild/channel/message`, so that links and the back button work.

let written = "";

/** `{guildId, channelId, messageId}`; null for what the address does not say. */
export function readAddress() {
  const [, guildId = null, channelId = null, messageId = null] = location.hash.slice(1).split("/");
  return { guildId, channelId, messageId };
}

export function writeAddress(guildId, channelId, messageId) {
  written = `#/${[guildId, channelId, messageId].filter(Boolean).join("/")}`;
  if (location.hash !== written) location.hash = written;
}

/** Calls `listener` when the reader, not the page, changes the address. */
export function followAddress(listener) {
  window.addEventListener("hashchange", () => {
    if (location.hash === written) return;
    written = location.hash;
    listener(readAddress());
  });
}
