import type { DayBook, Moment, Name, Span } from '@theatre/house';
import { fit, holds, known, listOf, nameOf, namesOf, tell, timely, vacant } from '@theatre/house';
import type { Part, Playing } from './part';
import { meets, printed } from './part';

export interface LineUp {
  /** By billing, without roles that nobody can play. */
  readonly playing: readonly Playing[];
  /** Roles that nobody can play, by billing. */
  readonly missing: readonly Name[];
}

interface Billing extends Part {
  principal?: Name;
  readonly covers: Name[];
}

/** The cast of one production: principals, covers, and who goes on when somebody is off. */
export class CastList {
  readonly #book: DayBook;
  readonly #billings = new Map<Name, Billing>();
  readonly #absences: { readonly player: Name; readonly span: Span }[] = [];

  constructor(book: DayBook) {
    this.#book = book;
  }

  /** Adds a role; roles are billed in the order in which they are added. */
  addRole(role: string, scenes: readonly string[]): Part {
    const name = nameOf(role);
    vacant(!this.#billings.has(name), `Role ${name}`);
    fit(scenes.length > 0, `Role ${name} is in no scene`);
    const part = Object.freeze({ role: name, scenes: listOf(namesOf(scenes)) });
    this.#billings.set(name, { ...part, covers: [] });
    this.#book.note('bill', name);
    return part;
  }

  /** Gives a role its principal, or another one. A principal's roles never meet on stage. */
  cast(role: string, player: string): void {
    const billing = this.#require(role);
    const name = nameOf(player);
    for (const other of this.#billings.values())
      if (other !== billing && other.principal === name)
        vacant(!meets(other, billing), `Player ${name} in ${billing.role}`);
    timely(!billing.covers.includes(name), `${name} covers ${billing.role}`);
    billing.principal = name;
    this.#book.note('cast', billing.role, name);
  }

  /** Adds a cover behind those that the role has. */
  cover(role: string, player: string): void {
    const billing = this.#require(role);
    const name = nameOf(player);
    timely(billing.principal !== undefined, `Role ${billing.role} is not cast`);
    vacant(
      billing.principal !== name && !billing.covers.includes(name),
      `Player ${name} in ${billing.role}`,
    );
    billing.covers.push(name);
    this.#book.note('cover', billing.role, name);
  }

  /** A player of this company cannot go on for a while. */
  signOff(player: string, span: Span): void {
    const name = nameOf(player);
    const isHere = [...this.#billings.values()].some(
      ({ covers, principal }) => principal === name || covers.includes(name),
    );
    known(isHere ? name : undefined, 'player', name);
    timely(span.until > this.#book.now, `${tell(span.until)} is past`);
    this.#absences.push({ player: name, span });
    this.#book.note('off', name, tell(span.from), tell(span.until));
  }

  /** Who plays what at a performance. */
  lineUp(at: Moment): LineUp {
    const playing = new Map<Billing, Playing>();
    const billings = [...this.#billings.values()];
    for (const billing of billings)
      if (billing.principal !== undefined && !this.#isOff(billing.principal, at))
        playing.set(billing, playingOf(billing, billing.principal, false));
    for (const billing of billings.filter((open) => !playing.has(open))) {
      const busy = [...playing]
        .filter(([other]) => meets(other, billing))
        .map(([, is]) => is.player);
      const cover = billing.covers.find((name) => !this.#isOff(name, at) && !busy.includes(name));
      if (cover !== undefined) playing.set(billing, playingOf(billing, cover, true));
    }
    return Object.freeze({
      playing: listOf(billings.flatMap((billing) => playing.get(billing) ?? [])),
      missing: listOf(billings.filter((open) => !playing.has(open)).map(({ role }) => role)),
    });
  }

  /** The slips that go into the programme of a performance, one for each role that a cover plays. */
  slips(at: Moment): readonly string[] {
    const { missing, playing } = this.lineUp(at);
    timely(missing.length === 0, `Nobody can play ${missing.join(', ')} at ${tell(at)}`);
    return listOf(
      playing
        .filter(({ isCover }) => isCover)
        .map(({ player, role }) => `The part of ${printed(role)} is played by ${printed(player)}`),
    );
  }

  /** Roles that could not be played if their principal were off and everybody else there; those not cast too. */
  uncovered(): readonly Name[] {
    const billings = [...this.#billings.values()];
    const open = billings.filter((billing) => {
      const others = billings.filter((other) => other !== billing && meets(other, billing));
      return !billing.covers.some((name) => others.every(({ principal }) => principal !== name));
    });
    return listOf(open.map(({ role }) => role));
  }

  #isOff(player: Name, at: Moment): boolean {
    return this.#absences.some((absence) => absence.player === player && holds(absence.span, at));
  }

  #require(role: string): Billing {
    const name = nameOf(role);
    return known(this.#billings.get(name), 'role', name);
  }
}

const playingOf = ({ role }: Part, player: Name, isCover: boolean): Playing =>
  Object.freeze({ role, player, isCover });
