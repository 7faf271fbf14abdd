// One option of a command as it is filled in.

import { element } from "./elements.js";
import { createChooser, takesFile } from "./files.js";
import { choicesOf, OptionType, readOption } from "./option_values.js";

/**
 * `events` are `entered(field)`, `typed(field)`, `left(field)`, `key(event, field)` and `changed(field)`. The field's
 * `read()` gives what `readOption` gives.
 */
export function optionField(option, context, events) {
  return option.type === OptionType.attachment
    ? new FileField(option, context, events)
    : new TextField(option, context, events);
}

class Field {
  choices = null;

  constructor(option, control) {
    this.option = option;
    this.control = control;
    this.node = element("label", { class: "option" },
      element("span", { class: "option-name" }, option.name), control);
  }

  focus() {
    this.control.focus();
  }

  mark(wrong) {
    this.node.classList.toggle("wrong", wrong);
    this.control.setAttribute("aria-invalid", String(wrong));
  }
}

class TextField extends Field {
  #picked = null;

  constructor(option, context, events) {
    const { name, required = false } = option;
    super(option, element("input", {
      type: "text",
      class: "option-text",
      autocomplete: "off",
      inputmode: { [OptionType.integer]: "numeric", [OptionType.number]: "decimal" }[option.type],
      "aria-label": name,
      "aria-autocomplete": "list",
      "aria-required": String(required),
    }));
    this.choices = choicesOf(option, context);
    const { control } = this;
    control.addEventListener("focus", () => events.entered(this));
    control.addEventListener("click", () => events.entered(this));
    control.addEventListener("blur", () => events.left(this));
    control.addEventListener("keydown", (event) => events.key(event, this));
    control.addEventListener("input", () => {
      this.#picked = null;
      events.typed(this);
    });
  }

  get text() {
    return this.control.value;
  }

  get isEmpty() {
    return this.text === "";
  }

  /** Whether it holds one of the lines that were offered. */
  get isPicked() {
    return this.#picked !== null;
  }

  type(text) {
    this.control.value = text;
  }

  pick(item) {
    this.#picked = item;
    this.control.value = item.label;
  }

  read() {
    return this.#picked ? { value: this.#picked.value } : readOption(this.option, this.text, this.choices);
  }
}

class FileField extends Field {
  #file = null;
  #tell;
  #events;

  constructor(option, { tell }, events) {
    const look = { type: "button", class: "option-file", "aria-label": `${option.name}: choose a file` };
    const control = element("button", look, "Choose a file");
    super(option, control);
    this.#tell = tell;
    this.#events = events;
    const chooser = createChooser(([file]) => this.take(file), { multiple: false });
    this.node.append(chooser.input);
    control.addEventListener("click", chooser.open);
    control.addEventListener("focus", () => events.entered(this));
    control.addEventListener("blur", () => events.left(this));
    control.addEventListener("keydown", (event) => event.key !== "Enter" && events.key(event, this));
  }

  text = "";

  get isEmpty() {
    return this.#file === null;
  }

  get isPicked() {
    return !this.isEmpty;
  }

  take(file) {
    if (!file || !takesFile(file, this.#tell)) return;
    this.#file = file;
    this.control.textContent = file.name;
    this.#events.changed(this);
  }

  read() {
    if (this.#file) return { value: this.#file };
    return this.option.required ? { problem: "This option is required. Specify a value" } : {};
  }
}
