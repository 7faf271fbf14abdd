// One line of the traffic, which unfolds to what was sent.

import { element } from "./elements.js";

const NAMES = { request: "REST", event: "event", arxiv: "arXiv", violation: "violation" };
const IDS = /\b\d{17,20}\b/g; // Discord's, which differ at their ends
const OUTCOME = / → (?=[^→]*$)/; // what stands before it may be cut, the status behind it is always seen

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });

/** `text()` is all there is to read in it, in small letters, to search in. */
export function createEntry(entry) {
  let searched = null;
  const [name, outcome] = entry.title.split(OUTCOME);
  const line = element(
    "button",
    { type: "button", class: "traffic-line", "aria-expanded": "false" },
    element("time", { datetime: entry.at }, time.format(new Date(entry.at))),
    element("span", { class: "traffic-kind" }, NAMES[entry.kind] ?? entry.kind),
    element("span", { class: "traffic-title", title: entry.title }, name.replace(IDS, (id) => `…${id.slice(-4)}`)),
    element("span", { class: "traffic-outcome" }, outcome),
  );
  const red = entry.red || entry.kind === "violation";
  const node = element("li", { class: ["traffic-entry", red && "red"], data: { kind: entry.kind } }, line);
  line.addEventListener("click", () => unfold(node, line, entry));
  const text = () => (searched ??= `${entry.title} ${JSON.stringify(entry.detail)}`.toLowerCase());
  return { kind: entry.kind, node, text };
}

function unfold(node, line, entry) {
  const folded = line.getAttribute("aria-expanded") === "false";
  line.setAttribute("aria-expanded", String(folded));
  if (!folded) {
    node.lastElementChild.remove();
    return;
  }
  const detail = element("pre", { class: "traffic-detail", tabindex: "0" }, JSON.stringify(entry.detail, null, 2));
  node.append(detail);
  node.scrollIntoView({ block: "nearest" });
}
