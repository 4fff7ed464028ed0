import type { Code, Span, Tick } from '../kernel/index.ts';
import { demand, demandWithin, hours, sealed } from '../kernel/index.ts';
import type { OpticalBand } from '../sky/index.ts';

/** In the order in which they are applied. */
export type CalibrationKind = 'bias' | 'dark' | 'flat';

export const KINDS: readonly CalibrationKind[] = ['bias', 'dark', 'flat'];

/** A picture of the sky. */
export interface ScienceFrame {
  readonly code: Code<'frame'>;
  readonly at: Tick;
  /** Of the detector, in degrees Celsius. */
  readonly temperature: number;
  readonly exposure: Span;
  readonly band: OpticalBand;
}

/** A picture of the detector itself, or of an even light. */
export interface CalibrationFrame {
  readonly code: Code<'frame'>;
  readonly kind: CalibrationKind;
  readonly at: Tick;
  readonly temperature: number;
  /** None for a bias. */
  readonly exposure: Span;
  /** Of flats only. */
  readonly band?: OpticalBand;
}

/** @throws InputFault for an exposed bias, a dark of no exposure, a flat without band, and others with one. */
export function calibrationFrame(frame: CalibrationFrame): CalibrationFrame {
  const { band, exposure, kind, temperature } = frame;
  demandWithin(temperature, 'temperature', -120, 60);
  demand((kind === 'bias') === (exposure === 0), 'exposure', `does not suit a ${kind}`);
  demand((kind === 'flat') === (band !== undefined), 'band', `does not suit a ${kind}`);
  return sealed(frame);
}

/** How far in time a calibration frame serves, before and after. */
export const REACH: Readonly<Record<CalibrationKind, Span>> = sealed({
  bias: hours(7 * 24),
  dark: hours(30 * 24),
  flat: hours(3 * 24),
});

/** Degrees that the detector may have been warmer or colder. Flats do not mind. */
export const SAME_TEMPERATURE = 0.5;
