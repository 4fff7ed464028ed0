// The desks in the control room are given this file alone, so it imports nothing of the house.

/** The desks, in the order in which the stage manager speaks to them. */
export const DESKS = ['lights', 'sound', 'flies'] as const;

export type Desk = (typeof DESKS)[number];

export interface Cue {
  readonly desk: Desk;
  /** `12` or `12.5`: up to three decimals, none of them a trailing zero. */
  readonly number: string;
  readonly label: string;
  /** Seconds until the cue of the next number goes by itself, counted from the start of this one. */
  readonly follow?: number;
}

/** A cue and when it starts, in seconds after the word "go". */
export interface Fired {
  readonly cue: Cue;
  readonly after: number;
}

export class CueRefused extends Error {
  readonly reason: 'malformed' | 'doubled' | 'missing' | 'locked' | 'crowded';

  constructor(reason: CueRefused['reason'], message: string) {
    super(message);
    this.name = 'CueRefused';
    this.reason = reason;
  }
}

/** A cue number in thousandths: `12.5` is 12500. */
export function thousandths(number: string): number {
  const [, whole = '', point = ''] = /^(0|[1-9]\d{0,3})(?:\.(\d{1,3}))?$/.exec(number) ?? [];
  if (whole === '') throw new CueRefused('malformed', `"${number}" is no cue number`);
  return Number(whole) * 1000 + Number(point.padEnd(3, '0'));
}

/** Thousandths as a cue number, without trailing zeros. */
export const cueNumber = (count: number): string => String(count / 1000);

/** By number, then in the order of {@link DESKS}. */
export const inCallingOrder = (a: Cue, b: Cue): number =>
  thousandths(a.number) - thousandths(b.number) || DESKS.indexOf(a.desk) - DESKS.indexOf(b.desk);

/** The cues of one show. A number is given once per desk; cues of one number go together. */
export class CueList {
  #cues: readonly Cue[] = [];
  #lockedTo = -1;

  constructor(cues: Iterable<Cue> = []) {
    for (const cue of cues) this.add(cue);
  }

  /** Puts a cue in its place and returns it as kept: frozen, its number without trailing zeros. */
  add(cue: Cue): Cue {
    const place = thousandths(cue.number);
    const number = cueNumber(place);
    const { desk, follow, label } = cue;
    if (label.trim() === '') throw new CueRefused('malformed', `Cue ${number} says nothing`);
    if (follow !== undefined && !(Number.isFinite(follow) && follow >= 0))
      throw new CueRefused('malformed', `Cue ${number} cannot follow after ${follow}`);
    this.#refuseLocked(place);
    if (this.find(desk, number))
      throw new CueRefused('doubled', `There is a cue ${number} for ${desk}`);
    const rest = follow === undefined ? {} : { follow };
    const kept: Cue = Object.freeze({ desk, number, label: label.trim(), ...rest });
    this.#cues = [...this.#cues, kept].sort(inCallingOrder);
    return kept;
  }

  /**
   * Adds a cue between two numbers of its desk: halfway to the next one, rounded down to a thousandth. After the last
   * one it gets the next whole number.
   */
  addAfter(desk: Desk, number: string, label: string): Cue {
    const before = this.#require(desk, number);
    const from = thousandths(before.number);
    const next = this.running(desk).find((cue) => thousandths(cue.number) > from);
    if (next === undefined)
      return this.add({ desk, number: String(Math.floor(from / 1000) + 1), label });
    const between = Math.floor((from + thousandths(next.number)) / 2);
    if (between === from)
      throw new CueRefused('crowded', `Nothing fits between ${before.number} and ${next.number}`);
    return this.add({ desk, number: cueNumber(between), label });
  }

  /** Takes a cue out and returns it. */
  remove(desk: Desk, number: string): Cue {
    const cue = this.#require(desk, number);
    this.#refuseLocked(thousandths(cue.number));
    this.#cues = this.#cues.filter((other) => other !== cue);
    return cue;
  }

  find(desk: Desk, number: string): Cue | undefined {
    const place = thousandths(number);
    return this.#cues.find((cue) => cue.desk === desk && thousandths(cue.number) === place);
  }

  /** The cues of one desk, or all, in calling order. */
  running(desk?: Desk): Cue[] {
    return this.#cues.filter((cue) => desk === undefined || cue.desk === desk);
  }

  /** Cues up to this number, itself included, stay as they are from now on; a lower number than before does nothing. */
  lock(number: string): void {
    this.#lockedTo = Math.max(this.#lockedTo, thousandths(number));
  }

  /**
   * What starts when the stage manager says go for a number: its cues, and as long as one of them has a follow, those
   * of the next number, after the shortest follow among them.
   */
  go(number: string): Fired[] {
    let group = this.#cues.filter((cue) => thousandths(cue.number) === thousandths(number));
    if (group.length === 0) throw new CueRefused('missing', `There is no cue ${number}`);
    const fired: Fired[] = [];
    let after = 0;
    while (group.length > 0) {
      for (const cue of group) fired.push({ cue, after });
      const follow = Math.min(...group.map((cue) => cue.follow ?? Infinity));
      if (follow === Infinity) break;
      after += follow;
      const at = thousandths(group[0]?.number ?? '0');
      const next = this.#cues.find((cue) => thousandths(cue.number) > at);
      group = this.#cues.filter((cue) => cue.number === next?.number);
    }
    return fired;
  }

  #require(desk: Desk, number: string): Cue {
    const cue = this.find(desk, number);
    if (!cue) throw new CueRefused('missing', `There is no cue ${number} for ${desk}`);
    return cue;
  }

  #refuseLocked(place: number): void {
    if (place <= this.#lockedTo)
      throw new CueRefused('locked', `Cues up to ${cueNumber(this.#lockedTo)} are locked`);
  }
}
