import type { Lot } from '../src/index.js';
import {
  ConflictError,
  InvalidArgumentError,
  LimitExceededError,
  ManualClock,
  NotFoundError,
  days,
  grams,
  id,
  instant,
  kilograms,
  later,
} from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  LotRegistry,
  MANGO,
  TUNA,
  TemperatureLog,
  celsius,
  isAtLeast,
  nextGradeDown,
} from '../src/index.js';

const START = instant('2031-05-01T06:00Z');
const ORDER = id<'order'>('order-1');
const OTHER = id<'order'>('order-2');

let clock: ManualClock;
let registry: LotRegistry;

const lot = (name: string, changes: Partial<Lot> = {}): Lot => ({
  id: id(name),
  commodity: MANGO,
  seller: id('amina'),
  grade: 'A',
  weight: kilograms(100),
  harvestedAt: START,
  depot: id('mombasa'),
  ...changes,
});

beforeEach(() => {
  clock = new ManualClock(START);
  registry = new LotRegistry(clock);
});

describe('grades', () => {
  it('go from A down to C and no further', () => {
    expect([nextGradeDown('A'), nextGradeDown('B'), nextGradeDown('C')]).toEqual(['B', 'C', 'C']);
    expect([isAtLeast('B', 'B'), isAtLeast('A', 'B'), isAtLeast('C', 'B')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('LotRegistry', () => {
  it('takes lots in once, harvested and with a weight', () => {
    registry.register(lot('lot-1'));
    expect(registry.find(id('lot-1')).seller).toBe('amina');
    expect(() => registry.register(lot('lot-1'))).toThrow(ConflictError);
    expect(() => registry.register(lot('lot-2', { weight: grams(0) }))).toThrow(
      InvalidArgumentError,
    );
    const early = lot('lot-3', { harvestedAt: later(START, days(1)) });
    expect(() => registry.register(early)).toThrow(InvalidArgumentError);
    expect(() => registry.find(id('lot-3'))).toThrow(NotFoundError);
  });

  it('reserves, adding up, and releases all of an order', () => {
    registry.register(lot('lot-1'));
    registry.reserve(id('lot-1'), ORDER, kilograms(30));
    registry.reserve(id('lot-1'), ORDER, kilograms(20));
    registry.reserve(id('lot-1'), OTHER, kilograms(50));
    expect(registry.available(id('lot-1'))).toBe(0);
    expect(() => registry.reserve(id('lot-1'), OTHER, grams(1))).toThrow(LimitExceededError);
    expect(registry.release(id('lot-1'), ORDER)).toBe(kilograms(50));
    expect(registry.release(id('lot-1'), ORDER)).toBe(0);
    expect(registry.available(id('lot-1'))).toBe(kilograms(50));
  });

  it('dispatches only what is reserved, and that stays gone', () => {
    registry.register(lot('lot-1'));
    registry.reserve(id('lot-1'), ORDER, kilograms(30));
    registry.dispatch(id('lot-1'), ORDER, kilograms(10));
    expect(() => registry.dispatch(id('lot-1'), ORDER, kilograms(21))).toThrow(LimitExceededError);
    expect(registry.release(id('lot-1'), ORDER)).toBe(kilograms(20));
    expect(registry.available(id('lot-1'))).toBe(kilograms(90));
  });

  it('hands what is kept for one order to another', () => {
    registry.register(lot('lot-1'));
    registry.reserve(id('lot-1'), ORDER, kilograms(30));
    registry.transfer(id('lot-1'), ORDER, OTHER, kilograms(12));
    expect(() => registry.transfer(id('lot-1'), ORDER, OTHER, kilograms(19))).toThrow(
      LimitExceededError,
    );
    expect(registry.available(id('lot-1'))).toBe(kilograms(70));
    expect(registry.release(id('lot-1'), OTHER)).toBe(kilograms(12));
    expect(registry.release(id('lot-1'), ORDER)).toBe(kilograms(18));
  });

  it('splits off lots that age as the first did', () => {
    const log = new TemperatureLog(celsius(20));
    registry.register(lot('lot-1'), log);
    registry.split(id('lot-1'), kilograms(10));
    const part = registry.split(id('lot-1'), kilograms(25));
    expect(part).toMatchObject({
      id: 'lot-1.2',
      parent: 'lot-1',
      weight: kilograms(25),
      grade: 'A',
    });
    expect(registry.available(id('lot-1'))).toBe(kilograms(65));
    clock.advance(days(3));
    expect(registry.remainingLife(part.id)).toBe(days(8));
    expect(registry.split(part.id, kilograms(25)).id).toBe('lot-1.2.1');
    expect(registry.available(part.id)).toBe(0);
    expect(() => registry.split(id('lot-1'), kilograms(66))).toThrow(LimitExceededError);
    expect(() => registry.split(id('lot-1'), grams(0))).toThrow(InvalidArgumentError);
  });

  it('puts what spoils first in front, then the smaller identifier', () => {
    registry.register(lot('lot-3'));
    registry.register(lot('lot-2'));
    registry.register(lot('lot-4'), new TemperatureLog(celsius(20)));
    registry.register(lot('lot-5', { commodity: TUNA }));
    registry.register(lot('lot-6'));
    registry.reserve(id('lot-6'), ORDER, kilograms(100));
    clock.advance(days(1));
    expect(registry.firstToExpire(MANGO.code).map((each) => each.id)).toEqual([
      'lot-4',
      'lot-2',
      'lot-3',
    ]);
    clock.advance(days(6));
    expect(registry.firstToExpire(MANGO.code).map((each) => each.id)).toEqual(['lot-2', 'lot-3']);
  });

  it('writes off spoiled lots alone, with what was reserved', () => {
    registry.register(lot('lot-1', { commodity: TUNA }));
    registry.reserve(id('lot-1'), ORDER, kilograms(30));
    registry.dispatch(id('lot-1'), ORDER, kilograms(10));
    expect(() => registry.writeOff(id('lot-1'))).toThrow(ConflictError);
    clock.advance(days(10));
    expect(registry.writeOff(id('lot-1'))).toBe(kilograms(90));
    expect(registry.available(id('lot-1'))).toBe(0);
    expect(registry.release(id('lot-1'), ORDER)).toBe(0);
  });
});
