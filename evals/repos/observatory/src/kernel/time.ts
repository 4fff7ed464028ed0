import { demand, demandTurn, demandWhole } from './demand.ts';

declare const unit: unique symbol;

/** Whole seconds since 1970-01-01 00:00:00 UTC. */
export type Tick = number & { readonly [unit]: 'tick' };

/** Whole seconds between two ticks, never negative. */
export type Span = number & { readonly [unit]: 'span' };

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Reads `2031-05-01 22:30` or `2031-05-01 22:30:15`, always UTC. @throws InputFault */
export function tick(text: string): Tick {
  const at = Date.parse(`${text.replace(' ', 'T')}Z`);
  demand(
    /^\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?$/.test(text) && !Number.isNaN(at),
    'tick',
    `is no time: "${text}"`,
  );
  return (at / 1000) as Tick;
}

/** @throws InputFault for parts of seconds and for less than none. */
export const seconds = (count: number): Span => demandWhole(count, 'span') as Span;
export const minutes = (count: number): Span => seconds(count * 60);
export const hours = (count: number): Span => seconds(count * HOUR);

export const NO_SPAN: Span = seconds(0);

export const after = (at: Tick, span: Span): Tick => (at + span) as Tick;
export const before = (at: Tick, span: Span): Tick => (at - span) as Tick;

/** From the one to the other; none where `to` is the earlier. */
export const between = (from: Tick, to: Tick): Span => Math.max(0, to - from) as Span;

export const spansTogether = (spans: Iterable<Span>): Span => {
  let total = 0;
  for (const span of spans) total += span;
  return seconds(total);
};

/** `22:30:15`, of whatever day. */
export const clockText = (at: Tick): string => new Date(at * 1000).toISOString().slice(11, 19);

/** `1h05m`, seconds left out. */
export const spanText = (span: Span): string =>
  `${Math.floor(span / HOUR)}h${String(Math.floor((span % HOUR) / 60)).padStart(2, '0')}m`;

/** Which night a tick belongs to: the date of its evening, `2031-05-01`. A night goes from noon to noon, UTC. */
export const nightOf = (at: Tick): string =>
  new Date((at - DAY / 2) * 1000).toISOString().slice(0, 10);

/** Nothing reads the system's clock by itself. */
export interface Clock {
  now(): Tick;
}

/** A clock that somebody moves by hand. */
export class HandClock implements Clock {
  #now: Tick;

  constructor(now: Tick) {
    this.#now = now;
  }

  now(): Tick {
    return this.#now;
  }

  /** @throws TurnFault for a tick that is past. */
  set(at: Tick): void {
    demandTurn(at >= this.#now, `The clock does not go back to ${clockText(at)}`);
    this.#now = at;
  }

  wait(span: Span): void {
    this.#now = after(this.#now, span);
  }
}
