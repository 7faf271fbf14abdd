// A forum: its posts as cards, the latest first.

import { askingForm, field, openDialog } from "./dialog.js";
import { element, fill, icon } from "./elements.js";
import { icons } from "./icons.js";
import { renderMarkdown } from "./markdown_view.js";
import { compareIds, isThread } from "./store.js";
import { timeElement } from "./timestamps.js";

const LONGEST_TITLE = 100;
const LONGEST_TEXT = 2000;

/** `{node, open(channel)}`. */
export function createForum(context) {
  const { store } = context;
  const node = element("div", { class: "forum", tabindex: 0 });
  let forumId = null;

  function show() {
    const forum = store.channel(forumId);
    if (!forum || !node.isConnected) return;
    const posts = store.guildOf(forumId).channels
      .filter((channel) => isThread(channel) && channel.parent_id === forumId)
      .sort((one, other) => compareIds(other.last_message_id ?? other.id, one.last_message_id ?? one.id));
    const ask = () => askForPost(forum, context);
    const create = element("button", { type: "button", class: "primary-button", on: { click: ask } },
      icon(icons.plus), "New post");
    fill(node,
      element("div", { class: "forum-head" },
        element("div", { class: "forum-guide" }, forum.topic && renderMarkdown(forum.topic, context)),
        store.can(forumId, "SEND_MESSAGES") && create),
      posts.length
        ? element("ul", { class: "forum-posts" }, posts.map((post) => card(post, context)))
        : element("p", { class: "empty" }, "There are no posts yet."));
  }

  for (const type of ["guild", "channel", "channel_gone", "message", "read"]) store.on(type, show);
  return {
    node,
    open: ({ id }) => {
      forumId = id;
      show();
    },
  };
}

function card(post, context) {
  const { store, go } = context;
  const count = post.message_count ?? 0;
  const owner = store.user(post.owner_id);
  const look = ["forum-post", store.unread(post.id) && "unread", post.archived && "archived"];
  return element("li", {},
    element("button", { type: "button", class: look, data: { id: post.id }, on: { click: () => go(post.id) } },
      element("span", { class: "forum-post-title" }, post.name),
      element("span", { class: "forum-post-foot" },
        owner && element("span", {}, owner.global_name ?? owner.username),
        element("span", {}, `${count} ${count === 1 ? "message" : "messages"}`),
        post.last_message_at && timeElement(new Date(post.last_message_at), "R", context),
        post.archived && element("span", {}, "closed"))));
}

function askForPost(forum, { store, actions, go }) {
  const title = element("input", { type: "text", required: true, maxlength: LONGEST_TITLE, autocomplete: "off" });
  const text = element("textarea", { required: true, maxlength: LONGEST_TEXT, rows: 6 });
  const form = askingForm("Post", [field("Title", title), field("Message", text)], async () => {
    const { channel_id: postId } = await actions.postInForum(forum.id, title.value, text.value);
    dialog.close();
    if (store.channel(postId)) go(postId);
  });
  const dialog = openDialog(`New post in ${forum.name}`, form);
  title.focus();
}
