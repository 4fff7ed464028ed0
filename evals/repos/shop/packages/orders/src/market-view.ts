import type { Duration, Grams, Instant } from '@shop/kernel';
import {
  NO_WEIGHT,
  elapsed,
  lessWeight,
  lighterOf,
  requireArgument,
  sumOfWeights,
} from '@shop/kernel';
import { Money, UnitPrice } from '@shop/money';
import type { CommodityCode } from '@shop/produce';
import type { Exchange } from './exchange.js';
import type { Side, Trade } from './order.js';
import { amountOf } from './order.js';
import type { DepthLevel, OrderBook } from './order-book.js';

export interface Ladder {
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

/** What a trader sees of one market: prices, depth and the trades since the view was made. */
export class MarketView {
  readonly #book: OrderBook;
  readonly #trades: Trade[] = [];
  readonly #leave: () => void;

  constructor(exchange: Exchange, code: CommodityCode) {
    this.#book = exchange.book(code);
    this.#leave = exchange.trades.subscribe((trade) => {
      if (trade.commodity === code) this.#trades.push(trade);
    });
  }

  /** Halfway between the best bid and the best ask, rounded half to even; undefined while a side is empty. */
  midpoint(): UnitPrice | undefined {
    const [bid] = this.#book.depth('bid', 1);
    const spread = this.#book.spread();
    if (bid === undefined || spread === undefined) return undefined;
    const twice = bid.price.perKilogram.scaled(2, 1).plus(spread);
    return UnitPrice.of(twice.scaled(1, 2));
  }

  ladder(levels: number): Ladder {
    return { bids: this.#book.depth('bid', levels), asks: this.#book.depth('ask', levels) };
  }

  /** Open weight of a side at that price or a better one. */
  weightWithin(side: Side, worst: UnitPrice): Grams {
    const sign = side === 'ask' ? 1 : -1;
    const levels = this.#book.depth(side).filter(({ price }) => price.compareTo(worst) * sign <= 0);
    return sumOfWeights(levels.map(({ weight }) => weight));
  }

  /** What the weight would cost, taken from the asks from the best one on; undefined if less is offered. */
  costToBuy(weight: Grams): Money | undefined {
    requireArgument(weight > 0, 'Nothing costs nothing');
    let left = weight;
    let cost = Money.zero(this.#book.market.currency);
    for (const level of this.#book.depth('ask')) {
      const taken = lighterOf(left, level.weight);
      cost = cost.plus(amountOf({ price: level.price, weight: taken }));
      left = lessWeight(left, taken);
      if (left === NO_WEIGHT) return cost;
    }
    return undefined;
  }

  lastPrice(): UnitPrice | undefined {
    return this.#trades.at(-1)?.price;
  }

  /** Price of the trades within that time before `now`, weighted by weight; undefined if there were none. */
  averagePrice(now: Instant, within: Duration): UnitPrice | undefined {
    const recent = this.#trades.filter(({ at }) => at <= now && elapsed(at, now) <= within);
    if (recent.length === 0) return undefined;
    const total = Money.sum(recent.map(amountOf), this.#book.market.currency);
    return UnitPrice.fromTotal(total, sumOfWeights(recent.map(({ weight }) => weight)));
  }

  /** Hears of no more trades; what was seen stays. */
  stop(): void {
    this.#leave();
  }
}
