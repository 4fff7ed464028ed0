import { demand } from './demand.ts';
import { lowFirst, ranked } from './order.ts';
import { sealed } from './seal.ts';
import type { Span, Tick } from './time.ts';
import { between } from './time.ts';

/** From `from`, which is part of it, to `until`, which is not. */
export interface Slot {
  readonly from: Tick;
  readonly until: Tick;
}

/** @throws InputFault unless it ends after it begins. */
export function slot(from: Tick, until: Tick): Slot {
  demand(from < until, 'slot', 'must end after it begins');
  return sealed({ from, until });
}

export const holds = ({ from, until }: Slot, at: Tick): boolean => from <= at && at < until;

export const lengthOf = ({ from, until }: Slot): Span => between(from, until);

/** What two slots have in common; slots that only touch have nothing. */
export function overlap(a: Slot, b: Slot): Slot | undefined {
  const from = Math.max(a.from, b.from) as Tick;
  const until = Math.min(a.until, b.until) as Tick;
  return from < until ? slot(from, until) : undefined;
}

/** The same time in as few slots as possible, earliest first: what overlaps or touches becomes one. */
export function joined(slots: Iterable<Slot>): readonly Slot[] {
  const whole: Slot[] = [];
  for (const next of ranked(
    slots,
    lowFirst(({ from }) => from),
  )) {
    const last = whole.at(-1);
    if (last === undefined || next.from > last.until) whole.push(next);
    else whole.splice(-1, 1, slot(last.from, Math.max(last.until, next.until) as Tick));
  }
  return sealed(whole);
}

/** The time that both lists have in common. */
export function common(a: Iterable<Slot>, b: Iterable<Slot>): readonly Slot[] {
  const others = [...b];
  return joined([...a].flatMap((one) => others.flatMap((other) => overlap(one, other) ?? [])));
}
