import { listOf } from './order';
import type { Moment, Watch } from './time';
import { tell } from './time';

/** One thing that happened. */
export interface Entry {
  readonly at: Moment;
  readonly verb: string;
  readonly subject: string;
}

/** What happened in the house, as it happened. Its watch is the clock of everybody who writes in it. */
export class DayBook {
  readonly #watch: Watch;
  readonly #entries: Entry[] = [];

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  get now(): Moment {
    return this.#watch.now();
  }

  /** Writes down what was done, and to what; the words are joined by single blanks. */
  note(verb: string, ...subject: readonly (string | number)[]): Entry {
    const entry = Object.freeze({ at: this.now, verb, subject: subject.join(' ') });
    this.#entries.push(entry);
    return entry;
  }

  /** Entries with one verb, or all. */
  entries(verb?: string): readonly Entry[] {
    return listOf(this.#entries.filter((entry) => verb === undefined || entry.verb === verb));
  }

  /** `w1 mon 10:00 hang chandelier 4`: every entry in a line. */
  lines(): readonly string[] {
    return listOf(this.#entries.map(({ at, verb, subject }) => `${tell(at)} ${verb} ${subject}`));
  }
}
