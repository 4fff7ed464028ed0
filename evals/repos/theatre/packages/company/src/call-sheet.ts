import type { DayBook, Moment, Name, Span } from '@theatre/house';
import {
  Numbering,
  by,
  byName,
  clash,
  fit,
  gapBetween,
  known,
  later,
  lengthOf,
  listOf,
  nameOf,
  namesOf,
  roomFor,
  sorted,
  tell,
  theatreDay,
  theatreWeek,
  timely,
  vacant,
} from '@theatre/house';
import type { Breach, RestRules } from './rest-rules';

export interface Call {
  readonly id: string;
  readonly what: Name;
  readonly players: readonly Name[];
  readonly span: Span;
}

/** Who is called to rehearse, and whether they get the rest that the agreement gives them. */
export class CallSheet {
  readonly #book: DayBook;
  readonly #rules: RestRules;
  readonly #calls = new Map<string, Call>();
  readonly #numbers = new Numbering('call');

  constructor(book: DayBook, rules: RestRules) {
    this.#book = book;
    this.#rules = rules;
  }

  /** Calls players; all of them or nobody. */
  call(what: string, players: readonly string[], span: Span): Call {
    const title = nameOf(what);
    fit(players.length > 0, `Nobody is called to ${title}`);
    const names = sorted(namesOf(players), byName);
    timely(span.from >= this.#book.now, `${tell(span.from)} is past`);
    for (const player of names) this.#refuse(player, span);
    const call = Object.freeze({ id: this.#numbers.next(), what: title, players: names, span });
    this.#calls.set(call.id, call);
    this.#book.note('call', call.id, title, tell(span.from));
    return call;
  }

  /** Lets one player off a call that has not begun, or all of them; a call without players is gone. */
  release(id: string, player?: string): void {
    const call = known(this.#calls.get(id), 'call', id);
    timely(this.#book.now < call.span.from, `Call ${id} has begun`);
    const name = player === undefined ? undefined : nameOf(player);
    if (name !== undefined)
      known(
        call.players.find((other) => other === name),
        'player',
        name,
      );
    const players = listOf(call.players.filter((other) => name !== undefined && other !== name));
    if (players.length === 0) this.#calls.delete(id);
    else this.#calls.set(id, Object.freeze({ ...call, players }));
    this.#book.note('release', id, ...(name === undefined ? [] : [name]));
  }

  /** The calls of a player by time; those that begin on one theatre day, or all. */
  callsOf(player: string, day?: number): readonly Call[] {
    const name = nameOf(player);
    const calls = [...this.#calls.values()].filter(
      ({ players, span }) =>
        players.includes(name) && (day === undefined || theatreDay(span.from) === day),
    );
    return sorted(
      calls,
      by(({ span }) => span.from),
    );
  }

  /** Minutes for which a player is on call on a theatre day. */
  minutesOf(player: string, day: number): number {
    return sumOf(this.callsOf(player, day).map(({ span }) => span));
  }

  /** The rules that a further call would break for a player, in the order of the rules. */
  breaches(player: string, span: Span): readonly Breach[] {
    const spans = this.callsOf(player).map((call) => call.span);
    const day = theatreDay(span.from);
    const sameDay = spans.filter(({ from }) => theatreDay(from) === day);
    const isShort = spans.some(
      (other) => theatreDay(other.from) !== day && gapBetween(other, span) < this.#rules.overnight,
    );
    const week = spans.filter(({ from }) => theatreWeek(from) === theatreWeek(span.from));
    const days = new Set([...week, span].map(({ from }) => theatreDay(from)));
    const broken: readonly (readonly [Breach, boolean])[] = [
      ['double-call', spans.some((other) => clash(other, span))],
      ['overnight', isShort],
      ['day', sumOf([...sameDay, span]) > this.#rules.day],
      ['stretch', lengthOf(this.#stretchOf(spans, span)) > this.#rules.stretch],
      ['week', days.size > this.#rules.days],
    ];
    return listOf(broken.filter(([, isBroken]) => isBroken).map(([breach]) => breach));
  }

  /** When a player may be called again after the last call, as far as the overnight rest goes; now if that is over. */
  restedAt(player: string): Moment {
    const ends = this.callsOf(player).map(({ span }) => later(span.until, this.#rules.overnight));
    return Math.max(this.#book.now, ...ends) as Moment;
  }

  #refuse(player: Name, span: Span): void {
    const [breach] = this.breaches(player, span);
    const what = `${player} at ${tell(span.from)}`;
    vacant(breach !== 'double-call', what);
    if (breach === 'day') {
      const worked = this.minutesOf(player, theatreDay(span.from));
      roomFor(what, lengthOf(span), this.#rules.day - worked);
    }
    timely(breach === undefined, `${what}: against the rule "${breach}"`);
  }

  /** The span grown by all calls that no pause parts from it. */
  #stretchOf(spans: readonly Span[], added: Span): Span {
    let stretch = added;
    for (;;) {
      const { from, until } = stretch;
      const near = spans.filter((other) => gapBetween(other, stretch) < this.#rules.pause);
      const all = [stretch, ...near];
      stretch = {
        from: Math.min(...all.map((other) => other.from)) as Moment,
        until: Math.max(...all.map((other) => other.until)) as Moment,
      };
      if (stretch.from === from && stretch.until === until) return stretch;
    }
  }
}

const sumOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + lengthOf(span), 0);
