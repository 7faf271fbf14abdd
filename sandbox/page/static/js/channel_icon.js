// The sign before a channel's name.

import { icon } from "./elements.js";
import { icons } from "./icons.js";
import { ChannelType, isThread } from "./store.js";

export function channelIcon(channel) {
  if (isThread(channel)) return icon(icons.thread);
  if (channel.type === ChannelType.forum) return icon(icons.forum);
  return icon(channel.type === ChannelType.announcement ? icons.megaphone : icons.hash);
}
