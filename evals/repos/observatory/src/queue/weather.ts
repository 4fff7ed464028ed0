import type { Tick } from '../kernel/index.ts';
import { demandWithin, sealed } from '../kernel/index.ts';
import type { Band } from '../sky/index.ts';
import { isRadio } from '../sky/index.ts';

export type Gauge = 'wind' | 'humidity' | 'cloud';

/** What the mast of a site tells. */
export interface Reading {
  readonly at: Tick;
  /** Metres per second. */
  readonly wind: number;
  /** Per cent. */
  readonly humidity: number;
  /** Eighths of the sky. */
  readonly cloud: number;
}

/** @throws InputFault for readings that no working mast gives. */
export function reading(at: Tick, wind: number, humidity: number, cloud: number): Reading {
  demandWithin(wind, 'wind', 0, 120);
  demandWithin(humidity, 'humidity', 0, 100);
  demandWithin(cloud, 'cloud', 0, 8);
  return sealed({ at, wind, humidity, cloud });
}

/** A gauge holds from `hold` upwards, and lets go below `free`. */
export interface GaugeLimit {
  readonly gauge: Gauge;
  readonly hold: number;
  readonly free: number;
}

export const LIMITS: readonly GaugeLimit[] = sealed([
  { gauge: 'wind', hold: 15, free: 12 },
  { gauge: 'humidity', hold: 90, free: 85 },
  { gauge: 'cloud', hold: 6, free: 4 },
]);

/** Clouds do not trouble dishes, nor does humidity. */
export const matters = (gauge: Gauge, band: Band): boolean => gauge === 'wind' || !isRadio(band);
