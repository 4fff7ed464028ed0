import { InvalidArgumentError, grams, kilograms } from '@shop/kernel';
import { describe, expect, it } from 'vitest';
import {
  CurrencyMismatchError,
  Money,
  UnitPrice,
  basisPoints,
  formatBasisPoints,
  percent,
  roundedRatio,
} from '../src/index.js';

const eur = (text: string) => Money.parse(text, 'EUR');
const texts = (amounts: readonly Money[]) => amounts.map(String);

describe('roundedRatio', () => {
  it.each([
    ['half-even', 5n, 2n],
    ['half-even', 7n, 4n],
    ['half-up', 5n, 3n],
    ['up', 9n, 5n],
    ['down', 9n, 4n],
  ] as const)('%s of %d halves is %d, on both sides of zero', (rounding, halves, result) => {
    expect(roundedRatio(halves, 2n, rounding)).toBe(result);
    expect(roundedRatio(-halves, 2n, rounding)).toBe(-result);
  });
});

describe('Money', () => {
  it('reads and writes what people write', () => {
    expect(texts([eur('12.5'), eur('-3.05'), eur('0')])).toEqual([
      '12.50 EUR',
      '-3.05 EUR',
      '0.00 EUR',
    ]);
    expect(String(Money.parse('1200', 'JPY'))).toBe('1200 JPY');
  });

  it.each(['', '1.', '.5', '1.005', '1,50', '+1', '1e3'])('does not read "%s"', (text) => {
    expect(() => eur(text)).toThrow(InvalidArgumentError);
  });

  it('has no minus zero', () => {
    expect(eur('-0').minor).toBe(0);
    expect(eur('0').negated().minor).toBe(0);
  });

  it('adds, compares and refuses other currencies', () => {
    expect(String(eur('1.10').plus(eur('2.20')).minus(eur('0.05')))).toBe('3.25 EUR');
    expect(eur('1').compareTo(eur('2'))).toBe(-1);
    expect(String(eur('1').min(eur('2')).max(eur('1.5')))).toBe('1.50 EUR');
    expect(eur('1').equals(Money.ofMinor(100, 'KES'))).toBe(false);
    expect(() => eur('1').plus(Money.zero('JPY'))).toThrow(CurrencyMismatchError);
    expect(String(Money.sum([], 'JPY'))).toBe('0 JPY');
    expect(String(Money.sum([eur('1'), eur('0.50')], 'EUR'))).toBe('1.50 EUR');
    expect([eur('1').equals(eur('1.00')), eur('1').equals(eur('2'))]).toEqual([true, false]);
    expect([eur('0').isZero, eur('0.01').isZero]).toEqual([true, false]);
  });

  it('is scaled by whole numbers', () => {
    expect(String(eur('1.00').scaled(-2, 3))).toBe('-0.67 EUR');
    expect(() => eur('1').scaled(0.5, 1)).toThrow(InvalidArgumentError);
    expect(() => eur('1').scaled(1, 0)).toThrow(InvalidArgumentError);
    expect(() => Money.ofMinor(0.5, 'EUR')).toThrow(InvalidArgumentError);
  });

  it('rounds a share half to even unless told otherwise', () => {
    expect(String(eur('0.50').share(percent(5)))).toBe('0.02 EUR');
    expect(String(eur('0.50').share(percent(5), 'up'))).toBe('0.03 EUR');
    expect(formatBasisPoints(percent(2.5))).toBe('2.5 %');
    expect(() => basisPoints(0.5)).toThrow(InvalidArgumentError);
  });

  it('splits without losing a unit', () => {
    expect(texts(eur('1.00').allocate([1, 1, 1]))).toEqual(['0.34 EUR', '0.33 EUR', '0.33 EUR']);
    expect(texts(eur('-0.05').allocate([3, 7]))).toEqual(['-0.02 EUR', '-0.03 EUR']);
    expect(texts(eur('0.10').allocate([0, 1, 2]))).toEqual(['0.00 EUR', '0.03 EUR', '0.07 EUR']);
    expect(texts(eur('0.05').allocate([1, 1, 1]))).toEqual(['0.02 EUR', '0.02 EUR', '0.01 EUR']);
    expect(() => eur('1').allocate([2, -1])).toThrow(InvalidArgumentError);
    expect(() => eur('1').allocate([0, 0])).toThrow(InvalidArgumentError);
    expect(() => eur('1').allocate([])).toThrow(InvalidArgumentError);
  });
});

describe('UnitPrice', () => {
  const price = UnitPrice.parse('3.25', 'EUR');

  it('prices weights to the unit', () => {
    expect(String(price.costOf(kilograms(2)))).toBe('6.50 EUR');
    expect(String(price.costOf(grams(10)))).toBe('0.03 EUR');
    expect(String(price.costOf(grams(10), 'up'))).toBe('0.04 EUR');
    expect(String(UnitPrice.fromTotal(eur('10'), kilograms(3)))).toBe('3.33 EUR/kg');
    expect(() => UnitPrice.fromTotal(eur('10'), grams(0))).toThrow(InvalidArgumentError);
  });

  it('is scaled and compared, never negative', () => {
    expect(String(price.at(percent(90)))).toBe('2.92 EUR/kg');
    expect(price.compareTo(UnitPrice.parse('3.24', 'EUR'))).toBe(1);
    expect(price.equals(UnitPrice.parse('3.25', 'KES'))).toBe(false);
    expect(price.equals(UnitPrice.of(eur('3.25')))).toBe(true);
    expect(price.currency).toBe('EUR');
    expect(() => UnitPrice.parse('-1', 'EUR')).toThrow(InvalidArgumentError);
    expect(() => price.compareTo(UnitPrice.parse('1', 'JPY'))).toThrow(CurrencyMismatchError);
  });
});
