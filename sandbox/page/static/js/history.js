// The loaded messages of one channel: one unbroken stretch, in order of their ids.

/** Below, above or zero, as ids were given; they are too long for numbers. */
export function compareIds(one, other) {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export class History {
  /** Loaded messages, oldest first. Replaced, never changed, so that a reader may keep it and compare. */
  messages = [];
  /** Whether anything was read from the sandbox yet. */
  loaded = false;
  /** Whether the sandbox has messages before the first, or after the last, that are not here. */
  older = false;
  newer = false;

  /** Begins anew with a page; messages that did not change stay the objects they were. */
  replace(messages, { older, newer }) {
    this.messages = this.#merged([], messages);
    this.loaded = true;
    this.older = older;
    this.newer = newer;
  }

  /** Adds a page that touches what is here. */
  extend(messages) {
    this.messages = this.#merged(this.messages, messages);
  }

  /** Takes in a new or changed message, but for one beyond the loaded stretch; tells whether it is new here. */
  put(message) {
    const known = this.messages.some((old) => old.id === message.id);
    if (known) {
      this.messages = this.messages.map((old) => (old.id === message.id ? message : old));
    } else if (this.loaded && !this.newer && !this.#before(message)) {
      this.messages = [...this.messages, message].sort((one, other) => compareIds(one.id, other.id));
    }
    return !known;
  }

  remove(messageId) {
    this.messages = this.messages.filter((message) => message.id !== messageId);
  }

  find(messageId) {
    return this.messages.find((message) => message.id === messageId) ?? null;
  }

  #before(message) {
    return this.older && this.messages.length > 0 && compareIds(message.id, this.messages[0].id) < 0;
  }

  #merged(kept, fresh) {
    const old = new Map(this.messages.map((message) => [message.id, message]));
    const all = new Map(kept.map((message) => [message.id, message]));
    for (const message of fresh) {
      const before = old.get(message.id);
      all.set(message.id, before && JSON.stringify(before) === JSON.stringify(message) ? before : message);
    }
    return [...all.values()].sort((one, other) => compareIds(one.id, other.id));
  }
}
