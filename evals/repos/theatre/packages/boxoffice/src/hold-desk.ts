import type { DayBook, Moment, Name, Seat, SeatPlan } from '@theatre/house';
import {
  FullError,
  Numbering,
  by,
  first,
  known,
  later,
  listOf,
  nameOf,
  sorted,
  tell,
  timely,
  vacant,
  wholeFrom,
} from '@theatre/house';
import type { HoldTerms } from './terms';

export interface Hold {
  readonly id: string;
  readonly patron: Name;
  readonly seats: readonly Seat[];
  /** From then on it no longer holds. */
  readonly until: Moment;
  readonly isExtended: boolean;
}

interface Waiting {
  readonly patron: Name;
  readonly party: number;
  readonly band: string | undefined;
}

/** Keeps seats of one performance for patrons who have not paid yet, and a waiting list for those without any. */
export class HoldDesk {
  readonly #book: DayBook;
  readonly #plan: SeatPlan;
  readonly #closes: Moment;
  readonly #terms: HoldTerms;
  readonly #holds = new Map<string, Hold>();
  #queue: readonly Waiting[] = [];
  readonly #numbers = new Numbering('hold');

  constructor(book: DayBook, plan: SeatPlan, curtain: Moment, terms: HoldTerms) {
    this.#book = book;
    this.#plan = plan;
    this.#closes = later(curtain, -terms.cutOff);
    this.#terms = terms;
  }

  /** Keeps the best seats for a party; a patron has one hold at a time, and no place in the queue any more. */
  hold(patron: string, party: number, band?: string): Hold {
    const name = this.#admit(patron);
    const seats = this.#plan.offer(party, band);
    if (seats.length === 0)
      throw new FullError(`Seats for ${name}`, party, this.#plan.freeSeats(band).length);
    this.#queue = this.#queue.filter((waiting) => waiting.patron !== name);
    return this.#keep(name, seats);
  }

  /** Keeps a hold for longer, once. */
  extend(id: string): Hold {
    const hold = this.#require(id);
    timely(!hold.isExtended, `Hold ${id} is extended already`);
    const until = this.#capped(later(hold.until, this.#terms.extension));
    const extended = Object.freeze({ ...hold, until, isExtended: true });
    this.#holds.set(id, extended);
    this.#book.note('extend', id, tell(until));
    return extended;
  }

  /** Gives seats back, which may go to whoever waits. */
  release(id: string): void {
    const hold = this.#require(id);
    this.#free(hold, 'release');
    this.#serve();
  }

  /** Ends a hold with its seats sold; they stay taken. */
  sell(id: string): readonly Seat[] {
    const { seats } = this.#require(id);
    this.#holds.delete(id);
    this.#book.note('sell', id, ...seats);
    return seats;
  }

  /** Puts a patron without a hold at the end of the queue, and returns the place there, from 1. */
  wait(patron: string, party: number, band?: string): number {
    const name = this.#admit(patron);
    wholeFrom(1, party, 'A party');
    vacant(!this.waiting().includes(name), `A place in the queue for ${name}`);
    this.#queue = [...this.#queue, { patron: name, party, band }];
    this.#book.note('wait', name, party);
    return this.#queue.length;
  }

  /** Patrons in the queue, in the order in which they are served. */
  waiting(): readonly Name[] {
    this.sweep();
    return listOf(this.#queue.map(({ patron }) => patron));
  }

  /** Holds that have not lapsed: the first to lapse in front, of equals by number. */
  holds(): readonly Hold[] {
    this.sweep();
    return this.#inOrder();
  }

  /**
   * Frees the seats of holds that have lapsed and serves the queue; every other member does it first. Returns the
   * numbers of those holds in the order in which they lapsed.
   */
  sweep(): readonly string[] {
    const lapsed = this.#inOrder().filter(({ until }) => until <= this.#book.now);
    for (const hold of lapsed) this.#free(hold, 'lapse');
    if (lapsed.length > 0) this.#serve();
    return listOf(lapsed.map(({ id }) => id));
  }

  #inOrder(): readonly Hold[] {
    return sorted(
      this.#holds.values(),
      first(
        by(({ until }) => until),
        by(({ id }) => id),
      ),
    );
  }

  /** Whoever stands in front and can sit together gets seats; the others keep their places. */
  #serve(): void {
    if (this.#book.now >= this.#closes) return;
    for (const waiting of this.#queue) {
      const seats = this.#plan.offer(waiting.party, waiting.band);
      if (seats.length === 0) continue;
      this.#queue = this.#queue.filter((other) => other !== waiting);
      this.#keep(waiting.patron, seats);
    }
  }

  #keep(patron: Name, seats: readonly Seat[]): Hold {
    const until = this.#capped(later(this.#book.now, this.#terms.lasts));
    const hold = Object.freeze({
      id: this.#numbers.next(),
      patron,
      seats,
      until,
      isExtended: false,
    });
    this.#plan.take(seats);
    this.#holds.set(hold.id, hold);
    this.#book.note('hold', hold.id, patron, ...seats);
    return hold;
  }

  #free({ id, seats }: Hold, verb: string): void {
    this.#holds.delete(id);
    this.#plan.release(seats);
    this.#book.note(verb, id);
  }

  #admit(patron: string): Name {
    this.sweep();
    const name = nameOf(patron);
    timely(this.#book.now < this.#closes, `Nothing is held after ${tell(this.#closes)}`);
    const has = [...this.#holds.values()].some((hold) => hold.patron === name);
    vacant(!has, `A hold for ${name}`);
    return name;
  }

  #require(id: string): Hold {
    this.sweep();
    return known(this.#holds.get(id), 'hold', id);
  }

  #capped(until: Moment): Moment {
    return until < this.#closes ? until : this.#closes;
  }
}
