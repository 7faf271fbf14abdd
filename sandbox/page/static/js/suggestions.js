// The list above the text box: commands, members, channels, and values of a command's options.

import { element, fill } from "./elements.js";

const MOST_SHOWN = 50;

let made = 0;

export class Suggestions {
  #list = element("div", { role: "listbox", class: "suggestions-list", id: `suggestions-${++made}` });
  #title = element("div", { class: "suggestions-title" });
  #input = null;
  #items = [];
  #at = 0;
  #pick = () => {};

  constructor() {
    this.node = element("div", { class: "suggestions", hidden: true }, this.#title, this.#list);
    this.node.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /**
   * Offers `items`, each `{label, detail, sign, value}`, to whoever types in `input`; `pick(item)` is called with the
   * one chosen. `none` is said where there are none.
   */
  show(input, title, items, pick, none = null) {
    this.#input = input;
    this.#items = items.slice(0, MOST_SHOWN);
    this.#pick = pick;
    this.#at = 0;
    this.#title.textContent = title;
    this.#list.setAttribute("aria-label", title);
    fill(this.#list, items.length
      ? this.#items.map((item, at) => this.#line(item, at))
      : element("p", { class: "suggestions-none" }, none));
    this.node.hidden = !items.length && none === null;
    input.setAttribute("aria-controls", this.#list.id);
    this.#mark();
  }

  close() {
    this.node.hidden = true;
    this.#items = [];
    this.#input?.removeAttribute("aria-activedescendant");
  }

  /** Takes a key of the input; whether it was one for the list. */
  take(event) {
    if (!this.isOpen || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (!this.#items.length) return false;
    else if (step) {
      this.#at = (this.#at + step + this.#items.length) % this.#items.length;
      this.#mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#choose(this.#items[this.#at]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #line(item, at) {
    const { label, detail, sign } = item;
    return element(
      "button",
      {
        type: "button",
        role: "option",
        tabindex: -1,
        class: "suggestion",
        id: `${this.#list.id}-${at}`,
        on: { click: () => this.#choose(item), pointermove: () => this.#point(at) },
      },
      sign && element("span", { class: "suggestion-sign", "aria-hidden": "true" }, sign),
      element("span", { class: "suggestion-label" }, label),
      detail && element("span", { class: "suggestion-detail" }, detail),
    );
  }

  #choose(item) {
    const pick = this.#pick;
    this.close();
    pick(item);
  }

  #point(at) {
    if (this.#at === at) return;
    this.#at = at;
    this.#mark();
  }

  #mark() {
    const lines = [...this.#list.querySelectorAll("[role=option]")];
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === this.#at)));
    const line = lines[this.#at];
    if (!line) {
      this.#input.removeAttribute("aria-activedescendant");
      return;
    }
    this.#input.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }
}
