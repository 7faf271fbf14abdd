// The page's parts and where they stand: lists on the left, the conversation, members and traffic on the right.

import { createChannels } from "./channels.js";
import { createClock } from "./clock.js";
import { createComposer } from "./composer.js";
import { element } from "./elements.js";
import { createForum } from "./forum.js";
import { createHeader } from "./header.js";
import { createMembers } from "./members.js";
import { createPeople } from "./people.js";
import { remembered } from "./remembered.js";
import { createServers } from "./servers.js";
import { ChannelType } from "./store.js";
import { createTimeline } from "./timeline.js";
import { createTraffic } from "./traffic.js";

const NO_ROOM_FOR_BOTH = "(max-width: 1499px)"; // members and traffic
const NARROW = { side: "(max-width: 767px)", members: "(max-width: 1099px)", traffic: "(max-width: 1099px)" };

/** `{node, ready(), lost(), closeDrawers()}`. */
export function createLayout(context) {
  const banner = element("div", { class: "banner", role: "alert", hidden: true });
  const panels = {
    side: element("div", { class: "side" },
      element("div", { class: "side-lists" }, createServers(context), createChannels(context)),
      createClock(context), createPeople(context)),
    members: createMembers(context),
    traffic: element("aside", { class: "traffic-side", "aria-label": "Developer panel" }, createTraffic(context)),
  };
  const drawers = createDrawers(panels);
  const conversation = createConversation(context);
  const main = element("main", { class: "main" },
    banner,
    createHeader(context, drawers),
    element("div", { class: "main-below" }, conversation, panels.members));
  const node = element("div", { class: "app" }, panels.side, main, panels.traffic, drawers.backdrop);
  return {
    node,
    ready: () => (banner.hidden = true),
    lost: () => {
      banner.textContent = "The sandbox is not running. Start it again with make demo; this page comes back by itself.";
      banner.hidden = false;
    },
    closeDrawers: drawers.close,
  };
}

function createConversation(context) {
  const { store } = context;
  const composer = createComposer(context);
  context.composer = composer;
  const timeline = createTimeline(context);
  const forum = createForum(context);
  const node = element("section", { class: "conversation", "aria-label": "Conversation" });
  store.on("current", ({ channelId, messageId }) => {
    const channel = store.channel(channelId);
    const isForum = channel.type === ChannelType.forum;
    const parts = isForum ? [forum.node] : [timeline.node, composer.node];
    if (node.firstChild !== parts[0]) node.replaceChildren(...parts);
    if (isForum) {
      forum.open(channel);
      return;
    }
    timeline.open(channel, messageId);
    composer.open(channel);
  });
  return node;
}

/**
 * Panels that can be put away. Where the window is wide they stand beside the conversation, and the browser remembers
 * which; where it is narrow one at a time slides over it.
 */
function createDrawers(panels) {
  const backdrop = element("button", { type: "button", class: "backdrop", "aria-label": "Close", hidden: true });
  const narrow = Object.fromEntries(Object.entries(NARROW).map(([name, query]) => [name, window.matchMedia(query)]));
  const oneOfBoth = window.matchMedia(NO_ROOM_FOR_BOTH);
  const listeners = [];
  let open = null;
  let opener = null;

  const isWanted = (name) => (remembered[name] ?? (name === "traffic" ? "hidden" : "shown")) === "shown";

  const isShown = (name) => {
    if (narrow[name].matches) return open === name;
    if (name === "side") return true;
    return isWanted(name) && !(name === "members" && oneOfBoth.matches && isWanted("traffic"));
  };

  function show() {
    for (const [name, panel] of Object.entries(panels)) {
      panel.classList.toggle("drawer", narrow[name].matches);
      panel.classList.toggle("away", !isShown(name));
      panel.inert = !isShown(name);
    }
    backdrop.hidden = open === null || !narrow[open].matches;
    for (const listener of listeners) listener();
  }

  function toggle(name) {
    if (narrow[name].matches) {
      toggleDrawer(name);
      return;
    }
    const shown = isShown(name);
    remembered[name] = shown ? "hidden" : "shown";
    if (name === "members" && !shown && oneOfBoth.matches) remembered.traffic = "hidden";
    show();
  }

  function toggleDrawer(name) {
    if (open === name) {
      close();
      return;
    }
    opener = document.activeElement;
    open = name;
    show();
    (panels[name].querySelector("button, a, input") ?? panels[name]).focus();
  }

  function close() {
    if (open === null) return;
    open = null;
    show();
    opener?.focus();
  }

  backdrop.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    const isForOther = event.defaultPrevented || document.querySelector("dialog[open], :popover-open");
    if (event.key === "Escape" && !isForOther) close();
  });
  for (const query of [...Object.values(narrow), oneOfBoth]) query.addEventListener("change", show);
  show();
  return { backdrop, toggle, close, isShown, onChange: (listener) => listeners.push(listener) };
}
