// The pinned messages of a channel.

import { openDialog } from "./dialog.js";
import { element, fill } from "./elements.js";
import { renderMessage } from "./message.js";

export async function showPins(context) {
  const { store, actions, tell, go } = context;
  const { channelId } = store.current;
  let pins;
  try {
    pins = await actions.pins(channelId);
  } catch (refused) {
    tell(refused.message);
    return;
  }
  const list = element("div", { class: "pins" });
  const { close } = openDialog("Pinned messages", list);
  const empty = element("p", { class: "empty" }, "Nothing is pinned here yet.");
  const show = () => fill(list, pins.length ? pins.map(card) : empty);

  function card(message) {
    const jump = () => {
      close();
      go(channelId, message.id);
    };
    const unpin = async () => {
      try {
        await actions.unpin(message);
        pins = pins.filter(({ id }) => id !== message.id);
        show();
      } catch (refused) {
        tell(refused.message);
      }
    };
    const mayUnpin = store.can(channelId, "PIN_MESSAGES") || store.can(channelId, "MANAGE_MESSAGES");
    return element("div", { class: "pin" },
      element("div", { inert: true }, renderMessage(message, context)),
      element("div", { class: "pin-buttons" },
        element("button", { type: "button", class: "plain-button", on: { click: jump } }, "Jump"),
        mayUnpin && element("button", { type: "button", class: "plain-button", on: { click: unpin } }, "Unpin")));
  }

  show();
}
