import { wholeFrom } from '@theatre/house';

/** What hangs above the stage to hang things from. Bars are numbered from 1, from the front to the back. */
export interface Grid {
  readonly bars: number;
  /** Most that one bar carries, in kilograms. */
  readonly barLimit: number;
  /** Most that the grid carries, in kilograms. */
  readonly gridLimit: number;
  /** Bars that a motor moves, without hands. */
  readonly motors: readonly number[];
  /** What one pair of hands moves, in kilograms. */
  readonly perHand: number;
}

/** The pairs of hands that moving a weight takes: one at least, a begun share is one more. */
export function handsFor(kilos: number, { perHand }: Grid): number {
  wholeFrom(1, kilos, 'A weight');
  return Math.ceil(kilos / perHand);
}

/** What the flymen do between two scenes: the bars that go up, then those that come down. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly out: readonly number[];
  readonly in: readonly number[];
  /** Pairs of hands that it takes: those of the heavier of both moves. */
  readonly hands: number;
}
