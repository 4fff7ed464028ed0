import type { Instant } from '@shop/kernel';
import { hours, id, instant, kilograms, later, minutes } from '@shop/kernel';
import { Money, UnitPrice } from '@shop/money';
import type { Lot } from '@shop/produce';
import { TUNA, celsius } from '@shop/produce';
import type { Leg } from '../src/index';
import { ColdNetwork } from '../src/index';

export const START: Instant = instant('2031-05-01T06:00Z');
export const at = (hour: number): Instant => later(START, hours(hour));
export const eur = (text: string): Money => Money.parse(text, 'EUR');
export const price = (text: string): UnitPrice => UnitPrice.parse(text, 'EUR');

export const lot = (name: string, weight: number, changes: Partial<Lot> = {}): Lot => ({
  id: id(name),
  commodity: TUNA,
  seller: id('ken'),
  grade: 'A',
  weight: kilograms(weight),
  harvestedAt: START,
  depot: id('vigo'),
  ...changes,
});

/** A leg by its name, `vigo-lyon`, and its hours of departure and arrival. */
export function leg(
  name: string,
  departs: number,
  arrives: number,
  changes: Partial<Leg> = {},
): Leg {
  const [from = '', to = ''] = name.split('-');
  return {
    id: id(name),
    from: id(from),
    to: id(to),
    departsAt: at(departs),
    arrivesAt: at(arrives),
    temperature: celsius(0),
    kilometres: 100,
    capacity: kilograms(1000),
    price: price('1.00'),
    ...changes,
  };
}

/** Four depots at 0 °C, half an hour of handling in each. */
export function network(...legs: readonly Leg[]): ColdNetwork {
  const net = new ColdNetwork();
  for (const name of ['vigo', 'lyon', 'bern', 'graz'])
    net.addDepot({ id: id(name), temperature: celsius(0), handling: minutes(30) });
  for (const each of legs) net.addLeg(each);
  return net;
}
