import { fit, roomFor, wholeFrom } from './guard';

declare const unit: unique symbol;

/** Whole pence, never negative. */
export type Pence = number & { readonly [unit]: 'pence' };

/** A part of a thousand, as a whole number from 0 to 1000. */
export type Permille = number & { readonly [unit]: 'permille' };

/** @throws UnfitError for fractions and negative numbers. */
export function pence(count: number): Pence {
  wholeFrom(0, count, 'An amount');
  return count as Pence;
}

export const NOTHING: Pence = pence(0);

/** @throws UnfitError unless it is a whole number from 0 to 1000. */
export function permille(count: number): Permille {
  wholeFrom(0, count, 'A part of a thousand');
  fit(count <= 1000, `A part of a thousand cannot be ${count}`);
  return count as Permille;
}

export const total = (amounts: Iterable<Pence>): Pence => {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return pence(sum);
};

export const times = (amount: Pence, count: number): Pence => pence(amount * count);

/** @throws FullError if `part` is more than `whole`. */
export function less(whole: Pence, part: Pence): Pence {
  roomFor('An amount', part, whole);
  return pence(whole - part);
}

/** What is left of `whole` without `part`, and nothing where `part` is more. */
export const lessOrNothing = (whole: Pence, part: Pence): Pence => pence(Math.max(0, whole - part));

/** The part of an amount that the house takes: a begun penny counts whole. */
export const taking = (amount: Pence, part: Permille): Pence =>
  pence(Math.ceil((amount * part) / 1000));

/** The part of an amount that the house gives, or lets somebody off: a begun penny does not count. */
export const giving = (amount: Pence, part: Permille): Pence =>
  pence(Math.floor((amount * part) / 1000));

/** `£1204.50`: always two decimals, no separators. */
export const inPounds = (amount: Pence): string => `£${(amount / 100).toFixed(2)}`;
