import type { Duration, Instant } from '@shop/kernel';
import { NO_TIME, duration, later, sumOfTimes } from '@shop/kernel';
import type { Commodity } from './commodity.js';
import type { TemperatureLog } from './temperature-log.js';
import type { Celsius, TemperatureSpell } from './temperature.js';

/** How many times faster than at its reference temperature a commodity ages. */
export const ageingFactor = (commodity: Commodity, temperature: Celsius): number =>
  commodity.q10 ** ((temperature - commodity.referenceTemperature) / 10);

/** How much shelf life a spell takes. */
export const lifeUsedBy = (
  commodity: Commodity,
  { length, temperature }: TemperatureSpell,
): Duration => duration(length * ageingFactor(commodity, temperature));

/** The life of one harvest, measured in time at the commodity's reference temperature. */
export class ShelfLife {
  readonly commodity: Commodity;
  readonly harvestedAt: Instant;
  readonly #log: TemperatureLog;

  constructor(commodity: Commodity, harvestedAt: Instant, log: TemperatureLog) {
    this.commodity = commodity;
    this.harvestedAt = harvestedAt;
    this.#log = log;
  }

  /** Life that is gone at `at`; none before the harvest, and no more than there was. */
  usedAt(at: Instant): Duration {
    if (at <= this.harvestedAt) return NO_TIME;
    const spells = this.#log.spells({ opens: this.harvestedAt, closes: at });
    const used = sumOfTimes(spells.map((spell) => lifeUsedBy(this.commodity, spell)));
    return used > this.commodity.shelfLife ? this.commodity.shelfLife : used;
  }

  remainingAt(at: Instant): Duration {
    return duration(this.commodity.shelfLife - this.usedAt(at));
  }

  /** 1 at harvest, 0 when it is waste. */
  freshnessAt(at: Instant): number {
    return this.remainingAt(at) / this.commodity.shelfLife;
  }

  isSpoiledAt(at: Instant): boolean {
    return this.remainingAt(at) === 0;
  }

  /** When it will be waste if it is kept at that temperature from `from` on; `from` if it is waste by then. */
  spoilsAt(from: Instant, temperature: Celsius): Instant {
    return later(
      from,
      duration(this.remainingAt(from) / ageingFactor(this.commodity, temperature)),
    );
  }

  /** Whether at least `needed` of life is left after the spells that lie ahead. */
  survives(from: Instant, ahead: readonly TemperatureSpell[], needed: Duration): boolean {
    const used = sumOfTimes(ahead.map((spell) => lifeUsedBy(this.commodity, spell)));
    return this.remainingAt(from) >= sumOfTimes([used, needed]);
  }
}
