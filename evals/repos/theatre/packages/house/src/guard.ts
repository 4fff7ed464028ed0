import { FullError, TakenError, UnfitError, UnknownError, UntimelyError } from './errors';

/** @throws UnfitError unless `holds`. */
export function fit(holds: boolean, message: string): asserts holds {
  if (!holds) throw new UnfitError(message);
}

/** @throws UnfitError unless `count` is a whole number of at least `least`. */
export function wholeFrom(least: number, count: number, what: string): void {
  fit(Number.isSafeInteger(count) && count >= least, `${what} cannot be ${count}`);
}

/** Narrows `value` to what it is without `undefined`; throws {@link UnknownError} otherwise. */
export function known<T>(value: T | undefined, kind: string, key: string): T {
  if (value === undefined) throw new UnknownError(kind, key);
  return value;
}

/** @throws TakenError unless `isFree`. */
export function vacant(isFree: boolean, what: string): asserts isFree {
  if (!isFree) throw new TakenError(what);
}

/** @throws FullError where more is wanted than there is room for; no room is told as 0, never less. */
export function roomFor(what: string, wanted: number, room: number): void {
  if (wanted > room) throw new FullError(what, wanted, Math.max(0, room));
}

/** @throws UntimelyError unless `holds`. */
export function timely(holds: boolean, message: string): asserts holds {
  if (!holds) throw new UntimelyError(message);
}
