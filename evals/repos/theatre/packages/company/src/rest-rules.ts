import { HOUR } from '@theatre/house';

/** What the agreement with the company says; all in minutes. */
export interface RestRules {
  /** Least time between the last call of a theatre day and the first of the next. */
  readonly overnight: number;
  /** Most time on call in a theatre day. */
  readonly day: number;
  /** Most time from the start of a stretch of calls to its end. */
  readonly stretch: number;
  /** A pause as long as this ends a stretch. */
  readonly pause: number;
  /** Most theatre days of a theatre week with a call. */
  readonly days: number;
}

export const AGREEMENT: RestRules = Object.freeze({
  overnight: 11 * HOUR,
  day: 8 * HOUR,
  stretch: 5 * HOUR,
  pause: HOUR,
  days: 6,
});

/** The rules in the order in which a breach of them is told. */
export type Breach = 'double-call' | 'overnight' | 'day' | 'stretch' | 'week';
