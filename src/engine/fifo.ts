/** First in, first out; taking is constant time, which `Array.shift` is not. */
export class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  shift(): Item | undefined {
    const left = this.size;
    if (left <= 1) return this.#takeLast(left);
    const item = this.#items[this.#head];
    this.#head += 1;
    // What was taken is let go in strides, so that time is not spent on each.
    if (this.#head >= 64 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** An empty one holds nothing of what it held: there may be one for each of ten thousand receivers. */
  #takeLast(left: number): Item | undefined {
    const item = left === 0 ? undefined : this.#items.pop();
    if (this.#head > 0) this.#items.length = 0;
    this.#head = 0;
    return item;
  }

  /** Takes everything out, oldest first. */
  drain(): readonly Item[] {
    const items = this.#head === 0 ? this.#items : this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  /** In order, without taking. */
  [Symbol.iterator](): IterableIterator<Item> {
    return this.#items.values().drop(this.#head);
  }
}
