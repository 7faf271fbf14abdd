// The sandbox's clock, and the switches for what can go wrong.

import { element } from "./elements.js";

const TICK_MS = 250;

const JUMPS = [
  ["hour", "+1 hour", "Moves the clock on by an hour"],
  ["day", "Next day", "Moves the clock on by 24 hours"],
  ["monday", "Next Monday 09:00", "Moves the clock on to the next Monday, 09:00 UTC"],
];

const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Folded, it shows the time and whether the bot is there; it unfolds its buttons and switches. */
export function createClock({ store, actions, tell }) {
  const face = createFace(store);
  const bot = createBotState(store);
  const jumps = createJumps(actions, tell);
  const arxiv = createArxivSwitch(store, actions, tell);
  const disconnect = element(
    "button",
    { type: "button", title: "Drops the bot's connection once; the bot comes back by itself" },
    "Disconnect Discord",
  );
  disconnect.addEventListener("click", () => whileBusy(disconnect, () => actions.disconnectBot(), tell));
  return element(
    "details",
    { class: "clock", open: window.matchMedia("(min-width: 900px) and (min-height: 600px)").matches },
    element("summary", { class: "clock-summary" }, face, bot),
    element("div", { class: "clock-controls" }, jumps, element("div", { class: "clock-row" }, arxiv, disconnect)),
  );
}

function createFace(store) {
  const date = element("span", { class: "clock-date" });
  const hours = element("span", { class: "clock-time" });
  const face = element("time", { class: "clock-face", "aria-label": "The sandbox's time" }, date, hours);
  const show = () => {
    const now = store.now();
    const text = time.format(now);
    if (hours.textContent === text && face.dateTime) return;
    date.textContent = day.format(now);
    hours.textContent = text;
    face.dateTime = now.toISOString();
  };
  show();
  for (const type of ["hello", "clock"]) store.on(type, show);
  setInterval(show, TICK_MS);
  return face;
}

function createBotState(store) {
  const words = element("span", { class: "clock-bot", role: "status" });
  const show = () => {
    const state = !store.connected ? "no sandbox" : store.botConnected ? "bot connected" : "bot away";
    if (words.textContent === state) return;
    words.textContent = state;
    words.classList.toggle("away", state !== "bot connected");
  };
  show();
  for (const type of ["hello", "bot", "closed"]) store.on(type, show);
  return words;
}

function createJumps(actions, tell) {
  const row = element("div", { class: "clock-row", role: "group", "aria-label": "Move the clock" });
  for (const [to, label, title] of JUMPS) {
    const button = element("button", { type: "button", title }, label);
    button.addEventListener("click", () => whileBusy(button, () => actions.moveClock(to), tell, row));
    row.append(button);
  }
  return row;
}

function createArxivSwitch(store, actions, tell) {
  const button = element(
    "button",
    { type: "button", role: "switch", class: "clock-switch", title: "While it is down, arXiv breaks every connection" },
    element("span", { class: "clock-track" }),
    "arXiv is down",
  );
  const show = () => button.setAttribute("aria-checked", String(store.arxivDown));
  show();
  for (const type of ["hello", "arxiv"]) store.on(type, show);
  button.addEventListener("click", () => whileBusy(button, () => actions.setArxivDown(!store.arxivDown), tell));
  return button;
}

/** Disables the button, or all in `group`, until the sandbox has answered. */
async function whileBusy(button, work, tell, group = null) {
  const all = group ? [...group.querySelectorAll("button")] : [button];
  for (const each of all) each.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (refused) {
    tell(refused.message);
  } finally {
    for (const each of all) each.disabled = false;
    button.removeAttribute("aria-busy");
    button.focus({ preventScroll: true });
  }
}
