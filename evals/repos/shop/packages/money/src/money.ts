import { requireArgument, requireInteger } from '@shop/kernel';
import type { BasisPoints } from './basis-points.js';
import { WHOLE } from './basis-points.js';
import type { Currency } from './currency.js';
import { CurrencyMismatchError, fractionDigits } from './currency.js';
import type { Rounding } from './rounding.js';
import { roundedRatio } from './rounding.js';

/** An exact amount in the smallest unit of one currency. Never changes; may be negative. */
export class Money {
  readonly currency: Currency;
  /** Cents, or whatever the currency's smallest unit is. */
  readonly minor: number;

  private constructor(minor: number, currency: Currency) {
    requireInteger(minor, 'An amount in minor units');
    // Adding zero turns -0, which comparisons tell apart from 0, into 0.
    this.minor = minor + 0;
    this.currency = currency;
  }

  static ofMinor(minor: number, currency: Currency): Money {
    return new Money(minor, currency);
  }

  static zero(currency: Currency): Money {
    return new Money(0, currency);
  }

  /**
   * Reads `12.50` or `-3`, with no more decimals than the currency has.
   *
   * @throws InvalidArgumentError for any other text.
   */
  static parse(text: string, currency: Currency): Money {
    const digits = fractionDigits(currency);
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    const decimals = match?.[3] ?? '';
    requireArgument(
      match !== null && decimals.length <= digits,
      `"${text}" is no amount in ${currency}`,
    );
    const size = Number(`${match[2]}${decimals.padEnd(digits, '0')}`);
    return new Money(match[1] === '-' ? -size : size, currency);
  }

  /** The sum of amounts that all have the given currency; zero for none. */
  static sum(amounts: Iterable<Money>, currency: Currency): Money {
    let total = Money.zero(currency);
    for (const amount of amounts) total = total.plus(amount);
    return total;
  }

  get isZero(): boolean {
    return this.minor === 0;
  }

  get isNegative(): boolean {
    return this.minor < 0;
  }

  /** @throws CurrencyMismatchError, as every method that takes another amount does. */
  plus(other: Money): Money {
    return new Money(this.minor + this.#minorOf(other), this.currency);
  }

  minus(other: Money): Money {
    return new Money(this.minor - this.#minorOf(other), this.currency);
  }

  negated(): Money {
    return new Money(-this.minor, this.currency);
  }

  /** This amount times `numerator / denominator`, both whole. */
  scaled(numerator: number, denominator: number, rounding: Rounding = 'half-even'): Money {
    requireInteger(numerator, 'A numerator');
    requireInteger(denominator, 'A denominator', 1);
    const product = BigInt(this.minor) * BigInt(numerator);
    return new Money(Number(roundedRatio(product, BigInt(denominator), rounding)), this.currency);
  }

  /** That share of this amount. */
  share(rate: BasisPoints, rounding: Rounding = 'half-even'): Money {
    return this.scaled(rate, WHOLE, rounding);
  }

  /**
   * Splits the amount by weights without losing a unit: each part is rounded down (towards zero), and the units left
   * go one each to the parts with the largest remainders, the earlier of equals first.
   *
   * @throws InvalidArgumentError for no weights, a negative one, or only zeros.
   */
  allocate(weights: readonly number[]): Money[] {
    for (const weight of weights) requireInteger(weight, 'A weight', 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    requireArgument(total > 0, 'An amount cannot be split by weights that are all zero');
    const size = BigInt(Math.abs(this.minor));
    const products = weights.map((weight) => size * BigInt(weight));
    const parts = products.map((product) => Number(product / BigInt(total)));
    const left = Number(size) - parts.reduce((sum, part) => sum + part, 0);
    const byRemainder = products
      .map((product, index) => ({ index, rest: Number(product % BigInt(total)) }))
      .sort((a, b) => b.rest - a.rest || a.index - b.index);
    const lucky = new Set(byRemainder.slice(0, left).map(({ index }) => index));
    const sign = this.isNegative ? -1 : 1;
    return parts.map(
      (part, index) => new Money(sign * (part + (lucky.has(index) ? 1 : 0)), this.currency),
    );
  }

  /** Negative, zero or positive, as comparators have it. */
  compareTo(other: Money): number {
    return Math.sign(this.minor - this.#minorOf(other));
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor;
  }

  /** The smaller of the two; this one if they are equal. */
  min(other: Money): Money {
    return this.compareTo(other) <= 0 ? this : other;
  }

  max(other: Money): Money {
    return this.compareTo(other) >= 0 ? this : other;
  }

  /** `-3.05 EUR` */
  toString(): string {
    const digits = fractionDigits(this.currency);
    const text = String(Math.abs(this.minor)).padStart(digits + 1, '0');
    const whole = text.slice(0, text.length - digits);
    const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
    return `${this.isNegative ? '-' : ''}${whole}${fraction} ${this.currency}`;
  }

  #minorOf(other: Money): number {
    if (other.currency !== this.currency)
      throw new CurrencyMismatchError(this.currency, other.currency);
    return other.minor;
  }
}
