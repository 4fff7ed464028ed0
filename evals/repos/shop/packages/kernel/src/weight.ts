import { requireInteger } from './check.js';
import { LimitExceededError } from './errors.js';

declare const unit: unique symbol;

/** Whole grams, never negative. Goods are traded and carried by weight alone. */
export type Grams = number & { readonly [unit]: 'grams' };

/** @throws InvalidArgumentError for fractions and negative numbers. */
export function grams(count: number): Grams {
  requireInteger(count, 'A weight', 0);
  return count as Grams;
}

/** Kilograms with up to three decimals. */
export const kilograms = (count: number): Grams => grams(Number((count * 1000).toFixed(6)));

export const NO_WEIGHT: Grams = grams(0);

export const sumOfWeights = (weights: Iterable<Grams>): Grams => {
  let total = 0;
  for (const weight of weights) total += weight;
  return grams(total);
};

/**
 * What is left of `whole` without `part`.
 *
 * @throws LimitExceededError if the part is the heavier.
 */
export function lessWeight(whole: Grams, part: Grams): Grams {
  if (part > whole) throw new LimitExceededError('Weight', formatWeight(part), formatWeight(whole));
  return grams(whole - part);
}

export const lighterOf = (a: Grams, b: Grams): Grams => (a <= b ? a : b);

/** `12.5 kg`: no trailing zeros. */
export const formatWeight = (weight: Grams): string => `${weight / 1000} kg`;
