import { requireArgument } from '@shop/kernel';

/** `half-even` is the shop's default; `up` and `down` move away from and towards zero. */
export type Rounding = 'half-even' | 'half-up' | 'up' | 'down';

/** `numerator / denominator` as a whole number. */
export function roundedRatio(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  requireArgument(denominator > 0n, 'A denominator must be positive');
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  const whole = size / denominator;
  const rest = size % denominator;
  const rounded = whole + (goesUp(whole, rest, denominator, rounding) ? 1n : 0n);
  return negative ? -rounded : rounded;
}

function goesUp(whole: bigint, rest: bigint, denominator: bigint, rounding: Rounding): boolean {
  if (rest === 0n) return false;
  const twice = rest * 2n;
  switch (rounding) {
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half-up':
      return twice >= denominator;
    case 'half-even':
      return twice > denominator || (twice === denominator && whole % 2n === 1n);
  }
}
