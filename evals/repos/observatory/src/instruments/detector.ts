import type { Span } from '../kernel/index.ts';
import { demand, demandWithin, sealed, seconds } from '../kernel/index.ts';
import type { OpticalBand } from '../sky/index.ts';

export interface Detector {
  /** Electrons that a pixel holds. */
  readonly fullWell: number;
  /** Electrons of noise that reading adds to each frame. */
  readonly readNoise: number;
  /** Time to read a frame. */
  readonly readout: Span;
  /** Electrons of bare sky per second and pixel. */
  readonly sky: Readonly<Record<OpticalBand, number>>;
}

/** @throws InputFault for a detector that cannot be. */
export function detector(of: Detector): Detector {
  demandWithin(of.fullWell, 'fullWell', 1, 10_000_000);
  demandWithin(of.readNoise, 'readNoise', 0, 10_000);
  for (const rate of Object.values(of.sky)) demand(rate >= 0, 'sky', 'must not be negative');
  return sealed(of);
}

/** Counts are proportional to light up to this part of the full well; nothing is exposed beyond it. */
export const LINEAR_PART = 0.8;

/** The exposures that there are darks for, longest first. Frames of science have one of these and no other. */
export const LADDER: readonly Span[] = sealed([600, 300, 120, 60, 30, 10, 5, 1].map(seconds));

/** Time that a wheel needs from one filter to any other. */
export const FILTER_CHANGE: Span = seconds(12);
