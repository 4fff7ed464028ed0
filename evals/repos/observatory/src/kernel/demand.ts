import { InputFault, TurnFault, UnknownFault } from './faults.ts';

/** @throws InputFault for `field` unless `met`. */
export function demand(met: boolean, field: string, message: string): asserts met {
  if (!met) throw new InputFault(field, message);
}

/** @throws TurnFault unless `met`. */
export function demandTurn(met: boolean, message: string): asserts met {
  if (!met) throw new TurnFault(message);
}

/** The value, which has to be there. @throws UnknownFault where it is not. */
export function demandKnown<T>(value: T | undefined, wanted: string): T {
  if (value === undefined) throw new UnknownFault(wanted);
  return value;
}

/** A whole number from `least` to `most`, both allowed. @throws InputFault */
export function demandWhole(
  value: number,
  field: string,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number {
  demand(Number.isSafeInteger(value), field, `must be whole, not ${value}`);
  return demandWithin(value, field, least, most);
}

/** A number from `least` to `most`, both allowed. @throws InputFault, for NaN too. */
export function demandWithin(value: number, field: string, least: number, most: number): number {
  demand(value >= least && value <= most, field, `must be from ${least} to ${most}, not ${value}`);
  return value;
}

/** Text without the blanks around it. @throws InputFault where nothing is left. */
export function demandText(value: string, field: string): string {
  const text = value.trim();
  demand(text !== '', field, 'must not be empty');
  return text;
}
