// Suggestions for "@" and "#" while a message is typed.

import { ChannelType } from "./store.js";
import { insertText } from "./writing.js";

const TYPED = /(?:^|\s)([@#])([^\s@#]{0,32})$/u;

/** Shows what fits before the cursor, where somebody types "@" or "#"; whether there is something. */
export function suggestMentions(box, suggestions, { store }) {
  const before = box.value.slice(0, box.selectionStart);
  const found = box.selectionStart === box.selectionEnd && TYPED.exec(before);
  if (!found) return false;
  const [, sign, typed] = found;
  const guild = store.guild(store.current.guildId);
  const candidates = sign === "@" ? [...members(guild), ...roles(guild)] : channels(guild);
  const wanted = typed.toLowerCase();
  const items = candidates.filter(({ label, detail }) => `${label} ${detail ?? ""}`.toLowerCase().includes(wanted));
  if (!items.length) return false;
  const start = box.selectionStart - typed.length - 1;
  const pick = ({ value }) => insertText(box, `${value} `, start, start + typed.length + 1);
  suggestions.show(box, sign === "@" ? "Members" : "Channels", items, pick);
  return true;
}

function members(guild) {
  return guild.members.map(({ user, nick }) => ({
    label: nick ?? user.global_name ?? user.username,
    detail: user.username,
    sign: "@",
    value: `<@${user.id}>`,
  }));
}

function roles(guild) {
  return guild.roles
    .filter((role) => role.mentionable && role.id !== guild.id)
    .map(({ id, name }) => ({ label: name, detail: "role", sign: "@", value: `<@&${id}>` }));
}

function channels(guild) {
  return guild.channels
    .filter(({ type }) => type !== ChannelType.category)
    .map(({ id, name }) => ({ label: name, sign: "#", value: `<#${id}>` }));
}
