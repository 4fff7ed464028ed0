import type { DayBook, Name, Pence } from '@theatre/house';
import {
  NOTHING,
  Numbering,
  by,
  down,
  first,
  giving,
  known,
  later,
  less,
  nameOf,
  pence,
  permille,
  roomFor,
  sorted,
  taking,
  timely,
  vacant,
  wholeFrom,
} from '@theatre/house';
import type { Night } from './night';
import { creditsFor, isSameNight, tellNight } from './night';
import type { SubscriptionTerms } from './terms';

/** What can be subscribed to: so many credits for one price, and so many swaps without a fee. */
export interface Scheme {
  readonly scheme: string;
  readonly price: Pence;
  readonly credits: number;
  readonly swaps: number;
}

export interface Subscription {
  readonly id: string;
  readonly patron: Name;
  readonly scheme: Name;
  /** What was paid for it. */
  readonly price: Pence;
  readonly credits: number;
  /** Free swaps that are left. */
  readonly swaps: number;
  /** Seasons that the patron subscribed before this one. */
  readonly seasons: number;
  /** By curtain. */
  readonly nights: readonly Night[];
}

/** Patrons who pay for a number of nights ahead and choose them later, each of another production. */
export class Subscriptions {
  readonly #book: DayBook;
  readonly #terms: SubscriptionTerms;
  readonly #schemes = new Map<Name, Scheme>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #numbers = new Numbering('sub');

  constructor(book: DayBook, terms: SubscriptionTerms) {
    this.#book = book;
    this.#terms = terms;
  }

  /** Makes a scheme known, once. */
  offer(scheme: Scheme): Name {
    const name = nameOf(scheme.scheme);
    vacant(!this.#schemes.has(name), `Scheme ${name}`);
    wholeFrom(1, scheme.credits, 'A number of credits');
    wholeFrom(0, scheme.swaps, 'A number of swaps');
    this.#schemes.set(name, Object.freeze({ ...scheme }));
    this.#book.note('offer', name);
    return name;
  }

  subscribe(patron: string, scheme: string): Subscription {
    return this.#begin(nameOf(patron), nameOf(scheme), 0);
  }

  get(id: string): Subscription {
    return known(this.#subscriptions.get(id), 'subscription', id);
  }

  /** Credits that are not spent on nights. */
  left(id: string): number {
    const { credits, nights } = this.get(id);
    return credits - nights.reduce((sum, chosen) => sum + creditsFor(chosen), 0);
  }

  /** Spends credits on a night that has not begun. */
  redeem(id: string, night: Night): Subscription {
    const subscription = this.get(id);
    this.#requireChoice(subscription, subscription.nights, night);
    roomFor(`Subscription ${id}`, creditsFor(night), this.left(id));
    this.#book.note('redeem', id, tellNight(night));
    return this.#keep({ ...subscription, nights: [...subscription.nights, night] });
  }

  /** Puts one night in place of another, and returns what is to be paid for that. */
  swap(id: string, from: Night, to: Night): Pence {
    const subscription = this.get(id);
    const old = subscription.nights.find((chosen) => isSameNight(chosen, from));
    const given = known(old, 'night', tellNight(from));
    timely(
      this.#book.now < later(given.curtain, -this.#terms.swapUntil),
      `It is too late to swap ${tellNight(given)}`,
    );
    const others = subscription.nights.filter((chosen) => chosen !== given);
    this.#requireChoice(subscription, others, to);
    roomFor(`Subscription ${id}`, creditsFor(to), this.left(id) + creditsFor(given));
    const isFree = subscription.swaps > 0;
    const swaps = isFree ? subscription.swaps - 1 : 0;
    this.#book.note('swap', id, tellNight(given), tellNight(to));
    this.#keep({ ...subscription, swaps, nights: [...others, to] });
    return isFree ? NOTHING : this.#terms.swapFee;
  }

  /**
   * Ends a subscription and returns the refund: the part of the price for credits that are not spent, nights that
   * could still be swapped counting as not spent, less what the house keeps of it.
   */
  cancel(id: string): Pence {
    const { credits, nights, price } = this.get(id);
    const open = nights.filter(
      ({ curtain }) => this.#book.now < later(curtain, -this.#terms.swapUntil),
    );
    const unspent = open.reduce((sum, chosen) => sum + creditsFor(chosen), this.left(id));
    const worth = pence(Math.floor((price * unspent) / credits));
    this.#subscriptions.delete(id);
    this.#book.note('cancel', id);
    return less(worth, taking(worth, this.#terms.kept));
  }

  /** Begins the next season once all nights have begun and no credit is left; each season before makes it cheaper. */
  renew(id: string): Subscription {
    const { nights, patron, scheme, seasons } = this.get(id);
    const isOver = nights.every(({ curtain }) => curtain <= this.#book.now);
    timely(this.left(id) === 0 && isOver, `Subscription ${id} is not used up`);
    const renewed = this.#begin(patron, scheme, seasons + 1);
    this.#subscriptions.delete(id);
    return renewed;
  }

  /** Subscriptions of a scheme, those with most seasons first, then by patron, then by number. */
  subscribers(scheme: string): readonly Subscription[] {
    const name = nameOf(scheme);
    this.#requireScheme(name);
    return sorted(
      [...this.#subscriptions.values()].filter((subscription) => subscription.scheme === name),
      first(
        down(by(({ seasons }) => seasons)),
        by(({ patron }) => patron),
        by(({ id }) => id),
      ),
    );
  }

  #begin(patron: Name, scheme: Name, seasons: number): Subscription {
    const { credits, price, swaps } = this.#requireScheme(scheme);
    const off = permille(Math.min(seasons * this.#terms.loyalty, this.#terms.mostLoyalty));
    const id = this.#numbers.next();
    this.#book.note('subscribe', id, patron, scheme);
    const paid = less(price, giving(price, off));
    return this.#keep({ id, patron, scheme, price: paid, credits, swaps, seasons, nights: [] });
  }

  #requireChoice({ id }: Subscription, others: readonly Night[], night: Night): void {
    timely(this.#book.now < night.curtain, `${tellNight(night)} has begun`);
    const isNew = others.every(({ production }) => production !== night.production);
    vacant(isNew, `${night.production} in ${id}`);
  }

  #requireScheme(scheme: Name): Scheme {
    return known(this.#schemes.get(scheme), 'scheme', scheme);
  }

  #keep(subscription: Subscription): Subscription {
    const nights = sorted(
      subscription.nights,
      by(({ curtain }) => curtain),
    );
    const kept = Object.freeze({ ...subscription, nights });
    this.#subscriptions.set(kept.id, kept);
    return kept;
  }
}
