// A long list of which only what is in sight, and some more, is drawn. Heights may vary and change.

import { keepFocus } from "./keep_focus.js";
import { Heights } from "./heights.js";

const MARGIN_PIXELS = 600;
const END_PIXELS = 8; // this near to the end is at the end, unless the reader is just leaving it
const SPACE_BELOW_PIXELS = 20;
const MOST_ROUNDS = 5; // of drawing and measuring until the heights are what was thought

/**
 * Items are `{key, loose}`: a `loose` one is no anchor, as it does not keep its place (a day's line, "loading").
 *
 * What the reader looks at stays where it is when items come, go or change above it; the end, once in sight, stays so.
 * Rows are placed by their measured heights, and drawn again only when their item is another object.
 */
export class VirtualList {
  #render;
  #moved;
  #canReplace;
  #content = document.createElement("div");
  #items = [];
  #heights = new Heights();
  #rows = new Map();
  #atEnd = true;
  #lastTop = 0;
  #scheduled = false;
  #resized = new ResizeObserver((entries) => this.#measureAgain(entries));

  /**
   * `scroller` is the element that scrolls; `render(item)` gives a node. `moved()` is called after each move or change.
   * `canReplace(row, old, item)` may put off drawing a changed item again.
   */
  constructor(scroller, { render, moved, canReplace = () => true }) {
    this.scroller = scroller;
    this.#render = render;
    this.#moved = moved;
    this.#canReplace = canReplace;
    this.#content.className = "rows";
    scroller.append(this.#content);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.#jump(event));
    this.#resized.observe(scroller);
  }

  get atEnd() {
    return this.#atEnd;
  }

  /** Pixels above and below what is in sight. */
  get above() {
    return this.scroller.scrollTop;
  }

  get below() {
    return Math.max(0, this.#total - this.scroller.scrollTop - this.scroller.clientHeight);
  }

  get #total() {
    return this.#heights.total + SPACE_BELOW_PIXELS;
  }

  /** Other items; those with known keys stay where they are. */
  setItems(items) {
    const anchor = this.#anchor(new Set(items.map(({ key }) => key)));
    this.#items = items;
    this.#heights.order(items.map(({ key }) => key));
    this.#settle(anchor);
  }

  /** Another list: at `place` as `place()` gave it, or at the end. */
  reset(items, place = null) {
    for (const key of [...this.#rows.keys()]) this.#drop(key);
    this.#items = items;
    this.#heights = new Heights();
    this.#heights.order(items.map(({ key }) => key));
    const known = place && items.some(({ key }) => key === place.key);
    this.#atEnd = !known;
    this.#settle(known ? place : { end: true });
  }

  /** Where the reader is, for `reset`; null at the end. */
  place() {
    return this.#atEnd ? null : this.#anchor(null);
  }

  toEnd() {
    this.#settle({ end: true });
  }

  /** Brings an item to the middle; gives its row. */
  toItem(key) {
    this.#settle({ key, middle: true });
    return this.row(key);
  }

  /** The drawn row of an item, or null. */
  row(key) {
    return this.#rows.get(key)?.node ?? null;
  }

  /** Draws all rows in sight again. */
  redraw() {
    for (const row of this.#rows.values()) row.item = null;
    this.#settle(this.#anchor(null));
  }

  #scrolled() {
    const top = this.scroller.scrollTop;
    const leaves = top < this.#lastTop && this.below >= 1; // its first step may be a pixel
    this.#lastTop = top;
    this.#atEnd = !leaves && this.below <= END_PIXELS;
    this.#schedule();
  }

  /** At once: the browser's smooth way there would end where the first row turns out to be higher than thought. */
  #jump(event) {
    if (event.target !== this.scroller || !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    this.#settle(event.key === "Home" ? { top: 0 } : { end: true });
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#settle(this.#anchor(null));
    });
  }

  /** The first row in sight that can be an anchor, and that will still be there. */
  #anchor(keys) {
    if (this.#atEnd) return { end: true };
    const top = this.scroller.scrollTop;
    for (let index = this.#heights.at(top); index < this.#items.length; index++) {
      const { key, loose } = this.#items[index];
      if (!loose && (!keys || keys.has(key))) return { key, offset: this.#heights.top(index) - top };
    }
    return { top };
  }

  #settle(anchor) {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#place(anchor);
      if (!this.#draw()) break;
    }
    this.#place(anchor);
    this.#atEnd = Boolean(anchor.end) || this.below < 1;
    this.#moved();
  }

  /** Puts every row at its height, and the anchor where it was. */
  #place(anchor) {
    this.#content.style.setProperty("height", `${this.#total}px`);
    for (const [key, row] of this.#rows) {
      const top = `${this.#heights.top(this.#heights.index(key))}px`;
      if (row.top !== top) row.node.style.setProperty("top", (row.top = top));
    }
    const wanted = Math.round(this.#scrollTop(anchor));
    if (Math.abs(this.scroller.scrollTop - wanted) >= 1) this.scroller.scrollTop = wanted;
  }

  #scrollTop(anchor) {
    const { scroller } = this;
    if (anchor.end) return this.#total - scroller.clientHeight;
    const index = this.#heights.index(anchor.key);
    if (index === undefined) return anchor.top ?? scroller.scrollTop;
    const top = this.#heights.top(index);
    if (!anchor.middle) return top - anchor.offset;
    return top - Math.max(0, (scroller.clientHeight - this.#heights.height(index)) / 2);
  }

  /** Draws what is in sight and drops the rest; tells whether a height was other than thought. */
  #draw() {
    const wanted = this.#wanted();
    for (const key of [...this.#rows.keys()]) if (!wanted.has(key)) this.#drop(key);
    const fresh = [];
    let next = this.#content.firstChild;
    for (const [key, item] of wanted) {
      const row = this.#rows.get(key);
      if (row && row.item !== item && this.#replace(row, item)) fresh.push(row);
      const node = row?.node ?? this.#add(item, fresh);
      if (node === next) next = next.nextSibling;
      else this.#content.insertBefore(node, next);
    }
    return this.#measure(fresh);
  }

  /** In order; with the row that has the focus, as dropping it would lose the focus. */
  #wanted() {
    const top = this.scroller.scrollTop;
    const first = this.#heights.at(top - MARGIN_PIXELS);
    const last = this.#heights.at(top + this.scroller.clientHeight + MARGIN_PIXELS);
    const wanted = new Map();
    const focused = this.#focused();
    if (focused !== undefined && focused < first) wanted.set(this.#items[focused].key, this.#items[focused]);
    for (const item of this.#items.slice(first, last + 1)) wanted.set(item.key, item);
    if (focused !== undefined && focused > last) wanted.set(this.#items[focused].key, this.#items[focused]);
    return wanted;
  }

  #focused() {
    const row = document.activeElement?.closest?.(".row");
    return row && this.#content.contains(row) ? this.#heights.index(row.dataset.key) : undefined;
  }

  #add(item, fresh) {
    const node = document.createElement("div");
    node.className = "row";
    node.dataset.key = item.key;
    node.append(this.#render(item));
    const row = { node, item, top: "" };
    this.#rows.set(item.key, row);
    fresh.push(row);
    return node;
  }

  #replace(row, item) {
    if (row.item && !this.#canReplace(row.node, row.item, item)) return false;
    keepFocus(row.node, () => row.node.replaceChildren(this.#render(item)));
    row.item = item;
    return true;
  }

  #drop(key) {
    const { node } = this.#rows.get(key);
    this.#resized.unobserve(node);
    node.remove();
    this.#rows.delete(key);
  }

  #measure(rows) {
    const heights = rows.map(({ node }) => node.getBoundingClientRect().height);
    let other = false;
    rows.forEach(({ node }, index) => {
      this.#resized.observe(node);
      other = this.#heights.set(node.dataset.key, heights[index]) || other;
    });
    return other;
  }

  /** Heights changed by themselves: a picture arrived, something was unfolded, the window is another. */
  #measureAgain(entries) {
    const anchor = this.#anchor(null);
    for (const { target, borderBoxSize } of entries) {
      if (this.#rows.get(target.dataset.key)?.node !== target) continue;
      this.#heights.set(target.dataset.key, borderBoxSize[0].blockSize);
    }
    this.#place(anchor);
    this.#schedule();
  }
}
