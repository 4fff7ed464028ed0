import type { Duration } from '@shop/kernel';
import { days, requireArgument } from '@shop/kernel';
import type { Celsius, TemperatureRange } from './temperature.js';
import { celsius, isInRange, temperatureRange } from './temperature.js';

declare const kind: unique symbol;

/** Short upper-case name of a commodity: `TUNA`, `ROSE`. */
export type CommodityCode = string & { readonly [kind]: 'commodity' };

/** Ripening gas: an emitter shortens the life of what is sensitive to it. */
export type Ethylene = 'emits' | 'sensitive' | 'neutral';

export interface Commodity {
  readonly code: CommodityCode;
  readonly name: string;
  /** From harvest to waste if kept at the reference temperature all along. */
  readonly shelfLife: Duration;
  readonly referenceTemperature: Celsius;
  /** How many times faster it ages when it is 10 °C warmer; at least 1. */
  readonly q10: number;
  /** Outside this range it takes damage that no formula covers. */
  readonly storage: TemperatureRange;
  readonly ethylene: Ethylene;
}

export function commodityCode(text: string): CommodityCode {
  requireArgument(/^[A-Z]{2,12}$/.test(text), `"${text}" is no commodity code`);
  return text as CommodityCode;
}

/** @throws InvalidArgumentError where the parts contradict each other. */
export function defineCommodity(commodity: Commodity): Commodity {
  const { code, q10, referenceTemperature, shelfLife, storage } = commodity;
  requireArgument(shelfLife > 0, `${code} needs a shelf life`);
  requireArgument(q10 >= 1, `${code} cannot age slower when it is warmer`);
  requireArgument(isInRange(referenceTemperature, storage), `${code} is not kept at its reference`);
  return commodity;
}

/** Whether two commodities may share one air space. */
export function toleratesTogether(a: Commodity, b: Commodity): boolean {
  const pair = [a.ethylene, b.ethylene];
  return !(pair.includes('emits') && pair.includes('sensitive'));
}

export const TUNA: Commodity = defineCommodity({
  code: commodityCode('TUNA'),
  name: 'Yellowfin tuna, whole',
  shelfLife: days(10),
  referenceTemperature: celsius(0),
  q10: 3,
  storage: temperatureRange(-2, 4),
  ethylene: 'neutral',
});

export const ROSE: Commodity = defineCommodity({
  code: commodityCode('ROSE'),
  name: 'Cut roses, 50 cm',
  shelfLife: days(12),
  referenceTemperature: celsius(2),
  q10: 2.5,
  storage: temperatureRange(1, 8),
  ethylene: 'sensitive',
});

export const MANGO: Commodity = defineCommodity({
  code: commodityCode('MANGO'),
  name: 'Mango, ready to eat',
  shelfLife: days(14),
  referenceTemperature: celsius(10),
  q10: 2,
  storage: temperatureRange(8, 14),
  ethylene: 'emits',
});

export const BASIL: Commodity = defineCommodity({
  code: commodityCode('BASIL'),
  name: 'Basil, bunched',
  shelfLife: days(8),
  referenceTemperature: celsius(12),
  q10: 2,
  storage: temperatureRange(10, 15),
  ethylene: 'sensitive',
});
