// From messages to the rows of a timeline: days, the line where the unread begins, and who follows whom.

import { compareIds } from "./history.js";

const GROUPED_MS = 7 * 60 * 1000;
const ORDINARY = new Set([0, 19, 20, 23]); // messages, replies, answers to slash and menu commands

/**
 * Rows `{key, kind, loose, …}` with kinds "start", "loading", "day" (`moment`), "unread" and "message" (`message`,
 * `grouped`). `unreadAfter` is the id of the last message read before, or null.
 */
export class TimelineItems {
  #messages = new WeakMap();
  #days = new WeakMap();
  #first = null;

  of(channel, { messages, older, loaded }, unreadAfter) {
    if (!loaded) return [];
    const items = [older ? { key: "loading", kind: "loading", loose: true } : this.#start(channel)];
    let before = null;
    let unreadShown = unreadAfter === null;
    for (const message of messages) {
      const newDay = !before || this.#day(before) !== this.#day(message);
      if (newDay) {
        const moment = new Date(message.timestamp);
        items.push({ key: `day ${this.#day(message)}`, kind: "day", moment, loose: true });
      }
      const beginsUnread = !unreadShown && !message.mine && compareIds(message.id, unreadAfter) > 0;
      if (beginsUnread) items.push({ key: "unread", kind: "unread", loose: true });
      unreadShown ||= beginsUnread;
      items.push(this.#item(message, !newDay && !beginsUnread && follows(before, message)));
      before = message;
    }
    return items;
  }

  #start(channel) {
    if (this.#first?.channel !== channel) this.#first = { key: "start", kind: "start", channel, loose: true };
    return this.#first;
  }

  /** The same object as long as the row looks the same. */
  #item(message, grouped) {
    const known = this.#messages.get(message);
    if (known?.grouped === grouped) return known;
    const item = { key: message.id, kind: "message", message, grouped, loose: false };
    this.#messages.set(message, item);
    return item;
  }

  /** The reader's calendar day, as a number that differs from day to day. */
  #day(message) {
    if (!this.#days.has(message)) this.#days.set(message, new Date(message.timestamp).setHours(0, 0, 0, 0));
    return this.#days.get(message);
  }
}

function follows(before, message) {
  if (!ORDINARY.has(before.type) || !ORDINARY.has(message.type)) return false;
  if (before.author.id !== message.author.id || message.type !== 0 || message.command) return false;
  return new Date(message.timestamp) - new Date(before.timestamp) < GROUPED_MS;
}
