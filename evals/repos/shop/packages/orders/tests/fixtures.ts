import type { Duration, Instant } from '@shop/kernel';
import { ManualClock, days, grams, id, instant, kilograms } from '@shop/kernel';
import { Money, UnitPrice } from '@shop/money';
import type { Commodity, Lot } from '@shop/produce';
import { LotRegistry, TUNA } from '@shop/produce';
import type { Ask, Bid, Market } from '../src/index.js';

export const START: Instant = instant('2031-05-01T06:00Z');

export const eur = (text: string): Money => Money.parse(text, 'EUR');
export const price = (text: string): UnitPrice => UnitPrice.parse(text, 'EUR');

export const market = (changes: Partial<Market> = {}): Market => ({
  commodity: TUNA,
  currency: 'EUR',
  tick: eur('0.10'),
  step: grams(500),
  ...changes,
});

export const lot = (name: string, changes: Partial<Lot> = {}): Lot => ({
  id: id(name),
  commodity: TUNA,
  seller: id('ken'),
  grade: 'A',
  weight: kilograms(100),
  harvestedAt: START,
  depot: id('vigo'),
  ...changes,
});

/** Terms as tests write them: name, limit, kilograms. */
export const bid = (
  name: string,
  limit: string,
  weight: number,
  changes: Partial<Bid> = {},
): Bid => ({
  side: 'bid',
  id: id(name),
  trader: id('bea'),
  commodity: TUNA.code,
  limit: price(limit),
  weight: kilograms(weight),
  placedAt: START,
  minimumLife: days(0),
  worstGrade: 'C',
  ...changes,
});

export const ask = (
  name: string,
  limit: string,
  weight: number,
  changes: Partial<Ask> = {},
): Ask => ({
  side: 'ask',
  id: id(name),
  trader: id('ken'),
  commodity: TUNA.code,
  limit: price(limit),
  weight: kilograms(weight),
  placedAt: START,
  lot: id('lot-1'),
  grade: 'A',
  ...changes,
});

export interface World {
  readonly clock: ManualClock;
  readonly registry: LotRegistry;
  /** Registers a lot that was harvested that long before the start. */
  addLot(name: string, age?: Duration, commodity?: Commodity): Lot;
}

/** A registry at the start of the day, with `lot-1` fresh from the boat. */
export function world(): World {
  const clock = new ManualClock(START);
  const registry = new LotRegistry(clock);
  const addLot = (name: string, age: Duration = days(0), commodity: Commodity = TUNA): Lot => {
    const added = lot(name, { commodity, harvestedAt: (START - age) as Instant });
    registry.register(added);
    return added;
  };
  addLot('lot-1');
  return { clock, registry, addLot };
}
