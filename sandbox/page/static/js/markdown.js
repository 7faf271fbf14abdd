// Discord's markdown, from text to a tree. Rules: https://docs.discord.com/developers/reference#message-formatting and
// https://support.discord.com/hc/en-us/articles/210298617. No DOM here.

import { blockAt } from "./markdown_blocks.js";
import { CodeFinder } from "./markdown_code.js";
import { LinkFinder } from "./markdown_links.js";
import { Marks } from "./markdown_marks.js";

const DEEPEST = 12; // marks within marks; deeper ones stay as they are
const DEEPEST_LIST = 8;
const LATEST_SECONDS = 8.64e12; // what a Date can hold

const PLAIN = /[^\\*_~|`[<@hH\n]+/y;
const ESCAPE = /\\([^0-9A-Za-z\s])/y;
const EVERYONE = /@(?:everyone|here)/y;

/** What stands in angle brackets; each gives a node, or null where it only looks like one. */
const BRACKETED = [
  [/<@!?(\d{1,20})>/y, ([, id]) => ({ type: "user", id })],
  [/<@&(\d{1,20})>/y, ([, id]) => ({ type: "role", id })],
  [/<#(\d{1,20})>/y, ([, id]) => ({ type: "channel", id })],
  [/<\/([^\s<>:][^<>:]{0,99}):\d{1,20}>/y, ([, name]) => ({ type: "command", name })],
  [/<a?:(\w{2,32}):\d{1,20}>/y, ([, name]) => ({ type: "emoji", name })],
  [/<id:(browse|customize|guide|home)>/y, ([, place]) => ({ type: "place", place })],
  [/<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>/y, timestamp],
];

const WHOLE = { blocks: true, headings: true, quotes: true, links: true, depth: 0 };

/**
 * The nodes of a message's text. Every node has a `type`; "text", "code" and "codeBlock" have `text`, and what contains
 * more has `children` (a list `items`, each with `children`). `headings: false` leaves lines with # and -# as they are.
 */
export function parseMarkdown(text, { headings = true } = {}) {
  return parse(text, { ...WHOLE, headings });
}

function parse(text, scope) {
  return scope.depth > DEEPEST ? [{ type: "text", text }] : new Reader(text, scope).read();
}

class Reader {
  #text;
  #scope;
  #place = 0;
  #nodes = [];
  #marks;
  #code;
  #links;

  constructor(text, scope) {
    this.#text = text;
    this.#scope = scope;
    this.#marks = new Marks(text);
    this.#code = new CodeFinder(text);
    this.#links = new LinkFinder(text);
  }

  read() {
    while (this.#place < this.#text.length) {
      if (!this.#block() && !this.#plain()) this.#special();
    }
    return this.#nodes;
  }

  #block() {
    const starts = this.#place === 0 || this.#text[this.#place - 1] === "\n";
    const found = this.#scope.blocks && starts ? blockAt(this.#text, this.#place, this.#scope) : null;
    if (!found) return false;
    const { source, items, end, ...node } = found;
    if (items) {
      this.#nodes.push(...listTrees(items, (one) => this.#inside(one)));
    } else {
      const changes = node.type === "quote" ? { quotes: false } : INLINE;
      this.#nodes.push({ ...node, children: this.#inside(source, changes) });
    }
    this.#place = end;
    return true;
  }

  #plain() {
    const found = this.#match(PLAIN);
    if (found) this.#say(found[0], found[0].length);
    return found !== null;
  }

  #special() {
    const character = this.#text[this.#place];
    if (character === "\\") this.#escape();
    else if (character === "`") this.#take(this.#code.at(this.#place));
    else if (character === "<") this.#take(this.#bracketed());
    else if (character === "[") this.#take(this.#maskedLink());
    else if (character === "@") this.#take(this.#everyone());
    else if (character === "h" || character === "H") this.#take(this.#address("bare"));
    else this.#take(this.#marked());
  }

  /** In the label of a link the backslash does its work and stays (github.com/discord/discord-api-docs/issues/6185). */
  #escape() {
    const found = this.#match(ESCAPE);
    if (found) this.#say(this.#scope.links ? found[1] : found[0], found[0].length);
    else this.#say("\\", 1);
  }

  #bracketed() {
    if (!this.#scope.links) return null;
    for (const [rule, made] of BRACKETED) {
      const found = this.#match(rule);
      const node = found && made(found);
      if (node) return { node, end: this.#place + found[0].length };
    }
    return this.#address("quiet");
  }

  #everyone() {
    const found = this.#scope.links ? this.#match(EVERYONE) : null;
    return found && { node: { type: "everyone", text: found[0] }, end: this.#place + found[0].length };
  }

  #address(kind) {
    const found = this.#scope.links ? this.#links[kind](this.#place) : null;
    if (!found) return null;
    const children = [{ type: "text", text: found.shown }];
    return { node: { type: "link", url: found.url, title: null, children }, end: found.end };
  }

  #maskedLink() {
    const found = this.#scope.links ? this.#links.masked(this.#place) : null;
    if (!found) return null;
    const { label, url, title, end } = found;
    return { node: { type: "link", url, title, children: this.#inside(label, { ...INLINE, links: false }) }, end };
  }

  #marked() {
    const found = this.#marks.at(this.#place);
    if (!found) return null;
    const source = this.#text.slice(this.#place + found.mark.length, found.end);
    return { node: { type: found.type, children: this.#inside(source) }, end: found.end + found.mark.length };
  }

  #inside(source, changes = INLINE) {
    return parse(source, { ...this.#scope, depth: this.#scope.depth + 1, ...changes });
  }

  #match(rule) {
    rule.lastIndex = this.#place;
    return rule.exec(this.#text);
  }

  /** Takes what was found, or one character as it stands. */
  #take(found) {
    if (!found) this.#say(this.#text[this.#place], 1);
    else if (found.node.type === "text") this.#say(found.node.text, found.end - this.#place);
    else {
      this.#nodes.push(found.node);
      this.#place = found.end;
    }
  }

  #say(text, length) {
    const last = this.#nodes.at(-1);
    if (last?.type === "text") last.text += text;
    else this.#nodes.push({ type: "text", text });
    this.#place += length;
  }
}

const INLINE = { blocks: false };

function timestamp([, digits, style = "f"]) {
  const seconds = Number(digits);
  return Math.abs(seconds) <= LATEST_SECONDS ? { type: "timestamp", seconds, style } : null;
}

/** Lists within lists by how far the items are indented; bullets and numbers are never in one list. */
function listTrees(items, inside) {
  const outermost = [];
  const open = [];
  for (const { indent, number, source } of items) {
    while (open.length > 1 && indent <= open.at(-2).indent + 1) open.pop();
    const last = open.at(-1);
    const deeper = last && open.length < DEEPEST_LIST && indent > last.indent + 1;
    const otherKind = last && !deeper && (last.list.start === null) !== (number === null);
    if (otherKind) open.pop();
    if (!last || deeper || otherKind) {
      const made = { indent, list: { type: "list", start: number, items: [] } };
      (open.at(-1)?.list.items.at(-1).lists ?? outermost).push(made.list);
      open.push(made);
    }
    open.at(-1).list.items.push({ children: inside(source), lists: [] });
  }
  return outermost;
}
