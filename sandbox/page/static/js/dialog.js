// A window over the page, closed by Escape, by its button, or by a click beside it.

import { element, icon } from "./elements.js";
import { icons } from "./icons.js";

/** Opens it; gives `{node, close}`. It is gone from the page when closed. */
export function openDialog(title, ...children) {
  const close = element("button", { type: "button", class: "icon-button", "aria-label": "Close" }, icon(icons.close));
  const node = element("dialog", { class: "dialog", "aria-label": title },
    element("header", { class: "dialog-header" }, element("h2", {}, title), close),
    element("div", { class: "dialog-body" }, children));
  close.addEventListener("click", () => node.close());
  node.addEventListener("click", (event) => event.target === node && node.close());
  node.addEventListener("close", () => node.remove());
  document.body.append(node);
  node.showModal();
  return { node, close: () => node.close() };
}

/** A line of one input with its label. */
export function field(label, input) {
  return element("label", { class: "field" }, element("span", { class: "field-label" }, label), input);
}

/** What a dialog asks for: `send` is called with the form when it is complete; a refusal is shown in it. */
export function askingForm(action, fields, send) {
  const trouble = element("p", { class: "trouble", role: "alert", hidden: true });
  const submit = element("button", { type: "submit", class: "primary-button" }, action);
  const form = element("form", { class: "asking" }, fields, trouble, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send();
    } catch (refused) {
      trouble.textContent = refused.message;
      trouble.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}
