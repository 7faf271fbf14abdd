// Starts the page: connects, builds every part once, and leads from channel to channel.

import { Actions } from "./actions.js";
import { Connection } from "./connection.js";
import { createLayout } from "./layout.js";
import { followAddress, readAddress, writeAddress } from "./address.js";
import { followMessageLinks } from "./message_links.js";
import { remembered } from "./remembered.js";
import { ChannelType, Store } from "./store.js";
import { startTheme } from "./theme.js";
import { tell } from "./toast.js";

startTheme();

const connection = new Connection(remembered.viewer);
const store = new Store(connection);
const actions = new Actions(connection);

/** What every part gets. `composer` joins when the layout is built. */
const context = { store, actions, tell, go, become, connection };

const layout = createLayout(context);
document.body.append(layout.node);
followMessageLinks(context);

/** Shows a channel, and in it a message. */
function go(channelId, messageId = null) {
  const guild = store.guildOf(channelId);
  if (!guild) {
    tell("You cannot see that channel.");
    return;
  }
  remembered.channel = channelId;
  writeAddress(guild.id, channelId, messageId);
  layout.closeDrawers();
  store.show(guild.id, channelId, messageId);
}

/** From now on as another member. */
async function become(userId) {
  try {
    await connection.become(userId);
  } catch (refused) {
    tell(refused.message);
  }
}

/** Where to be: what the address asks for, else where the reader was, else the first channel with text. */
function begin(asked) {
  const wanted = [asked.channelId, store.current.channelId, remembered.channel].find((id) => id && store.channel(id));
  const first = store.guilds
    .flatMap((guild) => guild.channels)
    .sort((one, other) => (one.position ?? 0) - (other.position ?? 0))
    .find((channel) => channel.type === ChannelType.text);
  const channelId = wanted ?? first?.id;
  if (channelId) go(channelId, channelId === asked.channelId ? asked.messageId : null);
}

let asked = readAddress();
store.on("hello", () => {
  remembered.viewer = store.viewer;
  layout.ready();
  begin(asked);
  asked = {};
});
store.on("closed", () => layout.lost());
for (const type of ["channel_gone", "guild"]) {
  store.on(type, () => {
    if (store.current.channelId && !store.channel(store.current.channelId)) begin({});
  });
}
followAddress(({ channelId, messageId }) => {
  if (channelId && store.connected) go(channelId, messageId);
});

connection.start();
