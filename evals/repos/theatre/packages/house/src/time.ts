import { fit, wholeFrom } from './guard';

declare const unit: unique symbol;

/** Whole minutes since Monday, 00:00, of the season's first week. */
export type Moment = number & { readonly [unit]: 'moment' };

/** From `from` (included) to `until` (not included). */
export interface Span {
  readonly from: Moment;
  readonly until: Moment;
}

export const HOUR = 60;
export const DAY = 24 * HOUR;

/** A theatre day begins at six in the morning: a call at half past one belongs to the day before. */
const DAY_BEGINS = 6 * HOUR;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Reads `w3 tue 19:30`: week, day of the calendar, time. */
export function moment(text: string): Moment {
  const [, week = '', day = '', hour = '', minute = ''] =
    /^w([1-9]\d?) ([a-z]{3}) ([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const index = DAYS.findIndex((name) => name === day);
  fit(index >= 0, `"${text}" is no moment`);
  return (((Number(week) - 1) * 7 + index) * DAY + Number(hour) * HOUR + Number(minute)) as Moment;
}

/** `w3 tue 19:30`, the way that {@link moment} reads it. */
export function tell(at: Moment): string {
  const day = Math.floor(at / DAY);
  const clock = at - day * DAY;
  const two = (count: number) => String(count).padStart(2, '0');
  const name = DAYS[((day % 7) + 7) % 7] ?? '';
  return `w${Math.floor(day / 7) + 1} ${name} ${two(Math.floor(clock / HOUR))}:${two(clock % HOUR)}`;
}

/** The moment that lies so many minutes after `at`, or before it for a negative count. */
export function later(at: Moment, minutes: number): Moment {
  wholeFrom(Number.MIN_SAFE_INTEGER, minutes, 'A number of minutes');
  return (at + minutes) as Moment;
}

/** @throws UnfitError unless the span ends after it begins. */
export function span(from: Moment, until: Moment): Span {
  fit(from < until, `A span cannot last from ${tell(from)} until ${tell(until)}`);
  return Object.freeze({ from, until });
}

export const spanOf = (from: Moment, minutes: number): Span => span(from, later(from, minutes));

export const lengthOf = ({ from, until }: Span): number => until - from;

export const holds = ({ from, until }: Span, at: Moment): boolean => from <= at && at < until;

/** Whether two spans share a minute; spans that touch do not. */
export const clash = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;

/** Minutes between two spans, whichever comes first; 0 where they touch or clash. */
export const gapBetween = (a: Span, b: Span): number =>
  Math.max(0, a.from - b.until, b.from - a.until);

/** Number of the theatre day, from 0 for the season's first Monday. */
export const theatreDay = (at: Moment): number => Math.floor((at - DAY_BEGINS) / DAY);

/** Number of the theatre week, from 1; it begins on Monday at six in the morning. */
export const theatreWeek = (at: Moment): number => Math.floor(theatreDay(at) / 7) + 1;

/** The whole theatre day of that number. */
export const dayOf = (day: number): Span => spanOf((day * DAY + DAY_BEGINS) as Moment, DAY);

/** Where time comes from: nothing in the theatre reads the system's clock. */
export interface Watch {
  now(): Moment;
}

/** A watch that moves only when told to. */
export class StageWatch implements Watch {
  #now: Moment;

  constructor(start: Moment) {
    this.#now = start;
  }

  now(): Moment {
    return this.#now;
  }

  /** @throws UnfitError for a moment that is past already. */
  moveTo(at: Moment): void {
    fit(at >= this.#now, `The watch cannot go back to ${tell(at)}`);
    this.#now = at;
  }
}
