// What the reader can do, as the member they act as. Each returns a promise; `Refused` carries the sentence to show.

const PIECE_BYTES = 0x8000; // as many arguments as a call surely takes

export class Actions {
  #connection;

  constructor(connection) {
    this.#connection = connection;
  }

  /** Messages of a channel, oldest first: `{messages, more}`; the newest, or those before or around an id. */
  read = (channelId, { before = null, around = null, limit = 100 } = {}) =>
    this.#ask("read", { channel_id: channelId, before, around, limit });

  /** The pinned messages, newest pin first. */
  pins = (channelId) => this.#ask("pins", { channel_id: channelId });

  /** `files` are `File` objects. */
  post = async (channelId, text, { replyTo = null, ping = true, files = [] } = {}) => {
    const uploads = await Promise.all(files.map(upload));
    return this.#ask("post", { channel_id: channelId, text, reply_to: replyTo, ping, files: uploads });
  };

  /** A new post in a forum; gives `{channel_id}`. */
  postInForum = (channelId, title, text) => this.#ask("post_in_forum", { channel_id: channelId, title, text });

  /** A thread, from a message or on its own; gives `{channel_id}`. */
  startThread = (channelId, name, messageId = null) =>
    this.#ask("start_thread", { channel_id: channelId, name, message_id: messageId });

  edit = (message, text) => this.#about("edit", message, { text });
  remove = (message) => this.#about("delete", message);
  dismiss = (message) => this.#about("dismiss", message);
  forward = (message, channelId) => this.#about("forward", message, { to: channelId });
  react = (message, emoji) => this.#about("react", message, { emoji });
  unreact = (message, emoji) => this.#about("unreact", message, { emoji });
  pin = (message) => this.#about("pin", message);
  unpin = (message) => this.#about("unpin", message);

  /** Answer ids of the poll; an empty list takes the vote back. */
  vote = (message, answerIds) => this.#about("vote", message, { answer_ids: answerIds });

  /** "Interested" below a scheduled event. */
  interested = (guildId, eventId, is) => this.#ask("interested", { guild_id: guildId, event_id: eventId, is });

  /** A button. Gives `{form}`: null, or the form that opened (as `submit` takes it). */
  click = (message, customId) => this.#about("click", message, { custom_id: customId });

  /** A menu; values as Discord sends them (ids of members, roles and channels as text). Gives `{form}`. */
  choose = (message, customId, values) => this.#about("choose", message, { custom_id: customId, values });

  /** Commands that the member may use there: Discord's command objects, sorted by name. */
  commands = (channelId) => this.#ask("commands", { channel_id: channelId });

  /**
   * `path` is "settings watch" for a subcommand; `options` name to value (ids as text; files as `File`).
   * Gives `{form}`.
   */
  command = async (channelId, path, options) =>
    this.#ask("command", { channel_id: channelId, path, options: await withUploads(options) });

  /** What autocomplete offers: a list of `{name, value}`. */
  complete = (channelId, path, options, focus) =>
    this.#ask("complete", { channel_id: channelId, path, options, focus });

  /** A command of a message's menu. Gives `{form}`. */
  useMenu = (message, name) => this.#about("menu", message, { name });

  /** Sends a form: values by the custom id of each input (text, boolean, or list of texts). Gives `{form}`. */
  submit = (form, values) => this.#ask("submit", { form: form.token, values });

  /** Moves the sandbox's clock on; `to` is "hour", "day" or "monday". Resolves when everything due has happened. */
  moveClock = (to) => this.#ask("move_clock", { to });

  setArxivDown = (down) => this.#ask("arxiv", { down });

  /** Drops the bot's gateway connection once; the bot comes back by itself. */
  disconnectBot = () => this.#ask("disconnect");

  #ask(what, parameters = {}) {
    return this.#connection.request(what, parameters);
  }

  #about(what, message, parameters = {}) {
    return this.#ask(what, { channel_id: message.channel_id, message_id: message.id, ...parameters });
  }
}

async function withUploads(options) {
  const entries = Object.entries(options).map(async ([name, value]) => [
    name,
    value instanceof File ? await upload(value) : value,
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function upload(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  }
  return { name: file.name, content: btoa(text) };
}
