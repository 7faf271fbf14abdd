// Everything between the bot and the sandbox as it happens, for whoever develops a bot.

import { element } from "./elements.js";
import { createEntry } from "./traffic_entry.js";

const MOST_SHOWN = 1000;
const NEAR_END_PX = 40;

const KINDS = [
  ["request", "Requests"],
  ["event", "Events"],
  ["arxiv", "arXiv"],
  ["violation", "Violations"],
];

/** A panel that asks the sandbox for its traffic while it can be seen, and only then. */
export function createTraffic({ store, connection }) {
  const list = createList();
  const bar = createBar(list);
  const latest = element("button", { type: "button", class: "traffic-latest", hidden: true }, "Jump to the latest");
  latest.addEventListener("click", () => list.follow());
  list.onChange = ({ following, violations }) => {
    latest.hidden = following;
    bar.count(violations);
  };
  const node = element("section", { class: "traffic", "aria-label": "Traffic" }, bar.node, list.node, latest);
  watch(node, store, connection, list);
  return node;
}

function watch(node, store, connection, list) {
  let seen = false;
  let early = null; // what comes before the answer, which is older
  const begin = async () => {
    early = [];
    try {
      const { entries } = await connection.request("traffic");
      list.add([...entries, ...early]);
    } catch {
      // The connection is gone; it begins again with the next "hello".
    }
    early = null;
  };
  store.on("traffic", ({ entries }) => (early ? early.push(...entries) : list.add(entries)));
  store.on("hello", () => {
    list.forget();
    if (seen) begin();
  });
  new IntersectionObserver((changes) => {
    const now = changes.at(-1).isIntersecting;
    if (now === seen) return;
    seen = now;
    if (!store.connected) return;
    if (seen) begin();
    else connection.request("traffic_off").catch(() => {});
  }).observe(node);
}

/** The bar above the list: kinds, text, pause, clear. */
function createBar(list) {
  const badge = element("span", { class: "traffic-badge", hidden: true });
  const kinds = KINDS.map(([kind, label]) => {
    const button = element("button", { type: "button", "aria-pressed": "true" }, label, kind === "violation" && [" ", badge]);
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      list.showKind(kind, shown);
    });
    return button;
  });
  const search = element("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the traffic" });
  search.addEventListener("input", () => list.showText(search.value));
  const pause = element("button", { type: "button", "aria-pressed": "false" }, "Pause");
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", String(paused));
    list.pause(paused);
  });
  const clear = element("button", { type: "button" }, "Clear");
  clear.addEventListener("click", () => list.clear());
  const count = (violations) => {
    badge.hidden = violations === 0;
    badge.textContent = String(violations);
  };
  const node = element(
    "div",
    { class: "traffic-bar" },
    element("h2", {}, "Traffic"),
    element("div", { class: "traffic-row" }, search, pause, clear),
    element("div", { class: "traffic-row", role: "group", "aria-label": "Kinds to show" }, kinds),
  );
  return { node, count };
}

/** The entries, newest at the bottom; the oldest go when there are more than a thousand. */
function createList() {
  const node = element("ol", { class: "traffic-list", "aria-label": "Requests and events", tabindex: "0" });
  const hidden = new Set();
  let entries = [];
  let waiting = [];
  let words = "";
  let newest = 0;
  let violations = 0;
  let paused = false;
  let following = true;
  let drawing = false;

  const self = { node, add, clear, follow, forget, pause, showKind, showText, onChange: () => {} };
  const changed = () => self.onChange({ following, violations });
  const isShown = (entry) => !hidden.has(entry.kind) && (words === "" || entry.text().includes(words));
  const refilter = () => {
    for (const entry of entries) entry.node.hidden = !isShown(entry);
    if (following) toEnd();
  };
  node.addEventListener("scroll", () => {
    following = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;
    changed();
  });
  return self;

  function toEnd() {
    node.scrollTop = node.scrollHeight;
  }

  function follow() {
    following = true;
    toEnd();
    changed();
  }

  function add(fresh) {
    for (const entry of fresh) {
      if (entry.id <= newest) continue;
      newest = entry.id;
      if (entry.kind === "violation") violations += 1;
      waiting.push(entry);
    }
    waiting = waiting.slice(-MOST_SHOWN);
    changed();
    draw();
  }

  /** Once for each frame that the browser shows, however many entries came. */
  function draw() {
    if (paused || drawing || waiting.length === 0) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      if (paused) return;
      const made = waiting.map(createEntry);
      waiting = [];
      for (const entry of made) entry.node.hidden = !isShown(entry);
      node.append(...made.map((entry) => entry.node));
      entries.push(...made);
      for (const old of entries.slice(0, -MOST_SHOWN)) old.node.remove();
      entries = entries.slice(-MOST_SHOWN);
      if (following) toEnd();
    });
  }

  function clear() {
    entries = [];
    waiting = [];
    violations = 0;
    node.replaceChildren();
    follow();
  }

  /** A sandbox that was started anew counts from one again. */
  function forget() {
    newest = 0;
    clear();
  }

  function pause(now) {
    paused = now;
    draw();
  }

  function showKind(kind, shown) {
    if (shown) hidden.delete(kind);
    else hidden.add(kind);
    refilter();
  }

  function showText(text) {
    words = text.trim().toLowerCase();
    refilter();
  }
}
