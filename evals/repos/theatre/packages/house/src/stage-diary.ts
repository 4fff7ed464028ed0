import type { DayBook } from './day-book';
import { fit, known, timely, vacant, wholeFrom } from './guard';
import type { Name } from './names';
import { Numbering, nameOf } from './names';
import { by, first, sorted } from './order';
import type { Moment, Span } from './time';
import { clash, gapBetween, later, lengthOf, spanOf, tell, theatreDay, theatreWeek } from './time';

/** How long a production's set takes to go up and to come down, in minutes. */
export interface SetTimes {
  readonly setUp: number;
  readonly strike: number;
}

export interface Booking {
  readonly id: string;
  readonly production: Name;
  readonly span: Span;
}

/** The stage is given on the quarter hours only. */
export const QUARTER = 15;

/** Who has the stage, and when. Between two productions there is time for one set to go and the other to come. */
export class StageDiary {
  readonly #book: DayBook;
  readonly #sets = new Map<Name, SetTimes>();
  readonly #bookings = new Map<string, Booking>();
  readonly #numbers = new Numbering('stage');

  constructor(book: DayBook) {
    this.#book = book;
  }

  /** Makes a production known; once. */
  enter(production: string, { setUp, strike }: SetTimes): Name {
    const name = nameOf(production);
    vacant(!this.#sets.has(name), `Production ${name}`);
    wholeFrom(0, setUp, 'A set-up');
    wholeFrom(0, strike, 'A strike');
    this.#sets.set(name, Object.freeze({ setUp, strike }));
    this.#book.note('enter', name);
    return name;
  }

  /** Gives a production the stage. */
  reserve(production: string, wanted: Span): Booking {
    const name = this.#require(production);
    this.#requireOpen(name, wanted);
    const booking = Object.freeze({ id: this.#numbers.next(), production: name, span: wanted });
    this.#bookings.set(booking.id, booking);
    this.#book.note('reserve', booking.id, name, tell(wanted.from));
    return booking;
  }

  /** Moves a booking that has not begun, its length unchanged; its own old time does not stand in its way. */
  move(id: string, to: Moment): Booking {
    const { production, span: old } = this.#requireAhead(id);
    const moved = Object.freeze({ id, production, span: spanOf(to, lengthOf(old)) });
    this.#requireOpen(production, moved.span, id);
    this.#bookings.set(id, moved);
    this.#book.note('move', id, tell(to));
    return moved;
  }

  /** Takes back a booking that has not begun, and returns it. */
  cancel(id: string): Booking {
    const booking = this.#requireAhead(id);
    this.#bookings.delete(id);
    this.#book.note('cancel', id);
    return booking;
  }

  /** Bookings that begin on a theatre day, or all of them, by time. */
  bookings(day?: number): readonly Booking[] {
    const wanted = [...this.#bookings.values()].filter(
      ({ span: { from } }) => day === undefined || theatreDay(from) === day,
    );
    return sorted(
      wanted,
      by(({ span: { from } }) => from),
    );
  }

  /** The first quarter hour, from now or `after` if that is later, at which a production could have the stage so long. */
  earliest(production: string, minutes: number, after: Moment = this.#book.now): Moment {
    const name = this.#require(production);
    wholeFrom(1, minutes, 'A number of minutes');
    let from = nextQuarter(after > this.#book.now ? after : this.#book.now);
    for (const booking of this.bookings()) {
      const wanted = spanOf(from, minutes);
      if (!this.#isInTheWay(booking, name, wanted)) continue;
      from = nextQuarter(later(booking.span.until, this.#changeover(booking.production, name)));
    }
    return from;
  }

  /** Minutes for which each production has the stage in a theatre week, by where its bookings begin; most first. */
  usage(week: number): readonly { readonly production: Name; readonly minutes: number }[] {
    const minutes = new Map<Name, number>();
    for (const { production, span: held } of this.bookings())
      if (theatreWeek(held.from) === week)
        minutes.set(production, (minutes.get(production) ?? 0) + lengthOf(held));
    const rows = [...minutes].map(([production, count]) =>
      Object.freeze({ production, minutes: count }),
    );
    return sorted(
      rows,
      first(
        by((row) => -row.minutes),
        by(({ production }) => production),
      ),
    );
  }

  #requireOpen(name: Name, wanted: Span, except?: string): void {
    fit(
      wanted.from % QUARTER === 0 && wanted.until % QUARTER === 0,
      'The stage is given by quarter hours',
    );
    timely(wanted.from >= this.#book.now, `${tell(wanted.from)} is past`);
    const other = this.bookings().find(
      (booking) => booking.id !== except && this.#isInTheWay(booking, name, wanted),
    );
    vacant(other === undefined, `The stage at ${tell(wanted.from)}`);
  }

  #isInTheWay({ production, span: held }: Booking, name: Name, wanted: Span): boolean {
    if (clash(held, wanted)) return true;
    const between =
      held.from < wanted.from
        ? this.#changeover(production, name)
        : this.#changeover(name, production);
    return gapBetween(held, wanted) < between;
  }

  /** The strike of the one and the set-up of the other go on side by side. */
  #changeover(leaves: Name, comes: Name): number {
    if (leaves === comes) return 0;
    return Math.max(this.#sets.get(leaves)?.strike ?? 0, this.#sets.get(comes)?.setUp ?? 0);
  }

  #require(production: string): Name {
    const name = nameOf(production);
    known(this.#sets.get(name), 'production', name);
    return name;
  }

  #requireAhead(id: string): Booking {
    const booking = known(this.#bookings.get(id), 'booking', id);
    timely(this.#book.now < booking.span.from, `Booking ${id} has begun`);
    return booking;
  }
}

const nextQuarter = (at: Moment): Moment => later(at, (QUARTER - (at % QUARTER)) % QUARTER);
