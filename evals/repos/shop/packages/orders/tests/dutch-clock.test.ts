import {
  ClosedError,
  ConflictError,
  IdSequence,
  InvalidArgumentError,
  LimitExceededError,
  id,
  kilograms,
  later,
  minutes,
} from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DutchTerms } from '../src/index.js';
import { CreditDesk, DutchClock } from '../src/index.js';
import type { World } from './fixtures.js';
import { START, eur, price, world } from './fixtures.js';

const BEA = id<'trader'>('bea');
const LOT = id<'lot'>('lot-1');
const TERMS: DutchTerms = {
  start: price('10.00'),
  floor: price('7.00'),
  fall: eur('0.80'),
  every: minutes(1),
};

let at: World;
let credit: CreditDesk;

const open = (changes: Partial<DutchTerms> = {}) => {
  const desk = {
    registry: at.registry,
    credit,
    clock: at.clock,
    tradeIds: new IdSequence('trade'),
  };
  return new DutchClock(at.registry.find(LOT), { ...TERMS, ...changes }, desk);
};

beforeEach(() => {
  at = world();
  credit = new CreditDesk('EUR');
  credit.setLimit(BEA, eur('500'));
});

describe('DutchClock', () => {
  it('falls by whole steps down to the floor', () => {
    const clock = open();
    const after = (count: number) => String(clock.priceAt(later(START, minutes(count))));
    expect([0, 0.99, 1, 3, 4, 50].map(after)).toEqual(
      ['10.00', '10.00', '9.20', '7.60', '7.00', '7.00'].map((text) => `${text} EUR/kg`),
    );
    expect(clock.reachesFloorAt()).toBe(later(START, minutes(4)));
    expect(open({ floor: price('8.40') }).reachesFloorAt()).toBe(later(START, minutes(2)));
  });

  it('sells at the price of the call and keeps the goods for the buyer', () => {
    const clock = open();
    at.clock.advance(minutes(2));
    const trade = clock.call(BEA, kilograms(20));
    expect(trade).toMatchObject({
      buyer: 'bea',
      seller: 'ken',
      weight: kilograms(20),
      lot: 'lot-1',
    });
    expect(String(trade.price)).toBe('8.40 EUR/kg');
    expect(String(credit.owed(BEA))).toBe('168.00 EUR');
    expect(credit.held(BEA).isZero).toBe(true);
    expect(clock.weightLeft).toBe(kilograms(80));
    expect(at.registry.release(LOT, trade.bid)).toBe(kilograms(20));
  });

  it('sells what is left to who asks for more, then takes no calls', () => {
    credit.setLimit(BEA, eur('1000'));
    const clock = open();
    expect(clock.call(BEA, kilograms(150)).weight).toBe(kilograms(100));
    expect(() => clock.call(BEA, kilograms(1))).toThrow(ClosedError);
  });

  it('sells nothing beyond the credit', () => {
    const clock = open();
    expect(() => clock.call(BEA, kilograms(50.5))).toThrow(LimitExceededError);
    expect(clock.weightLeft).toBe(kilograms(100));
    expect(credit.owed(BEA).isZero).toBe(true);
  });

  it('takes no call from the seller, nor for nothing', () => {
    expect(() => open().call(id('ken'), kilograms(1))).toThrow(ConflictError);
    expect(() => open().call(BEA, kilograms(0))).toThrow(InvalidArgumentError);
  });

  it('sums up when it is closed', () => {
    const clock = open();
    clock.call(BEA, kilograms(10));
    at.clock.advance(minutes(1));
    clock.call(BEA, kilograms(30));
    const result = clock.close();
    expect(result).toMatchObject({ sold: kilograms(40), unsold: kilograms(60) });
    expect([result.revenue, result.average].map(String)).toEqual(['376.00 EUR', '9.40 EUR/kg']);
    expect(() => clock.call(BEA, kilograms(1))).toThrow(ClosedError);
    expect('average' in open().close()).toBe(false);
  });

  it('needs terms by which the price can fall', () => {
    for (const terms of [{ floor: price('10.00') }, { fall: eur('0') }, { every: minutes(0) }])
      expect(() => open(terms)).toThrow(InvalidArgumentError);
  });
});
