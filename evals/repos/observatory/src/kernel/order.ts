import { sealed } from './seal.ts';

/** Below zero: `a` comes first; above: `b`; zero: this order does not tell. */
export type Order<T> = (a: T, b: T) => number;

type Key = number | string;

/** Texts go by code unit. */
export const lowFirst =
  <T>(key: (item: T) => Key): Order<T> =>
  (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };

export const highFirst = <T>(key: (item: T) => Key): Order<T> => {
  const low = lowFirst(key);
  return (a, b) => low(b, a);
};

/** A sealed, sorted copy: the first order that tells two items apart decides, then their old places. */
export const ranked = <T>(items: Iterable<T>, ...orders: readonly Order<T>[]): readonly T[] =>
  sealed(
    [...items].sort((a, b) => {
      for (const order of orders) {
        const result = order(a, b);
        if (result !== 0) return result;
      }
      return 0;
    }),
  );
