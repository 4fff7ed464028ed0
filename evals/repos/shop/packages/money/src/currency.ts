import { ShopError } from '@shop/kernel';

/** Currencies that the exchange settles in. */
export type Currency = 'EUR' | 'KES' | 'JPY';

const DIGITS: Readonly<Record<Currency, number>> = { EUR: 2, KES: 2, JPY: 0 };

export const CURRENCIES: readonly Currency[] = ['EUR', 'JPY', 'KES'];

/** Decimals of an amount as people write it. */
export const fractionDigits = (currency: Currency): number => DIGITS[currency];

/** Two amounts met that only a rate could bring together. */
export class CurrencyMismatchError extends ShopError {
  readonly expected: Currency;
  readonly actual: Currency;

  constructor(expected: Currency, actual: Currency) {
    super('currency-mismatch', `Expected an amount in ${expected}, not in ${actual}`);
    this.expected = expected;
    this.actual = actual;
  }
}
