// A form that the bot opened, over the page.

import { element, icon } from "./elements.js";
import { formInput, isRequired, newId } from "./form_inputs.js";
import { icons } from "./icons.js";
import { renderMarkdown } from "./markdown_view.js";

const ComponentType = { row: 1, text: 10, label: 18 };
const FAILED = "Something went wrong. Try again.";

let lastClosed = Promise.resolve();

/** `form` is what an action answers: `{token, title, components}`. Waits while another one is open. */
export function openForm(form, context) {
  const open = () => new Form(form, context).open();
  lastClosed = lastClosed.then(open, open); // one that could not be drawn holds up none after it
}

class Form {
  #form;
  #context;
  #fields = [];
  #trouble = element("div", { class: "form-trouble", role: "alert", hidden: true });
  #submit = element("button", { type: "submit", class: "primary-button" }, "Submit");
  #node;

  constructor(form, context) {
    this.#form = form;
    this.#context = context;
    const close = () => this.#node.close();
    const title = element("h2", { id: newId() }, form.title);
    const name = context.store.application?.name;
    this.#node = element("dialog", { class: "dialog form-dialog", "aria-labelledby": title.id },
      element("header", { class: "dialog-header" }, title,
        element("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
          icon(icons.close))),
      element("form", { class: "form", novalidate: true, on: { submit: (event) => this.#send(event) } },
        element("div", { class: "form-body" },
          name && element("p", { class: "form-from" }, `This form will be submitted to ${name}.`),
          form.components.map((component) => this.#part(component)),
          this.#trouble),
        element("footer", { class: "form-foot" },
          element("button", { type: "button", class: "plain-button", on: { click: close } }, "Cancel"),
          this.#submit)));
  }

  /** Resolves when it is closed again, sent or not. */
  open() {
    const closed = new Promise((resolve) => this.#node.addEventListener("close", resolve));
    document.body.append(this.#node);
    this.#node.showModal();
    this.#fields[0]?.input.focus();
    return closed.then(() => this.#node.remove());
  }

  #part(component) {
    const { type, components, component: inner } = component;
    if (type === ComponentType.row) return components.map((one) => this.#field(one, one.label, null));
    if (type === ComponentType.label) return this.#field(inner, component.label, component.description);
    if (type !== ComponentType.text) return null;
    return element("div", { class: "markdown" }, renderMarkdown(component.content, this.#context));
  }

  #field(component, label, description) {
    const name = newId();
    const input = formInput(component, this.#context, name);
    if (!input) return element("p", { class: "unknown-component" }, `Component of type ${component.type}`);
    const problem = element("p", { class: "trouble", role: "alert", hidden: true });
    const star = isRequired(component) && element("span", { class: "form-required", "aria-hidden": "true" }, " *");
    const title = element("div", { class: "form-label" }, element("span", { id: name }, label), star);
    title.addEventListener("click", () => input.focus());
    const node = element("div", { class: "form-field" },
      title,
      description && element("p", { class: "form-description" }, description),
      input.node,
      problem);
    node.addEventListener("input", () => (problem.hidden = true));
    this.#fields.push({ input, problem });
    return node;
  }

  /** Shows what is wrong at each input; whether there is nothing. */
  #check() {
    for (const { input, problem } of this.#fields) {
      problem.textContent = input.problem ?? "";
      problem.hidden = !input.problem;
    }
    this.#fields.find(({ input }) => input.problem)?.input.focus();
    return this.#fields.every(({ input }) => !input.problem);
  }

  async #send(event) {
    event.preventDefault();
    if (this.#submit.disabled || !this.#check()) return;
    this.#busy(true);
    try {
      const values = Object.fromEntries(this.#fields.map(({ input }) => [input.customId, input.value]));
      const { form: next } = await this.#context.actions.submit(this.#form, values);
      this.#node.close();
      if (next) openForm(next, this.#context);
    } catch (refused) {
      this.#trouble.replaceChildren(element("strong", {}, FAILED), ` ${refused.message}`);
      this.#trouble.hidden = false;
      this.#trouble.scrollIntoView({ block: "nearest" });
    } finally {
      this.#busy(false);
    }
  }

  #busy(is) {
    this.#submit.disabled = is;
    this.#submit.classList.toggle("busy", is);
    this.#submit.setAttribute("aria-busy", String(is));
    if (is) this.#trouble.hidden = true;
  }
}
