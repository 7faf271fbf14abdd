// What a menu offers: its own lines, or the members, roles and channels of the server.

import { colourText } from "./embeds.js";

const ComponentType = { text: 3, user: 5, role: 6, mentionable: 7, channel: 8 };
const CATEGORY = 4;

/** Each `{value, label, description, sign, colour, searched, chosen}`; `searched` is what else the search looks at. */
export function candidatesOf(component, context, guildId) {
  const guild = context.store.guild(guildId);
  const made = {
    [ComponentType.text]: () => (component.options ?? []).map(line),
    [ComponentType.user]: () => members(guild),
    [ComponentType.role]: () => roles(guild),
    [ComponentType.mentionable]: () => [...members(guild), ...roles(guild)],
    [ComponentType.channel]: () => channels(guild, component.channel_types ?? []),
  }[component.type]();
  const chosen = new Set((component.default_values ?? []).map(({ id }) => id));
  return made.map((one) => ({ searched: "", ...one, chosen: one.chosen ?? chosen.has(one.value) }));
}

function line({ label, value, description, emoji, default: chosen = false }) {
  const sign = emoji && (emoji.id ? `:${emoji.name}:` : emoji.name);
  return { value, label, description, sign, chosen, searched: description ?? "" };
}

function members(guild) {
  return (guild?.members ?? []).map(({ user, nick }) => {
    const label = nick ?? user.global_name ?? user.username;
    return { value: user.id, label, description: user.username, sign: "👤", searched: user.username };
  });
}

function roles(guild) {
  return (guild?.roles ?? [])
    .filter((role) => role.id !== guild.id)
    .map(({ id, name, color }) => ({ value: id, label: name, sign: "@", colour: color ? colourText(color) : null }));
}

function channels(guild, types) {
  return (guild?.channels ?? [])
    .filter(({ type }) => (types.length ? types.includes(type) : type !== CATEGORY))
    .map((channel) => ({ value: channel.id, label: channel.name, sign: "#" }));
}
