import type { Duration, Instant, TimeWindow } from '@shop/kernel';
import { ConflictError, duration, elapsed, formatInstant, inHours, sumOfTimes } from '@shop/kernel';
import type { Celsius, TemperatureRange, TemperatureSpell } from './temperature.js';
import { isInRange } from './temperature.js';

export interface Reading {
  readonly at: Instant;
  readonly temperature: Celsius;
}

/** A stretch in which the goods were too warm or too cold; `peak` is the temperature farthest from the range. */
export interface Excursion {
  readonly window: TimeWindow;
  readonly side: 'cold' | 'warm';
  readonly peak: Celsius;
}

/** What a data logger saw. A reading holds until the next one; before the first, `assumed` holds. */
export class TemperatureLog {
  readonly #assumed: Celsius;
  readonly #readings: Reading[] = [];

  constructor(assumed: Celsius) {
    this.#assumed = assumed;
  }

  get latest(): Reading | undefined {
    return this.#readings.at(-1);
  }

  /**
   * Adds a reading at the end.
   *
   * @throws ConflictError for an instant that is not after the latest reading.
   */
  record(at: Instant, temperature: Celsius): void {
    const latest = this.latest;
    if (latest !== undefined && at <= latest.at)
      throw new ConflictError(`There is a reading of ${formatInstant(latest.at)} already`);
    this.#readings.push({ at, temperature });
  }

  temperatureAt(at: Instant): Celsius {
    return this.#readings.findLast((reading) => reading.at <= at)?.temperature ?? this.#assumed;
  }

  /** Spells of constant temperature that cover the window without gaps, neighbours always different. */
  spells({ opens, closes }: TimeWindow): TemperatureSpell[] {
    const spells: TemperatureSpell[] = [];
    for (const { from, to, temperature } of this.#steps(opens, closes)) {
      const last = spells.at(-1);
      const length = elapsed(from, to);
      if (last?.temperature === temperature)
        spells.splice(-1, 1, { temperature, length: sumOfTimes([last.length, length]) });
      else spells.push({ temperature, length });
    }
    return spells;
  }

  /** Every stretch outside the range, in order; one that turns from too cold to too warm counts as two. */
  excursions(window: TimeWindow, range: TemperatureRange): Excursion[] {
    const excursions: Excursion[] = [];
    for (const { from, to, temperature } of this.#steps(window.opens, window.closes)) {
      if (isInRange(temperature, range)) continue;
      const side = temperature < range.least ? 'cold' : 'warm';
      const last = excursions.at(-1);
      if (last?.side === side && last.window.closes === from) {
        const isWorse = side === 'cold' ? temperature < last.peak : temperature > last.peak;
        const peak = isWorse ? temperature : last.peak;
        excursions.splice(-1, 1, { window: { opens: last.window.opens, closes: to }, side, peak });
      } else excursions.push({ window: { opens: from, closes: to }, side, peak: temperature });
    }
    return excursions;
  }

  /** Time in the window that was spent outside the range. */
  timeOutside(window: TimeWindow, range: TemperatureRange): Duration {
    return sumOfTimes(
      this.excursions(window, range).map(({ window: { opens, closes } }) => elapsed(opens, closes)),
    );
  }

  /** Mean over time, not over readings. */
  meanTemperature(window: TimeWindow): Celsius {
    const spells = this.spells(window);
    const degreeHours = spells.reduce(
      (sum, { length, temperature }) => sum + inHours(length) * temperature,
      0,
    );
    const total = duration(window.closes - window.opens);
    return (degreeHours / inHours(total)) as Celsius;
  }

  *#steps(
    opens: Instant,
    closes: Instant,
  ): Generator<{ from: Instant; to: Instant; temperature: Celsius }> {
    let from = opens;
    let temperature = this.temperatureAt(opens);
    for (const reading of this.#readings) {
      if (reading.at <= opens) continue;
      if (reading.at >= closes) break;
      yield { from, to: reading.at, temperature };
      from = reading.at;
      temperature = reading.temperature;
    }
    yield { from, to: closes, temperature };
  }
}
