import { ClosedError, IdSequence, days, hours, id, kilograms, later } from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { ClosingCall, OrderBook } from '../src/index.js';
import type { World } from './fixtures.js';
import { START, ask, bid, market, price, world } from './fixtures.js';

let at: World;
let book: OrderBook;
const ids = new IdSequence('trade');

/** Orders of one trader never meet while they are placed, so the book may cross. */
const SELF = { trader: id<'trader'>('bea') };

beforeEach(() => {
  at = world();
  book = new OrderBook(market(), at.registry, at.clock, ids);
});

const call = (reference = '10.00') => new ClosingCall(book, price(reference), at.clock, ids);

describe('ClosingCall', () => {
  it('counts what would trade at a price', () => {
    book.place(bid('b1', '11.00', 5));
    book.place(bid('b2', '10.00', 5));
    book.place(ask('a1', '9.00', 7, SELF));
    book.place(ask('a2', '10.50', 7, SELF));
    const weights = (text: string) => {
      const { executable, offered, wanted } = call().tally(price(text));
      return [wanted, offered, executable].map((weight) => weight / 1000);
    };
    expect(weights('9.00')).toEqual([10, 7, 7]);
    expect(weights('10.50')).toEqual([5, 14, 5]);
    expect(weights('8.00')).toEqual([10, 0, 0]);
  });

  it('leaves out demanding bids and orders past their time', () => {
    book.place(bid('b1', '10.00', 1, { minimumLife: days(1) }));
    book.place(bid('b2', '10.00', 1, { worstGrade: 'B' }));
    book.place(bid('b3', '10.00', 1, { goodUntil: later(START, hours(1)) }));
    book.place(bid('b4', '10.00', 1));
    book.place(ask('a1', '10.00', 1, { ...SELF, goodUntil: later(START, hours(1)) }));
    at.clock.advance(hours(1));
    expect(
      call()
        .bids()
        .map((order) => order.id),
    ).toEqual(['b4']);
    expect(call().asks()).toEqual([]);
    expect(call().clearing()).toBeUndefined();
    expect(call().run()).toEqual([]);
  });

  it('moves most weight, then leaves least over', () => {
    book.place(bid('b1', '11.00', 4));
    book.place(bid('b2', '10.00', 2));
    book.place(ask('a1', '9.00', 4, SELF));
    // 4 kg at any price from 9 to 11: at 11.00 nothing is left over, below 2 kg of bids are.
    expect(String(call('9.00').clearing()?.price)).toBe('11.00 EUR/kg');
  });

  it('prefers more weight to less left over', () => {
    book.place(bid('b1', '11.00', 4));
    book.place(bid('b2', '10.00', 6));
    book.place(ask('a1', '9.00', 3, SELF));
    book.place(ask('a2', '11.00', 17, SELF));
    // At 10.00: 3 kg and 7 kg left over; at 11.00: 4 kg and 16 kg left over.
    expect(String(call().clearing()?.price)).toBe('11.00 EUR/kg');
  });

  it('goes by the reference, then by the lower price, where prices are as good as each other', () => {
    book.place(bid('b1', '12.00', 4));
    book.place(ask('a1', '8.00', 4, SELF));
    expect(String(call('11.00').clearing()?.price)).toBe('12.00 EUR/kg');
    expect(String(call('9.00').clearing()?.price)).toBe('8.00 EUR/kg');
    expect(String(call('10.00').clearing()?.price)).toBe('8.00 EUR/kg');
  });

  it('trades at one price, by priority, and leaves the rest in the book', () => {
    book.place(bid('b1', '10.00', 3));
    book.place(bid('b2', '11.00', 2));
    book.place(ask('a1', '9.50', 1, SELF));
    book.place(ask('a2', '9.00', 3, SELF));
    const trades = call().run();
    expect(trades.map((trade) => `${trade.bid}/${trade.ask} ${trade.weight / 1000}`)).toEqual([
      'b2/a2 2',
      'b1/a2 1',
      'b1/a1 1',
    ]);
    expect(new Set(trades.map((trade) => String(trade.price)))).toEqual(new Set(['10.00 EUR/kg']));
    expect(new Set(trades.map((trade) => trade.id)).size).toBe(3);
    expect(book.orders('bid').map((order) => [order.id, order.weight])).toEqual([
      ['b1', kilograms(1)],
    ]);
    expect(book.orders('ask')).toEqual([]);
  });

  it('leaves out who would not deal at the price', () => {
    book.place(bid('b1', '11.00', 2));
    book.place(bid('b2', '8.00', 5));
    book.place(ask('a1', '9.00', 6, SELF));
    expect(
      call()
        .run()
        .map((trade) => [trade.bid, trade.weight]),
    ).toEqual([['b1', kilograms(2)]]);
    expect(book.find(id('b2'))?.weight).toBe(kilograms(5));
    expect(book.find(id('a1'))?.weight).toBe(kilograms(4));
  });

  it('takes place once', () => {
    const once = call();
    once.run();
    expect(() => once.run()).toThrow(ClosedError);
  });
});
