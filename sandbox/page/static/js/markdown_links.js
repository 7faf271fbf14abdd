// Links: `[label](address "title")`, bare addresses, and `<address>`.

const IN_BRACKETS = "<(https?://[^<>\\s]{1,2000})>";
const PLAIN = "(https?://(?:\\([^()\\s]*\\)|[^()\\s]){1,2000})";
const TITLE = `"([^"]{0,500})"|'([^']{0,500})'`;
const TARGET = new RegExp(`\\(\\s*(?:${IN_BRACKETS}|${PLAIN})(?:\\s+(?:${TITLE}))?\\s*\\)`, "iy");
const BARE = /https?:\/\/[^\s<]{1,2000}/iy;
const QUIET = /<(https?:\/\/[^\s<>]{1,2000})>/iy;
const LOOKS_LIKE_ADDRESS = /[a-z]:\/\//i;
const NOT_AT_THE_END = ".,:;\"'])";

/** Answers for one text where links begin and end. */
export class LinkFinder {
  #text;
  #closing = null;

  constructor(text) {
    this.#text = text;
  }

  /** `{label, url, title, end}`; null also where the label itself looks like an address, as Discord refuses that. */
  masked(place) {
    this.#closing ??= closingBrackets(this.#text);
    const close = this.#closing.get(place);
    if (close === undefined || close === place + 1 || this.#text[close + 1] !== "(") return null;
    TARGET.lastIndex = close + 1;
    const target = TARGET.exec(this.#text);
    const url = target && checked(target[1] ?? target[2]);
    const label = this.#text.slice(place + 1, close);
    if (!url || !label.trim() || LOOKS_LIKE_ADDRESS.test(label)) return null;
    return { label, url, title: target[3] ?? target[4] ?? null, end: TARGET.lastIndex };
  }

  /** `{shown, url, end}` of an address as it stands. */
  bare(place) {
    BARE.lastIndex = place;
    const found = BARE.exec(this.#text)?.[0];
    const shown = found && withoutPunctuation(found);
    const url = shown && checked(shown);
    return url ? { shown, url, end: place + shown.length } : null;
  }

  quiet(place) {
    QUIET.lastIndex = place;
    const shown = QUIET.exec(this.#text)?.[1];
    const url = shown && checked(shown);
    return url ? { shown, url, end: QUIET.lastIndex } : null;
  }
}

/** The address as the browser will open it, or null: nothing but http and https leads anywhere. */
export function checked(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

function withoutPunctuation(address) {
  let opened = address.split("(").length - 1;
  let closed = address.split(")").length - 1;
  let end = address.length;
  for (; end > 0 && NOT_AT_THE_END.includes(address[end - 1]); end -= 1) {
    if (address[end - 1] !== ")") continue;
    if (closed <= opened) break;
    closed -= 1;
  }
  return address.slice(0, end);
}

/** For each `[` the place of its `]`. */
function closingBrackets(text) {
  const closing = new Map();
  const open = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "[") open.push(at);
    else if (text[at] === "]" && open.length) closing.set(open.pop(), at);
  }
  return closing;
}
