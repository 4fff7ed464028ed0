import type { Tick } from '../kernel/index.ts';
import { demand, sealed } from '../kernel/index.ts';
import type { Pointing } from './angle.ts';
import { pointing } from './angle.ts';

export interface Sample extends Pointing {
  readonly at: Tick;
}

/** Where something stands through a night, sample by sample, earliest first. */
export type Track = readonly Sample[];

/** @throws InputFault unless there are two samples at least, each later than the one before. */
export function track(samples: readonly Sample[]): Track {
  demand(samples.length >= 2, 'track', 'must have two samples at least');
  for (const [index, { at }] of samples.entries()) {
    const next = samples[index + 1];
    demand(next === undefined || at < next.at, 'track', 'must go forward in time');
  }
  return sealed(
    samples.map(({ altitude, at, azimuth }) => ({ ...pointing(azimuth, altitude), at })),
  );
}

/** In a straight line between samples, azimuths by the shorter way; undefined before the first and after the last. */
export function pointingAt(path: Track, at: Tick): Pointing | undefined {
  const index = path.findLastIndex((sample) => sample.at <= at);
  const from = path[index];
  if (from === undefined) return undefined;
  if (from.at === at) return pointing(from.azimuth, from.altitude);
  const to = path[index + 1];
  if (to === undefined) return undefined;
  const part = (at - from.at) / (to.at - from.at);
  const turn = ((to.azimuth - from.azimuth + 540) % 360) - 180;
  return pointing(from.azimuth + turn * part, from.altitude + (to.altitude - from.altitude) * part);
}
