import { demand } from './demand.ts';

/** Decimals that figures of each kind have when they leave the code that reckoned them. */
export const PLACES = { angle: 2, airmass: 2, magnitude: 3, share: 4, ratio: 1 } as const;

/** Rounded to so many decimals, halves away from zero: 0.125 is 0.13, -0.125 is -0.13. */
export function settle(value: number, places: number): number {
  const factor = 10 ** places;
  const scaled = Number((Math.abs(value) * factor).toPrecision(12));
  return (Math.sign(value) * Math.round(scaled)) / factor || 0;
}

/** `part` of `whole`, settled; nothing of nothing is 0. @throws InputFault for part of nothing. */
export function shareOf(part: number, whole: number): number {
  if (part === 0) return 0;
  demand(whole > 0, 'whole', `must be more than 0, not ${whole}`);
  return settle(part / whole, PLACES.share);
}
