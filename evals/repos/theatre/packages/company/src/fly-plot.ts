import type { DayBook, Name } from '@theatre/house';
import {
  by,
  byName,
  fit,
  known,
  listOf,
  nameOf,
  namesOf,
  roomFor,
  sorted,
  timely,
  vacant,
  wholeFrom,
} from '@theatre/house';
import type { Change, Grid } from './grid';
import { handsFor } from './grid';

interface Hung {
  readonly bar: number;
  readonly kilos: number;
}

/** What hangs from the grid for one production, and which bars are down in which scene. */
export class FlyPlot {
  readonly #book: DayBook;
  readonly #grid: Grid;
  readonly #hung = new Map<Name, Hung>();
  /** Scenes in running order, with the bars that are down. */
  readonly #scenes = new Map<Name, readonly number[]>();

  constructor(book: DayBook, grid: Grid) {
    this.#book = book;
    this.#grid = grid;
  }

  /** Hangs a piece from a bar; pieces of one bar move together. */
  hang(piece: string, bar: number, kilos: number): void {
    const name = nameOf(piece);
    this.#requireBar(bar);
    wholeFrom(1, kilos, 'A weight');
    vacant(!this.#hung.has(name), `Piece ${name}`);
    timely(!this.#isDown(bar), `Bar ${bar} is plotted already`);
    roomFor(`Bar ${bar}`, kilos, this.#grid.barLimit - this.loadOf(bar));
    roomFor('The grid', kilos, this.#grid.gridLimit - this.loadOf());
    this.#hung.set(name, Object.freeze({ bar, kilos }));
    this.#book.note('hang', name, bar);
  }

  /** Takes a piece down for good; not while its bar is plotted in a scene. */
  strike(piece: string): void {
    const name = nameOf(piece);
    const { bar } = this.#require(name);
    timely(!this.#isDown(bar), `Bar ${bar} is plotted`);
    this.#hung.delete(name);
    this.#book.note('strike', name);
  }

  /** Adds a scene behind the others, with the pieces that are seen in it, or plots one anew in its old place. */
  plot(scene: string, pieces: readonly string[]): void {
    const name = nameOf(scene);
    const seen = namesOf(pieces);
    const bars = new Set(seen.map((piece) => this.#require(piece).bar));
    for (const bar of bars) {
      const hidden = this.piecesOn(bar).find((piece) => !seen.includes(piece));
      fit(hidden === undefined, `${hidden} would come down with bar ${bar}`);
    }
    this.#scenes.set(
      name,
      sorted(
        bars,
        by((bar) => bar),
      ),
    );
    this.#book.note('plot', name, ...this.#down(name));
  }

  /** Kilograms on a bar, or on the whole grid. */
  loadOf(bar?: number): number {
    if (bar !== undefined) this.#requireBar(bar);
    let load = 0;
    for (const hung of this.#hung.values())
      if (bar === undefined || hung.bar === bar) load += hung.kilos;
    return load;
  }

  /** The pieces on a bar by name. */
  piecesOn(bar: number): readonly Name[] {
    this.#requireBar(bar);
    const names = [...this.#hung].filter(([, hung]) => hung.bar === bar).map(([name]) => name);
    return sorted(names, byName);
  }

  /** What changes from one scene to another, whatever lies between them. */
  change(from: string, to: string): Change {
    const names = { from: nameOf(from), to: nameOf(to) };
    const before = this.#down(names.from);
    const after = this.#down(names.to);
    const out = listOf(before.filter((bar) => !after.includes(bar)));
    const come = listOf(after.filter((bar) => !before.includes(bar)));
    const hands = Math.max(this.#hands(out), this.#hands(come));
    return Object.freeze({ ...names, out, in: come, hands });
  }

  /** The changes of the running order. */
  changes(): readonly Change[] {
    const scenes = [...this.#scenes.keys()];
    return listOf(
      scenes.slice(1).map((scene, index) => this.change(scenes[index] ?? scene, scene)),
    );
  }

  /** The change that takes most hands, of equals the first; none takes hands before there are two scenes. */
  hardest(): Change | undefined {
    return this.changes().reduce<Change | undefined>(
      (worst, change) => (worst === undefined || change.hands > worst.hands ? change : worst),
      undefined,
    );
  }

  #hands(bars: readonly number[]): number {
    const moved = bars.filter((bar) => !this.#grid.motors.includes(bar));
    return moved.reduce((sum, bar) => sum + handsFor(this.loadOf(bar), this.#grid), 0);
  }

  #down(scene: Name): readonly number[] {
    return known(this.#scenes.get(scene), 'scene', scene);
  }

  #isDown(bar: number): boolean {
    return [...this.#scenes.values()].some((bars) => bars.includes(bar));
  }

  #require(piece: Name): Hung {
    return known(this.#hung.get(piece), 'piece', piece);
  }

  #requireBar(bar: number): void {
    const exists = Number.isInteger(bar) && bar >= 1 && bar <= this.#grid.bars;
    known(exists ? bar : undefined, 'bar', String(bar));
  }
}
