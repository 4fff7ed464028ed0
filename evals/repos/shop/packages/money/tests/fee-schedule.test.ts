import { InvalidArgumentError } from '@shop/kernel';
import { describe, expect, it } from 'vitest';
import { CurrencyMismatchError, FeeSchedule, Money, percent } from '../src/index.js';

const eur = (text: string) => Money.parse(text, 'EUR');
const schedule = new FeeSchedule('EUR', [
  { upTo: eur('1000'), rate: percent(2) },
  { upTo: eur('5000'), rate: percent(1) },
  { rate: percent(0.5) },
]);

describe('FeeSchedule', () => {
  it.each([
    ['0', '0.00 EUR'],
    ['500', '10.00 EUR'],
    ['1000', '20.00 EUR'],
    ['1000.50', '20.00 EUR'],
    ['1001', '20.01 EUR'],
    ['6000', '65.00 EUR'],
  ])('takes for %s a fee of %s', (amount, fee) => {
    expect(String(schedule.feeFor(eur(amount)))).toBe(fee);
  });

  it('keeps the fee between its bounds', () => {
    const bounded = schedule.within({ least: eur('5') }).within({ most: eur('40') });
    expect(String(bounded.feeFor(eur('1')))).toBe('5.00 EUR');
    expect(String(bounded.feeFor(eur('90000')))).toBe('40.00 EUR');
    expect(String(bounded.feeFor(eur('0')))).toBe('0.00 EUR');
    expect(String(bounded.netOf(eur('1')))).toBe('-4.00 EUR');
    const fixed = bounded.within({ least: eur('40') });
    expect(String(fixed.feeFor(eur('1')))).toBe('40.00 EUR');
    expect(() => bounded.within({ least: eur('41') })).toThrow(InvalidArgumentError);
  });

  it('knows the rate of the next unit', () => {
    expect(
      [eur('0'), eur('999.99'), eur('1000'), eur('5000')].map((a) => schedule.marginalRate(a)),
    ).toEqual([200, 200, 100, 50]);
  });

  it('may be free', () => {
    const free = new FeeSchedule('EUR', [{ rate: percent(0) }]);
    expect(free.feeFor(eur('100')).isZero).toBe(true);
  });

  it('tells its tiers', () => {
    expect(schedule.describe()).toEqual([
      'up to 1000.00 EUR: 2 %',
      'up to 5000.00 EUR: 1 %',
      'above: 0.5 %',
    ]);
  });

  it('refuses tiers that make no sense, and amounts', () => {
    const tiers = [
      [],
      [{ upTo: eur('1'), rate: percent(1) }],
      [{ rate: percent(1) }, { rate: percent(1) }],
      [
        { upTo: eur('2'), rate: percent(1) },
        { upTo: eur('2'), rate: percent(1) },
        { rate: percent(1) },
      ],
      [{ rate: percent(-1) }],
    ];
    for (const list of tiers)
      expect(() => new FeeSchedule('EUR', list)).toThrow(InvalidArgumentError);
    expect(() => schedule.feeFor(eur('-1'))).toThrow(InvalidArgumentError);
    expect(() => schedule.feeFor(Money.parse('10', 'JPY'))).toThrow(CurrencyMismatchError);
  });
});
