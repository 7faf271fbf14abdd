// Where a mark of emphasis ends. Each table is made in one pass from the end of a text and then answers for every
// place in it, so that unclosed marks, however many, cost nothing more.

const WORD = /[0-9A-Za-z]/;
const SPACE = /\s/;

/** The marks that stand in pairs on both sides, and what must not follow the closing one. */
const PAIRS = { strong: ["**", "*"], underline: ["__", "_"], strike: ["~~", null], spoiler: ["||", null] };

const SINGLES = { "*": nextStar, _: nextUnderscore };

/** Answers for one text: what begins at a place, `{type, mark, end}` (`end`: of the content), or null. */
export class Marks {
  #text;
  #tables = new Map();

  constructor(text) {
    this.#text = text;
  }

  /** The longest that begins there; `*` before `**` when both reach equally far, so `***a***` is both. */
  at(place) {
    const text = this.#text;
    const found = [];
    if (text[place] in SINGLES) found.push(this.#single(text[place], place));
    for (const [type, [mark]] of Object.entries(PAIRS)) {
      if (text.startsWith(mark, place)) found.push(this.#pair(type, place));
    }
    const reach = ({ end, mark }) => end + mark.length;
    return found.filter(Boolean).reduce((best, one) => (best && reach(best) >= reach(one) ? best : one), null);
  }

  #single(mark, place) {
    if (SPACE.test(this.#text[place + 1] ?? " ") && mark === "*") return null;
    const end = this.#table(mark, SINGLES[mark])[place + 1] ?? -1;
    let words = place + 1;
    while (this.#text[words] === mark) words += 1;
    return end > words ? { type: "emphasis", mark, end } : null; // marks alone emphasise nothing
  }

  #pair(type, place) {
    const [mark, notBefore] = PAIRS[type];
    const first = place + mark.length;
    const table = this.#table(type, (text, at, ends) => {
      if (text.startsWith(mark, at) && (notBefore === null || text[at + 2] !== notBefore)) return at;
      return ends[at + stepOver(text, at)];
    });
    const end = first < this.#text.length ? table[first + stepOver(this.#text, first)] : -1;
    return end > first ? { type, mark, end } : null;
  }

  #table(name, next) {
    if (!this.#tables.has(name)) {
      const text = this.#text;
      const ends = new Int32Array(text.length + 3).fill(-1);
      for (let at = text.length - 1; at >= 0; at -= 1) ends[at] = next(text, at, ends);
      this.#tables.set(name, ends);
    }
    return this.#tables.get(name);
  }
}

const stepOver = (text, at) => (text[at] === "\\" ? 2 : 1);

/** A single `*` closes unless space stands before it; `**` inside belongs to the content. */
function nextStar(text, at, ends) {
  if (text[at] === "*") return text[at + 1] === "*" ? ends[at + 2] : at;
  if (SPACE.test(text[at]) && text[at + 1] === "*" && text[at + 2] !== "*") return -1;
  return ends[at + stepOver(text, at)];
}

/** A single `_` closes where no word goes on; inside a word it ends the attempt. */
function nextUnderscore(text, at, ends) {
  if (text[at] !== "_") return ends[at + stepOver(text, at)];
  if (text[at + 1] === "_") return ends[at + 2];
  return WORD.test(text[at + 1] ?? " ") ? -1 : at;
}
