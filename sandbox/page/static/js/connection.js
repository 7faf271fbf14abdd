// The one socket to the sandbox: requests with answers, and what happens there as it happens.

const AGAIN_MS = 1000;

/** What the sandbox refused, as a sentence for the reader. */
export class Refused extends Error {}

export class Connection {
  #socket = null;
  #next = 1;
  #waiting = new Map();
  #listeners = new Map();
  #viewer;

  /** `viewer` is the id of the member to act as; null leaves the choice to the sandbox. */
  constructor(viewer = null) {
    this.#viewer = viewer;
  }

  /** Calls `listener(event)` for each event of the type; "open" and "closed" are about the socket itself. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, []);
    this.#listeners.get(type).push(listener);
  }

  /** Connects, and again whenever the connection is lost. */
  start() {
    const address = new URL("/page/socket", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (this.#viewer) address.searchParams.set("as", this.#viewer);
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("open", () => this.#tell({ type: "open" }));
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", () => this.#lost());
  }

  /** From now on, and after a lost connection, as this member; a new "hello" comes. */
  become(viewer) {
    this.#viewer = viewer;
    return this.request("become", { user_id: viewer });
  }

  /** Asks the sandbox to do something; rejects with `Refused` when it says no or is not there. */
  request(what, parameters = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refused("The sandbox is not running. Start it again with make demo."));
    }
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#socket.send(JSON.stringify({ number, do: what, ...parameters }));
    });
  }

  #receive(event) {
    if (event.type !== "answer") {
      this.#tell(event);
      return;
    }
    const { resolve, reject } = this.#waiting.get(event.number);
    this.#waiting.delete(event.number);
    if (event.refused === undefined) resolve(event.result);
    else reject(new Refused(event.refused));
  }

  #tell(event) {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }

  #lost() {
    for (const { reject } of this.#waiting.values()) reject(new Refused("The connection to the sandbox was lost."));
    this.#waiting.clear();
    this.#tell({ type: "closed" });
    setTimeout(() => this.start(), AGAIN_MS);
  }
}
