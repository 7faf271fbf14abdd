// Where the rows of a list are: known heights as measured, the others as high as the known ones are on average.

const FIRST_GUESS_PIXELS = 56;

export class Heights {
  #keys = [];
  #indexes = new Map();
  #known = new Map();
  #sum = 0;
  #tops = null;

  /** The keys in their order. */
  order(keys) {
    this.#keys = keys;
    this.#indexes = new Map(keys.map((key, index) => [key, index]));
    for (const key of [...this.#known.keys()]) if (!this.#indexes.has(key)) this.#forget(key);
    this.#tops = null;
  }

  /** Tells whether that was not known. */
  set(key, height) {
    const before = this.#known.get(key);
    if (before !== undefined && Math.abs(before - height) < 0.5) return false;
    this.#sum += height - (before ?? 0);
    this.#known.set(key, height);
    this.#tops = null;
    return true;
  }

  index(key) {
    return this.#indexes.get(key);
  }

  top(index) {
    return this.#all()[index];
  }

  height(index) {
    return this.#all()[index + 1] - this.#all()[index];
  }

  get total() {
    return this.#all()[this.#keys.length];
  }

  /** The index of the row at so many pixels from the top; the first or last one beyond the ends. */
  at(pixels) {
    const tops = this.#all();
    let low = 0;
    let high = this.#keys.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= pixels) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #forget(key) {
    this.#sum -= this.#known.get(key);
    this.#known.delete(key);
  }

  #all() {
    if (this.#tops) return this.#tops;
    const guess = this.#known.size ? this.#sum / this.#known.size : FIRST_GUESS_PIXELS;
    const tops = new Float64Array(this.#keys.length + 1);
    this.#keys.forEach((key, index) => {
      tops[index + 1] = tops[index] + (this.#known.get(key) ?? guess);
    });
    this.#tops = tops;
    return tops;
  }
}
