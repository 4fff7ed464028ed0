import type { Code } from './codes.ts';
import { CodeRoll } from './codes.ts';
import { demandKnown, demandText, demandTurn, demandWhole } from './demand.ts';
import { highFirst, lowFirst, ranked } from './order.ts';
import { sealed } from './seal.ts';
import type { Slot } from './slots.ts';
import { holds } from './slots.ts';
import type { Clock, Span, Tick } from './time.ts';
import { between, minutes } from './time.ts';

export type Topic = 'queue' | 'quota' | 'weather' | 'reduction' | 'alert';

/** Something that happened, once or several times in a row. */
export interface Note {
  readonly code: Code<'note'>;
  readonly topic: Topic;
  readonly subject: string;
  readonly text: string;
  /** When it was first written, and when last. */
  readonly at: Tick;
  readonly last: Tick;
  readonly count: number;
  /** Why it no longer stands, where somebody took it back. */
  readonly retracted?: string;
}

export interface NoteFilter {
  readonly topic?: Topic;
  readonly subject?: string;
  /** Notes that were last written in this slot. */
  readonly within?: Slot;
  /** Retracted notes too; they are left out otherwise. */
  readonly all?: boolean;
}

/** How much a journal keeps, and how long the same words on the same subject count as one note. */
export interface JournalRules {
  readonly fold: Span;
  readonly keep: number;
}

const USUAL_RULES: JournalRules = { fold: minutes(10), keep: 500 };

/**
 * What the network did, for people to read. The same text on the same subject, again within the fold, is the same
 * note with a higher count; of too many notes, the oldest go.
 */
export class Journal {
  readonly #clock: Clock;
  readonly #rules: JournalRules;
  readonly #roll = new CodeRoll('note');
  #notes: readonly Note[] = [];
  #dropped = 0;

  constructor(clock: Clock, rules: Partial<JournalRules> = {}) {
    this.#clock = clock;
    this.#rules = sealed({ ...USUAL_RULES, ...rules });
    demandWhole(this.#rules.keep, 'keep', 1);
  }

  /** Notes that are kept, retracted ones too. */
  get size(): number {
    return this.#notes.length;
  }

  /** How many notes had to go so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Writes a note, or counts up the newest on this topic and subject: where it has the same text, stands, and was
   * last written less than the fold ago.
   */
  write(topic: Topic, subject: string, text: string): Note {
    const now = this.#clock.now();
    const words = demandText(text, 'text');
    const about = demandText(subject, 'subject');
    const newest = this.#newest(topic, about);
    if (
      newest !== undefined &&
      newest.retracted === undefined &&
      newest.text === words &&
      between(newest.last, now) < this.#rules.fold
    )
      return this.#replace({ ...newest, last: now, count: newest.count + 1 });
    const code = this.#roll.next();
    const note = sealed({ code, topic, subject: about, text: words, at: now, last: now, count: 1 });
    const notes = [...this.#notes, note];
    this.#notes = notes.slice(-this.#rules.keep);
    this.#dropped += notes.length - this.#notes.length;
    return note;
  }

  /** In the order in which they were first written. */
  notes({ all = false, subject, topic, within }: NoteFilter = {}): readonly Note[] {
    return sealed(
      this.#notes.filter(
        (note) =>
          (all || note.retracted === undefined) &&
          (topic === undefined || note.topic === topic) &&
          (subject === undefined || note.subject === subject) &&
          (within === undefined || holds(within, note.last)),
      ),
    );
  }

  /** The newest note that stands. */
  latest(topic: Topic, subject: string): Note | undefined {
    return this.notes({ topic, subject }).at(-1);
  }

  /**
   * Takes a note back; it stays, with the reason.
   *
   * @throws UnknownFault for a note that is not kept, TurnFault for one that is taken back already.
   */
  retract(code: Code<'note'>, why: string): Note {
    const note = demandKnown(
      this.#notes.find((other) => other.code === code),
      code,
    );
    demandTurn(note.retracted === undefined, `${code} is retracted already`);
    return this.#replace({ ...note, retracted: demandText(why, 'why') });
  }

  /** How often something was written on each topic, retracted notes apart: most first, equals by topic. */
  tally(within?: Slot): readonly { readonly topic: Topic; readonly count: number }[] {
    const counts = new Map<Topic, number>();
    for (const { count, topic } of this.notes(within === undefined ? {} : { within }))
      counts.set(topic, (counts.get(topic) ?? 0) + count);
    return ranked(
      [...counts].map(([topic, count]) => ({ topic, count })),
      highFirst(({ count }) => count),
      lowFirst(({ topic }) => topic),
    );
  }

  #newest(topic: Topic, subject: string): Note | undefined {
    return this.#notes.findLast((note) => note.topic === topic && note.subject === subject);
  }

  #replace(changed: Note): Note {
    const note = sealed(changed);
    this.#notes = this.#notes.map((other) => (other.code === note.code ? note : other));
    return note;
  }
}
