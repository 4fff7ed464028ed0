export type Listener<T> = (message: T) => void;

/** Tells whoever listens, in the order in which they came, before `publish` returns. */
export class Topic<T> {
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();

  /** Returns the function that ends the subscription; calling it twice does no harm. */
  subscribe(listener: Listener<T>): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  publish(message: T): void {
    for (const { call } of [...this.#listeners]) call(message);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
