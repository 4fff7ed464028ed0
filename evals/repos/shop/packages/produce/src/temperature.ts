import type { Duration } from '@shop/kernel';
import { requireArgument } from '@shop/kernel';

declare const unit: unique symbol;

export type Celsius = number & { readonly [unit]: 'celsius' };

/** Both ends included. */
export interface TemperatureRange {
  readonly least: Celsius;
  readonly most: Celsius;
}

/** @throws InvalidArgumentError below absolute zero, above boiling water, or for no number. */
export function celsius(degrees: number): Celsius {
  requireArgument(degrees >= -273.15 && degrees <= 100, `${degrees} °C is no storage temperature`);
  return degrees as Celsius;
}

export function temperatureRange(least: number, most: number): TemperatureRange {
  requireArgument(least <= most, 'A temperature range runs from cold to warm');
  return { least: celsius(least), most: celsius(most) };
}

export const isInRange = (temperature: Celsius, { least, most }: TemperatureRange): boolean =>
  least <= temperature && temperature <= most;

/** What both ranges allow; undefined where they do not meet. */
export function commonRange(
  a: TemperatureRange,
  b: TemperatureRange,
): TemperatureRange | undefined {
  const least = a.least > b.least ? a.least : b.least;
  const most = a.most < b.most ? a.most : b.most;
  return least <= most ? { least, most } : undefined;
}

/** A constant temperature over a stretch of time. */
export interface TemperatureSpell {
  readonly length: Duration;
  readonly temperature: Celsius;
}
