import type { Grams } from '@shop/kernel';
import { requireArgument } from '@shop/kernel';
import type { BasisPoints } from './basis-points.js';
import type { Currency } from './currency.js';
import { Money } from './money.js';
import type { Rounding } from './rounding.js';

const GRAMS_PER_KILOGRAM = 1000;

/** What a kilogram costs. Never negative, never changes. */
export class UnitPrice {
  readonly perKilogram: Money;

  private constructor(perKilogram: Money) {
    requireArgument(!perKilogram.isNegative, 'A price cannot be negative');
    this.perKilogram = perKilogram;
  }

  static of(perKilogram: Money): UnitPrice {
    return new UnitPrice(perKilogram);
  }

  /** Reads the amount as {@link Money.parse} does. */
  static parse(text: string, currency: Currency): UnitPrice {
    return new UnitPrice(Money.parse(text, currency));
  }

  /**
   * The price at which the weight costs that much, rounded to the currency's smallest unit.
   *
   * @throws InvalidArgumentError for no weight.
   */
  static fromTotal(total: Money, weight: Grams, rounding: Rounding = 'half-even'): UnitPrice {
    requireArgument(weight > 0, 'No weight has no price');
    return new UnitPrice(total.scaled(GRAMS_PER_KILOGRAM, weight, rounding));
  }

  get currency(): Currency {
    return this.perKilogram.currency;
  }

  costOf(weight: Grams, rounding: Rounding = 'half-even'): Money {
    return this.perKilogram.scaled(weight, GRAMS_PER_KILOGRAM, rounding);
  }

  /** This price times a rate: 9,000 basis points are a tenth off. */
  at(rate: BasisPoints, rounding: Rounding = 'half-even'): UnitPrice {
    return new UnitPrice(this.perKilogram.share(rate, rounding));
  }

  /** @throws CurrencyMismatchError for a price in another currency. */
  compareTo(other: UnitPrice): number {
    return this.perKilogram.compareTo(other.perKilogram);
  }

  equals(other: UnitPrice): boolean {
    return this.perKilogram.equals(other.perKilogram);
  }

  /** `3.20 EUR/kg` */
  toString(): string {
    return `${this.perKilogram.toString()}/kg`;
  }
}
