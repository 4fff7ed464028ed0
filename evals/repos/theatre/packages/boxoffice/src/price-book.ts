import type { DayBook, Name, Pence, Permille } from '@theatre/house';
import {
  NOTHING,
  by,
  fit,
  giving,
  known,
  less,
  listOf,
  nameOf,
  roomFor,
  sorted,
  taking,
  total,
  vacant,
  wholeFrom,
} from '@theatre/house';

export interface Wanted {
  readonly band: string;
  /** The concession that is asked for. */
  readonly as?: string;
}

export interface QuoteLine {
  readonly band: Name;
  readonly as?: Name;
  readonly price: Pence;
}

export interface Quote {
  /** In the order in which the seats were asked for. */
  readonly lines: readonly QuoteLine[];
  readonly total: Pence;
}

interface Concession {
  readonly off: Permille;
  /** Most seats of one order. */
  readonly most: number;
}

interface Step {
  readonly sold: Permille;
  readonly up: Permille;
}

/** What seats cost: by band, by how much of the house is sold, and by who sits there. */
export class PriceBook {
  readonly #book: DayBook;
  readonly #bands = new Map<Name, Pence>();
  readonly #concessions = new Map<Name, Concession>();
  #steps: readonly Step[] = [];
  #groupOf = Infinity;

  constructor(book: DayBook) {
    this.#book = book;
  }

  /** Gives a band its price, or another one. */
  setBand(band: string, price: Pence): void {
    const name = nameOf(band);
    this.#bands.set(name, price);
    this.#book.note('price', name, price);
  }

  /** Makes a concession known, once; an order has it for so many seats at most. */
  allow(concession: string, off: Permille, most = Infinity): void {
    const name = nameOf(concession);
    vacant(!this.#concessions.has(name), `Concession ${name}`);
    if (most !== Infinity) wholeFrom(1, most, 'A number of seats');
    this.#concessions.set(name, Object.freeze({ off, most }));
    this.#book.note('allow', name, off);
  }

  /** From this part of the house sold, prices go up by so much; of several steps the last one reached counts alone. */
  addStep(sold: Permille, up: Permille): void {
    vacant(!this.#steps.some((step) => step.sold === sold), `The step at ${sold}`);
    this.#steps = sorted(
      [...this.#steps, Object.freeze({ sold, up })],
      by((step) => step.sold),
    );
    this.#book.note('step', sold, up);
  }

  /** One seat of every full group in an order is free: the cheapest ones. */
  setGroup(seats: number): void {
    wholeFrom(2, seats, 'A group');
    this.#groupOf = seats;
    this.#book.note('group', seats);
  }

  /** The full price of a seat, once so much of the house is sold. */
  priceOf(band: string, sold: Permille): Pence {
    const name = nameOf(band);
    const price = known(this.#bands.get(name), 'band', name);
    const step = this.#steps.findLast((reached) => reached.sold <= sold);
    return step === undefined ? price : total([price, taking(price, step.up)]);
  }

  /** What an order costs. */
  quote(wanted: readonly Wanted[], sold: Permille): Quote {
    fit(wanted.length > 0, 'Nothing is ordered');
    const used = new Map<Name, number>();
    const lines = wanted.map(({ as, band }): QuoteLine => {
      const price = this.priceOf(band, sold);
      if (as === undefined) return { band: nameOf(band), price };
      const name = nameOf(as);
      used.set(name, (used.get(name) ?? 0) + 1);
      const { off } = this.#require(name);
      return { band: nameOf(band), as: name, price: less(price, giving(price, off)) };
    });
    for (const [name, count] of used)
      roomFor(`Concession ${name}`, count, this.#require(name).most);
    return this.#totalled(lines);
  }

  /** The bands, dearest first, of equals by name. */
  bands(): readonly Name[] {
    return sorted(
      sorted(
        this.#bands.keys(),
        by((name) => name),
      ),
      by((name) => -(this.#bands.get(name) ?? 0)),
    );
  }

  #totalled(lines: readonly QuoteLine[]): Quote {
    const cheapest = sorted(
      lines,
      by(({ price }) => price),
    );
    const free = new Set(cheapest.slice(0, Math.floor(lines.length / this.#groupOf)));
    const priced = lines.map((line) =>
      Object.freeze(free.has(line) ? { ...line, price: NOTHING } : line),
    );
    return Object.freeze({
      lines: listOf(priced),
      total: total(priced.map(({ price }) => price)),
    });
  }

  #require(concession: Name): Concession {
    return known(this.#concessions.get(concession), 'concession', concession);
  }
}
