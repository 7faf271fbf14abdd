// Code in text: a block between ``` and ```, or a run of backticks closed by one of the same length.

const FENCE = "```";
const LANGUAGE = /([0-9A-Za-z_+\-.#]+)\n/y;

/** Answers for one text, asked from left to right. */
export class CodeFinder {
  #text;
  #runs = null;

  constructor(text) {
    this.#text = text;
  }

  /** `{node, end}` of the code that begins there, or null and then how many backticks stay as they are. */
  at(place) {
    return this.#block(place) ?? this.#inline(place);
  }

  #block(place) {
    const text = this.#text;
    if (!text.startsWith(FENCE, place)) return null;
    LANGUAGE.lastIndex = place + FENCE.length;
    const language = LANGUAGE.exec(text)?.[1] ?? null;
    let start = place + FENCE.length + (language === null ? 0 : language.length + 1);
    while (text[start] === "\n") start += 1;
    const end = text.indexOf(FENCE, start + 1);
    if (end < 0) return null;
    const code = withoutLastBreaks(text.slice(start, end));
    return { node: { type: "codeBlock", language, text: code }, end: this.#lineEnd(end + FENCE.length) };
  }

  /** The line break behind a block is the block's own. */
  #lineEnd(place) {
    return this.#text[place] === "\n" ? place + 1 : place;
  }

  #inline(place) {
    const length = runLength(this.#text, place);
    for (let ticks = length; ticks > 0; ticks -= 1) {
      const end = this.#nextRun(ticks, place + length);
      if (end === null) continue;
      const code = this.#text.slice(place + ticks, end).replace(/^ (?= *`)|(?<=`) $/g, "");
      return { node: { type: "code", text: code }, end: end + ticks };
    }
    return { node: { type: "text", text: "`".repeat(length) }, end: place + length };
  }

  #nextRun(ticks, from) {
    this.#runs ??= runs(this.#text);
    const places = this.#runs.get(ticks);
    if (!places) return null;
    while (places.length && places.at(-1) < from) places.pop();
    return places.at(-1) ?? null;
  }
}

function withoutLastBreaks(code) {
  let end = code.length;
  while (code[end - 1] === "\n") end -= 1;
  return code.slice(0, end);
}

function runLength(text, place) {
  let end = place;
  while (text[end] === "`") end += 1;
  return end - place;
}

/** Length of a run of backticks to the places where such runs begin, the last one first. */
function runs(text) {
  const found = new Map();
  for (const run of text.matchAll(/`+/g)) {
    if (!found.has(run[0].length)) found.set(run[0].length, []);
    found.get(run[0].length).unshift(run.index);
  }
  return found;
}
