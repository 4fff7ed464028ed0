import { fit, known, timely, vacant, wholeFrom } from './guard';
import type { Name } from './names';
import { nameOf } from './names';
import type { Order } from './order';
import { by, first, listOf, sorted } from './order';

/** One row as the architect drew it. */
export interface RowPlan {
  /** Capital letters: `A`, `BB`. */
  readonly row: string;
  readonly seats: number;
  readonly band: string;
  /** Numbers of seats that have an aisle right after them. */
  readonly aislesAfter?: readonly number[];
}

/** Row and number: `C12`. */
export type Seat = string;

interface Row {
  readonly band: Name;
  readonly length: number;
  /** Seats from one aisle or wall to the next. */
  readonly benches: readonly (readonly Seat[])[];
}

interface Block {
  readonly seats: readonly Seat[];
  /** Lone free seats that it would leave beside it. */
  readonly orphans: number;
  /** Place of its row, from the front. */
  readonly depth: number;
  /** Twice the distance from the middle of the block to the middle of the row, in seats. */
  readonly offCentre: number;
}

/** Least orphans, then the front rows, then the middle, then low numbers. */
const BEST_FIRST: Order<Block> = first(
  by(({ orphans }) => orphans),
  by(({ depth }) => depth),
  by(({ offCentre }) => offCentre),
);

/** The seats of one performance, and which of them are taken. */
export class SeatPlan {
  readonly #rows: readonly Row[];
  readonly #bands = new Map<Seat, Name>();
  readonly #taken = new Set<Seat>();

  /** Rows from the front to the back. */
  constructor(rows: readonly RowPlan[]) {
    const letters = new Set<string>();
    this.#rows = rows.map((plan) => {
      vacant(!letters.has(plan.row), `Row ${plan.row}`);
      letters.add(plan.row);
      return rowOf(plan);
    });
    for (const { band, benches } of this.#rows)
      for (const seat of benches.flat()) this.#bands.set(seat, band);
  }

  get capacity(): number {
    return this.#bands.size;
  }

  get free(): number {
    return this.capacity - this.#taken.size;
  }

  /** The price band of a seat. */
  bandOf(seat: Seat): Name {
    return known(this.#bands.get(seat), 'seat', seat);
  }

  isFree(seat: Seat): boolean {
    this.bandOf(seat);
    return !this.#taken.has(seat);
  }

  /** Free seats of one band, or all, as the programme prints them. */
  freeSeats(band?: string): readonly Seat[] {
    const wanted = band === undefined ? undefined : nameOf(band);
    const seats = [...this.#bands].filter(
      ([seat, name]) => !this.#taken.has(seat) && (wanted === undefined || name === wanted),
    );
    return sorted(
      seats.map(([seat]) => seat),
      by((seat) => seat),
    );
  }

  /** All or none. */
  take(seats: readonly Seat[]): void {
    requireDistinct(seats);
    for (const seat of seats) vacant(this.isFree(seat), `Seat ${seat}`);
    for (const seat of seats) this.#taken.add(seat);
  }

  /** All or none. */
  release(seats: readonly Seat[]): void {
    requireDistinct(seats);
    for (const seat of seats) timely(!this.isFree(seat), `Seat ${seat} is free already`);
    for (const seat of seats) this.#taken.delete(seat);
  }

  /**
   * The best free seats side by side for a party, with no aisle between them; empty where there are none. Nothing is
   * taken.
   */
  offer(party: number, band?: string): readonly Seat[] {
    wholeFrom(1, party, 'A party');
    const wanted = band === undefined ? undefined : nameOf(band);
    const blocks = this.#rows.flatMap((row, depth) =>
      wanted === undefined || row.band === wanted ? this.#blocksIn(row, depth, party) : [],
    );
    return listOf(sorted(blocks, BEST_FIRST)[0]?.seats ?? []);
  }

  #blocksIn({ benches, length }: Row, depth: number, party: number): Block[] {
    return benches.flatMap((bench) => {
      const isOpen = (index: number) => {
        const seat = bench[index];
        return seat !== undefined && !this.#taken.has(seat);
      };
      const starts = bench
        .map((_, index) => index)
        .filter((start) => start + party <= bench.length);
      return starts.flatMap((start) => {
        const seats = bench.slice(start, start + party);
        if (seats.some((seat) => this.#taken.has(seat))) return [];
        const end = start + party;
        const left = isOpen(start - 1) && !isOpen(start - 2) ? 1 : 0;
        const right = isOpen(end) && !isOpen(end + 1) ? 1 : 0;
        const numbers = numberOf(bench[start]) + numberOf(bench[end - 1]);
        const offCentre = Math.abs(numbers - (length + 1));
        return [{ seats, orphans: left + right, depth, offCentre }];
      });
    });
  }
}

const numberOf = (seat: Seat | undefined): number => Number(/\d+$/.exec(seat ?? '')?.[0] ?? 0);

function requireDistinct(seats: readonly Seat[]): void {
  fit(seats.length > 0, 'No seats are named');
  fit(new Set(seats).size === seats.length, `A seat comes twice in ${seats.join(', ')}`);
}

function rowOf({ aislesAfter = [], band, row, seats }: RowPlan): Row {
  fit(/^[A-Z]+$/.test(row), `"${row}" is no row`);
  wholeFrom(1, seats, `The seats of row ${row}`);
  const benches: Seat[][] = [[]];
  for (let number = 1; number <= seats; number += 1) {
    benches.at(-1)?.push(`${row}${number}`);
    if (number < seats && aislesAfter.includes(number)) benches.push([]);
  }
  return { band: nameOf(band), length: seats, benches };
}
