import type { Outcome, Reason, Slot, Span, Tick } from '../kernel/index.ts';
import {
  after,
  clockText,
  common,
  demand,
  granted,
  highFirst,
  joined,
  lengthOf,
  lowFirst,
  minutes,
  overlap,
  ranked,
  refused,
  sealed,
  seconds,
  slot,
} from '../kernel/index.ts';
import type { Band, HorizonMask, Pointing, SkyLights, Target } from '../sky/index.ts';
import { airmassAt, isDark, isRadio, pointingAt, separation } from '../sky/index.ts';

export interface SightLimits {
  /** The sky is looked at once a step; what holds at its start holds for the whole of it. */
  readonly step: Span;
  /** Slots that are shorter are of no use. */
  readonly shortest: Span;
  readonly airmass: number;
  /** Degrees that a full moon has to stay away; a half moon, half of it. */
  readonly moonAway: number;
}

const USUAL_LIMITS: SightLimits = {
  step: minutes(5),
  shortest: minutes(15),
  airmass: 2,
  moonAway: 40,
};

/** Something that is in the way, and for how long. */
export interface Blocker {
  readonly reason: Reason;
  readonly span: Span;
}

/** When one site can see a target on one night. */
export class VisibilityFinder {
  readonly #mask: HorizonMask;
  readonly #lights: SkyLights;
  readonly #limits: SightLimits;

  constructor(mask: HorizonMask, lights: SkyLights, limits: Partial<SightLimits> = {}) {
    this.#mask = mask;
    this.#lights = sealed(lights);
    this.#limits = sealed({ ...USUAL_LIMITS, ...limits });
    demand(this.#limits.step > 0, 'step', 'must be more than none');
  }

  /**
   * Where the target stands if it can be seen; otherwise the first that is in the way of: horizon, daylight, air,
   * moon. A dish minds only the horizon.
   */
  check({ code, path }: Target, band: Band, at: Tick): Outcome<Pointing> {
    const stands = pointingAt(path, at);
    if (stands === undefined || !this.#mask.isClear(stands))
      return refused('below-horizon', `${code} is down at ${clockText(at)}`);
    if (isRadio(band)) return granted(stands);
    if (!isDark(this.#lights, at)) return refused('daylight', `${clockText(at)} is not dark`);
    const airmass = airmassAt(stands.altitude);
    if (airmass > this.#limits.airmass)
      return refused('airmass', `${code} is behind ${airmass} of air at ${clockText(at)}`);
    const moon = pointingAt(this.#lights.moon, at);
    const away = this.#limits.moonAway * this.#lights.moonLit;
    if (moon !== undefined && moon.altitude > 0 && separation(stands, moon) < away)
      return refused('moon', `${code} is too near to the moon at ${clockText(at)}`);
    return granted(stands);
  }

  /** When the target can be seen within a slot: joined steps, none shorter than the shortest. */
  slots(target: Target, band: Band, within: Slot): readonly Slot[] {
    const seen = this.#steps(within).filter(({ from }) => this.check(target, band, from).granted);
    return sealed(joined(seen).filter((found) => lengthOf(found) >= this.#limits.shortest));
  }

  /** The longest slot, the earlier of equals; refused as too short where there is none. */
  longest(target: Target, band: Band, within: Slot): Outcome<Slot> {
    const [found] = ranked(this.slots(target, band, within), highFirst(lengthOf));
    return found === undefined
      ? refused('too-short', `${target.code} is never seen for long enough`)
      : granted(found);
  }

  /** The step of its slots at which the target stands highest, the earlier of equals; refused like {@link longest}. */
  best(target: Target, band: Band, within: Slot): Outcome<Tick> {
    const useful = this.slots(target, band, within);
    const steps = this.#steps(within).filter((step) => useful.some((one) => overlap(one, step)));
    const altitude = ({ from }: Slot) => pointingAt(target.path, from)?.altitude ?? -90;
    const [found] = ranked(steps, highFirst(altitude));
    return found === undefined
      ? refused('too-short', `${target.code} is never seen for long enough`)
      : granted(found.from);
  }

  /** What is in the way within a slot, and for how long: most first, equals by reason. */
  blockers(target: Target, band: Band, within: Slot): readonly Blocker[] {
    const spans = new Map<Reason, Span>();
    for (const step of this.#steps(within)) {
      const outcome = this.check(target, band, step.from);
      if (outcome.granted) continue;
      const { reason } = outcome.refusal;
      spans.set(reason, seconds((spans.get(reason) ?? 0) + lengthOf(step)));
    }
    return ranked(
      [...spans].map(([reason, span]) => ({ reason, span })),
      highFirst(({ span }) => span),
      lowFirst(({ reason }) => reason),
    );
  }

  /** When all targets can be seen at once, none shorter than the shortest. No target can be seen at any time. */
  together(targets: readonly Target[], band: Band, within: Slot): readonly Slot[] {
    let shared: readonly Slot[] = [within];
    for (const target of targets) shared = common(shared, this.slots(target, band, within));
    return sealed(shared.filter((found) => lengthOf(found) >= this.#limits.shortest));
  }

  /** From the start of the slot, the last one cut at its end. */
  #steps(within: Slot): Slot[] {
    const steps: Slot[] = [];
    for (let from = within.from; from < within.until; from = after(from, this.#limits.step)) {
      const until = Math.min(after(from, this.#limits.step), within.until) as Tick;
      steps.push(slot(from, until));
    }
    return steps;
  }
}
