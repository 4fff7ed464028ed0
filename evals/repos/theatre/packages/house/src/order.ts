/** Negative: `a` first; positive: `b` first; zero: as good as each other. */
export type Order<T> = (a: T, b: T) => number;

/** Lowest number or first text in front. Digits inside texts count by their value: `A2` before `A10`. */
export const by =
  <T>(key: (item: T) => number | string): Order<T> =>
  (a, b) => {
    const left = key(a);
    const right = key(b);
    return typeof left === 'number' && typeof right === 'number'
      ? left - right
      : compareTexts(String(left), String(right));
  };

export const down =
  <T>(order: Order<T>): Order<T> =>
  (a, b) =>
    order(b, a);

/** The first order that tells two items apart decides. */
export const first =
  <T>(...orders: readonly Order<T>[]): Order<T> =>
  (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };

/** A frozen copy, in order; items as good as each other stay as they came. */
export const sorted = <T>(items: Iterable<T>, order: Order<T>): readonly T[] =>
  Object.freeze([...items].sort(order));

/** A frozen copy. */
export const listOf = <T>(items: Iterable<T>): readonly T[] => Object.freeze([...items]);

function compareTexts(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = /\d/.test(part) && /\d/.test(other) ? Number(part) - Number(other) : 0;
    if (difference !== 0) return difference;
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.length - right.length;
}
