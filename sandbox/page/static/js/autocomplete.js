// Asks the bot what to offer while an option is typed.

const PAUSE_MS = 150;

/** Only the latest question counts: `told({items})` or `told({failed})` is called for it, after a pause. */
export class Autocomplete {
  #actions;
  #timer = null;
  #asked = 0;

  constructor(actions) {
    this.#actions = actions;
  }

  ask({ channelId, path, name, options }, told) {
    this.stop();
    const number = this.#asked;
    this.#timer = setTimeout(async () => {
      const answer = await this.#answer(channelId, path, name, options);
      if (number === this.#asked) told(answer);
    }, PAUSE_MS);
  }

  /** What was asked before is not wanted any more. */
  stop() {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  async #answer(channelId, path, name, options) {
    try {
      const choices = await this.#actions.complete(channelId, path, options, name);
      return { items: choices.map(({ name: label, value }) => ({ label, value })) };
    } catch {
      return { failed: true };
    }
  }
}
