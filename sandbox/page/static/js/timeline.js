// The messages of the channel that is shown.

import { element, icon } from "./elements.js";
import { icons } from "./icons.js";
import { renderMessage } from "./message.js";
import { attachMessageMenu } from "./message_menu.js";
import { createPages } from "./pages.js";
import { excerpt } from "./reply.js";
import { nameOf } from "./markdown_view.js";
import { renderRow } from "./timeline_rows.js";
import { TimelineItems } from "./timeline_items.js";
import { VirtualList } from "./virtual_list.js";

const FLASH_MS = 2000;
const FAR_FROM_END_PIXELS = 1200;

/** `{node, open(channel, messageId)}`. */
export function createTimeline(context) {
  const { store } = context;
  const scroller = element("div", { class: "scroller", tabindex: 0, role: "feed" });
  const spoken = element("div", { class: "unseen", "aria-live": "polite" });
  const toPresent = element("button", { type: "button", class: "to-present", hidden: true });
  const node = element("div", { class: "timeline" }, scroller, toPresent, spoken);
  const items = new TimelineItems();
  const places = new Map();
  const pages = createPages(context);
  let channel = null;
  let unreadAfter = null;
  let resumed = null; // where the reader was there before
  let wanted = null; // the message to go to, once its page is there
  let changed = false;

  const list = new VirtualList(scroller, { render, moved, canReplace });

  function render(item) {
    if (item.kind !== "message") return renderRow(item, context);
    const article = renderMessage(item.message, context, { grouped: item.grouped });
    attachMessageMenu(article, item.message, context);
    return article;
  }

  /** Whoever edits a message keeps the text box as long as the text itself is the same. */
  function canReplace(row, old, item) {
    const focused = document.activeElement;
    const types = row.contains(focused) && focused.matches("textarea, [contenteditable=true]");
    return !types || old.message.content !== item.message.content;
  }

  function open(next, messageId) {
    if (channel && channel.id !== next.id) places.set(channel.id, list.place());
    const isOther = channel?.id !== next.id;
    channel = next;
    wanted = messageId;
    scroller.setAttribute("aria-label", `Messages in ${channel.name}`);
    if (isOther) unreadAfter = store.unread(channel.id) ? store.lastRead(channel.id) : null;
    resumed = places.get(channel.id) ?? null;
    if (isOther) list.reset(rows(), resumed);
    const { loaded } = store.history(channel.id);
    if (loaded) resumed = null;
    if (loaded && (!wanted || store.message(channel.id, wanted))) goToWanted();
    else if (wanted) loadWanted();
    else if (resumed) pages.around(channel.id, resumed.key);
    else pages.latest(channel.id);
  }

  const rows = () => items.of(channel, store.history(channel.id), unreadAfter);

  function show() {
    changed = false;
    if (!channel || store.current.channelId !== channel.id) return;
    if (resumed && store.history(channel.id).loaded) {
      list.reset(rows(), resumed);
      resumed = null;
    } else list.setItems(rows());
    goToWanted();
  }

  /** At most once for each frame, however many events came. */
  function showSoon() {
    if (changed) return;
    changed = true;
    requestAnimationFrame(show);
  }

  async function loadWanted() {
    const messageId = wanted;
    await pages.around(channel.id, messageId);
    if (wanted === messageId) context.tell("That message is not there any more.");
  }

  function goToWanted() {
    if (!wanted || !store.message(channel.id, wanted)) return;
    const row = list.toItem(wanted);
    wanted = null;
    row?.classList.add("flash");
    setTimeout(() => row?.classList.remove("flash"), FLASH_MS);
  }

  function moved() {
    if (!channel) return;
    const { newer } = store.history(channel.id);
    pages.need(channel.id, { above: list.above, below: list.below });
    if (list.atEnd && !newer && document.visibilityState === "visible") store.markRead(channel.id);
    toPresent.hidden = !newer && list.below < FAR_FROM_END_PIXELS && !(store.unread(channel.id) && !list.atEnd);
    const label = store.unread(channel.id) ? "New messages – jump to present" : "Jump to present";
    if (toPresent.dataset.label !== label) {
      toPresent.dataset.label = label;
      toPresent.replaceChildren(label, icon(icons.arrowDown));
    }
  }

  async function present() {
    if (store.history(channel.id).newer) await pages.latest(channel.id);
    show();
    list.toEnd();
  }

  function messageCame({ message, fresh }) {
    if (message.channel_id !== channel?.id) return;
    showSoon();
    if (!fresh) return;
    if (message.mine) requestAnimationFrame(present);
    else spoken.textContent = `${nameOf(message.author.id, context)}: ${excerpt(message, context)}`;
  }

  toPresent.addEventListener("click", present);
  store.on("message", messageCame);
  store.on("message_gone", (event) => event.channel_id === channel?.id && showSoon());
  store.on("history", ({ channelId }) => channelId === channel?.id && show());
  store.on("hello", () => {
    if (channel) places.set(channel.id, list.place());
    channel = null;
  });
  followDays(store, () => channel && list.redraw());
  document.addEventListener("visibilitychange", moved);
  return { node, open };
}

/** Calls `listener` when the sandbox's clock has come to another day: "Today" is "Yesterday" then. */
function followDays(store, listener) {
  let day = store.now().toDateString();
  store.on("clock", () => {
    const now = store.now().toDateString();
    if (now !== day) listener();
    day = now;
  });
}
