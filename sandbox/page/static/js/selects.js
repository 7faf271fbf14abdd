// The five menus: a button that shows what is chosen, and a list with a search box that opens over the page.

import { element, fill } from "./elements.js";
import { candidatesOf } from "./select_candidates.js";

const SEARCHABLE = 8; // from so many lines on, a list of texts has a search box, as the others always have
const NOTHING_CHOSEN = "Make a selection";
const GAP = 4; // pixels
const HEIGHT = 340;

/**
 * A menu of a message or a form. `onChange(values)` is called when the reader has chosen (with several: on closing the
 * list). The element has `values` (as Discord sends them) and `problem` (a sentence, or null when enough is chosen).
 */
export function renderSelect(component, context, { onChange = () => {}, guildId = null } = {}) {
  const candidates = candidatesOf(component, context, guildId ?? context.store.current.guildId);
  const select = new Select(component, candidates, onChange);
  Object.defineProperty(select.node, "values", { get: () => [...select.chosen] });
  Object.defineProperty(select.node, "problem", { get: () => select.problem });
  return select.node;
}

class Select {
  #component;
  #candidates;
  #onChange;
  #button;
  #list;
  #search;
  #popover;
  #before = "";

  constructor(component, candidates, onChange) {
    this.#component = component;
    this.#candidates = candidates;
    this.#onChange = onChange;
    this.chosen = candidates.filter((one) => one.chosen).map((one) => one.value);
    this.#build();
    this.#show();
  }

  get #fewest() {
    return this.#component.min_values ?? 1;
  }

  get #most() {
    return this.#component.max_values ?? 1;
  }

  get problem() {
    if (this.chosen.length >= this.#fewest) return null;
    return this.#fewest === 1 ? "Choose one." : `Choose at least ${this.#fewest}.`;
  }

  #build() {
    const { placeholder, disabled, type } = this.#component;
    const name = placeholder || NOTHING_CHOSEN;
    this.#button = element("button", {
      type: "button",
      class: "select-button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": name,
      disabled,
    });
    this.#list = element("div", { role: "listbox", class: "select-list", "aria-multiselectable": this.#most > 1 });
    const searchable = type !== 3 || this.#candidates.length >= SEARCHABLE;
    const search = { type: "search", class: "select-search", placeholder: "Search", "aria-label": "Search" };
    this.#search = element("input", search);
    const parts = [searchable && this.#search, this.#list];
    this.#popover = element("div", { popover: "auto", class: "select-popover" }, parts);
    this.node = element("div", { class: "select" }, this.#button, this.#popover);
    this.#button.addEventListener("click", () => this.#popover.togglePopover());
    this.#search.addEventListener("input", () => this.#showList());
    this.#popover.addEventListener("beforetoggle", ({ newState }) => {
      if (newState === "open") this.#open();
      else this.#close();
    });
    this.#popover.addEventListener("toggle", ({ newState }) => newState === "open" && this.#focus());
    this.#popover.addEventListener("keydown", (event) => this.#move(event));
  }

  #open() {
    this.#before = this.chosen.join();
    this.#button.setAttribute("aria-expanded", "true");
    this.#search.value = "";
    this.#showList();
    this.#place();
  }

  #focus() {
    (this.#search.isConnected ? this.#search : this.#list.querySelector("[role=option]"))?.focus();
  }

  #close() {
    this.#button.setAttribute("aria-expanded", "false");
    if (this.chosen.join() !== this.#before && !this.problem) this.#onChange([...this.chosen]);
  }

  /** Under the button, or above it where there is more room. */
  #place() {
    const { left, top, bottom, width } = this.#button.getBoundingClientRect();
    const { style } = this.#popover;
    const below = window.innerHeight - bottom;
    const upwards = below < HEIGHT && top > below;
    style.setProperty("left", `${left}px`);
    style.setProperty("width", `${width}px`);
    style.setProperty("top", upwards ? "auto" : `${bottom + GAP}px`);
    style.setProperty("bottom", upwards ? `${window.innerHeight - top + GAP}px` : "auto");
    style.setProperty("max-height", `${Math.min(HEIGHT, (upwards ? top : below) - 2 * GAP)}px`);
  }

  #show() {
    const chosen = this.#candidates.filter(({ value }) => this.chosen.includes(value));
    const hint = this.#component.placeholder || NOTHING_CHOSEN;
    const placeholder = element("span", { class: "select-placeholder" }, hint);
    const labels = chosen.map(({ label, sign }) => element("span", {}, sign && `${sign} `, label));
    const arrow = element("span", { class: "select-arrow", "aria-hidden": "true" }, "⌄");
    fill(this.#button, chosen.length ? labels : placeholder, arrow);
    if (chosen.length) this.#button.setAttribute("aria-description", chosen.map(({ label }) => label).join(", "));
    else this.#button.removeAttribute("aria-description");
  }

  #showList() {
    const wanted = this.#search.value.trim().toLowerCase();
    const fits = ({ label, searched }) => `${label} ${searched}`.toLowerCase().includes(wanted);
    const options = this.#candidates.filter(fits).map((one) => this.#option(one));
    fill(this.#list, options.length ? options : element("p", { class: "select-none" }, "No results found"));
  }

  #option({ value, label, description, sign, colour }) {
    const selected = this.chosen.includes(value);
    const choose = () => this.#choose(value);
    const look = { type: "button", role: "option", class: "select-option", "aria-selected": String(selected) };
    return element(
      "button",
      { ...look, on: { click: choose } },
      sign && element("span", { class: "select-sign", "aria-hidden": "true" }, sign),
      element("span", { class: "select-label" },
        element("span", { style: colour ? { color: colour } : {} }, label),
        description && element("small", {}, description)),
      element("span", { class: "select-mark", "aria-hidden": "true" }, selected ? "✓" : ""),
    );
  }

  #choose(value) {
    const has = this.chosen.includes(value);
    if (this.#most === 1) {
      if (!has) this.chosen = [value];
      else if (this.#fewest === 0) this.chosen = [];
    } else if (has) this.chosen = this.chosen.filter((one) => one !== value);
    else if (this.chosen.length < this.#most) this.chosen = [...this.chosen, value];
    this.#show();
    if (this.#most === 1) {
      this.#popover.hidePopover();
      this.#button.focus();
      return;
    }
    const place = [...this.#list.children].indexOf(document.activeElement);
    this.#showList();
    this.#list.children[place]?.focus();
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") event.stopPropagation(); // closes the list alone, not the form around it
    if (!step) return;
    event.preventDefault();
    const options = [...this.#list.querySelectorAll("[role=option]")];
    const at = options.indexOf(document.activeElement);
    options[Math.max(0, Math.min(options.length - 1, at + step))]?.focus();
  }
}
