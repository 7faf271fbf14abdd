// Where the viewer writes: messages, replies, files, and commands.

import { createCommandMode, suggestCommands } from "./commands.js";
import { startEdit } from "./edit_message.js";
import { element, icon } from "./elements.js";
import { pickEmoji } from "./emoji.js";
import { createChooser, createTray, takeDrops } from "./files.js";
import { icons } from "./icons.js";
import { suggestMentions } from "./mentions.js";
import { createReplyBar } from "./reply_bar.js";
import { Suggestions } from "./suggestions.js";
import { canWrite, growWithText, insertText, LONGEST_MESSAGE } from "./writing.js";

const COUNTED_FROM = 200; // characters left, from where on they are shown
const NOT_ALLOWED = "You do not have permission to send messages in this channel.";

/** `{node, open(channel), reply(message), editLast(), focus()}`. */
export function createComposer(context) {
  const composer = new Composer(context);
  return {
    node: composer.node,
    open: (channel) => composer.open(channel),
    reply: (message) => composer.reply(message),
    editLast: () => composer.editLast(),
    focus: () => composer.focus(),
  };
}

class Composer {
  #context;
  #channel = null;
  #drafts = new Map();
  #commands = [];
  #suggestions = new Suggestions();
  #reply;
  #tray;
  #chooser = createChooser((files) => this.#tray.add(files));
  #box = element("textarea", { class: "composer-text", rows: 1, "aria-autocomplete": "list" });
  #grow = growWithText(this.#box);
  #left = element("span", { class: "composer-left", hidden: true });
  #refusal = element("p", { class: "composer-refused", hidden: true }, NOT_ALLOWED);
  #commandMode;
  #attach;
  #row;
  #frame;

  constructor(context) {
    this.#context = context;
    this.#reply = createReplyBar(context, () => this.focus());
    this.#tray = createTray(context.tell, () => this.focus());
    this.#commandMode = createCommandMode(context, this.#suggestions, {
      changed: (isOn) => (this.#row.hidden = isOn),
      left: (text) => this.#leftCommand(text),
    });
    this.#attach = button("Attach files", icons.plus, () => this.#chooser.open());
    const emoji = button("Choose an emoji", icons.smile, () => this.#chooseEmoji(emoji));
    const send = button("Send message", icons.send, () => this.#send());
    send.classList.add("composer-send");
    this.#row = element("div", { class: "composer-row" },
      this.#attach, this.#chooser.input, this.#box, this.#left, emoji, send);
    this.#frame = element("div", { class: "composer-frame" },
      this.#reply.node, this.#tray.node, this.#row, this.#commandMode.node);
    this.node = element("div", { class: "composer" }, this.#suggestions.node, this.#frame, this.#refusal);
    this.#listen();
  }

  open(channel) {
    if (this.#channel?.id !== channel.id) {
      this.#keepDraft();
      this.#channel = channel;
      this.#commandMode.leave();
      this.#suggestions.close();
      this.#restoreDraft();
      if (window.matchMedia("(pointer: fine)").matches) this.focus();
    }
    this.#showWhatIsAllowed();
    this.#loadCommands();
  }

  reply(message) {
    this.#commandMode.leave();
    this.#reply.set(message);
    this.focus();
  }

  /** Edits the viewer's last message in sight of the loaded ones. */
  editLast() {
    const { store, go } = this.#context;
    const isWritten = ({ mine, content, command }) => mine && content && !command;
    const last = store.messages(this.#channel.id).findLast(isWritten);
    if (!last) return;
    const drawn = () => document.querySelector(`.message[data-id="${last.id}"]`);
    if (!drawn()) go(this.#channel.id, last.id);
    if (drawn()) startEdit(drawn(), last, this.#context);
  }

  focus() {
    if (this.#commandMode.isOn) this.#commandMode.focus();
    else this.#box.focus({ preventScroll: true });
  }

  #listen() {
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("click", () => this.#suggest());
    this.#box.addEventListener("blur", () => this.#suggestions.close());
    this.#box.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.#addFiles(event.clipboardData.files);
    });
    takeDrops(this.node, (files) => this.#addFiles(files));
    const { store } = this.#context;
    store.on("channel", () => this.#channel && this.#showWhatIsAllowed());
    store.on("guild", () => this.#channel && this.open(this.#channel));
    store.on("hello", () => this.#forget());
    store.on("message_gone", (event) => event.message_id === this.#reply.message?.id && this.#reply.set(null));
  }

  #key(event) {
    if (this.#suggestions.take(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !this.#box.value) {
      event.preventDefault();
      this.editLast();
    } else if (event.key === "Escape" && this.#reply.message) {
      event.preventDefault();
      this.#reply.set(null);
    }
  }

  #typed() {
    const left = LONGEST_MESSAGE - this.#box.value.length;
    this.#left.hidden = left > COUNTED_FROM;
    this.#left.textContent = left;
    this.#left.classList.toggle("too-long", left < 0);
    this.#suggest();
  }

  #suggest() {
    const use = (command, typed) => this.#useCommand(command, typed);
    if (suggestCommands(this.#box, this.#suggestions, this.#commands, this.#context, use)) return;
    if (!suggestMentions(this.#box, this.#suggestions, this.#context)) this.#suggestions.close();
  }

  async #send() {
    const { actions, tell } = this.#context;
    const text = this.#box.value;
    const { files } = this.#tray;
    const { message: answered, ping } = this.#reply;
    if (!text.trim() && !files.length) return;
    if (text.length > LONGEST_MESSAGE) {
      tell(`Your message is too long: it has ${text.length} of ${LONGEST_MESSAGE} characters.`);
      return;
    }
    const channelId = this.#channel.id;
    this.#fill({ text: "", files: [], reply: null });
    try {
      await actions.post(channelId, text.trim(), { replyTo: answered?.id ?? null, ping, files });
    } catch (refused) {
      tell(refused.message);
      if (this.#channel.id === channelId && !this.#box.value) this.#fill({ text, files, reply: answered });
    }
  }

  #useCommand(command, typed = "") {
    this.#fill({ text: "", files: [], reply: null });
    this.#commandMode.enter(command, this.#channel.id, typed);
  }

  /** Back to the text box, with `text` in it. */
  #leftCommand(text) {
    this.#fill({ text, files: [], reply: null });
    this.focus();
  }

  #chooseEmoji(anchor) {
    const { right, top } = anchor.getBoundingClientRect();
    pickEmoji({ x: right - 340, y: top - 400 }, (emoji) => insertText(this.#box, emoji));
  }

  #addFiles(files) {
    if (this.#commandMode.isOn) this.#commandMode.addFile(files[0]);
    else if (this.#attach.hidden) this.#context.tell("You may not attach files in this channel.");
    else this.#tray.add(files);
  }

  #showWhatIsAllowed() {
    const { store } = this.#context;
    const channel = store.channel(this.#channel.id) ?? this.#channel;
    const may = canWrite(store, channel.id);
    this.#frame.hidden = !may;
    this.#refusal.hidden = may;
    this.#attach.hidden = !store.can(channel.id, "ATTACH_FILES");
    const name = `Message #${channel.name}`;
    this.#box.setAttribute("aria-label", name);
    this.#box.setAttribute("placeholder", name);
  }

  async #loadCommands() {
    const { id } = this.#channel;
    this.#commands = [];
    try {
      const commands = await this.#context.actions.commands(id);
      if (this.#channel.id !== id) return;
      this.#commands = commands;
      if (this.#box.value.startsWith("/")) this.#suggest(); // typed sooner than they came
    } catch (refused) {
      this.#context.tell(refused.message);
    }
  }

  #fill({ text, files, reply }) {
    this.#box.value = text;
    this.#tray.set(files);
    this.#reply.set(reply);
    this.#left.hidden = true;
    this.#grow();
  }

  #keepDraft() {
    if (!this.#channel) return;
    const draft = { text: this.#box.value, files: this.#tray.files, reply: this.#reply.message };
    this.#drafts.set(this.#channel.id, draft);
  }

  #restoreDraft() {
    this.#fill(this.#drafts.get(this.#channel.id) ?? { text: "", files: [], reply: null });
  }

  /** Somebody else has other drafts. */
  #forget() {
    this.#drafts.clear();
    this.#commandMode.leave();
    this.#fill({ text: "", files: [], reply: null });
    this.#channel = null;
  }
}

function button(label, path, click) {
  const look = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return element("button", { ...look, on: { click } }, icon(path));
}
