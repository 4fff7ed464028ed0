import { InvalidArgumentError, NotFoundError, days, hours, id, kilograms } from '@shop/kernel';
import { ROSE, TUNA } from '@shop/produce';
import { beforeEach, describe, expect, it } from 'vitest';
import { CreditDesk, Exchange, MarketView } from '../src/index.js';
import type { World } from './fixtures.js';
import { eur, market, price, world } from './fixtures.js';

let at: World;
let exchange: Exchange;
let view: MarketView;

const sell = (limit: string, weight: number) =>
  exchange.ask({
    trader: id('ken'),
    lot: id('lot-1'),
    limit: price(limit),
    weight: kilograms(weight),
  });

const buy = (limit: string, weight: number) =>
  exchange.bid({
    trader: id('bea'),
    commodity: TUNA.code,
    limit: price(limit),
    weight: kilograms(weight),
    minimumLife: days(0),
    worstGrade: 'C',
  });

beforeEach(() => {
  at = world();
  const credit = new CreditDesk('EUR');
  credit.setLimit(id('bea'), eur('10000'));
  exchange = new Exchange(at.registry, credit, at.clock);
  exchange.openMarket(market({ tick: eur('0.01') }));
  view = new MarketView(exchange, TUNA.code);
});

describe('MarketView', () => {
  it('needs a market', () => {
    expect(() => new MarketView(exchange, ROSE.code)).toThrow(NotFoundError);
  });

  it('has a midpoint while both sides have orders, rounded half to even', () => {
    buy('9.00', 1);
    expect(view.midpoint()).toBeUndefined();
    sell('9.05', 1);
    expect(String(view.midpoint())).toBe('9.02 EUR/kg');
  });

  it('shows the ladder to a number of levels', () => {
    for (const limit of ['10.00', '10.10', '10.10', '10.20']) sell(limit, 1);
    buy('9.00', 2);
    const { asks, bids } = view.ladder(2);
    expect(asks.map(({ orders }) => orders)).toEqual([1, 2]);
    expect(bids).toEqual([{ price: price('9.00'), weight: kilograms(2), orders: 1 }]);
  });

  it('weighs what is open at a price or better', () => {
    sell('10.00', 1);
    sell('10.10', 2);
    sell('10.20', 4);
    buy('9.00', 8);
    buy('9.10', 16);
    expect(view.weightWithin('ask', price('10.10'))).toBe(kilograms(3));
    expect(view.weightWithin('bid', price('9.05'))).toBe(kilograms(16));
    expect(view.weightWithin('bid', price('9.00'))).toBe(kilograms(24));
  });

  it('prices a purchase through the levels', () => {
    sell('10.00', 1);
    sell('10.20', 4);
    expect(String(view.costToBuy(kilograms(3)))).toBe('30.40 EUR');
    expect(String(view.costToBuy(kilograms(5)))).toBe('50.80 EUR');
    expect(view.costToBuy(kilograms(5.5))).toBeUndefined();
    expect(() => view.costToBuy(kilograms(0))).toThrow(InvalidArgumentError);
  });

  it('remembers trades, weighs their mean and stops when told', () => {
    expect(view.lastPrice()).toBeUndefined();
    sell('10.00', 3);
    buy('10.00', 3);
    at.clock.advance(hours(2));
    sell('11.00', 1);
    buy('11.00', 1);
    expect(String(view.lastPrice())).toBe('11.00 EUR/kg');
    expect(String(view.averagePrice(at.clock.now(), hours(2)))).toBe('10.25 EUR/kg');
    expect(String(view.averagePrice(at.clock.now(), hours(1)))).toBe('11.00 EUR/kg');
    view.stop();
    sell('12.00', 1);
    buy('12.00', 1);
    expect(String(view.lastPrice())).toBe('11.00 EUR/kg');
    at.clock.advance(hours(9));
    expect(view.averagePrice(at.clock.now(), hours(1))).toBeUndefined();
  });
});
