import type { Grams, OrderId } from '@shop/kernel';
import { ClosedError, IdSequence, days, hours, id, kilograms, later } from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Trade } from '../src/index.js';
import { ClosingCall, OrderBook } from '../src/index.js';
import type { World } from './fixtures.js';
import { START, ask, bid, market, price, world } from './fixtures.js';

let at: World;
let book: OrderBook;
let numbers: IdSequence<'trade'>;

/** One trader stands behind all of it, so that orders which cross stay in the book. */
const own = { trader: id<'trader'>('tim') };
const buy = (name: string, limit: string, weight: number, more = {}) =>
  book.place(bid(name, limit, weight, { ...own, ...more }));
const sell = (name: string, limit: string, weight: number, more = {}) =>
  book.place(ask(name, limit, weight, { ...own, ...more }));
const closing = (reference = '5.00') => new ClosingCall(book, price(reference), at.clock, numbers);
const kilos = (weight: Grams) => weight / 1000;
const lines = (trades: readonly Trade[]) =>
  trades.map((trade) => `${trade.bid} ${trade.ask} ${kilos(trade.weight)}`);
const open = (name: string) => {
  const found = book.find(id(name) as OrderId);
  return found === undefined ? undefined : kilos(found.weight);
};

beforeEach(() => {
  at = world();
  numbers = new IdSequence('trade');
  book = new OrderBook(market(), at.registry, at.clock, numbers);
});

describe('who takes part', () => {
  it('is listed by priority on either side', () => {
    buy('low', '5.00', 1);
    buy('late', '6.00', 1, { placedAt: later(START, hours(1)) });
    buy('high', '6.00', 1);
    sell('dear', '9.00', 1);
    sell('cheap', '8.00', 1);
    const names = (orders: readonly { id: string }[]) => orders.map((order) => order.id);
    expect(names(closing().bids())).toEqual(['high', 'late', 'low']);
    expect(names(closing().asks())).toEqual(['cheap', 'dear']);
  });

  it('is whoever is good at the moment of the call, not at that of its making', () => {
    buy('short', '6.00', 2, { goodUntil: later(START, hours(2)) });
    sell('any', '6.00', 2);
    const call = closing();
    expect(call.tally(price('6.00')).executable).toBe(kilograms(2));
    at.clock.advance(hours(3));
    expect(call.tally(price('6.00'))).toMatchObject({ wanted: 0, offered: kilograms(2) });
    expect(call.run()).toEqual([]);
    expect(open('any')).toBe(2);
  });

  it('is nobody who asks for a life or for better than the worst grade', () => {
    buy('fresh', '9.00', 5, { minimumLife: days(2) });
    buy('fine', '9.00', 5, { worstGrade: 'A' });
    buy('easy', '7.00', 1);
    sell('goods', '7.00', 9);
    expect(lines(closing().run())).toEqual(['easy goods 1']);
    expect([open('fresh'), open('fine'), open('goods')]).toEqual([5, 5, 8]);
  });
});

describe('the price', () => {
  it('is tallied at any price, limits or not', () => {
    buy('b', '7.00', 3);
    sell('a', '6.00', 2);
    const at650 = closing().tally(price('6.50'));
    expect([at650.wanted, at650.offered, at650.executable].map(kilos)).toEqual([3, 2, 2]);
    expect(at650.price.equals(price('6.50'))).toBe(true);
    expect(closing().tally(price('6.00')).offered).toBe(kilograms(2));
    expect(closing().tally(price('7.00')).wanted).toBe(kilograms(3));
  });

  it('is none where the two sides do not meet, or one is empty', () => {
    expect(closing().clearing()).toBeUndefined();
    buy('b', '5.00', 3);
    expect(closing().clearing()).toBeUndefined();
    sell('a', '5.10', 3);
    expect(closing().clearing()).toBeUndefined();
  });

  it('is nearest to the reference from either side before it is the lower one', () => {
    buy('b', '9.00', 2);
    sell('a', '6.00', 2);
    const chosen = (reference: string) => String(closing(reference).clearing()?.price);
    expect(['7.40', '7.50', '7.60', '20.00', '1.00'].map(chosen)).toEqual([
      '6.00 EUR/kg',
      '6.00 EUR/kg',
      '9.00 EUR/kg',
      '9.00 EUR/kg',
      '6.00 EUR/kg',
    ]);
  });

  it('leaves least over before it heeds the reference', () => {
    buy('b1', '9.00', 2);
    buy('b2', '7.00', 1);
    sell('a', '6.00', 2);
    expect(String(closing('6.00').clearing()?.price)).toBe('9.00 EUR/kg');
  });
});

describe('the call', () => {
  it('fills one large order from several small ones, senior ones first', () => {
    buy('big', '8.00', 10);
    sell('third', '7.50', 4);
    sell('second', '7.00', 3, { placedAt: later(START, hours(1)) });
    sell('first', '7.00', 2);
    expect(lines(closing().run())).toEqual(['big first 2', 'big second 3', 'big third 4']);
    expect(open('big')).toBe(1);
    expect(book.orders('ask')).toEqual([]);
  });

  it('gives the last in line what is left of the weight', () => {
    buy('b1', '8.00', 2);
    buy('b2', '8.00', 2, { placedAt: later(START, hours(1)) });
    sell('a', '8.00', 3);
    expect(lines(closing().run())).toEqual(['b1 a 2', 'b2 a 1']);
    expect([open('b2'), open('a')]).toEqual([1, undefined]);
  });

  it('writes whole trades, at the time of the call', () => {
    numbers.next();
    buy('b', '8.00', 2, { trader: id('zoe') });
    book.cancel(id('b'));
    buy('b', '8.00', 2);
    sell('a', '8.00', 2);
    at.clock.advance(hours(4));
    expect(closing().run()).toEqual([
      {
        id: 'trade-2',
        commodity: 'TUNA',
        bid: 'b',
        ask: 'a',
        buyer: 'tim',
        seller: 'tim',
        lot: 'lot-1',
        price: price('8.00'),
        weight: kilograms(2),
        at: later(START, hours(4)),
      },
    ]);
  });

  it('is over even where nothing traded', () => {
    const call = closing();
    expect(call.run()).toEqual([]);
    buy('b', '8.00', 2);
    sell('a', '8.00', 2);
    expect(() => call.run()).toThrow(ClosedError);
    expect(lines(closing().run())).toEqual(['b a 2']);
  });
});
