import type { Clock, Grams, IdSequence, OrderId } from '@shop/kernel';
import {
  ConflictError,
  NO_WEIGHT,
  SortedList,
  ascending,
  inOrder,
  lessWeight,
  lighterOf,
  requireArgument,
  requireFound,
  sumOfWeights,
} from '@shop/kernel';
import type { Money, UnitPrice } from '@shop/money';
import type { Market } from './market.js';
import { requireTradable } from './market.js';
import type { Ask, Bid, LifeSource, Order, Side, Trade } from './order.js';
import { crosses, isGoodAt, suits, withWeight } from './order.js';
import { askPriority, bidPriority } from './priority.js';

/** All open orders of one side at one price. */
export interface DepthLevel {
  readonly price: UnitPrice;
  readonly weight: Grams;
  readonly orders: number;
}

/**
 * The open orders of one market, matched as they come: best price first, and among asks at one price the goods that
 * spoil first. Orders never change; the book holds each with the weight that is still open.
 */
export class OrderBook {
  readonly market: Market;
  readonly #life: LifeSource;
  readonly #clock: Clock;
  readonly #tradeIds: IdSequence<'trade'>;
  readonly #bids = new SortedList<Bid>(bidPriority);
  readonly #asks = new SortedList<Ask>(askPriority);

  constructor(market: Market, life: LifeSource, clock: Clock, tradeIds: IdSequence<'trade'>) {
    this.market = market;
    this.#life = life;
    this.#clock = clock;
    this.#tradeIds = tradeIds;
  }

  /**
   * Trades what can be traded at once, at the limits of the orders that were there already, and keeps the rest.
   *
   * @throws InvalidArgumentError for an order that the market does not admit.
   * @throws ConflictError for an identifier that is in the book.
   */
  place(order: Order): Trade[] {
    requireTradable(this.market, order, this.#clock.now());
    if (this.find(order.id) !== undefined)
      throw new ConflictError(`Order ${order.id} is in the book already`);
    const trades: Trade[] = [];
    let open = order.weight;
    for (const resting of this.#candidates(order)) {
      if (open === NO_WEIGHT) break;
      const weight = lighterOf(open, resting.weight);
      trades.push(this.#trade(order, resting, weight));
      this.reduce(resting.id, weight);
      open = lessWeight(open, weight);
    }
    if (open > 0 && order.immediate !== true) this.#add(withWeight(order, open));
    return trades;
  }

  /**
   * Takes an order out and returns it as it stood.
   *
   * @throws NotFoundError for an identifier that is not in the book.
   */
  cancel(orderId: OrderId): Order {
    const fits = ({ id }: Order) => id === orderId;
    return requireFound(this.#bids.remove(fits) ?? this.#asks.remove(fits), 'order', orderId);
  }

  /**
   * Makes an order lighter without costing it its place, and returns it as it stands then; an order without weight
   * leaves the book.
   *
   * @throws NotFoundError for an identifier that is not in the book.
   * @throws LimitExceededError for more than is open.
   */
  reduce(orderId: OrderId, by: Grams): Order {
    const order = requireFound(this.find(orderId), 'order', orderId);
    const reduced = withWeight(order, lessWeight(order.weight, by));
    this.cancel(orderId);
    if (reduced.weight > 0) this.#add(reduced);
    return reduced;
  }

  /** Takes out every order that is past its time or whose lot is spoiled: bids before asks, each by priority. */
  sweep(): Order[] {
    const now = this.#clock.now();
    return [
      ...this.#bids.removeAll((bid) => !isGoodAt(bid, now)),
      ...this.#asks.removeAll(
        (ask) => !isGoodAt(ask, now) || this.#life.remainingLife(ask.lot) === 0,
      ),
    ];
  }

  find(orderId: OrderId): Order | undefined {
    const fits = ({ id }: Order) => id === orderId;
    return this.#bids.find(fits) ?? this.#asks.find(fits);
  }

  /** The open orders of a side by priority; a copy. */
  orders(side: 'bid'): Bid[];
  orders(side: 'ask'): Ask[];
  orders(side: Side): Order[];
  orders(side: Side): Order[] {
    return side === 'bid' ? this.#bids.toArray() : this.#asks.toArray();
  }

  /**
   * The best prices of a side with the weight and the number of orders at each, the best in front.
   *
   * @throws InvalidArgumentError for fewer than one level.
   */
  depth(side: Side, levels = Number.POSITIVE_INFINITY): DepthLevel[] {
    requireArgument(levels >= 1, 'Depth has at least one level');
    const depth: DepthLevel[] = [];
    for (const { limit, weight } of this.orders(side)) {
      const last = depth.at(-1);
      if (last?.price.equals(limit)) {
        const level = {
          ...last,
          weight: sumOfWeights([last.weight, weight]),
          orders: last.orders + 1,
        };
        depth.splice(-1, 1, level);
      } else if (depth.length < levels) depth.push({ price: limit, weight, orders: 1 });
      else break;
    }
    return depth;
  }

  /**
   * What the best ask is above the best bid, for a kilogram; undefined while a side is empty. Negative where the two
   * meet in price but the goods are not what the bidder wants.
   */
  spread(): Money | undefined {
    const bid = this.#bids.first;
    const ask = this.#asks.first;
    return bid && ask && ask.limit.perKilogram.minus(bid.limit.perKilogram);
  }

  /** Orders of the other side that may trade with this one now, in the order in which they do. */
  #candidates(order: Order): Order[] {
    const now = this.#clock.now();
    const mayTrade = (bid: Bid, ask: Ask) =>
      bid.trader !== ask.trader &&
      crosses(bid, ask) &&
      suits(bid, ask, this.#life.remainingLife(ask.lot));
    if (order.side === 'ask')
      return this.#bids.toArray().filter((bid) => isGoodAt(bid, now) && mayTrade(bid, order));
    return this.#asks
      .toArray()
      .filter((ask) => isGoodAt(ask, now) && mayTrade(order, ask))
      .sort(
        inOrder<Ask>(
          (a, b) => a.limit.compareTo(b.limit),
          ascending((ask) => this.#life.remainingLife(ask.lot)),
          askPriority,
        ),
      );
  }

  #trade(incoming: Order, resting: Order, weight: Grams): Trade {
    const [bid, ask] = incoming.side === 'bid' ? [incoming, resting] : [resting, incoming];
    requireArgument(bid.side === 'bid' && ask.side === 'ask', 'A trade has two sides');
    return {
      id: this.#tradeIds.next(),
      commodity: this.market.commodity.code,
      bid: bid.id,
      ask: ask.id,
      buyer: bid.trader,
      seller: ask.trader,
      lot: ask.lot,
      price: resting.limit,
      weight,
      at: this.#clock.now(),
    };
  }

  #add(order: Order): void {
    if (order.side === 'bid') this.#bids.add(order);
    else this.#asks.add(order);
  }
}
