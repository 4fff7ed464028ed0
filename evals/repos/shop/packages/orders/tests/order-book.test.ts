import {
  ConflictError,
  IdSequence,
  InvalidArgumentError,
  LimitExceededError,
  NotFoundError,
  days,
  grams,
  hours,
  id,
  kilograms,
  later,
} from '@shop/kernel';
import { ROSE } from '@shop/produce';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Order, Trade } from '../src/index.js';
import { OrderBook } from '../src/index.js';
import type { World } from './fixtures.js';
import { START, ask, bid, market, price, world } from './fixtures.js';

let at: World;
let book: OrderBook;

beforeEach(() => {
  at = world();
  book = new OrderBook(market(), at.registry, at.clock, new IdSequence('trade'));
});

const names = (orders: readonly Order[]) => orders.map((order) => order.id);
const told = (trades: readonly Trade[]) =>
  trades.map(
    (trade) => `${trade.bid}/${trade.ask} ${trade.weight / 1000} at ${String(trade.price)}`,
  );

describe('placing', () => {
  it('keeps orders that meet nothing, best price first, then the senior one', () => {
    book.place(bid('b1', '10.00', 1));
    book.place(bid('b2', '10.20', 1, { placedAt: later(START, hours(1)) }));
    book.place(bid('b3', '10.20', 1));
    book.place(ask('a1', '11.00', 1));
    book.place(ask('a2', '10.50', 1));
    expect(names(book.orders('bid'))).toEqual(['b3', 'b2', 'b1']);
    expect(names(book.orders('ask'))).toEqual(['a2', 'a1']);
  });

  it('trades at the limit of the order that was there', () => {
    book.place(ask('a1', '9.00', 4));
    at.clock.advance(hours(2));
    const trades = book.place(bid('b1', '10.00', 3));
    expect(trades).toEqual([
      {
        id: 'trade-1',
        commodity: 'TUNA',
        bid: 'b1',
        ask: 'a1',
        buyer: 'bea',
        seller: 'ken',
        lot: 'lot-1',
        price: price('9.00'),
        weight: kilograms(3),
        at: later(START, hours(2)),
      },
    ]);
    book.place(bid('b2', '8.00', 2));
    expect(told(book.place(ask('a2', '7.50', 1)))).toEqual(['b2/a2 1 at 8.00 EUR/kg']);
  });

  it('walks through the other side until it is done, and rests with what is left', () => {
    book.place(ask('a1', '9.00', 1));
    book.place(ask('a2', '9.50', 2));
    book.place(ask('a3', '11.00', 5));
    expect(told(book.place(bid('b1', '10.00', 4)))).toEqual([
      'b1/a1 1 at 9.00 EUR/kg',
      'b1/a2 2 at 9.50 EUR/kg',
    ]);
    expect(book.find(id('b1'))?.weight).toBe(kilograms(1));
    expect(names(book.orders('ask'))).toEqual(['a3']);
  });

  it('stops when the order is filled and leaves the rest of the last one in its place', () => {
    book.place(ask('a1', '9.00', 5));
    book.place(ask('a2', '9.00', 5));
    expect(told(book.place(bid('b1', '9.00', 3)))).toEqual(['b1/a1 3 at 9.00 EUR/kg']);
    expect(book.find(id('b1'))).toBeUndefined();
    expect(book.orders('ask').map(({ id, weight }) => [id, weight])).toEqual([
      ['a1', kilograms(2)],
      ['a2', kilograms(5)],
    ]);
  });

  it('does not rest what is immediate', () => {
    book.place(ask('a1', '9.00', 1));
    expect(book.place(bid('b1', '9.00', 3, { immediate: true }))).toHaveLength(1);
    expect(book.find(id('b1'))).toBeUndefined();
    expect(book.orders('bid')).toEqual([]);
  });

  it('sells first, at one price, what spoils first', () => {
    at.addLot('lot-old', days(3));
    at.addLot('lot-older', days(4));
    book.place(ask('a1', '9.00', 1));
    book.place(ask('a2', '9.00', 1, { lot: id('lot-old') }));
    book.place(ask('a3', '9.10', 1, { lot: id('lot-older') }));
    expect(told(book.place(bid('b1', '10.00', 3)))).toEqual([
      'b1/a2 1 at 9.00 EUR/kg',
      'b1/a1 1 at 9.00 EUR/kg',
      'b1/a3 1 at 9.10 EUR/kg',
    ]);
  });

  it('sells the senior ask first where lots are equally fresh', () => {
    at.addLot('lot-2');
    book.place(ask('a1', '9.00', 1, { placedAt: later(START, hours(1)), lot: id('lot-2') }));
    book.place(ask('a2', '9.00', 1));
    expect(told(book.place(bid('b1', '9.00', 1)))).toEqual(['b1/a2 1 at 9.00 EUR/kg']);
  });

  it('passes over lots that have too little life left for the bidder', () => {
    at.addLot('lot-old', days(4));
    book.place(ask('a1', '8.00', 1, { lot: id('lot-old') }));
    book.place(ask('a2', '9.00', 1));
    const demanding = { minimumLife: days(7) };
    expect(told(book.place(bid('b1', '10.00', 2, demanding)))).toEqual(['b1/a2 1 at 9.00 EUR/kg']);
    at.addLot('lot-3', days(3));
    expect(told(book.place(ask('a3', '9.50', 1, { lot: id('lot-3') })))).toEqual([
      'b1/a3 1 at 10.00 EUR/kg',
    ]);
  });

  it('measures life when orders meet, not when they were placed', () => {
    book.place(ask('a1', '9.00', 1));
    at.clock.advance(days(4));
    expect(book.place(bid('b1', '9.00', 1, { minimumLife: days(7) }))).toEqual([]);
    expect(book.place(bid('b2', '9.00', 1, { minimumLife: days(6) }))).toHaveLength(1);
  });

  it('passes over grades that are worse than the bidder takes', () => {
    book.place(bid('b1', '10.00', 1, { worstGrade: 'A' }));
    book.place(bid('b2', '9.00', 1, { worstGrade: 'B' }));
    expect(told(book.place(ask('a1', '8.00', 2, { grade: 'B' })))).toEqual([
      'b2/a1 1 at 9.00 EUR/kg',
    ]);
  });

  it('never trades a trader with himself', () => {
    book.place(ask('a1', '9.00', 1, { trader: id('bea') }));
    book.place(ask('a2', '9.50', 1));
    expect(told(book.place(bid('b1', '10.00', 1)))).toEqual(['b1/a2 1 at 9.50 EUR/kg']);
    expect(names(book.orders('ask'))).toEqual(['a1']);
  });

  it('does not trade with orders past their time, nor with spoiled goods', () => {
    book.place(bid('b1', '10.00', 1, { goodUntil: later(START, hours(2)) }));
    at.clock.advance(hours(2));
    expect(book.place(ask('a1', '9.00', 1))).toEqual([]);
    expect(names(book.orders('bid'))).toEqual(['b1']);
    at.clock.advance(days(10));
    expect(book.place(bid('b2', '9.00', 1))).toEqual([]);
  });

  it('refuses what the market does not admit, and an identifier twice', () => {
    const wrong = [
      bid('b1', '10.05', 1),
      bid('b1', '10.00', 0.2),
      bid('b1', '10.00', 0),
      bid('b1', '10.00', 1, { commodity: ROSE.code }),
      bid('b1', '10.00', 1, { goodUntil: START }),
    ];
    for (const order of wrong) expect(() => book.place(order)).toThrow(InvalidArgumentError);
    expect(book.orders('bid')).toEqual([]);
    book.place(bid('b1', '10.00', 1));
    expect(() => book.place(ask('b1', '9.00', 1))).toThrow(ConflictError);
    expect(book.find(id('b1'))?.weight).toBe(kilograms(1));
  });
});

describe('changing', () => {
  it('takes an order out as it stood', () => {
    book.place(bid('b1', '10.00', 3));
    book.place(ask('a1', '10.00', 1));
    expect(book.cancel(id('b1'))).toMatchObject({ id: 'b1', weight: kilograms(2) });
    expect(() => book.cancel(id('b1'))).toThrow(NotFoundError);
  });

  it('makes an order lighter without moving it', () => {
    const first = bid('b1', '10.00', 3);
    book.place(first);
    book.place(bid('b2', '10.00', 3));
    expect(book.reduce(id('b1'), kilograms(1)).weight).toBe(kilograms(2));
    expect(names(book.orders('bid'))).toEqual(['b1', 'b2']);
    expect(first.weight).toBe(kilograms(3));
    expect(() => book.reduce(id('b1'), grams(2001))).toThrow(LimitExceededError);
    expect(book.find(id('b1'))?.weight).toBe(kilograms(2));
    expect(book.reduce(id('b1'), kilograms(2)).weight).toBe(0);
    expect(book.find(id('b1'))).toBeUndefined();
    expect(() => book.reduce(id('b1'), grams(1))).toThrow(NotFoundError);
  });

  it('sweeps out what is past its time or spoiled, bids before asks', () => {
    at.addLot('lot-old', days(9));
    book.place(ask('a1', '12.00', 1, { lot: id('lot-old') }));
    book.place(ask('a2', '11.00', 1, { goodUntil: later(START, days(1)) }));
    book.place(ask('a3', '11.00', 1));
    book.place(bid('b1', '10.00', 1, { goodUntil: later(START, hours(1)) }));
    book.place(bid('b2', '10.10', 1, { goodUntil: later(START, days(1)) }));
    book.place(bid('b3', '10.00', 1));
    expect(book.sweep()).toEqual([]);
    at.clock.advance(days(1));
    expect(names(book.sweep())).toEqual(['b2', 'b1', 'a2', 'a1']);
    expect(names([...book.orders('bid'), ...book.orders('ask')])).toEqual(['b3', 'a3']);
  });
});

describe('looking', () => {
  beforeEach(() => {
    book.place(bid('b1', '9.00', 1));
    book.place(bid('b2', '9.50', 2));
    book.place(bid('b3', '9.00', 3));
    book.place(bid('b4', '8.00', 4));
  });

  it('adds up what is open at each price', () => {
    expect(book.depth('bid')).toEqual([
      { price: price('9.50'), weight: kilograms(2), orders: 1 },
      { price: price('9.00'), weight: kilograms(4), orders: 2 },
      { price: price('8.00'), weight: kilograms(4), orders: 1 },
    ]);
    expect(book.depth('bid', 2).map(({ orders }) => orders)).toEqual([1, 2]);
    expect(book.depth('ask')).toEqual([]);
    expect(() => book.depth('bid', 0)).toThrow(InvalidArgumentError);
  });

  it('knows the spread while both sides have orders', () => {
    expect(book.spread()).toBeUndefined();
    book.place(ask('a1', '10.20', 1));
    expect(String(book.spread())).toBe('0.70 EUR');
    book.place(ask('a2', '9.00', 1, { trader: id('bea') }));
    expect(String(book.spread())).toBe('-0.50 EUR');
  });

  it('finds orders and hands out copies of its lists', () => {
    expect(book.find(id('b2'))?.side).toBe('bid');
    expect(book.find(id('b9'))).toBeUndefined();
    book.orders('bid').pop();
    expect(book.orders('bid')).toHaveLength(4);
    expect(book.market.commodity.code).toBe('TUNA');
  });
});
