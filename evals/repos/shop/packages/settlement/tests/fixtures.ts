import type { Instant } from '@shop/kernel';
import { id, instant, kilograms } from '@shop/kernel';
import { Money, UnitPrice } from '@shop/money';
import type { Trade } from '@shop/orders';
import { TUNA } from '@shop/produce';

export const START: Instant = instant('2031-05-01T06:00Z');
export const eur = (text: string): Money => Money.parse(text, 'EUR');

/** `trade('t1', 'bea', 'ken', '10.00', 2)`: Bea buys two kilograms of Ken. */
export const trade = (
  name: string,
  buyer: string,
  seller: string,
  price: string,
  weight: number,
  changes: Partial<Trade> = {},
): Trade => ({
  id: id(name),
  commodity: TUNA.code,
  bid: id(`bid-${name}`),
  ask: id(`ask-${name}`),
  buyer: id(buyer),
  seller: id(seller),
  lot: id('lot-1'),
  price: UnitPrice.parse(price, 'EUR'),
  weight: kilograms(weight),
  at: START,
  ...changes,
});
