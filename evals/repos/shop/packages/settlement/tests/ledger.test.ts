import {
  ConflictError,
  InvalidArgumentError,
  ManualClock,
  NotFoundError,
  days,
  hours,
  id,
  later,
  timeWindow,
} from '@shop/kernel';
import { Money } from '@shop/money';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountName } from '../src/index.js';
import { Ledger } from '../src/index.js';
import { START, eur } from './fixtures.js';

let clock: ManualClock;
let ledger: Ledger;

beforeEach(() => {
  clock = new ManualClock(START);
  ledger = new Ledger(clock);
});

const pay = (to: AccountName, from: AccountName, amount: string) =>
  ledger.post(`${from} to ${to}`, [
    { account: to, amount: eur(amount) },
    { account: from, amount: eur(amount).negated() },
  ]);

describe('Ledger', () => {
  it('numbers entries and adds them up', () => {
    expect(pay('trader.bea', 'house.cash', '10').id).toBe('entry-1');
    pay('house.cash', 'trader.bea', '4');
    expect(String(ledger.balance('trader.bea', 'EUR'))).toBe('6.00 EUR');
    expect(String(ledger.balance('house.cash', 'EUR'))).toBe('-6.00 EUR');
    expect(String(ledger.balance('trader.bea', 'JPY'))).toBe('0 JPY');
    ledger.entries().pop();
    expect(ledger.entries()).toHaveLength(2);
  });

  it('balances in each currency or books nothing', () => {
    const mixed = [
      { account: 'trader.bea' as const, amount: eur('1') },
      { account: 'house.cash' as const, amount: Money.parse('-100', 'JPY') },
    ];
    expect(() => ledger.post('mixed', mixed)).toThrow('off balance by 1.00 EUR');
    expect(() => ledger.post('none', [])).toThrow(InvalidArgumentError);
    const zero = { account: 'trader.ken' as const, amount: eur('0') };
    expect(() => ledger.post('zero', [zero])).toThrow(InvalidArgumentError);
    expect(ledger.entries()).toEqual([]);
    expect(pay('trader.bea', 'house.cash', '1').id).toBe('entry-1');
  });

  it('leaves postings of nothing out', () => {
    const entry = ledger.post('sale', [
      { account: 'trader.bea', amount: eur('1') },
      { account: 'house.fees', amount: eur('0') },
      { account: 'house.goods', amount: eur('-1') },
    ]);
    expect(entry.postings.map(({ account }) => account)).toEqual(['trader.bea', 'house.goods']);
  });

  it('reverses an entry once, and no reversal', () => {
    const { id: first } = pay('trader.bea', 'house.cash', '10');
    const reversal = ledger.reverse(first);
    expect(reversal).toMatchObject({ reverses: first, text: 'Reversal: house.cash to trader.bea' });
    expect(ledger.balance('trader.bea', 'EUR').isZero).toBe(true);
    expect(() => ledger.reverse(first)).toThrow(ConflictError);
    expect(() => ledger.reverse(reversal.id)).toThrow(ConflictError);
    expect(() => ledger.reverse(id('entry-9'))).toThrow(NotFoundError);
  });

  it('knows balances of the past, the instant included', () => {
    pay('trader.bea', 'house.cash', '10');
    clock.advance(hours(2));
    pay('trader.bea', 'house.cash', '5');
    const at = (hour: number) =>
      String(ledger.balance('trader.bea', 'EUR', later(START, hours(hour))));
    expect([0, 1, 2].map(at)).toEqual(['10.00 EUR', '10.00 EUR', '15.00 EUR']);
  });

  it('carries what came before a statement forward', () => {
    pay('trader.bea', 'house.cash', '10');
    clock.advance(days(1));
    pay('house.cash', 'trader.bea', '3');
    clock.advance(days(1));
    pay('trader.bea', 'house.cash', '1');
    const window = timeWindow(later(START, days(1)), later(START, days(2)));
    const lines = ledger.statement('trader.bea', 'EUR', window);
    expect(
      lines.map(({ amount, balance, text }) => [text, String(amount), String(balance)]),
    ).toEqual([['trader.bea to house.cash', '-3.00 EUR', '7.00 EUR']]);
  });

  it('lists open accounts by name, adding up to nothing', () => {
    pay('trader.ken', 'house.cash', '10');
    pay('trader.bea', 'house.cash', '4');
    pay('trader.zoe', 'house.cash', '4');
    pay('house.cash', 'trader.zoe', '4');
    expect(
      ledger.trialBalance('EUR').map(({ account, amount }) => `${account} ${String(amount)}`),
    ).toEqual(['house.cash -14.00 EUR', 'trader.bea 4.00 EUR', 'trader.ken 10.00 EUR']);
    expect(ledger.trialBalance('KES')).toEqual([]);
  });
});
