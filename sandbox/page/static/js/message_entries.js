// What the viewer may do with a message.

import { openForm } from "./form.js";
import { askToDelete, removeMessage, startEdit } from "./edit_message.js";
import { pickEmoji } from "./emoji.js";
import { askWhereToForward } from "./forward.js";
import { icons } from "./icons.js";
import { askForThread } from "./new_thread.js";
import { ChannelType } from "./store.js";
import { isSystem } from "./system_message.js";
import { canWrite } from "./writing.js";

const PRIVATE = 1 << 6;
const MESSAGE_COMMAND = 3;
const WITH_THREADS = new Set([ChannelType.text, ChannelType.announcement]);

export const isPrivate = (message) => ((message.flags ?? 0) & PRIVATE) !== 0;

/** The single actions by name, each an entry for `openMenu`, or null where the viewer may not. */
export function actionsOn(article, message, context) {
  const { store, actions, tell, composer } = context;
  const { channel_id: channelId } = message;
  const mayWrite = canWrite(store, channelId);
  const ordinary = !isSystem(message) && !isPrivate(message);
  const told = (promise) => promise.catch((refused) => tell(refused.message));
  const entry = (may, label, path, run, danger = false) => (may ? { label, path, run, danger } : null);
  const text = message.content || article.querySelector(".message-body")?.innerText || "";
  return {
    react: entry(!isPrivate(message) && store.can(channelId, "ADD_REACTIONS"), "Add reaction", icons.smile, () =>
      pickEmoji(corner(article), (emoji) => told(actions.react(message, emoji)))),
    edit: entry(ordinary && isWritten(message), "Edit message", icons.pencil, () =>
      startEdit(article, message, context)),
    reply: entry(ordinary && mayWrite, "Reply", icons.reply, () => composer.reply(message)),
    forward: entry(ordinary, "Forward", icons.forward, () => askWhereToForward(message, context)),
    thread: entry(ordinary && mayStartThread(message, store), "Create thread", icons.thread, () =>
      askForThread(context, message)),
    pin: entry(ordinary && store.can(channelId, "PIN_MESSAGES"), message.pinned ? "Unpin message" : "Pin message",
      icons.pin, () => told(message.pinned ? actions.unpin(message) : actions.pin(message))),
    copyText: entry(text && !isSystem(message), "Copy text", icons.copy, () => copy(text, tell)),
    copyLink: entry(!isPrivate(message), "Copy message link", icons.link, () => copy(linkTo(message, store), tell)),
    dismiss: entry(isPrivate(message), "Dismiss message", icons.close, () => told(actions.dismiss(message))),
    remove: entry(mayDelete(message, store), "Delete message", icons.trash, (event) =>
      event.shiftKey ? removeMessage(message, context) : askToDelete(message, context), true),
  };
}

/** All of them in the menu's order, with the commands of apps. */
export async function menuEntries(article, message, context) {
  const on = actionsOn(article, message, context);
  const apps = isPrivate(message) || isSystem(message) ? [] : await messageCommands(message, context);
  const submenu = apps.length > 0 && { label: "Apps", entries: apps };
  const { react, edit, reply, forward, thread, pin, copyText, copyLink, dismiss, remove } = on;
  return [react, edit, reply, forward, thread, pin, submenu, copyText, copyLink, dismiss, remove].filter(Boolean);
}

async function messageCommands(message, context) {
  const { actions, tell } = context;
  try {
    const commands = await actions.commands(message.channel_id);
    return commands
      .filter(({ type }) => type === MESSAGE_COMMAND)
      .map(({ name }) => ({ label: name, path: icons.apps, run: () => use(message, name, context) }));
  } catch (refused) {
    tell(refused.message);
    return [];
  }
}

async function use(message, name, context) {
  try {
    const { form } = await context.actions.useMenu(message, name);
    if (form) openForm(form, context);
  } catch (refused) {
    context.tell(refused.message);
  }
}

/** Written by the viewer, and not a forward or an answer of a command. */
function isWritten(message) {
  return Boolean(message.mine) && !message.message_snapshots?.length && !message.poll && !message.command;
}

function mayStartThread(message, store) {
  const channel = store.channel(message.channel_id);
  return WITH_THREADS.has(channel?.type) && !message.thread && store.can(channel.id, "CREATE_PUBLIC_THREADS");
}

function mayDelete(message, store) {
  if (isPrivate(message)) return false;
  return Boolean(message.mine) || store.can(message.channel_id, "MANAGE_MESSAGES");
}

function linkTo(message, store) {
  const address = new URL(location.href);
  address.hash = `#/${store.guildOf(message.channel_id).id}/${message.channel_id}/${message.id}`;
  return address.href;
}

async function copy(text, tell) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch {
    tell("The browser does not allow copying here.");
  }
}

function corner(article) {
  const { right, top } = article.getBoundingClientRect();
  return { x: right - 340, y: top + 24 };
}
