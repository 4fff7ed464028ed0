import type { Code, Tick } from '../kernel/index.ts';
import { codeOf, sealed } from '../kernel/index.ts';
import type { Track } from './track.ts';
import { pointingAt } from './track.ts';

export interface Target {
  readonly code: Code<'target'>;
  readonly path: Track;
}

export const target = (name: string, path: Track): Target =>
  sealed({ code: codeOf('target', name), path });

/** Sun and moon of one night at one site. */
export interface SkyLights {
  readonly sun: Track;
  readonly moon: Track;
  /** How much of the moon is lit, 0 to 1. */
  readonly moonLit: number;
}

/** Altitude of the sun, in degrees, under which the sky is dark. */
export const DARK_BELOW = -12;

/** A sun that nobody knows of counts as up. */
export const isDark = ({ sun }: SkyLights, at: Tick): boolean =>
  (pointingAt(sun, at)?.altitude ?? 90) < DARK_BELOW;
