// A menu: lines to press, reached with the arrow keys.

import { element, icon } from "./elements.js";
import { icons } from "./icons.js";
import { openPopup } from "./popup.js";

/**
 * Entries are `{label, path, run(event), danger}` with the path of an icon, or `{label, entries}` for a menu of its own
 * beside it. `closed()` is called when the menu is gone.
 */
export function openMenu(label, entries, place, closed) {
  const node = element("div", { class: "menu", role: "menu", "aria-label": label });
  const done = (run) => (event) => {
    close();
    run(event);
  };
  node.append(...entries.flatMap((entry) => (entry.entries ? submenu(entry, done) : [line(entry, done)])));
  node.addEventListener("keydown", (event) => move(event, node, close));
  node.addEventListener("pointerover", ({ target, pointerType }) => {
    const pointed = pointerType === "mouse" && target.closest(".menu-line");
    if (!pointed) return;
    pointed.focus({ preventScroll: true });
    if (pointed.parentNode === node && !pointed.hasAttribute("aria-haspopup")) fold(node);
  });
  const close = openPopup(node, place, closed);
  node.querySelector("button").focus({ preventScroll: true });
}

function line({ label, path, run, danger }, done) {
  const look = { type: "button", role: "menuitem", tabindex: -1, class: ["menu-line", danger && "danger"] };
  return element("button", { ...look, on: { click: done(run) } },
    element("span", { class: "menu-label" }, label), icon(path));
}

/** The line, and the menu beside it (below it on a phone), which opens by pointing, a press or the right arrow. */
function submenu({ label, entries }, done) {
  const inner = element("div", { class: "menu submenu", role: "menu", "aria-label": label, hidden: true },
    entries.map((entry) => line(entry, done)));
  const look = { type: "button", role: "menuitem", tabindex: -1, class: "menu-line", "aria-haspopup": "menu" };
  const head = element("button", { ...look, "aria-expanded": "false" },
    element("span", { class: "menu-label" }, label), icon(icons.chevron));
  const open = () => {
    if (!inner.hidden) return;
    inner.hidden = false;
    head.setAttribute("aria-expanded", "true");
    putBeside(inner, head);
  };
  head.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && open());
  head.addEventListener("click", () => {
    open();
    inner.querySelector("button").focus();
  });
  return [head, inner];
}

function putBeside(inner, head) {
  const { left, right, top } = head.getBoundingClientRect();
  const { width, height } = inner.getBoundingClientRect();
  const fits = right + width + 8 < window.innerWidth;
  inner.style.setProperty("--x", `${fits ? right + 4 : left - width - 4}px`);
  inner.style.setProperty("--y", `${Math.max(8, Math.min(top - 7, window.innerHeight - height - 8))}px`);
}

function fold(node) {
  for (const inner of node.querySelectorAll(".submenu")) inner.hidden = true;
  for (const head of node.querySelectorAll("[aria-expanded]")) head.setAttribute("aria-expanded", "false");
}

function move(event, node, close) {
  const focused = document.activeElement;
  const level = focused.parentNode;
  const lines = [...level.children].filter((child) => child.matches("button"));
  const at = lines.indexOf(focused);
  const goals = {
    ArrowDown: () => lines[(at + 1) % lines.length].focus(),
    ArrowUp: () => lines[(at + lines.length - 1) % lines.length].focus(),
    Home: () => lines[0].focus(),
    End: () => lines.at(-1).focus(),
    ArrowRight: () => focused.getAttribute("aria-haspopup") && focused.click(),
    ArrowLeft: () => {
      if (level === node) return;
      level.previousSibling.focus();
      fold(node);
    },
    Tab: close,
  };
  if (!(event.key in goals)) return;
  event.preventDefault();
  goals[event.key]();
}
