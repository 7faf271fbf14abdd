// Short notices that go by themselves.

import { element } from "./elements.js";

const SHOWN_MS = 5000;

const place = element("div", { class: "toasts", role: "status", "aria-live": "polite" });

/** Tells the reader one sentence. */
export function tell(sentence) {
  if (!place.isConnected) document.body.append(place);
  const notice = element("div", { class: "toast" }, sentence);
  place.append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}
