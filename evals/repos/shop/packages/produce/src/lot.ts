import type { DepotId, Grams, Instant, LotId, TraderId } from '@shop/kernel';
import type { Commodity } from './commodity.js';

/** From best to worst. */
export const GRADES = ['A', 'B', 'C'] as const;

export type Grade = (typeof GRADES)[number];

/** Goods of one commodity, one harvest and one grade, in one place. Never changes; see `LotRegistry` for what is left. */
export interface Lot {
  readonly id: LotId;
  readonly commodity: Commodity;
  readonly seller: TraderId;
  readonly grade: Grade;
  readonly weight: Grams;
  readonly harvestedAt: Instant;
  readonly depot: DepotId;
  /** The lot that this one was split off. */
  readonly parent?: LotId;
}

/** One grade down; C stays C. */
export function nextGradeDown(grade: Grade): Grade {
  return GRADES[GRADES.indexOf(grade) + 1] ?? 'C';
}

/** Whether `grade` is as good as `wanted` or better. */
export const isAtLeast = (grade: Grade, wanted: Grade): boolean =>
  GRADES.indexOf(grade) <= GRADES.indexOf(wanted);
