import { ClosedError, ConflictError, ManualClock } from '@shop/kernel';
import { CurrencyMismatchError, UnitPrice } from '@shop/money';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Payment } from '../src/index.js';
import { Ledger, NettingCycle } from '../src/index.js';
import { START, trade } from './fixtures.js';

let cycle: NettingCycle;

beforeEach(() => {
  cycle = new NettingCycle('EUR');
});

const told = (payments: readonly Payment[]) =>
  payments.map(({ amount, from, to }) => `${from} ${String(amount)} ${to}`);

describe('NettingCycle', () => {
  it('sets off what a trader buys and sells', () => {
    cycle.add(trade('t1', 'bea', 'ken', '10.00', 3));
    cycle.add(trade('t2', 'ken', 'zoe', '10.00', 2));
    cycle.add(trade('t3', 'zoe', 'bea', '10.00', 1));
    expect(cycle.positions().map(({ amount, trader }) => `${trader} ${String(amount)}`)).toEqual([
      'bea 20.00 EUR',
      'ken -10.00 EUR',
      'zoe -10.00 EUR',
    ]);
    expect(told(cycle.payments())).toEqual(['bea 10.00 EUR ken', 'bea 10.00 EUR zoe']);
    expect(String(cycle.turnover())).toBe('60.00 EUR');
    expect(String(cycle.saved())).toBe('40.00 EUR');
  });

  it('lets who pays most pay who gets most, equals by name', () => {
    cycle.add(trade('t1', 'bea', 'zoe', '1.00', 5));
    cycle.add(trade('t2', 'ann', 'zoe', '1.00', 5));
    cycle.add(trade('t3', 'max', 'ken', '1.00', 7));
    cycle.add(trade('t4', 'max', 'ida', '1.00', 2));
    expect(
      cycle.positions().map(({ amount, trader }) => `${trader} ${amount.minor / 100}`),
    ).toEqual(['max 9', 'ann 5', 'bea 5', 'ida -2', 'ken -7', 'zoe -10']);
    expect(told(cycle.payments())).toEqual([
      'max 9.00 EUR zoe',
      'ann 5.00 EUR ken',
      'bea 2.00 EUR ida',
      'bea 2.00 EUR ken',
      'bea 1.00 EUR zoe',
    ]);
  });

  it('leaves out who is even', () => {
    cycle.add(trade('t1', 'bea', 'ken', '2.00', 5));
    cycle.add(trade('t2', 'ken', 'bea', '5.00', 2));
    expect(cycle.positions()).toEqual([]);
    expect(cycle.payments()).toEqual([]);
    expect(String(cycle.saved())).toBe('20.00 EUR');
  });

  it('takes each trade once, in its own currency', () => {
    cycle.add(trade('t1', 'bea', 'ken', '2.00', 5));
    expect(() => cycle.add(trade('t1', 'bea', 'ken', '2.00', 5))).toThrow(ConflictError);
    const yen = trade('t2', 'bea', 'ken', '1', 1, { price: UnitPrice.parse('1', 'JPY') });
    expect(() => cycle.add(yen)).toThrow(CurrencyMismatchError);
    expect(String(cycle.turnover())).toBe('10.00 EUR');
  });

  it('books its payments once and is closed then', () => {
    const ledger = new Ledger(new ManualClock(START));
    cycle.add(trade('t1', 'bea', 'ken', '2.00', 5));
    expect(told(cycle.settle(ledger))).toEqual(['bea 10.00 EUR ken']);
    expect(String(ledger.balance('trader.bea', 'EUR'))).toBe('-10.00 EUR');
    expect(String(ledger.balance('trader.ken', 'EUR'))).toBe('10.00 EUR');
    expect(() => cycle.settle(ledger)).toThrow(ClosedError);
    expect(() => cycle.add(trade('t2', 'bea', 'ken', '2.00', 5))).toThrow(ClosedError);
    expect(ledger.entries()).toHaveLength(1);
  });
});
