// Bottom left: who one is, and who else one can be.

import { avatar } from "./avatar.js";
import { element, fill, icon } from "./elements.js";
import { icons } from "./icons.js";
import { switchTheme, theme } from "./theme.js";

export function createPeople({ store, become }) {
  const menu = element("div", {
    class: "people-menu", popover: "auto", id: "people-menu", role: "menu", "aria-label": "Act as",
  });
  const me = element("button", { type: "button", class: "me", popovertarget: "people-menu", "aria-haspopup": "menu" });

  function show() {
    const current = store.people.find(({ id }) => id === store.viewer);
    if (!current) return;
    fill(me, face(current, store), words(current.name, current.note), icon(icons.switch));
    me.setAttribute("aria-label", `Acting as ${current.name}`);
    fill(menu, element("div", { class: "people-title" }, "Act as"), store.people.map((person) => choice(person)));
  }

  function choice(person) {
    const choose = () => {
      menu.hidePopover();
      if (person.id !== store.viewer) become(person.id);
    };
    return element("button", {
      type: "button", class: "person", role: "menuitemradio", "aria-checked": String(person.id === store.viewer),
      "aria-label": `${person.name}, ${person.note}`, on: { click: choose },
    }, face(person, store), words(person.name, person.note));
  }

  menu.addEventListener("keydown", moveWithArrows);
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") menu.querySelector("[aria-checked=true]")?.focus();
  });
  for (const type of ["hello", "guild"]) store.on(type, show);
  return element("section", { class: "user-area", "aria-label": "You" }, me, themeButton(), menu);
}

function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const choices = [...event.currentTarget.querySelectorAll("button")];
  const next = choices.indexOf(document.activeElement) + step;
  choices[(next + choices.length) % choices.length].focus();
}

function face(person, store) {
  const user = store.user(person.id) ?? { id: person.id, username: person.name };
  return element("span", { class: "avatar-place" }, avatar(user), element("span", { class: "presence" }));
}

function words(name, note) {
  return element("span", { class: "person-words" },
    element("span", { class: "person-name" }, name), element("span", { class: "person-note" }, note));
}

function themeButton() {
  const label = "Light theme";
  const node = element("button", { type: "button", class: "icon-button", "aria-label": label, title: label });
  const show = () => {
    node.setAttribute("aria-pressed", String(theme() === "light"));
    fill(node, icon(theme() === "light" ? icons.sun : icons.moon));
  };
  node.addEventListener("click", () => {
    switchTheme();
    show();
  });
  show();
  return node;
}
