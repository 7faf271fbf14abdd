// What may be written where.

import { isThread } from "./store.js";

export const LONGEST_MESSAGE = 2000;

/** Whether the viewer may send messages there. */
export function canWrite(store, channelId) {
  const channel = store.channel(channelId);
  return Boolean(channel) && store.can(channelId, isThread(channel) ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES");
}

/** Keeps a text box as high as its text, as far as its style allows. */
export function growWithText(box) {
  const grow = () => {
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${box.scrollHeight}px`);
  };
  box.addEventListener("input", grow);
  return grow;
}

/** Puts text where the cursor is, in place of `[start, end)` of what is there. */
export function insertText(box, text, start = box.selectionStart, end = box.selectionEnd) {
  box.setRangeText(text, start, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}
