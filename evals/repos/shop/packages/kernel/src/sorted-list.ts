/**
 * Items in the order of a comparator; among equals, the one that was added earlier stays in front.
 * The order of an item must not change while it is in the list.
 */
export class SortedList<T> implements Iterable<T> {
  readonly #comparator: (a: T, b: T) => number;
  readonly #items: T[] = [];

  constructor(comparator: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#comparator = comparator;
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#items.splice(this.#placeFor(item), 0, item);
  }

  /** Takes the first item that fits out of the list and returns it; undefined where none fits. */
  remove(fits: (item: T) => boolean): T | undefined {
    const index = this.#items.findIndex(fits);
    return index < 0 ? undefined : this.#items.splice(index, 1)[0];
  }

  /** Takes every item that fits out of the list and returns them in order. */
  removeAll(fits: (item: T) => boolean): T[] {
    const removed = this.#items.filter(fits);
    const kept = this.#items.filter((item) => !removed.includes(item));
    this.#items.splice(0, this.#items.length, ...kept);
    return removed;
  }

  find(fits: (item: T) => boolean): T | undefined {
    return this.#items.find(fits);
  }

  /** A copy: changing it does not change the list. */
  toArray(): T[] {
    return [...this.#items];
  }

  /** Iterates over a copy, so items may be removed on the way. */
  [Symbol.iterator](): Iterator<T> {
    return this.toArray()[Symbol.iterator]();
  }

  #placeFor(item: T): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#items[middle];
      if (other !== undefined && this.#comparator(other, item) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
