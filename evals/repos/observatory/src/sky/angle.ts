import { PLACES, demand, demandWithin, sealed, settle } from '../kernel/index.ts';

/** Where something stands: degrees from north by east, and above the horizon. */
export interface Pointing {
  readonly azimuth: number;
  readonly altitude: number;
}

/** Part of the circle, from `from` by east up to `until`, which is not part of it. It may go through north. */
export interface Sector {
  readonly from: number;
  readonly until: number;
}

/** An azimuth of at least 0 and less than 360, settled. */
export function azimuthOf(degrees: number): number {
  demand(Number.isFinite(degrees), 'azimuth', `must be finite, not ${degrees}`);
  return settle(((degrees % 360) + 360) % 360, PLACES.angle) % 360;
}

/** @throws InputFault for what is not from straight down (-90) to straight up (90). */
export const altitudeOf = (degrees: number): number =>
  settle(demandWithin(degrees, 'altitude', -90, 90), PLACES.angle);

export const pointing = (azimuth: number, altitude: number): Pointing =>
  sealed({ azimuth: azimuthOf(azimuth), altitude: altitudeOf(altitude) });

/** @throws InputFault where both ends are the same azimuth. */
export function sector(from: number, until: number): Sector {
  const ends = { from: azimuthOf(from), until: azimuthOf(until) };
  demand(ends.from !== ends.until, 'sector', 'must not be empty');
  return sealed(ends);
}

export function isInSector(azimuth: number, { from, until }: Sector): boolean {
  const at = azimuthOf(azimuth);
  return from < until ? from <= at && at < until : from <= at || at < until;
}

/** How far the one stands from the other on the sky: 0 to 180, settled. */
export function separation(a: Pointing, b: Pointing): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const [low, high] = [rad(a.altitude), rad(b.altitude)];
  const cosine =
    Math.sin(low) * Math.sin(high) +
    Math.cos(low) * Math.cos(high) * Math.cos(rad(a.azimuth - b.azimuth));
  return settle((Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI, PLACES.angle);
}

/** Thickness of the air at an altitude, overhead being 1; without end at the horizon and below. */
export const airmassAt = (altitude: number): number =>
  altitude <= 0 ? Infinity : settle(1 / Math.sin((altitude * Math.PI) / 180), PLACES.airmass);
