// Above the text box: whom the message will answer, and whether that pings them.

import { element, fill, icon } from "./elements.js";
import { icons } from "./icons.js";
import { nameOf } from "./markdown_view.js";

/** `{node, message, ping, set(message)}`; `message` is null when nobody is answered. */
export function createReplyBar(context, ended) {
  const node = element("div", { class: "reply-bar", hidden: true });
  let message = null;
  let ping = true;

  function set(answered) {
    message = answered;
    ping = true;
    node.hidden = message === null;
    if (message) show();
  }

  function show() {
    const jump = () => context.go(message.channel_id, message.id);
    const turn = () => {
      ping = !ping;
      show();
      node.querySelector(".ping").focus();
    };
    const end = () => {
      set(null);
      ended();
    };
    const own = message.author.id === context.store.viewer;
    const look = { type: "button", class: "ping", role: "switch", "aria-checked": String(ping), "aria-label": "Ping" };
    const title = `Click to ${ping ? "disable" : "enable"} pinging the original author.`;
    fill(node,
      element("button", { type: "button", class: "reply-target", on: { click: jump } },
        "Replying to ", element("strong", {}, nameOf(message.author.id, context))),
      !own && element("button", { ...look, title, on: { click: turn } }, ping ? "@ ON" : "@ OFF"),
      element("button", { type: "button", class: "icon-button", "aria-label": "Cancel reply", on: { click: end } },
        icon(icons.close)));
  }

  return {
    node,
    set,
    get message() {
      return message;
    },
    get ping() {
      return ping;
    },
  };
}
