import type { Duration, Grams, Instant, LotId, OrderId, TradeId, TraderId } from '@shop/kernel';
import type { Money, UnitPrice } from '@shop/money';
import type { CommodityCode, Grade } from '@shop/produce';
import { isAtLeast } from '@shop/produce';

export type Side = 'bid' | 'ask';

interface Terms {
  readonly id: OrderId;
  readonly trader: TraderId;
  readonly commodity: CommodityCode;
  /** The most that a bid pays, the least that an ask takes. */
  readonly limit: UnitPrice;
  /** What is still open: it shrinks as the order trades. */
  readonly weight: Grams;
  readonly placedAt: Instant;
  /** From this instant on it does not trade any more. */
  readonly goodUntil?: Instant;
  /** What does not trade at once does not rest in the book. */
  readonly immediate?: boolean;
}

export interface Bid extends Terms {
  readonly side: 'bid';
  /** The least life that a lot must have left when it trades. */
  readonly minimumLife: Duration;
  readonly worstGrade: Grade;
}

export interface Ask extends Terms {
  readonly side: 'ask';
  readonly lot: LotId;
  readonly grade: Grade;
}

export type Order = Bid | Ask;

export interface Trade {
  readonly id: TradeId;
  readonly commodity: CommodityCode;
  readonly bid: OrderId;
  readonly ask: OrderId;
  readonly buyer: TraderId;
  readonly seller: TraderId;
  readonly lot: LotId;
  readonly price: UnitPrice;
  readonly weight: Grams;
  readonly at: Instant;
}

/** Knows how much life a lot has left now; the lot registry does. */
export interface LifeSource {
  remainingLife(lot: LotId): Duration;
}

/** What the buyer owes: rounded down, so that the parts of an order never cost more than the whole. */
export const amountOf = ({ price, weight }: Pick<Trade, 'price' | 'weight'>): Money =>
  price.costOf(weight, 'down');

/** The same order with another weight open. */
export const withWeight = <T extends Order>(order: T, weight: Grams): T => ({ ...order, weight });

export const isGoodAt = (order: Order, at: Instant): boolean =>
  order.goodUntil === undefined || at < order.goodUntil;

/** Whether the limits of the two meet. */
export const crosses = (bid: Bid, ask: Ask): boolean => bid.limit.compareTo(ask.limit) >= 0;

/** Whether the goods are what the bidder wants, by grade and by the life that is left; spoiled goods suit nobody. */
export const suits = (bid: Bid, ask: Ask, remaining: Duration): boolean =>
  remaining > 0 && remaining >= bid.minimumLife && isAtLeast(ask.grade, bid.worstGrade);
