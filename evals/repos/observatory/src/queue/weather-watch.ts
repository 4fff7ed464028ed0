import type { Clock, Journal, Outcome, Slot, Span, Tick } from '../kernel/index.ts';
import {
  after,
  between,
  clockText,
  demand,
  demandTurn,
  granted,
  joined,
  lengthOf,
  lowFirst,
  minutes,
  overlap,
  ranked,
  refused,
  sealed,
  slot,
  spansTogether,
} from '../kernel/index.ts';
import type { Band } from '../sky/index.ts';
import type { Gauge, GaugeLimit, Reading } from './weather.ts';
import { LIMITS, matters } from './weather.ts';

/** A gauge that keeps the domes shut. */
export interface Hold {
  readonly gauge: Gauge;
  readonly since: Tick;
  /** Since when it has been below the limit that frees it, where it is. */
  readonly calmSince?: Tick;
}

export interface WatchRules {
  /** How long a gauge has to stay calm before its hold ends. */
  readonly calm: Span;
  /** A reading that is older tells nothing. */
  readonly patience: Span;
}

const USUAL_RULES: WatchRules = { calm: minutes(20), patience: minutes(5) };

/**
 * Says when a site may observe. A gauge that reaches its limit holds until it was below a lower one for a while, so
 * that domes do not open and shut with every gust.
 */
export class WeatherWatch {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #rules: WatchRules;
  readonly #holds = new Map<Gauge, Hold>();
  readonly #past: { readonly gauge: Gauge; readonly slot: Slot }[] = [];
  #last: Reading | undefined;

  constructor(clock: Clock, journal: Journal, rules: Partial<WatchRules> = {}) {
    this.#clock = clock;
    this.#journal = journal;
    this.#rules = sealed({ ...USUAL_RULES, ...rules });
  }

  /**
   * Takes a reading. Holds that begin and end are noted, on the gauge.
   *
   * @throws InputFault for one from the future, TurnFault for one that is not later than the last.
   */
  report(reading: Reading): void {
    demand(reading.at <= this.#clock.now(), 'at', 'must not lie in the future');
    const late = this.#last !== undefined && reading.at <= this.#last.at;
    demandTurn(!late, `A reading of ${clockText(reading.at)} comes too late`);
    this.#last = sealed(reading);
    for (const limit of LIMITS) this.#follow(limit, reading[limit.gauge], reading.at);
  }

  #follow({ free, gauge, hold: limit }: GaugeLimit, value: number, at: Tick): void {
    const hold = this.#holds.get(gauge);
    if (hold === undefined) {
      if (value < limit) return;
      this.#holds.set(gauge, sealed({ gauge, since: at }));
      this.#journal.write('weather', gauge, `holds at ${value}`);
    } else if (value >= free) {
      this.#holds.set(gauge, sealed({ gauge, since: hold.since }));
    } else {
      const calmSince = hold.calmSince ?? at;
      this.#holds.set(gauge, sealed({ ...hold, calmSince }));
      if (between(calmSince, at) < this.#rules.calm) return;
      this.#holds.delete(gauge);
      this.#past.push({ gauge, slot: slot(hold.since, at) });
      this.#journal.write('weather', gauge, `free at ${value}`);
    }
  }

  /** Holds that matter to a band, the oldest first, equals by gauge. */
  holds(band: Band): readonly Hold[] {
    return ranked(
      [...this.#holds.values()].filter(({ gauge }) => matters(gauge, band)),
      lowFirst(({ since }) => since),
      lowFirst(({ gauge }) => gauge),
    );
  }

  /** The last reading if a band may observe; refused as stale without a fresh one, and for the weather. */
  check(band: Band): Outcome<Reading> {
    const last = this.#last;
    if (last === undefined || between(last.at, this.#clock.now()) > this.#rules.patience)
      return refused('stale', 'The mast is silent');
    const [hold] = this.holds(band);
    return hold === undefined
      ? granted(last)
      : refused('weather', `${hold.gauge} holds since ${clockText(hold.since)}`);
  }

  /**
   * When a band can observe at the earliest: now, where nothing holds; otherwise when the last of its holds would end,
   * if all of them are calm from now on.
   */
  earliest(band: Band): Tick {
    const now = this.#clock.now();
    const ends = this.holds(band).map(({ calmSince }) => after(calmSince ?? now, this.#rules.calm));
    return Math.max(now, ...ends) as Tick;
  }

  /** When a band was held within a slot, holds of several gauges joined; those that last go up to now. */
  held(band: Band, within: Slot): readonly Slot[] {
    const now = this.#clock.now();
    const past = this.#past.filter(({ gauge }) => matters(gauge, band));
    const open = this.holds(band).filter(({ since }) => since < now);
    const all = [...past.map((one) => one.slot), ...open.map(({ since }) => slot(since, now))];
    return joined(all.flatMap((one) => overlap(one, within) ?? []));
  }

  /** How long a band was held within a slot. */
  lost(band: Band, within: Slot): Span {
    return spansTogether(this.held(band, within).map(lengthOf));
  }
}
