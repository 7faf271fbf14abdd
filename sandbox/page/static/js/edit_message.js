// Editing a message in its place, and deleting it.

import { openDialog } from "./dialog.js";
import { element } from "./elements.js";
import { renderMessage } from "./message.js";
import { growWithText, LONGEST_MESSAGE } from "./writing.js";

/** Replaces the text of the drawn message by a box: Enter saves, Escape cancels. */
export function startEdit(article, message, context) {
  if (article.querySelector(".edit")) return;
  const { actions, tell, composer } = context;
  const box = element("textarea", { class: "edit-text", rows: 1, maxlength: LONGEST_MESSAGE,
    "aria-label": "Edit message" });
  box.value = message.content;
  const node = element("div", { class: "edit" }, box,
    element("div", { class: "edit-hint" },
      "escape to ", hint("cancel", cancel), " • enter to ", hint("save", save)));
  const content = article.querySelector(".message-content");
  if (content) content.replaceWith(node);
  else article.querySelector(".message-body").append(node);
  article.classList.add("editing");

  function end() {
    if (content) node.replaceWith(content);
    else node.remove();
    article.classList.remove("editing");
    composer.focus();
  }

  function cancel() {
    end();
  }

  async function save() {
    const text = box.value.trim();
    if (text === message.content) return end();
    if (!text && !message.attachments?.length) return askToDelete(message, context);
    box.disabled = true;
    try {
      await actions.edit(message, text);
      return end();
    } catch (refused) {
      box.disabled = false;
      box.focus();
      return tell(refused.message);
    }
  }

  function key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const grow = growWithText(box);
  box.addEventListener("keydown", key);
  grow();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function hint(text, click) {
  return element("button", { type: "button", class: "text-link", on: { click } }, text);
}

/** Deletes the message when the reader means it. */
export function askToDelete(message, context) {
  const sure = () => {
    dialog.close();
    removeMessage(message, context);
  };
  const cancel = () => dialog.close();
  const confirm = element("button", { type: "button", class: "primary-button danger-button", on: { click: sure } },
    "Delete");
  const dialog = openDialog("Delete message",
    element("p", {}, "Are you sure you want to delete this message?"),
    element("div", { class: "shown-message", inert: true }, renderMessage(message, context)),
    element("div", { class: "dialog-buttons" },
      element("button", { type: "button", class: "plain-button", on: { click: cancel } }, "Cancel"),
      confirm));
  confirm.focus();
}

export async function removeMessage(message, { actions, tell }) {
  try {
    await actions.remove(message);
  } catch (refused) {
    tell(refused.message);
  }
}
