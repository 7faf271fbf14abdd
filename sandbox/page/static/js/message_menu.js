// What can be done with a message: buttons that appear over it, and a menu.

import { element, icon } from "./elements.js";
import { icons } from "./icons.js";
import { openMenu } from "./menu.js";
import { actionsOn, isPrivate, menuEntries } from "./message_entries.js";
import { below } from "./popup.js";

export { startEdit } from "./edit_message.js";

const LONG_PRESS_MS = 500;
const STILL_PIXELS = 10; // a finger that moves further scrolls
const OWN_MENU = "a[href], input, textarea"; // where the browser's own menu is of use
const MENU_WIDTH = 220;

/** Adds both to a drawn message. */
export function attachMessageMenu(article, message, context) {
  const open = async (place) => {
    const entries = await menuEntries(article, message, context);
    if (!entries.length || !article.isConnected) return;
    openMenu("Message menu", entries, place, () => article.classList.remove("menu-open"));
    article.classList.add("menu-open");
  };
  article.append(toolbar(article, message, context, open));
  article.addEventListener("contextmenu", (event) => {
    if (event.target.closest(OWN_MENU)) return;
    event.preventDefault();
    open(placeOf(event, article));
  });
  onLongPress(article, open);
}

function toolbar(article, message, context, open) {
  const { react, edit, reply, forward } = actionsOn(article, message, context);
  const more = button("Message menu", icons.more, () => open(below(more, MENU_WIDTH)));
  more.setAttribute("aria-haspopup", "menu");
  const wanted = isPrivate(message) ? [] : [react, edit, reply, forward];
  const quick = wanted.filter(Boolean).map(({ label, path, run }) => button(label, path, run));
  return element("div", { class: "message-tools", role: "group", "aria-label": "Message actions" }, quick, more);
}

function button(label, path, click) {
  const look = { type: "button", class: "message-tool", "aria-label": label, title: label };
  return element("button", { ...look, on: { click } }, icon(path));
}

/** Of the mouse, or beside what has the focus when a key asked. */
function placeOf(event, article) {
  if (event.clientX || event.clientY) return { x: event.clientX, y: event.clientY };
  const { left, top } = article.getBoundingClientRect();
  return { x: left + 72, y: top + 24 };
}

function onLongPress(article, open) {
  let timer = null;
  let start = null;
  const stop = () => clearTimeout(timer);
  article.addEventListener("pointerdown", (event) => {
    stop();
    if (event.pointerType !== "touch" || event.target.closest(OWN_MENU)) return;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => open(start), LONG_PRESS_MS);
  });
  article.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (start && Math.hypot(clientX - start.x, clientY - start.y) > STILL_PIXELS) stop();
  });
  for (const type of ["pointerup", "pointercancel", "contextmenu"]) article.addEventListener(type, stop);
}
