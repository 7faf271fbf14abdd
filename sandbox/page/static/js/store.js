// What the page knows of the sandbox, as the member it acts as sees it. Everything that is drawn is drawn from here.

import { compareIds, History } from "./history.js";

export { compareIds };

export const ChannelType = { text: 0, category: 4, announcement: 5, publicThread: 11, privateThread: 12, forum: 15 };

const THREADS = new Set([10, ChannelType.publicThread, ChannelType.privateThread]);

export const isThread = (channel) => THREADS.has(channel.type);

/**
 * Listen with `on(type, listener)`. Types are those of the socket's events, told after the store has taken them in
 * ("message" has `fresh`: whether it was not known before), and besides: "current" (another channel is shown),
 * "history" `{channelId}` (a page was loaded), "read" (a channel was read), "open" and "closed" (the connection).
 */
export class Store {
  viewer = null;
  people = [];
  guilds = [];
  application = null;
  arxivDown = false;
  botConnected = true;
  connected = false;
  current = { guildId: null, channelId: null };

  #listeners = new Map();
  #histories = new Map();
  #read = new Map();
  #clock = { now: Date.now(), speed: 1, since: performance.now() };

  constructor(connection) {
    for (const [type, take] of Object.entries(this.#takers())) {
      connection.on(type, (event) => this.#tell(type, { ...event, ...take(event) }));
    }
  }

  /** Calls `listener(event)` for each event of the type; gives a function that ends it. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  guild(id) {
    return this.guilds.find((guild) => guild.id === id) ?? null;
  }

  /** A channel, thread or category that the viewer may see. */
  channel(id) {
    for (const guild of this.guilds) {
      const found = guild.channels.find((channel) => channel.id === id);
      if (found) return found;
    }
    return null;
  }

  guildOf(channelId) {
    return this.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId)) ?? null;
  }

  member(guildId, userId) {
    return this.guild(guildId)?.members.find((member) => member.user.id === userId) ?? null;
  }

  user(id) {
    for (const guild of this.guilds) {
      const member = this.member(guild.id, id);
      if (member) return member.user;
    }
    return null;
  }

  role(guildId, roleId) {
    return this.guild(guildId)?.roles.find((role) => role.id === roleId) ?? null;
  }

  /** A member's roles, highest first, without the one that everybody has. */
  rolesOf(guildId, member) {
    return member.roles
      .map((id) => this.role(guildId, id))
      .filter((role) => role && role.id !== guildId)
      .sort((one, other) => other.position - one.position);
  }

  /** The loaded messages of a channel, oldest first; private answers to the viewer are among them. */
  messages(channelId) {
    return this.#histories.get(channelId)?.messages ?? [];
  }

  message(channelId, messageId) {
    return this.#histories.get(channelId)?.find(messageId) ?? null;
  }

  history(channelId) {
    if (!this.#histories.has(channelId)) this.#histories.set(channelId, new History());
    return this.#histories.get(channelId);
  }

  /** The sandbox's time, running on at its speed since it was last told. */
  now() {
    const { now, speed, since } = this.#clock;
    return new Date(now + (performance.now() - since) * speed);
  }

  /** Whether the viewer has the permission there, by Discord's name ("SEND_MESSAGES"). */
  can(channelId, permission) {
    return this.channel(channelId)?.allowed?.includes(permission) ?? false;
  }

  unread(channelId) {
    const last = this.channel(channelId)?.last_message_id;
    return Boolean(last) && compareIds(last, this.lastRead(channelId)) > 0;
  }

  /** The id of the last message that was read there. */
  lastRead(channelId) {
    return this.#read.get(channelId) ?? "0";
  }

  markRead(channelId) {
    if (!this.unread(channelId)) return;
    this.#read.set(channelId, this.channel(channelId).last_message_id);
    this.#tell("read", { channelId });
  }

  /** Shows another channel; `messageId` is the message to go to. */
  show(guildId, channelId, messageId = null) {
    this.current = { guildId, channelId };
    this.#tell("current", { guildId, channelId, messageId });
  }

  /** Puts a page in place of what was loaded of the channel. */
  replaceHistory(channelId, messages, edges) {
    this.history(channelId).replace(messages, edges);
    this.#tell("history", { channelId });
  }

  /** Adds a page that touches the loaded ones; `edges` says `older` or `newer` where it is known now. */
  extendHistory(channelId, messages, edges) {
    const history = this.history(channelId);
    history.extend(messages);
    Object.assign(history, edges);
    this.#tell("history", { channelId });
  }

  #takers() {
    return {
      open: () => {},
      closed: () => void (this.connected = false),
      hello: (event) => this.#hello(event),
      guild: ({ guild }) => void (this.guilds = this.guilds.map((old) => (old.id === guild.id ? guild : old))),
      channel: ({ guild_id: guildId, channel }) => this.#putChannel(guildId, channel),
      channel_gone: ({ guild_id: guildId, channel_id: channelId }) => this.#dropChannel(guildId, channelId),
      message: ({ message }) => this.#putMessage(message),
      message_gone: (event) => this.#histories.get(event.channel_id)?.remove(event.message_id),
      clock: ({ now, speed }) => this.#setClock(now, speed),
      arxiv: ({ down }) => void (this.arxivDown = down),
      bot: ({ connected }) => void (this.botConnected = connected),
      traffic: () => {},
    };
  }

  #hello(event) {
    const firstTime = this.viewer === null;
    this.connected = true;
    this.viewer = event.viewer;
    this.people = event.people;
    this.guilds = event.guilds;
    this.application = event.application;
    this.arxivDown = event.arxiv_down;
    this.#setClock(event.clock.now, event.clock.speed);
    this.#histories.clear();
    const channels = this.guilds.flatMap((guild) => guild.channels);
    if (firstTime) for (const channel of channels) this.#read.set(channel.id, channel.last_message_id ?? "0");
  }

  #putChannel(guildId, channel) {
    const guild = this.guild(guildId);
    if (!guild) return;
    const known = guild.channels.some((old) => old.id === channel.id);
    guild.channels = known
      ? guild.channels.map((old) => (old.id === channel.id ? channel : old))
      : [...guild.channels, channel];
  }

  #dropChannel(guildId, channelId) {
    const guild = this.guild(guildId);
    if (guild) guild.channels = guild.channels.filter((channel) => channel.id !== channelId);
    this.#histories.delete(channelId);
  }

  #putMessage(message) {
    const channel = this.channel(message.channel_id);
    const fresh = this.history(message.channel_id).put(message);
    if (channel && compareIds(message.id, channel.last_message_id ?? "0") > 0) {
      channel.last_message_id = message.id;
      channel.last_message_at = message.timestamp;
    }
    return { fresh };
  }

  #setClock(now, speed) {
    this.#clock = { now: new Date(now).getTime(), speed, since: performance.now() };
  }

  #tell(type, event) {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
