import { ConflictError, InvalidArgumentError, NotFoundError } from './errors.js';

/** Narrows `value` to what it is without `undefined`; throws {@link NotFoundError} otherwise. */
export function requireFound<T>(value: T | undefined, kind: string, id: string): T {
  if (value === undefined) throw new NotFoundError(kind, id);
  return value;
}

/** @throws InvalidArgumentError unless `holds`. */
export function requireArgument(holds: boolean, message: string): asserts holds {
  if (!holds) throw new InvalidArgumentError(message);
}

/** @throws ConflictError unless `holds`: for calls that come at the wrong time, not with wrong values. */
export function requireState(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ConflictError(message);
}

/** @throws InvalidArgumentError unless `value` is a safe integer of at least `least`. */
export function requireInteger(value: number, name: string, least = Number.MIN_SAFE_INTEGER): void {
  requireArgument(Number.isSafeInteger(value), `${name} must be a whole number, not ${value}`);
  requireArgument(value >= least, `${name} must be at least ${least}, not ${value}`);
}
