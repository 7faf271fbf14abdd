// Who is in the server.

import { avatar } from "./avatar.js";
import { element, fill } from "./elements.js";
import { colourText } from "./embeds.js";

export function createMembers({ store }) {
  const list = element("div", { class: "member-list" });
  const node = element("aside", { class: "members", "aria-label": "Members", tabindex: -1 }, list);
  let drawn = "";

  function show() {
    const guild = store.guild(store.current.guildId);
    if (!guild) return;
    const state = JSON.stringify([guild.members, guild.roles, store.viewer]);
    if (state === drawn) return;
    drawn = state;
    fill(list, grouped(guild, store).map(([title, members]) => [
      element("h3", { class: "member-group" }, `${title} — ${members.length}`),
      element("ul", {}, members.map((member) => line(guild, member, store))),
    ]));
  }

  for (const type of ["hello", "current", "guild"]) store.on(type, show);
  return node;
}

/** As Discord: by the highest role that is shown apart, then all others. */
function grouped(guild, store) {
  const found = new Map();
  for (const role of [...guild.roles].sort((one, other) => other.position - one.position)) {
    if (role.hoist) found.set(role.id, [role.name, []]);
  }
  found.set("people", ["Members", []]).set("apps", ["Apps", []]);
  for (const member of guild.members) {
    const role = store.rolesOf(guild.id, member).find(({ hoist }) => hoist);
    found.get(role?.id ?? (member.user.bot ? "apps" : "people"))[1].push(member);
  }
  const groups = [...found.values()].filter(([, members]) => members.length > 0);
  return groups.map(([title, members]) => [title, members.sort(byName)]);
}

const nameOf = ({ nick, user }) => nick ?? user.global_name ?? user.username;
const byName = (one, other) => nameOf(one).localeCompare(nameOf(other));

function line(guild, member, store) {
  const { user, note } = member;
  const roles = store.rolesOf(guild.id, member);
  const coloured = roles.find(({ color }) => color);
  return element("li", { class: "member", title: user.username },
    element("span", { class: "avatar-place" }, avatar(user), element("span", { class: "presence" })),
    element("div", { class: "member-words" },
      element("div", { class: "member-name" },
        element("span", { style: coloured ? { color: colourText(coloured.color) } : {} }, nameOf(member)),
        user.bot && element("span", { class: "app-tag" }, "APP"),
        user.id === store.viewer && element("span", { class: "you" }, "you")),
      note && note !== "bot" && element("div", { class: "member-note" }, note),
      roles.length > 0 && element("div", { class: "member-roles" }, roles.map(chip))));
}

function chip({ name, color }) {
  return element("span", { class: "role-chip", style: color ? { "--role": colourText(color) } : {} }, name);
}
