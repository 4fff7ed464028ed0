import type { Clock, Code, Journal, Outcome, Span, Tick } from '../kernel/index.ts';
import {
  demandKnown,
  demandText,
  demandTurn,
  granted,
  highFirst,
  lowFirst,
  nightOf,
  ranked,
  refused,
  sealed,
} from '../kernel/index.ts';
import type { OpticalBand } from '../sky/index.ts';
import type { CalibrationFrame, CalibrationKind, ScienceFrame } from './frames.ts';
import { KINDS, REACH, SAME_TEMPERATURE, calibrationFrame } from './frames.ts';

/** What a picture of the sky is reduced with. */
export type CalibrationSet = Readonly<Record<CalibrationKind, CalibrationFrame>>;

/** Something that should be taken, and for how many pictures. */
export interface Gap {
  readonly kind: CalibrationKind;
  /** Of a dark. */
  readonly exposure?: Span;
  /** Of a flat. */
  readonly band?: OpticalBand;
  readonly pictures: number;
}

const apart = (a: Tick, b: Tick): number => Math.abs(a - b);

/** Keeps calibration frames of one detector and finds the right ones. */
export class CalibrationShelf {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #frames = new Map<Code<'frame'>, CalibrationFrame>();
  readonly #retired = new Set<Code<'frame'>>();
  readonly #uses = new Map<Code<'frame'>, number>();

  constructor(clock: Clock, journal: Journal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** @throws InputFault for a frame that does not suit its kind, TurnFault for a code that is here. */
  add(frame: CalibrationFrame): void {
    const checked = calibrationFrame(frame);
    demandTurn(!this.#frames.has(checked.code), `${checked.code} is on the shelf already`);
    this.#frames.set(checked.code, checked);
  }

  /** Frames of a kind that serve, the newest first, those of one tick by code. */
  frames(kind: CalibrationKind): readonly CalibrationFrame[] {
    return ranked(
      [...this.#frames.values()].filter(
        (frame) => frame.kind === kind && !this.#retired.has(frame.code),
      ),
      highFirst(({ at }) => at),
      lowFirst(({ code }) => code),
    );
  }

  /**
   * The frame of a kind that suits a picture best. Biases and darks have to be as cold; darks have to be exposed as
   * long or longer, flats through the same filter; all have to be less than the reach of their kind away. The
   * shortest dark comes first, and the flat of the same night; then the frame nearest in time, the later of equals,
   * then by code. Refused as stale where some suit but for the time, as no match otherwise.
   */
  match(kind: CalibrationKind, picture: ScienceFrame): Outcome<CalibrationFrame> {
    const suitable = this.frames(kind).filter((frame) => this.#suits(frame, picture));
    const near = suitable.filter(({ at }) => apart(at, picture.at) < REACH[kind]);
    const [best] = ranked(
      near,
      lowFirst(({ exposure }) => (kind === 'dark' ? exposure : 0)),
      lowFirst(({ at }) => (kind === 'flat' && nightOf(at) !== nightOf(picture.at) ? 1 : 0)),
      lowFirst(({ at }) => apart(at, picture.at)),
      highFirst(({ at }) => at),
      lowFirst(({ code }) => code),
    );
    if (best !== undefined) return granted(best);
    return suitable.length > 0
      ? refused('stale', `Every ${kind} for ${picture.code} is too far away in time`)
      : refused('no-match', `There is no ${kind} for ${picture.code}`);
  }

  #suits({ band, exposure, kind, temperature }: CalibrationFrame, picture: ScienceFrame): boolean {
    if (kind === 'flat') return band === picture.band;
    const isAsCold = Math.abs(temperature - picture.temperature) <= SAME_TEMPERATURE;
    return isAsCold && (kind === 'bias' || exposure >= picture.exposure);
  }

  /** One frame of each kind, whose uses are counted; or the refusal of the first kind that fails. */
  take(picture: ScienceFrame): Outcome<CalibrationSet> {
    const [bias, dark, flat] = [
      this.match('bias', picture),
      this.match('dark', picture),
      this.match('flat', picture),
    ];
    if (!bias.granted) return bias;
    if (!dark.granted) return dark;
    if (!flat.granted) return flat;
    const set = sealed({ bias: bias.value, dark: dark.value, flat: flat.value });
    for (const { code } of Object.values(set)) this.#uses.set(code, this.usesOf(code) + 1);
    return granted(set);
  }

  /** How many pictures were reduced with a frame. @throws UnknownFault */
  usesOf(code: Code<'frame'>): number {
    demandKnown(this.#frames.get(code), code);
    return this.#uses.get(code) ?? 0;
  }

  /** Lets a frame serve no longer, and notes why. @throws UnknownFault, and TurnFault the second time. */
  retire(code: Code<'frame'>, why: string): void {
    demandKnown(this.#frames.get(code), code);
    demandTurn(!this.#retired.has(code), `${code} is retired already`);
    this.#journal.write('reduction', code, demandText(why, 'why'));
    this.#retired.add(code);
  }

  /** Takes frames off that serve nothing taken from now on, retired ones too; returns their codes in order. */
  tidy(): readonly Code<'frame'>[] {
    const now = this.#clock.now();
    const old = [...this.#frames.values()].filter(({ at, kind }) => now - at >= REACH[kind]);
    for (const { code } of old) {
      this.#frames.delete(code);
      this.#retired.delete(code);
      this.#uses.delete(code);
    }
    return ranked(
      old.map(({ code }) => code),
      lowFirst((code) => code),
    );
  }

  /**
   * What to take so that all pictures can be reduced: one gap for all that lack the same thing. Most pictures first,
   * then in the order of the kinds, then the longest dark, then flats by filter.
   */
  gaps(pictures: Iterable<ScienceFrame>): readonly Gap[] {
    const gaps = new Map<string, Gap>();
    for (const picture of pictures)
      for (const kind of KINDS) {
        if (this.match(kind, picture).granted) continue;
        const { band, exposure } = picture;
        const of = kind === 'dark' ? { exposure } : kind === 'flat' ? { band } : {};
        const key = `${kind} ${of.exposure ?? of.band ?? ''}`;
        gaps.set(key, { kind, ...of, pictures: (gaps.get(key)?.pictures ?? 0) + 1 });
      }
    return ranked(
      gaps.values(),
      highFirst(({ pictures: count }) => count),
      lowFirst(({ kind }) => KINDS.indexOf(kind)),
      highFirst(({ exposure }) => exposure ?? 0),
      lowFirst(({ band }) => band ?? ''),
    );
  }
}
