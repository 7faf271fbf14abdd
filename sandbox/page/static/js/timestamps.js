// Moments in the reader's time zone. "Now" is the sandbox's clock.

import { element } from "./elements.js";

const FORMS = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const UNITS = [
  ["year", 365 * 86400], ["month", 30 * 86400], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1],
];
const DAY_MS = 86_400_000;
const AGAIN_MS = 1000;

/** What the moment looks like in one of Discord's styles ("R" is relative to `now`). */
export function written(moment, style, now) {
  return style === "R" ? relative(moment, now) : new Intl.DateTimeFormat(undefined, FORMS[style]).format(moment);
}

/** "in 2 hours", "3 days ago". */
export function relative(moment, now) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "always" }).format(Math.trunc(seconds / size), unit);
}

/** As in a message's header: "Today at 09:00", "Yesterday at …", else the date. */
export function headerTime(moment, now) {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / DAY_MS);
  if (days === 0) return `Today at ${written(moment, "t", now)}`;
  if (days === 1) return `Yesterday at ${written(moment, "t", now)}`;
  return written(moment, "s", now);
}

/** A `<time>` that shows the full moment when pointed at; relative ones stay true. */
export function timeElement(moment, style, context) {
  const show = () => written(moment, style, context.store.now());
  const title = written(moment, "F", null);
  const node = element("time", { class: "timestamp", datetime: moment.toISOString(), title }, show());
  if (style === "R") keepUp(node, () => (node.textContent = show()));
  return node;
}

const shown = new Map();
let ticking = null;

/** Calls `update` each second while the node is in the page. */
export function keepUp(node, update) {
  shown.set(new WeakRef(node), update);
  ticking ??= setInterval(tick, AGAIN_MS);
}

function tick() {
  for (const [reference, update] of shown) {
    const node = reference.deref();
    if (node?.isConnected) update();
    else shown.delete(reference);
  }
}
