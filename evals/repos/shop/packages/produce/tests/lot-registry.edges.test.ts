import {
  ConflictError,
  LimitExceededError,
  ManualClock,
  NotFoundError,
  days,
  grams,
  id,
  instant,
  kilograms,
} from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lot } from '../src/index.js';
import { LotRegistry, MANGO, TUNA, TemperatureLog, celsius } from '../src/index.js';

const MORNING = instant('2032-03-09T05:00Z');
const FISH = id<'lot'>('fish-1');
const FIRST = id<'order'>('first');
const SECOND = id<'order'>('second');

let clock: ManualClock;
let registry: LotRegistry;

const fish = (changes: Partial<Lot> = {}): Lot => ({
  id: FISH,
  commodity: TUNA,
  seller: id('ines'),
  grade: 'B',
  weight: kilograms(40),
  harvestedAt: MORNING,
  depot: id('vigo'),
  ...changes,
});

beforeEach(() => {
  clock = new ManualClock(MORNING);
  registry = new LotRegistry(clock);
  registry.register(fish());
});

describe('a registered lot', () => {
  it('is found as it was given, and nothing of it is reserved', () => {
    expect(registry.find(FISH)).toEqual(fish());
    expect(registry.available(FISH)).toBe(kilograms(40));
  });

  it('is the only one that anything can be done with', () => {
    const nowhere = id<'lot'>('nowhere');
    expect(() => registry.available(nowhere)).toThrow(NotFoundError);
    expect(() => registry.remainingLife(nowhere)).toThrow(NotFoundError);
    expect(() => registry.reserve(nowhere, FIRST, grams(1))).toThrow(NotFoundError);
    expect(() => registry.release(nowhere, FIRST)).toThrow(NotFoundError);
    expect(() => registry.writeOff(nowhere)).toThrow(NotFoundError);
    expect(() => registry.split(nowhere, grams(1))).toThrow(NotFoundError);
  });

  it('stays as it is where it is registered a second time', () => {
    registry.reserve(FISH, FIRST, kilograms(3));
    const again = fish({ weight: kilograms(99) });
    expect(() => registry.register(again)).toThrow(ConflictError);
    expect(registry.available(FISH)).toBe(kilograms(37));
  });

  it('ages at its reference temperature unless a log says otherwise', () => {
    const warm = fish({ id: id('fish-2') });
    registry.register(warm, new TemperatureLog(celsius(12)));
    const fresh = registry.remainingLife(FISH);
    expect(registry.remainingLife(warm.id)).toBe(fresh);
    clock.advance(days(2));
    expect(registry.remainingLife(FISH)).toBe(fresh - days(2));
    expect(registry.remainingLife(warm.id)).toBeLessThan(registry.remainingLife(FISH));
  });
});

describe('reserving', () => {
  it('takes the very last gram, and then nothing more', () => {
    registry.reserve(FISH, FIRST, kilograms(40));
    expect(registry.available(FISH)).toBe(0);
    expect(() => registry.reserve(FISH, SECOND, grams(1))).toThrow(LimitExceededError);
    expect(registry.release(FISH, FIRST)).toBe(kilograms(40));
  });

  it('changes nothing where it fails', () => {
    registry.reserve(FISH, FIRST, kilograms(10));
    expect(() => registry.reserve(FISH, FIRST, kilograms(31))).toThrow(LimitExceededError);
    expect(() => registry.transfer(FISH, FIRST, SECOND, kilograms(11))).toThrow(LimitExceededError);
    expect(() => registry.dispatch(FISH, FIRST, kilograms(11))).toThrow(LimitExceededError);
    expect(registry.available(FISH)).toBe(kilograms(30));
    expect(registry.release(FISH, SECOND)).toBe(0);
    expect(registry.release(FISH, FIRST)).toBe(kilograms(10));
  });

  it('adds what is handed over to what the other order has', () => {
    registry.reserve(FISH, FIRST, kilograms(10));
    registry.reserve(FISH, SECOND, kilograms(5));
    registry.transfer(FISH, FIRST, SECOND, kilograms(10));
    expect(registry.release(FISH, FIRST)).toBe(0);
    expect(registry.release(FISH, SECOND)).toBe(kilograms(15));
  });

  it('does not come back for what was dispatched', () => {
    registry.reserve(FISH, FIRST, kilograms(10));
    registry.dispatch(FISH, FIRST, kilograms(4));
    registry.dispatch(FISH, FIRST, kilograms(6));
    expect(() => registry.dispatch(FISH, FIRST, grams(1))).toThrow(LimitExceededError);
    expect(registry.release(FISH, FIRST)).toBe(0);
    expect(registry.available(FISH)).toBe(kilograms(30));
  });
});

describe('parts', () => {
  it('cannot take what is reserved or gone', () => {
    registry.reserve(FISH, FIRST, kilograms(30));
    registry.dispatch(FISH, FIRST, kilograms(5));
    expect(() => registry.split(FISH, grams(10_001))).toThrow(LimitExceededError);
    expect(registry.split(FISH, kilograms(10)).weight).toBe(kilograms(10));
    expect(registry.available(FISH)).toBe(0);
  });

  it('are numbered without gaps, and are lots like any other', () => {
    const names = [1, 2].map((weight) => registry.split(FISH, kilograms(weight)).id);
    expect(() => registry.split(FISH, kilograms(38))).toThrow(LimitExceededError);
    expect([...names, registry.split(FISH, kilograms(37)).id]).toEqual([
      'fish-1.1',
      'fish-1.2',
      'fish-1.3',
    ]);
    expect(registry.find(id('fish-1.2'))).toEqual(
      fish({ id: id('fish-1.2'), weight: kilograms(2), parent: FISH }),
    );
  });

  it('are listed by themselves once their whole is gone', () => {
    registry.split(FISH, kilograms(15));
    registry.split(FISH, kilograms(25));
    registry.register(fish({ id: id('fruit'), commodity: MANGO }));
    expect(registry.firstToExpire(TUNA.code).map((lot) => lot.id)).toEqual([
      'fish-1.1',
      'fish-1.2',
    ]);
  });
});

describe('writing off', () => {
  it('leaves what was dispatched or split off out of account', () => {
    registry.reserve(FISH, FIRST, kilograms(8));
    registry.dispatch(FISH, FIRST, kilograms(3));
    const part = registry.split(FISH, kilograms(7));
    clock.advance(days(60));
    expect(registry.firstToExpire(TUNA.code)).toEqual([]);
    expect(registry.writeOff(FISH)).toBe(kilograms(30));
    expect(registry.writeOff(FISH)).toBe(0);
    expect(registry.writeOff(part.id)).toBe(kilograms(7));
    expect(registry.release(FISH, FIRST)).toBe(0);
  });
});
