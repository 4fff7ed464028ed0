import type { Code } from '../kernel/index.ts';
import {
  demand,
  demandKnown,
  demandText,
  demandTurn,
  highFirst,
  lowFirst,
  ranked,
  sealed,
  shareOf,
} from '../kernel/index.ts';
import type { Pointing, Sector } from './angle.ts';
import { altitudeOf, isInSector, sector } from './angle.ts';

/** Trees, roofs, masts: what hides the sky below an altitude in a part of the circle. */
export interface Obstacle {
  readonly cause: string;
  readonly sector: Sector;
  readonly altitude: number;
}

/** A part of the circle without a step in it; `until` is 360 for the last. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly lowest: number;
}

/** What a telescope can point at from its site: above a floor, which its mount sets, and above the obstacles. */
export class HorizonMask {
  readonly site: Code<'site'>;
  readonly floor: number;
  readonly #obstacles = new Map<string, Obstacle>();

  /** @throws InputFault for a floor under the horizon. */
  constructor(site: Code<'site'>, floor: number) {
    demand(floor >= 0, 'floor', `must be above the horizon, not ${floor}`);
    this.site = site;
    this.floor = altitudeOf(floor);
  }

  /**
   * Puts an obstacle up.
   *
   * @throws TurnFault where the cause stands already, InputFault where it would hide nothing above the floor.
   */
  raise(cause: string, within: Sector, altitude: number): Obstacle {
    const name = demandText(cause, 'cause');
    const height = altitudeOf(altitude);
    demand(height > this.floor, 'altitude', `must be above the floor of ${this.floor}`);
    demandTurn(!this.#obstacles.has(name), `${name} stands already`);
    const obstacle = sealed({
      cause: name,
      sector: sector(within.from, within.until),
      altitude: height,
    });
    this.#obstacles.set(name, obstacle);
    return obstacle;
  }

  /** Takes an obstacle away. @throws UnknownFault */
  clear(cause: string): Obstacle {
    const obstacle = demandKnown(this.#obstacles.get(cause.trim()), cause.trim());
    this.#obstacles.delete(obstacle.cause);
    return obstacle;
  }

  /** Obstacles at an azimuth, highest first, equals by cause. */
  obstaclesAt(azimuth: number): readonly Obstacle[] {
    return ranked(
      [...this.#obstacles.values()].filter((one) => isInSector(azimuth, one.sector)),
      highFirst(({ altitude }) => altitude),
      lowFirst(({ cause }) => cause),
    );
  }

  /** The lowest altitude that is free. */
  lowestAt(azimuth: number): number {
    return this.obstaclesAt(azimuth)[0]?.altitude ?? this.floor;
  }

  isClear({ altitude, azimuth }: Pointing): boolean {
    return altitude >= this.lowestAt(azimuth);
  }

  /** The whole circle from north to north in as few stretches as possible. */
  profile(): readonly Stretch[] {
    const edges = [...this.#obstacles.values()].flatMap((one) => [
      one.sector.from,
      one.sector.until,
    ]);
    const starts = ranked(
      new Set([0, ...edges]),
      lowFirst((edge) => edge),
    );
    const stretches: Stretch[] = [];
    for (const [index, from] of starts.entries()) {
      const until = starts[index + 1] ?? 360;
      const lowest = this.lowestAt(from);
      const last = stretches.at(-1);
      if (last?.lowest === lowest) stretches.splice(-1, 1, { ...last, until });
      else stretches.push({ from, until, lowest });
    }
    return sealed(stretches);
  }

  /** How much of the circle is free at an altitude. */
  openShare(altitude: number): number {
    let open = 0;
    for (const { from, lowest, until } of this.profile())
      if (lowest <= altitude) open += until - from;
    return shareOf(open, 360);
  }

  /**
   * One mask of two, for telescopes that look the same way at once: the higher floor, and all obstacles above it.
   *
   * @throws InputFault for a mask of another site, TurnFault for a cause that stands in both.
   */
  with(other: HorizonMask): HorizonMask {
    demand(other.site === this.site, 'other', `must be a mask of ${this.site}, not ${other.site}`);
    const both = new HorizonMask(this.site, Math.max(this.floor, other.floor));
    for (const mask of [this, other])
      for (const one of mask.#obstacles.values()) {
        demandTurn(mask === this || !this.#obstacles.has(one.cause), `${one.cause} stands in both`);
        if (one.altitude > both.floor) both.raise(one.cause, one.sector, one.altitude);
      }
    return both;
  }
}
