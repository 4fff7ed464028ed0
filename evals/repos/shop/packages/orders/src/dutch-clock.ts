import type { Clock, Duration, Grams, IdSequence, Instant, TraderId } from '@shop/kernel';
import {
  ClosedError,
  elapsed,
  id,
  later,
  lighterOf,
  requireArgument,
  requireState,
  sumOfWeights,
} from '@shop/kernel';
import { Money, UnitPrice } from '@shop/money';
import type { Lot, LotRegistry } from '@shop/produce';
import type { CreditDesk } from './credit-desk.js';
import type { Trade } from './order.js';
import { amountOf } from './order.js';

export interface DutchTerms {
  readonly start: UnitPrice;
  readonly floor: UnitPrice;
  /** What a kilogram gets cheaper by, each time. */
  readonly fall: Money;
  readonly every: Duration;
}

export interface DutchResult {
  readonly sold: Grams;
  readonly unsold: Grams;
  readonly revenue: Money;
  /** Undefined where nothing was sold. */
  readonly average?: UnitPrice;
}

/** One lot under a falling price: whoever calls first buys at the price of that moment, until the lot is gone. */
export class DutchClock {
  readonly #lot: Lot;
  readonly #terms: DutchTerms;
  readonly #registry: LotRegistry;
  readonly #credit: CreditDesk;
  readonly #clock: Clock;
  readonly #tradeIds: IdSequence<'trade'>;
  readonly #openedAt: Instant;
  readonly #trades: Trade[] = [];
  #isClosed = false;

  /** Opens the auction at once. */
  constructor(
    lot: Lot,
    terms: DutchTerms,
    desk: {
      registry: LotRegistry;
      credit: CreditDesk;
      clock: Clock;
      tradeIds: IdSequence<'trade'>;
    },
  ) {
    requireArgument(terms.start.compareTo(terms.floor) > 0, 'The price must have room to fall');
    requireArgument(
      terms.fall.compareTo(Money.zero(terms.fall.currency)) > 0,
      'The price must fall',
    );
    requireArgument(terms.every > 0, 'The price falls in steps of time');
    this.#lot = lot;
    this.#terms = terms;
    this.#registry = desk.registry;
    this.#credit = desk.credit;
    this.#clock = desk.clock;
    this.#tradeIds = desk.tradeIds;
    this.#openedAt = desk.clock.now();
  }

  /** The price at an instant: one fall for each whole step since the opening, never under the floor. */
  priceAt(at: Instant): UnitPrice {
    const { every, fall, floor, start } = this.#terms;
    const steps = Math.floor(elapsed(this.#openedAt, at) / every);
    const price = start.perKilogram.minus(fall.scaled(steps, 1));
    return UnitPrice.of(price.max(floor.perKilogram));
  }

  /** When the price is at its floor. */
  reachesFloorAt(): Instant {
    const { every, fall, floor, start } = this.#terms;
    const drop = start.perKilogram.minus(floor.perKilogram).minor;
    let at = this.#openedAt;
    for (let fallen = 0; fallen < drop; fallen += fall.minor) at = later(at, every);
    return at;
  }

  get weightLeft(): Grams {
    return this.#registry.available(this.#lot.id);
  }

  /**
   * Buys at the price of now; a buyer who calls for more than is left gets what is left.
   *
   * @throws ClosedError once the lot is gone or the auction was closed.
   * @throws ConflictError for the seller's own call.
   * @throws LimitExceededError beyond the buyer's credit; nothing is sold then.
   */
  call(buyer: TraderId, weight: Grams): Trade {
    if (this.#isClosed || this.weightLeft === 0)
      throw new ClosedError(`The clock of ${this.#lot.id}`);
    requireArgument(weight > 0, 'A call needs a weight');
    requireState(buyer !== this.#lot.seller, 'Nobody buys from himself');
    const now = this.#clock.now();
    const taken = lighterOf(weight, this.weightLeft);
    const price = this.priceAt(now);
    const amount = amountOf({ price, weight: taken });
    const hold = this.#credit.hold(buyer, amount);
    const tradeId = this.#tradeIds.next();
    const order = id<'order'>(`clock-${tradeId}`);
    this.#registry.reserve(this.#lot.id, order, taken);
    this.#credit.capture(hold, amount);
    this.#credit.release(hold);
    const trade: Trade = {
      id: tradeId,
      commodity: this.#lot.commodity.code,
      bid: order,
      ask: order,
      buyer,
      seller: this.#lot.seller,
      lot: this.#lot.id,
      price,
      weight: taken,
      at: now,
    };
    this.#trades.push(trade);
    return trade;
  }

  /** Ends the auction, if it has not ended, and sums it up. */
  close(): DutchResult {
    this.#isClosed = true;
    const sold = sumOfWeights(this.#trades.map(({ weight }) => weight));
    const revenue = Money.sum(this.#trades.map(amountOf), this.#terms.start.currency);
    const result = { sold, unsold: this.weightLeft, revenue };
    return sold === 0 ? result : { ...result, average: UnitPrice.fromTotal(revenue, sold) };
  }
}
