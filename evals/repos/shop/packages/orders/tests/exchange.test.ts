import {
  ClosedError,
  ConflictError,
  InvalidArgumentError,
  LimitExceededError,
  NotFoundError,
  days,
  hours,
  id,
  kilograms,
  later,
} from '@shop/kernel';
import { MANGO, TUNA } from '@shop/produce';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AskRequest, BidRequest, Trade } from '../src/index.js';
import { CreditDesk, Exchange } from '../src/index.js';
import type { World } from './fixtures.js';
import { START, eur, market, price, world } from './fixtures.js';

const BEA = id<'trader'>('bea');
const KEN = id<'trader'>('ken');
const LOT = id<'lot'>('lot-1');

let at: World;
let credit: CreditDesk;
let exchange: Exchange;

const bidFor = (limit: string, weight: number, changes: Partial<BidRequest> = {}): BidRequest => ({
  trader: BEA,
  commodity: TUNA.code,
  limit: price(limit),
  weight: kilograms(weight),
  minimumLife: days(0),
  worstGrade: 'C',
  ...changes,
});

const askFor = (limit: string, weight: number, changes: Partial<AskRequest> = {}): AskRequest => ({
  trader: KEN,
  lot: LOT,
  limit: price(limit),
  weight: kilograms(weight),
  ...changes,
});

beforeEach(() => {
  at = world();
  credit = new CreditDesk('EUR');
  credit.setLimit(BEA, eur('1000'));
  exchange = new Exchange(at.registry, credit, at.clock);
  exchange.openMarket(market());
});

describe('Exchange', () => {
  it('holds credit for a bid and gives it back on cancelling', () => {
    const { order, resting, trades } = exchange.bid(bidFor('10.00', 20));
    expect([order, resting, trades]).toEqual(['order-1', kilograms(20), []]);
    expect(String(credit.held(BEA))).toBe('200.00 EUR');
    expect(exchange.cancel(BEA, order).weight).toBe(kilograms(20));
    expect(credit.held(BEA).isZero).toBe(true);
  });

  it('reserves the lot for an ask and gives it back on cancelling', () => {
    const { order } = exchange.ask(askFor('10.00', 60));
    expect(at.registry.available(LOT)).toBe(kilograms(40));
    expect(() => exchange.ask(askFor('10.00', 40.5))).toThrow(LimitExceededError);
    exchange.cancel(KEN, order);
    expect(at.registry.available(LOT)).toBe(kilograms(100));
  });

  it('charges what was paid and keeps goods for the buyer', () => {
    const ask = exchange.ask(askFor('8.00', 10));
    const bid = exchange.bid(bidFor('10.00', 4));
    expect(bid.resting).toBe(0);
    expect(String(credit.owed(BEA))).toBe('32.00 EUR');
    expect(credit.held(BEA).isZero).toBe(true);
    exchange.cancel(KEN, ask.order);
    expect(at.registry.available(LOT)).toBe(kilograms(96));
    expect(at.registry.release(LOT, bid.order)).toBe(kilograms(4));
  });

  it('keeps holding for what rests of a bid, until it is filled', () => {
    exchange.ask(askFor('8.00', 4));
    exchange.bid(bidFor('10.00', 10));
    expect([credit.owed(BEA), credit.held(BEA)].map(String)).toEqual(['32.00 EUR', '68.00 EUR']);
    exchange.ask(askFor('9.00', 6));
    expect([credit.owed(BEA), credit.held(BEA)].map(String)).toEqual(['92.00 EUR', '0.00 EUR']);
  });

  it('gives back what an immediate order did not get', () => {
    exchange.ask(askFor('8.00', 4));
    exchange.bid(bidFor('10.00', 10, { immediate: true }));
    expect(credit.held(BEA).isZero).toBe(true);
    exchange.bid(bidFor('9.00', 1));
    const sold = exchange.ask(askFor('9.00', 50, { immediate: true }));
    expect([sold.resting, sold.trades.length]).toEqual([0, 1]);
    expect(at.registry.available(LOT)).toBe(kilograms(95));
  });

  it('takes no bid beyond the credit and no order that the market refuses', () => {
    expect(() => exchange.bid(bidFor('10.00', 100.5))).toThrow(LimitExceededError);
    expect(() => exchange.bid(bidFor('10.05', 1))).toThrow(InvalidArgumentError);
    expect(() => exchange.ask(askFor('10.05', 1))).toThrow(InvalidArgumentError);
    expect(credit.held(BEA).isZero).toBe(true);
    expect(at.registry.available(LOT)).toBe(kilograms(100));
    expect(exchange.book(TUNA.code).orders('bid')).toEqual([]);
  });

  it('lets traders sell their own lots and cancel their own orders', () => {
    expect(() => exchange.ask(askFor('9.00', 1, { trader: BEA }))).toThrow(ConflictError);
    const { order } = exchange.ask(askFor('9.00', 1));
    expect(() => exchange.cancel(BEA, order)).toThrow(ConflictError);
    expect(() => exchange.cancel(KEN, id('order-9'))).toThrow(NotFoundError);
  });

  it('sweeps all markets and frees what was kept', () => {
    exchange.bid(bidFor('7.00', 1, { goodUntil: later(START, hours(1)) }));
    exchange.ask(askFor('9.00', 30));
    at.clock.advance(days(10));
    expect(exchange.sweep().map(({ id }) => id)).toEqual(['order-1', 'order-2']);
    expect(credit.held(BEA).isZero).toBe(true);
    expect(at.registry.available(LOT)).toBe(kilograms(100));
  });

  it('tells trades after they are settled, with numbers that all markets share', () => {
    at.addLot('lot-m', days(0), MANGO);
    exchange.openMarket(market({ commodity: MANGO }));
    const heard: string[] = [];
    exchange.trades.subscribe((trade: Trade) =>
      heard.push(`${trade.id} ${trade.commodity} ${String(credit.owed(BEA))}`),
    );
    exchange.ask(askFor('8.00', 1));
    exchange.bid(bidFor('8.00', 1));
    exchange.ask(askFor('2.00', 1, { lot: id('lot-m') }));
    exchange.bid(bidFor('3.00', 1, { commodity: MANGO.code }));
    expect(heard).toEqual(['trade-1 TUNA 8.00 EUR', 'trade-2 MANGO 10.00 EUR']);
  });

  it('closes a market for good and cancels what is open', () => {
    exchange.bid(bidFor('7.00', 1));
    exchange.ask(askFor('9.00', 30));
    expect(exchange.closeMarket(TUNA.code).map(({ side }) => side)).toEqual(['bid', 'ask']);
    expect(credit.held(BEA).isZero).toBe(true);
    expect(at.registry.available(LOT)).toBe(kilograms(100));
    expect(() => exchange.bid(bidFor('7.00', 1))).toThrow(ClosedError);
    expect(() => exchange.ask(askFor('9.00', 1))).toThrow(ClosedError);
  });

  it('has one market for a commodity, in its own money', () => {
    expect(() => exchange.openMarket(market())).toThrow(ConflictError);
    expect(() => exchange.openMarket(market({ commodity: MANGO, currency: 'JPY' }))).toThrow(
      ConflictError,
    );
    expect(() => exchange.book(MANGO.code)).toThrow(NotFoundError);
  });
});
