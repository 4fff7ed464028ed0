import type { Clock, Grams, IdSequence } from '@shop/kernel';
import {
  ClosedError,
  NO_WEIGHT,
  ascending,
  inOrder,
  lessWeight,
  lighterOf,
  sumOfWeights,
} from '@shop/kernel';
import type { UnitPrice } from '@shop/money';
import type { Ask, Bid, Order, Trade } from './order.js';
import { isGoodAt } from './order.js';
import type { OrderBook } from './order-book.js';

/** What would trade if everybody dealt at one price. */
export interface CallTally {
  readonly price: UnitPrice;
  /** Weight of the bids that would pay it. */
  readonly wanted: Grams;
  /** Weight of the asks that would take it. */
  readonly offered: Grams;
  /** The smaller of the two. */
  readonly executable: Grams;
}

/**
 * The auction that ends a day: all open orders that fit any goods trade at the one price that moves most weight.
 * Bids that ask for a life or for better than the worst grade take no part; who is behind an order does not matter.
 */
export class ClosingCall {
  readonly #book: OrderBook;
  readonly #reference: UnitPrice;
  readonly #clock: Clock;
  readonly #tradeIds: IdSequence<'trade'>;
  #isRun = false;

  constructor(book: OrderBook, reference: UnitPrice, clock: Clock, tradeIds: IdSequence<'trade'>) {
    this.#book = book;
    this.#reference = reference;
    this.#clock = clock;
    this.#tradeIds = tradeIds;
  }

  /** Bids that take part, by priority. */
  bids(): Bid[] {
    return this.#book
      .orders('bid')
      .filter((bid) => this.#isGood(bid) && bid.minimumLife === 0 && bid.worstGrade === 'C');
  }

  asks(): Ask[] {
    return this.#book.orders('ask').filter((ask) => this.#isGood(ask));
  }

  tally(price: UnitPrice): CallTally {
    const wanted = weightOf(this.bids().filter(({ limit }) => limit.compareTo(price) >= 0));
    const offered = weightOf(this.asks().filter(({ limit }) => limit.compareTo(price) <= 0));
    return { price, wanted, offered, executable: lighterOf(wanted, offered) };
  }

  /**
   * The best tally among the limits of the orders: most weight executable, then least left over on the longer side,
   * then nearest to the reference price, then the lower price. Undefined where nothing would trade.
   */
  clearing(): CallTally | undefined {
    const tallies = [...this.bids(), ...this.asks()].map(({ limit }) => this.tally(limit));
    const distance = ({ price }: CallTally) =>
      Math.abs(price.perKilogram.minus(this.#reference.perKilogram).minor);
    const [best] = tallies.sort(
      inOrder<CallTally>(
        ascending(({ executable }) => -executable),
        ascending(({ wanted, offered }) => Math.abs(wanted - offered)),
        ascending(distance),
        ascending(({ price }) => price.perKilogram.minor),
      ),
    );
    return best === undefined || best.executable === NO_WEIGHT ? undefined : best;
  }

  /**
   * Trades at the clearing price, each side by priority, and takes what traded out of the book.
   *
   * @throws ClosedError the second time.
   */
  run(): Trade[] {
    if (this.#isRun) throw new ClosedError('The closing call');
    this.#isRun = true;
    const clearing = this.clearing();
    if (clearing === undefined) return [];
    const { executable, price } = clearing;
    const bids = filled(this.bids(), executable);
    const asks = filled(this.asks(), executable);
    const trades: Trade[] = [];
    let bidAt = bids.next();
    let askAt = asks.next();
    while (!bidAt.done && !askAt.done) {
      const { order: bid, open: wanted } = bidAt.value;
      const { order: ask, open: offered } = askAt.value;
      const weight = lighterOf(wanted, offered);
      trades.push(this.#trade(bid, ask, price, weight));
      this.#book.reduce(bid.id, weight);
      this.#book.reduce(ask.id, weight);
      bidAt = bids.next(weight);
      askAt = asks.next(weight);
    }
    return trades;
  }

  #trade(bid: Bid, ask: Ask, price: UnitPrice, weight: Grams): Trade {
    return {
      id: this.#tradeIds.next(),
      commodity: this.#book.market.commodity.code,
      bid: bid.id,
      ask: ask.id,
      buyer: bid.trader,
      seller: ask.trader,
      lot: ask.lot,
      price,
      weight,
      at: this.#clock.now(),
    };
  }

  #isGood(order: Order): boolean {
    return isGoodAt(order, this.#clock.now());
  }
}

const weightOf = (orders: readonly Order[]): Grams =>
  sumOfWeights(orders.map(({ weight }) => weight));

/** The orders with what is open of each, up to a total; told how much of the one in front was taken. */
function* filled<T extends Order>(
  orders: readonly T[],
  total: Grams,
): Generator<{ order: T; open: Grams }, void, Grams> {
  let left = total;
  for (const order of orders) {
    let open = lighterOf(order.weight, left);
    while (open > 0) {
      const taken = yield { order, open };
      open = lessWeight(open, taken);
      left = lessWeight(left, taken);
    }
  }
}
