/** Negative: `a` first; positive: `b` first; zero: as good as each other. */
export type Comparator<T> = (a: T, b: T) => number;

const compare = <K extends number | bigint | string>(a: K, b: K): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Smallest key first; texts by code unit, not by any language's rules. */
export const ascending =
  <T>(key: (item: T) => number | string): Comparator<T> =>
  (a, b) => {
    const left = key(a);
    const right = key(b);
    return typeof left === 'number' && typeof right === 'number'
      ? compare(left, right)
      : compare(String(left), String(right));
  };

export const descending = <T>(key: (item: T) => number | string): Comparator<T> =>
  reversed(ascending(key));

export const reversed =
  <T>(comparator: Comparator<T>): Comparator<T> =>
  (a, b) =>
    comparator(b, a);

/** The first comparator that tells two items apart decides. */
export const inOrder =
  <T>(...comparators: readonly Comparator<T>[]): Comparator<T> =>
  (a, b) => {
    for (const comparator of comparators) {
      const result = comparator(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
