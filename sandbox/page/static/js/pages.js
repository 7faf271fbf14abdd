// Loads a channel's messages page by page, each page once.

const NEAR_PIXELS = 1500; // of the edge: time to have more

export function createPages({ store, actions, tell }) {
  const loading = new Map();

  /** One after the other for each channel; a refusal is told. */
  function load(channelId, work) {
    const before = loading.get(channelId) ?? Promise.resolve();
    const done = before.then(work).catch((refused) => tell(refused.message)).finally(() => {
      if (loading.get(channelId) === done) loading.delete(channelId);
    });
    loading.set(channelId, done);
    return done;
  }

  async function readLatest(channelId) {
    const { messages, more } = await actions.read(channelId);
    store.replaceHistory(channelId, messages, { older: more, newer: false });
  }

  async function readAround(channelId, messageId) {
    const { messages, more, newer } = await actions.read(channelId, { around: messageId });
    store.replaceHistory(channelId, messages, { older: more, newer });
  }

  async function readOlder(channelId) {
    const before = store.messages(channelId)[0].id;
    const { messages, more } = await actions.read(channelId, { before });
    store.extendHistory(channelId, messages, { older: more });
  }

  async function readNewer(channelId) {
    const { messages, newer } = await actions.read(channelId, { around: store.messages(channelId).at(-1).id });
    store.extendHistory(channelId, messages, { newer });
  }

  return {
    latest: (channelId) => load(channelId, () => readLatest(channelId)),
    around: (channelId, messageId) => load(channelId, () => readAround(channelId, messageId)),
    /** Reads on where the reader, so many pixels from the edges, will soon want more. */
    need: (channelId, { above, below }) => {
      const { loaded, older, newer, messages } = store.history(channelId);
      if (!loaded || messages.length === 0 || loading.has(channelId)) return;
      if (older && above < NEAR_PIXELS) load(channelId, () => readOlder(channelId));
      else if (newer && below < NEAR_PIXELS) load(channelId, () => readNewer(channelId));
    },
  };
}
