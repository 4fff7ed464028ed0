import type { DayBook, Name, Pence, Permille } from '@theatre/house';
import {
  NOTHING,
  by,
  fit,
  known,
  less,
  lessOrNothing,
  listOf,
  nameOf,
  pence,
  sorted,
  taking,
  total,
  vacant,
} from '@theatre/house';
import Fraction from 'fraction.js';
import type { Night } from './night';
import { isSameNight, tellNight } from './night';

export interface SettlementTerms {
  /** Of the takings, for the town. */
  readonly levy: Permille;
  /** What the house keeps of each night before anything is shared. */
  readonly guarantee: Pence;
}

export interface Paid {
  readonly party: Name;
  readonly amount: Pence;
}

/** How the takings of a night were divided; levy, house and what was paid make up the takings. */
export interface NightReturn {
  readonly night: Night;
  readonly takings: Pence;
  readonly levy: Pence;
  /** What was shared, the house's share included. */
  readonly pool: Pence;
  readonly house: Pence;
  /** By party. */
  readonly paid: readonly Paid[];
}

type Exact = InstanceType<typeof Fraction>;

interface Account {
  readonly part: Exact;
  /** Exactly what was earned so far, with its fractions of a penny. */
  readonly earned: Exact;
  readonly paid: Pence;
}

/** Divides the takings of a run between the house and those who get a part of them. */
export class Settlement {
  readonly #book: DayBook;
  readonly #terms: SettlementTerms;
  readonly #accounts = new Map<Name, Account>();
  readonly #returns: NightReturn[] = [];
  #shortfall: Pence = NOTHING;

  constructor(book: DayBook, terms: SettlementTerms) {
    this.#book = book;
    this.#terms = terms;
  }

  /** What earlier nights lacked to the guarantee. */
  get shortfall(): Pence {
    return this.#shortfall;
  }

  /** Gives a party a part of the pool, such as `1/12`, or another part from the next night on. */
  agree(party: string, part: string): void {
    const name = nameOf(party);
    fit(/^\d+\/[1-9]\d*$/.test(part), `"${part}" is no part`);
    const wanted = new Fraction(part);
    const account = this.#accounts.get(name);
    const others = this.free().add(account?.part ?? 0);
    fit(wanted.lte(others), `${part} for ${name} is more than ${others.toFraction()}`);
    this.#accounts.set(name, {
      part: wanted,
      earned: account?.earned ?? new Fraction(0),
      paid: account?.paid ?? NOTHING,
    });
    this.#book.note('agree', name, wanted.toFraction());
  }

  /** The part of the pool that nobody but the house has. */
  free(): Exact {
    let free = new Fraction(1);
    for (const { part } of this.#accounts.values()) free = free.sub(part);
    return free;
  }

  /**
   * Divides the takings of a night, once. Fractions of a penny are not paid but not lost: they count on the nights
   * that follow.
   */
  close(night: Night, takings: Pence): NightReturn {
    vacant(this.#find(night) === undefined, `The return of ${tellNight(night)}`);
    const levy = taking(takings, this.#terms.levy);
    const net = less(takings, levy);
    const promised = total([this.#terms.guarantee, this.#shortfall]);
    const pool = lessOrNothing(net, promised);
    this.#shortfall = lessOrNothing(promised, net);
    const paid = this.#share(pool);
    const house = less(net, total(paid.map(({ amount }) => amount)));
    const result = Object.freeze({ night, takings, levy, pool, house, paid });
    this.#returns.push(result);
    this.#book.note('close', tellNight(night), takings);
    return result;
  }

  /** The return of a night that was closed. */
  returnOf(night: Night): NightReturn {
    return known(this.#find(night), 'return', tellNight(night));
  }

  /** Returns by curtain, whenever they were closed. */
  returns(): readonly NightReturn[] {
    return sorted(
      this.#returns,
      by(({ night }) => night.curtain),
    );
  }

  /** What a party was paid so far. */
  paidTo(party: string): Pence {
    return this.#require(party).paid;
  }

  /** The fraction of a penny that a party has earned but was not paid, as `2/3`; `0` where there is none. */
  owed(party: string): string {
    const { earned, paid } = this.#require(party);
    return earned.sub(paid).toFraction();
  }

  #share(pool: Pence): readonly Paid[] {
    const paid: Paid[] = [];
    const parties = sorted(
      this.#accounts.keys(),
      by((name) => name),
    );
    for (const party of parties) {
      const account = this.#require(party);
      const earned = account.earned.add(account.part.mul(pool));
      const whole = pence(Number(earned.floor().n));
      const amount = less(whole, account.paid);
      paid.push(Object.freeze({ party, amount }));
      this.#accounts.set(party, { ...account, earned, paid: whole });
    }
    return listOf(paid);
  }

  #find(night: Night): NightReturn | undefined {
    return this.#returns.find((done) => isSameNight(done.night, night));
  }

  #require(party: string): Account {
    const name = nameOf(party);
    return known(this.#accounts.get(name), 'party', name);
  }
}
