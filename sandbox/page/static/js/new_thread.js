// Asks for a thread's name and starts it.

import { askingForm, field, openDialog } from "./dialog.js";
import { element } from "./elements.js";

const LONGEST_NAME = 100;

/** In the channel that is shown; from `message` where one is given. */
export function askForThread({ store, actions, go }, message = null) {
  const { channelId } = store.current;
  const name = element("input", { type: "text", required: true, maxlength: LONGEST_NAME, autocomplete: "off" });
  const form = askingForm("Create thread", [field("Thread name", name)], async () => {
    const { channel_id: threadId } = await actions.startThread(channelId, name.value, message?.id);
    dialog.close();
    if (store.channel(threadId)) go(threadId);
  });
  const dialog = openDialog("New thread", form);
  name.focus();
}
