import type { Clock, Duration, Instant } from '@shop/kernel';
import {
  ConflictError,
  NotFoundError,
  elapsed,
  formatInstant,
  requireArgument,
  requireInteger,
} from '@shop/kernel';
import type { Currency } from './currency.js';
import { fractionDigits } from './currency.js';
import { Money } from './money.js';
import type { Rounding } from './rounding.js';
import { roundedRatio } from './rounding.js';

/** One unit of `base` is worth `micros` millionths of a unit of `counter`. */
export interface RateQuote {
  readonly base: Currency;
  readonly counter: Currency;
  readonly micros: number;
  readonly at: Instant;
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly at: Instant;
}

const MICROS = 1_000_000n;

/** Newest rates between currencies, used both ways round and, where there is none, through a pivot currency. */
export class RateTable {
  readonly #pivot: Currency;
  readonly #clock: Clock;
  readonly #freshFor: Duration;
  readonly #quotes = new Map<string, RateQuote>();

  /** Rates older than `freshFor` are refused, not used. */
  constructor(pivot: Currency, clock: Clock, freshFor: Duration) {
    this.#pivot = pivot;
    this.#clock = clock;
    this.#freshFor = freshFor;
  }

  /**
   * Records a rate as of now. It replaces whatever was known between the two, in either direction.
   *
   * @throws InvalidArgumentError for a rate that is not positive or a currency against itself.
   */
  record(base: Currency, counter: Currency, micros: number): RateQuote {
    requireArgument(base !== counter, `A rate of ${base} against itself is always 1`);
    requireInteger(micros, 'A rate in millionths', 1);
    const quote = { base, counter, micros, at: this.#clock.now() };
    this.#quotes.delete(`${counter}/${base}`);
    this.#quotes.set(`${base}/${counter}`, quote);
    return quote;
  }

  /** Whether {@link convert} would have a fresh rate, direct or through the pivot. */
  canConvert(from: Currency, to: Currency): boolean {
    return this.#path(from, to)?.every((ratio) => this.#isFresh(ratio.at)) ?? false;
  }

  /**
   * The amount in another currency, rounded once at the end even where two rates are chained.
   *
   * @throws NotFoundError where neither a direct rate nor two through the pivot are known.
   * @throws ConflictError where one that is needed is no longer fresh.
   */
  convert(amount: Money, to: Currency, rounding: Rounding = 'half-even'): Money {
    const path = this.#path(amount.currency, to);
    if (path === undefined) throw new NotFoundError('rate', `${amount.currency}/${to}`);
    const stale = path.find((ratio) => !this.#isFresh(ratio.at));
    if (stale !== undefined)
      throw new ConflictError(`The rate of ${formatInstant(stale.at)} is too old`);
    let numerator = BigInt(amount.minor) * 10n ** BigInt(fractionDigits(to));
    let denominator = 10n ** BigInt(fractionDigits(amount.currency));
    for (const ratio of path) {
      numerator *= ratio.numerator;
      denominator *= ratio.denominator;
    }
    return Money.ofMinor(Number(roundedRatio(numerator, denominator, rounding)), to);
  }

  /** Age of the oldest rate that a conversion would use; undefined where there is none. */
  ageOf(from: Currency, to: Currency): Duration | undefined {
    const path = this.#path(from, to);
    if (path === undefined) return undefined;
    const now = this.#clock.now();
    const oldest = path.reduce((least, { at }) => (at < least ? at : least), now);
    return elapsed(oldest, now);
  }

  /** Forgets rates that are no longer fresh and returns how many those were. */
  prune(): number {
    const stale = [...this.#quotes].filter(([, quote]) => !this.#isFresh(quote.at));
    for (const [key] of stale) this.#quotes.delete(key);
    return stale.length;
  }

  #isFresh(at: Instant): boolean {
    return elapsed(at, this.#clock.now()) <= this.#freshFor;
  }

  #path(from: Currency, to: Currency): readonly Ratio[] | undefined {
    if (from === to) return [];
    const direct = this.#ratio(from, to);
    if (direct !== undefined) return [direct];
    const first = this.#ratio(from, this.#pivot);
    const second = this.#ratio(this.#pivot, to);
    return first && second ? [first, second] : undefined;
  }

  #ratio(from: Currency, to: Currency): Ratio | undefined {
    const straight = this.#quotes.get(`${from}/${to}`);
    if (straight !== undefined)
      return { numerator: BigInt(straight.micros), denominator: MICROS, at: straight.at };
    const turned = this.#quotes.get(`${to}/${from}`);
    return turned && { numerator: MICROS, denominator: BigInt(turned.micros), at: turned.at };
  }
}
