// What begins a line: headings, small print, quotes and lists.

const HEADING = /( *)(#{1,3})[ \t]+(?=\S)([^\n]*)(?:\n|$)/y;
const SMALL = /( *)-#[ \t]+(?=\S)([^\n]*)(?:\n|$)/y;
const QUOTE_TO_THE_END = / *>>> ([^]*)/y;
const QUOTE_LINE = / *> ([^\n]*)(\n|$)/y;
const ITEM = /( *)([*-]|\d{1,9}\.)[ \t]+(?=\S)([^\n]*)(\n|$)/y;
const GOES_ON = / {2,}(?=\S)([^\n]*)(\n|$)/y;

/**
 * The block at the start of a line, `{type, end, ...}`, or null. `headings` and `quotes` say whether these count there.
 * A heading has `level` and `source`, a quote `source`, small print `source`, a list `items`.
 */
export function blockAt(text, place, { headings, quotes }) {
  return (headings && heading(text, place)) || (quotes && quote(text, place)) || list(text, place) || null;
}

/** The text without what repeats at its end. (A regular expression would take quadratic time.) */
function withoutTrailing(text, character) {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  if (text[end - 1] === "\\" && end < text.length) end += 1; // it was escaped
  return text.slice(0, end);
}

function match(rule, text, place) {
  rule.lastIndex = place;
  return rule.exec(text);
}

function heading(text, place) {
  const found = match(HEADING, text, place);
  if (found) {
    const source = withoutTrailing(found[3].trimEnd(), "#").trimEnd();
    if (source) return { type: "heading", level: found[2].length, source, end: place + found[0].length };
  }
  const small = match(SMALL, text, place);
  return small && { type: "small", source: small[2], end: place + small[0].length };
}

function quote(text, place) {
  const rest = match(QUOTE_TO_THE_END, text, place);
  if (rest) return { type: "quote", source: rest[1], end: text.length };
  const lines = [];
  let end = place;
  for (let line = match(QUOTE_LINE, text, end); line?.[0]; line = match(QUOTE_LINE, text, end)) {
    lines.push(line[1]);
    end += line[0].length;
    if (!line[2]) break;
  }
  return lines.length ? { type: "quote", source: lines.join("\n"), end } : null;
}

/** Items in order, each `{indent, number, source}`; `number` is null for a bullet. */
function list(text, place) {
  const items = [];
  let end = place;
  while (end < text.length) {
    const item = match(ITEM, text, end);
    if (item) {
      const number = /\d/.test(item[2]) ? Number.parseInt(item[2], 10) : null;
      items.push({ indent: item[1].length, number, lines: [item[3]] });
      end += item[0].length;
      continue;
    }
    const line = items.length ? match(GOES_ON, text, end) : null;
    if (!line) break;
    items.at(-1).lines.push(line[1]);
    end += line[0].length;
  }
  if (!items.length) return null;
  return { type: "list", items: items.map(({ lines, ...item }) => ({ ...item, source: lines.join("\n") })), end };
}
