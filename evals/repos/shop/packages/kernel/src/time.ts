import { requireArgument, requireInteger, requireState } from './check.js';

declare const unit: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [unit]: 'instant' };

/** Milliseconds between two instants; never negative. */
export type Duration = number & { readonly [unit]: 'duration' };

/** From `opens` (included) to `closes` (not included). */
export interface TimeWindow {
  readonly opens: Instant;
  readonly closes: Instant;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Reads ISO 8601 text with a zone, such as `2031-05-01T06:00Z`. */
export function instant(text: string): Instant {
  const at = Date.parse(text);
  requireArgument(
    /(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at),
    `"${text}" is no instant`,
  );
  return at as Instant;
}

/** A length of whole milliseconds; fractions are rounded to the nearest. */
export function duration(milliseconds: number): Duration {
  const whole = Math.round(milliseconds);
  requireInteger(whole, 'A duration', 0);
  return whole as Duration;
}

export const minutes = (count: number): Duration => duration(count * MINUTE);
export const hours = (count: number): Duration => duration(count * HOUR);
export const days = (count: number): Duration => duration(count * 24 * HOUR);

/** The length as a number of hours, for rates and for people. */
export const inHours = (length: Duration): number => length / HOUR;

export const NO_TIME: Duration = duration(0);

/** The instant that lies `length` after `at`. */
export const later = (at: Instant, length: Duration): Instant => (at + length) as Instant;

/** Time from `from` to `to`, or none where `to` lies before `from`. */
export const elapsed = (from: Instant, to: Instant): Duration => duration(Math.max(0, to - from));

export const sumOfTimes = (lengths: Iterable<Duration>): Duration => {
  let total = 0;
  for (const length of lengths) total += length;
  return duration(total);
};

/** @throws InvalidArgumentError unless the window closes after it opens. */
export function timeWindow(opens: Instant, closes: Instant): TimeWindow {
  requireArgument(opens < closes, 'A window must close after it opens');
  return { opens, closes };
}

export const isWithin = (at: Instant, { opens, closes }: TimeWindow): boolean =>
  opens <= at && at < closes;

/** `2031-05-01T06:00Z`: to the minute, as people read it. */
export const formatInstant = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** `26h 05m`: whole minutes, rounded down. */
export function formatDuration(length: Duration): string {
  const total = Math.floor(length / MINUTE);
  return `${Math.floor(total / 60)}h ${String(total % 60).padStart(2, '0')}m`;
}

/** Where time comes from: nothing in the shop reads the system's clock by itself. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() as Instant };

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #now: Instant;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  advance(length: Duration): Instant {
    this.#now = later(this.#now, length);
    return this.#now;
  }

  /** @throws ConflictError for an instant that is past already. */
  moveTo(at: Instant): void {
    requireState(at >= this.#now, `The clock cannot go back to ${formatInstant(at)}`);
    this.#now = at;
  }
}
