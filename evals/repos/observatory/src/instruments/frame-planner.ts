import type { Code, Outcome, Slot, Span } from '../kernel/index.ts';
import {
  PLACES,
  demand,
  demandWithin,
  granted,
  highFirst,
  lengthOf,
  lowFirst,
  ranked,
  refused,
  sealed,
  seconds,
  settle,
  spanText,
  spansTogether,
} from '../kernel/index.ts';
import type { OpticalBand } from '../sky/index.ts';
import { WHEEL_ORDER } from '../sky/index.ts';
import type { Detector } from './detector.ts';
import { FILTER_CHANGE, LADDER, LINEAR_PART } from './detector.ts';

/** What a picture is asked for: light of the target per second and pixel, in electrons, and how deep it should go. */
export interface Wish {
  readonly request: Code<'request'>;
  readonly band: OpticalBand;
  readonly rate: number;
  readonly depth: Span;
}

/** Equal frames, an odd number, so that one of them is the median. */
export interface FramePlan extends Wish {
  readonly exposure: Span;
  readonly frames: number;
}

/** Fewer frames than these cannot tell a satellite from a star. */
const FEWEST = 3;

const oddFrom = (count: number): number => (count % 2 === 0 ? count + 1 : count);

/** Splits the light that a wish needs into frames that the detector can take. */
export class FramePlanner {
  readonly #detector: Detector;

  constructor(detector: Detector) {
    this.#detector = sealed(detector);
  }

  /** Longest rung of the ladder on which target and sky stay linear; refused as saturated where none does. */
  exposureFor(band: OpticalBand, rate: number): Outcome<Span> {
    demandWithin(rate, 'rate', 0, 1e9);
    const { fullWell, sky } = this.#detector;
    const fits = LADDER.find((span) => span * (rate + sky[band]) <= fullWell * LINEAR_PART);
    return fits === undefined
      ? refused('saturated', `${rate} per second fills a pixel in ${band} at once`)
      : granted(fits);
  }

  /**
   * Frames that reach the depth: on the longest rung that does not saturate and needs three frames at least, or on
   * the lowest, with three. Always odd.
   */
  plan(wish: Wish): Outcome<FramePlan> {
    demand(wish.depth > 0, 'depth', 'must be more than none');
    const longest = this.exposureFor(wish.band, wish.rate);
    if (!longest.granted) return longest;
    const rungs = LADDER.filter((span) => span <= longest.value);
    const exposure =
      rungs.find((span) => Math.ceil(wish.depth / span) >= FEWEST) ?? rungs.at(-1) ?? longest.value;
    const frames = oddFrom(Math.max(FEWEST, Math.ceil(wish.depth / exposure)));
    return granted(sealed({ ...wish, exposure, frames }));
  }

  /** Exposures and readouts, without filter changes. */
  timeOf({ exposure, frames }: FramePlan): Span {
    return seconds(frames * (exposure + this.#detector.readout));
  }

  /** The plan with as many frames, still odd, as a slot has time for; refused as too short for fewer than three. */
  fit(plan: FramePlan, slot: Slot): Outcome<FramePlan> {
    if (this.timeOf(plan) <= lengthOf(slot)) return granted(plan);
    const most = Math.floor(lengthOf(slot) / (plan.exposure + this.#detector.readout));
    const frames = most % 2 === 0 ? most - 1 : most;
    return frames < FEWEST
      ? refused('too-short', `${spanText(lengthOf(slot))} is too short for ${plan.request}`)
      : granted(sealed({ ...plan, frames }));
  }

  /**
   * Plans in the order that changes filters least: band by band as they sit in the wheel, beginning with the filter
   * that is in, going round; within a band the longest exposure first, equals by request.
   */
  sequence(plans: Iterable<FramePlan>, filterIn: OpticalBand): readonly FramePlan[] {
    const start = WHEEL_ORDER.indexOf(filterIn);
    const steps = ({ band }: FramePlan) =>
      (WHEEL_ORDER.indexOf(band) - start + WHEEL_ORDER.length) % WHEEL_ORDER.length;
    return ranked(
      plans,
      lowFirst(steps),
      highFirst(({ exposure }) => exposure),
      lowFirst(({ request }) => request),
    );
  }

  /** Time for plans one after the other as given, filter changes included. */
  timeTogether(plans: readonly FramePlan[], filterIn: OpticalBand): Span {
    const changes = plans.filter(({ band }, at) => band !== (plans[at - 1]?.band ?? filterIn));
    return spansTogether([
      ...plans.map((plan) => this.timeOf(plan)),
      ...changes.map(() => FILTER_CHANGE),
    ]);
  }

  /** Signal to noise of all frames together: light of the target over the noise of target, sky and reading. */
  signalOf({ band, exposure, frames, rate }: FramePlan): number {
    const { readNoise, sky } = this.#detector;
    const signal = frames * exposure * rate;
    const noise = Math.sqrt(signal + frames * (exposure * sky[band] + readNoise ** 2));
    return signal === 0 ? 0 : settle(signal / noise, PLACES.ratio);
  }
}
