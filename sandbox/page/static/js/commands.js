// Commands in the text box: the list while one types "/", then the chosen command with its options.

import { Autocomplete } from "./autocomplete.js";
import { fitting, slashCommands } from "./command_list.js";
import { element, fill, icon } from "./elements.js";
import { openForm } from "./form.js";
import { icons } from "./icons.js";
import { optionField } from "./option_field.js";
import { OptionType } from "./option_values.js";

/**
 * Shows the commands that fit, where the box holds "/" and a beginning; whether there are any. `use(command, typed)` is
 * called with the one chosen, or at once when its name was typed with a space behind it (and more, when pasted).
 */
export function suggestCommands(box, suggestions, commands, { store }, use) {
  const typed = /^\/([^\n]*)$/.exec(box.value)?.[1];
  if (typed === undefined) return false;
  const entries = slashCommands(commands);
  const named = entries.find(({ path }) => typed.startsWith(`${path} `));
  if (named) {
    suggestions.close();
    use(named, typed.slice(named.path.length + 1));
    return true;
  }
  const items = fitting(entries, typed.trimEnd())
    .map((command) => ({ label: `/${command.path}`, detail: command.description, command }));
  if (!items.length) return false;
  suggestions.show(box, store.application?.name ?? "Commands", items, ({ command }) => use(command));
  return true;
}

/**
 * The chosen command: `{node, isOn, enter(command, channelId, typed), leave(), focus(), addFile(file)}`. Of `events`,
 * `changed(isOn)` is called when it comes and goes, `left(text)` when the reader goes back to typing.
 */
export function createCommandMode(context, suggestions, events) {
  return new CommandMode(context, suggestions, events);
}

class CommandMode {
  #context;
  #suggestions;
  #events;
  #autocomplete;
  #command = null;
  #channelId = null;
  #fields = [];
  #busy = false;
  #help = element("div", { class: "command-help", role: "status" });
  #holder = element("div", { class: "command-fields" });
  #sendButton = button("Send command", icons.send, () => this.#send());

  constructor(context, suggestions, events) {
    this.#context = context;
    this.#suggestions = suggestions;
    this.#events = events;
    this.#autocomplete = new Autocomplete(context.actions);
    const row = element("div", { class: "command-row" }, this.#holder,
      button("Cancel command", icons.close, () => this.#cancel("")), this.#sendButton);
    this.node = element("div", { class: "command", role: "group", hidden: true }, this.#help, row);
    this.node.addEventListener("keydown", (event) => this.#commonKey(event));
  }

  get isOn() {
    return this.#command !== null;
  }

  /** `typed` was already typed behind the command's name; it goes into the first option. */
  enter(command, channelId, typed = "") {
    this.#command = command;
    this.#channelId = channelId;
    this.#fields = command.options.filter(({ required }) => required).map((option) => this.#field(option));
    this.node.hidden = false;
    this.node.setAttribute("aria-label", `Command /${command.path}`);
    this.#events.changed(true);
    this.#show();
    if (typed && this.#fields[0]?.type) this.#fields[0].type(typed);
    this.#explain();
    this.focus();
  }

  leave() {
    if (!this.isOn) return;
    this.#command = null;
    this.#fields = [];
    this.node.hidden = true;
    this.#autocomplete.stop();
    this.#suggestions.close();
    this.#events.changed(false);
  }

  /** The first field to fill in; without any, Enter sends. */
  focus() {
    const field = this.#fields.find((one) => one.isEmpty) ?? this.#fields[0];
    (field ?? this.#sendButton).focus();
  }

  /** A file that was dropped or pasted goes to the first option that takes one. */
  addFile(file) {
    const option = this.#command.options.find(({ type }) => type === OptionType.attachment);
    if (!option) {
      this.#context.tell("This command takes no files.");
      return;
    }
    const field = this.#fields.find((one) => one.option === option) ?? this.#add(option);
    field.take(file);
  }

  #field(option) {
    return optionField(option, this.#context, {
      entered: (field) => this.#entered(field),
      typed: (field) => this.#typed(field),
      left: () => this.#suggestions.close(),
      key: (event, field) => this.#key(event, field),
      changed: (field) => {
        field.mark(false);
        this.#explain(field);
      },
    });
  }

  #show() {
    const shown = new Set(this.#fields.map(({ option }) => option));
    const addable = this.#command.options.filter((option) => !shown.has(option));
    const add = (option) => () => this.#add(option).focus();
    const look = { type: "button", class: "add-option" };
    fill(this.#holder,
      element("span", { class: "command-name" }, `/${this.#command.path}`),
      this.#fields.map(({ node }) => node),
      addable.map((option) =>
        element("button", { ...look, title: option.description, "aria-label": `Add ${option.name}`,
          on: { click: add(option) } }, `+ ${option.name}`)));
  }

  #add(option) {
    const field = this.#field(option);
    this.#fields.push(field);
    this.#show();
    return field;
  }

  #remove(field) {
    this.#fields = this.#fields.filter((other) => other !== field);
    this.#autocomplete.stop();
    this.#show();
    this.#explain();
    (this.#fields.at(-1) ?? this.#sendButton).focus();
  }

  #entered(field) {
    this.#explain(field);
    if (field.isPicked) this.#suggestions.close();
    else this.#suggest(field);
  }

  #typed(field) {
    field.mark(false);
    this.#explain(field);
    this.#suggest(field);
  }

  #suggest(field) {
    const { option, text, choices, control } = field;
    const pick = (item) => {
      field.pick(item);
      field.mark(false);
      this.#explain(field);
      control.focus();
      this.#suggestions.close();
    };
    if (option.autocomplete) {
      const show = ({ items = [], failed }) => {
        if (document.activeElement !== control) return;
        const none = failed ? "Loading options failed" : "No options match your search";
        this.#suggestions.show(control, option.name, items, pick, none);
      };
      const asked = { channelId: this.#channelId, path: this.#command.path, name: option.name };
      this.#autocomplete.ask({ ...asked, options: this.#filled(field) }, show);
      return;
    }
    this.#autocomplete.stop();
    if (!choices) {
      this.#suggestions.close();
      return;
    }
    const wanted = text.trim().replace(/^[@#]/, "").toLowerCase();
    const items = choices.filter(({ label, detail }) => `${label} ${detail ?? ""}`.toLowerCase().includes(wanted));
    this.#suggestions.show(control, option.name, items, pick, "No options match your search");
  }

  /** What is filled in so far, for the bot that completes `focused`. */
  #filled(focused) {
    const others = this.#fields
      .filter((field) => field !== focused)
      .map((field) => [field.option.name, field.read().value])
      .filter(([, value]) => value !== undefined && !(value instanceof File));
    return { ...Object.fromEntries(others), [focused.option.name]: focused.text };
  }

  /** Says what the command or the option is about, and what is wrong with it. */
  #explain(field = null, problem = null) {
    const { path, description } = this.#command;
    const { name, description: about } = field?.option ?? { name: `/${path}`, description };
    fill(this.#help,
      element("strong", {}, name), " ", about,
      problem && element("div", { class: "trouble", role: "alert" }, problem));
  }

  #key(event, field) {
    if (event.isComposing) return;
    const tab = event.key === "Tab" && this.#suggestions.isOpen;
    if (this.#suggestions.take(event)) {
      if (tab) this.#fields[this.#fields.indexOf(field) + 1]?.focus();
      return;
    }
    if (event.key === "Backspace" && field.isEmpty) {
      event.preventDefault();
      if (!field.option.required) this.#remove(field);
      else if (field === this.#fields[0]) this.#cancel(`/${this.#command.path}`);
      else this.#fields[this.#fields.indexOf(field) - 1].focus();
    }
  }

  /** Keys that mean the same wherever one is in the command. */
  #commonKey(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const pressesButton = event.target.closest("button");
    if (event.key === "Enter" && !pressesButton) this.#send();
    else if (event.key === "Escape") this.#cancel("");
    else if (event.key === "Backspace" && pressesButton) this.#cancel(`/${this.#command.path}`);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #cancel(text) {
    this.leave();
    this.#events.left(text);
  }

  async #send() {
    if (this.#busy) return;
    const read = this.#fields.map((field) => ({ field, ...field.read() }));
    for (const { field, problem } of read) field.mark(Boolean(problem));
    const wrong = read.find(({ problem }) => problem);
    if (wrong) {
      wrong.field.focus();
      this.#explain(wrong.field, wrong.problem);
      return;
    }
    const options = Object.fromEntries(read
      .filter(({ value }) => value !== undefined)
      .map(({ field, value }) => [field.option.name, value]));
    await this.#run(options);
  }

  async #run(options) {
    const command = this.#command;
    this.#suggestions.close();
    this.#setBusy(true);
    try {
      const { form } = await this.#context.actions.command(this.#channelId, command.path, options);
      if (this.#command === command) this.#cancel("");
      if (form) openForm(form, this.#context);
    } catch (refused) {
      this.#context.tell(refused.message);
    } finally {
      this.#setBusy(false);
    }
  }

  #setBusy(is) {
    this.#busy = is;
    this.node.classList.toggle("busy", is);
    this.node.setAttribute("aria-busy", String(is));
  }
}

function button(label, path, click) {
  const look = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return element("button", { ...look, on: { click } }, icon(path));
}
