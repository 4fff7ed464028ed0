import { duration, tokens } from '../../src/report/format.ts';
import type { Metric } from '../score/metrics.ts';
import type { Value } from '../score/summary.ts';

/** How figures are written, the same in every report. */
export const NONE = '–';

type Unit = Metric['unit'];

export function figure(value: number | undefined, unit: Unit): string {
  if (value === undefined) return NONE;
  switch (unit) {
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'number':
      return value.toFixed(value < 9.95 ? 2 : 1);
    case 'tokens':
      return tokens(Math.round(value));
    case 'seconds':
      return duration(value);
    case 'money':
      return value.toFixed(value < 0.1 ? 4 : 2);
  }
}

/** `12.5–50.0 %`; '' where there is none. */
export function range({ interval }: Pick<Value, 'interval'>, unit: Unit): string {
  if (interval === undefined) return '';
  if (unit === 'share') return `${(interval.low * 100).toFixed(1)}–${(interval.high * 100).toFixed(1)}`;
  return `${figure(interval.low, unit)}–${figure(interval.high, unit)}`;
}

/** Points of a share, with their sign: `+12.5`. */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  return difference > 0 ? `+${text}` : text.replace('-', '−');
}

export const pValue = (p: number | undefined): string =>
  p === undefined ? NONE : p < 0.001 ? '< 0.001' : p.toFixed(3);
