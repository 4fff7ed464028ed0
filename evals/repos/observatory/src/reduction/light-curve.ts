import type { Code, Slot, Span, Tick } from '../kernel/index.ts';
import {
  PLACES,
  after,
  demand,
  demandKnown,
  demandTurn,
  demandWhole,
  demandWithin,
  holds,
  lowFirst,
  overlap,
  ranked,
  sealed,
  seconds,
  settle,
  slot,
} from '../kernel/index.ts';
import type { Band } from '../sky/index.ts';
import { SampleSieve, medianOf } from './sample-sieve.ts';

/** One measurement; more magnitudes are less light. */
export interface Point {
  readonly frame: Code<'frame'>;
  readonly at: Tick;
  readonly magnitude: number;
  readonly error: number;
}

/** Several points as one. */
export interface Level {
  readonly magnitude: number;
  readonly error: number;
  readonly count: number;
}

export interface Bin extends Level {
  readonly slot: Slot;
}

/** A time of less light. */
export interface Dip {
  readonly slot: Slot;
  /** Magnitudes under the median of the curve, at the faintest. */
  readonly depth: number;
  readonly points: number;
}

/** How far points may lie from the others: spreads of the sieve. */
const OUTLIER_WIDTH = 6;

/** The brightness of a target in one band, as time goes by. */
export class LightCurve {
  readonly target: Code<'target'>;
  readonly band: Band;
  #points: readonly Point[] = [];

  constructor(target: Code<'target'>, band: Band) {
    this.target = target;
    this.band = band;
  }

  /**
   * Takes a point, whose figures are settled; an error that settles to nothing is none.
   *
   * @throws InputFault for magnitudes beyond -30 to 40 and errors beyond 0.001 to 5, TurnFault for a frame that gave
   *   a point already.
   */
  add(point: Point): Point {
    const magnitude = demandWithin(point.magnitude, 'magnitude', -30, 40);
    const error = settle(point.error, PLACES.magnitude);
    demandWithin(error, 'error', 0.001, 5);
    const isIn = this.#points.some(({ frame }) => frame === point.frame);
    demandTurn(!isIn, `${point.frame} is in the curve already`);
    const settled = sealed({ ...point, magnitude: settle(magnitude, PLACES.magnitude), error });
    this.#points = ranked(
      [...this.#points, settled],
      lowFirst(({ at }) => at),
      lowFirst(({ frame }) => frame),
    );
    return settled;
  }

  /** Takes the point of a frame out. @throws UnknownFault */
  drop(frame: Code<'frame'>): Point {
    const point = demandKnown(
      this.#points.find((other) => other.frame === frame),
      frame,
    );
    this.#points = this.#points.filter((other) => other !== point);
    return point;
  }

  /** Earliest first, those of one tick by frame. */
  points(within?: Slot): readonly Point[] {
    return sealed(this.#points.filter(({ at }) => within === undefined || holds(within, at)));
  }

  /** The mean of the points, each with the weight of one over its error squared; undefined without points. */
  level(within?: Slot): Level | undefined {
    return levelOf(this.points(within));
  }

  /** Means of equal times, the first of which begins at the first point; times without points are left out. */
  binned(length: Span): readonly Bin[] {
    demand(length > 0, 'length', 'must be more than none');
    const [first] = this.#points;
    const bins = new Map<Tick, Point[]>();
    for (const point of this.#points) {
      const number = Math.floor((point.at - (first?.at ?? 0)) / length);
      const from = after(first?.at ?? point.at, seconds(number * length));
      bins.set(from, [...(bins.get(from) ?? []), point]);
    }
    return sealed(
      [...bins].flatMap(([from, points]) => {
        const level = levelOf(points);
        return level === undefined ? [] : [{ slot: slot(from, after(from, length)), ...level }];
      }),
    );
  }

  /** Points that a sieve of six spreads does not let through, in order. */
  outliers(): readonly Point[] {
    const sieve = new SampleSieve(OUTLIER_WIDTH);
    sieve.add(...this.#points.map(({ magnitude }) => magnitude));
    const out = new Set(sieve.rejects().map(({ value }) => value));
    return sealed(this.#points.filter(({ magnitude }) => out.has(magnitude)));
  }

  /**
   * Times with at least so many points in a row that lie under the median by a depth or more. A dip lasts up to the
   * point that is bright again; at the end of the curve, up to a second after the last.
   */
  dips(depth: number, least = 2): readonly Dip[] {
    demand(depth > 0, 'depth', 'must be more than none');
    demandWhole(least, 'least', 1);
    const median = medianOf(this.#points.map(({ magnitude }) => magnitude)) ?? 0;
    const below = ({ magnitude }: Point) => settle(magnitude - median, PLACES.magnitude);
    const dips: Dip[] = [];
    let run: Point[] = [];
    const end = (until: Tick) => {
      const [first] = run;
      if (first !== undefined && run.length >= least)
        dips.push({
          slot: slot(first.at, until),
          depth: Math.max(...run.map(below)),
          points: run.length,
        });
      run = [];
    };
    for (const point of this.#points) {
      if (below(point) >= depth) run.push(point);
      else end(point.at);
    }
    const last = this.#points.at(-1);
    if (last !== undefined) end(after(last.at, seconds(1)));
    return sealed(dips);
  }

  /** Parts of dips that lie in a slot, as when somebody asks what was missed. */
  dimmed(depth: number, within: Slot): readonly Slot[] {
    return sealed(this.dips(depth).flatMap((dip) => overlap(dip.slot, within) ?? []));
  }
}

function levelOf(points: readonly Point[]): Level | undefined {
  if (points.length === 0) return undefined;
  let weights = 0;
  let sum = 0;
  for (const { error, magnitude } of points) {
    weights += 1 / error ** 2;
    sum += magnitude / error ** 2;
  }
  return sealed({
    magnitude: settle(sum / weights, PLACES.magnitude),
    error: settle(Math.sqrt(1 / weights), PLACES.magnitude),
    count: points.length,
  });
}
