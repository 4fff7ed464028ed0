import { requireInteger } from '@shop/kernel';

declare const unit: unique symbol;

/** Hundredths of a percent; 10,000 are the whole. May be negative or above the whole. */
export type BasisPoints = number & { readonly [unit]: 'basis-points' };

export function basisPoints(count: number): BasisPoints {
  requireInteger(count, 'Basis points');
  return count as BasisPoints;
}

/** Percent with up to two decimals. */
export const percent = (count: number): BasisPoints =>
  basisPoints(Number((count * 100).toFixed(6)));

export const WHOLE: BasisPoints = basisPoints(10_000);

/** `2.5 %` */
export const formatBasisPoints = (rate: BasisPoints): string => `${rate / 100} %`;
