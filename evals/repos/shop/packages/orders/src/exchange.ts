import type {
  Clock,
  Duration,
  Grams,
  HoldId,
  Instant,
  LotId,
  OrderId,
  TraderId,
} from '@shop/kernel';
import {
  ClosedError,
  ConflictError,
  IdSequence,
  NO_WEIGHT,
  Topic,
  requireFound,
  requireState,
} from '@shop/kernel';
import type { UnitPrice } from '@shop/money';
import type { CommodityCode, Grade, LotRegistry } from '@shop/produce';
import type { CreditDesk } from './credit-desk.js';
import type { Market } from './market.js';
import type { Ask, Bid, Order, Trade } from './order.js';
import { amountOf } from './order.js';
import { OrderBook } from './order-book.js';

export interface BidRequest {
  readonly trader: TraderId;
  readonly commodity: CommodityCode;
  readonly limit: UnitPrice;
  readonly weight: Grams;
  readonly minimumLife: Duration;
  readonly worstGrade: Grade;
  readonly goodUntil?: Instant;
  readonly immediate?: boolean;
}

export interface AskRequest {
  readonly trader: TraderId;
  readonly lot: LotId;
  readonly limit: UnitPrice;
  readonly weight: Grams;
  readonly goodUntil?: Instant;
  readonly immediate?: boolean;
}

export interface Receipt {
  readonly order: OrderId;
  readonly trades: readonly Trade[];
  /** What rests in the book; none where the order is done. */
  readonly resting: Grams;
}

interface OpenMarket {
  readonly book: OrderBook;
  isOpen: boolean;
}

/** Takes orders for all markets and keeps credit and lots in step with what is in the books. */
export class Exchange {
  readonly trades = new Topic<Trade>();
  readonly #registry: LotRegistry;
  readonly #credit: CreditDesk;
  readonly #clock: Clock;
  readonly #markets = new Map<CommodityCode, OpenMarket>();
  readonly #holds = new Map<OrderId, HoldId>();
  readonly #orderIds = new IdSequence('order');
  readonly #tradeIds = new IdSequence('trade');

  constructor(registry: LotRegistry, credit: CreditDesk, clock: Clock) {
    this.#registry = registry;
    this.#credit = credit;
    this.#clock = clock;
  }

  /**
   * Starts trading of a commodity.
   *
   * @throws ConflictError for a commodity that has a market, or for a currency that no credit is given in.
   */
  openMarket(market: Market): OrderBook {
    const { code } = market.commodity;
    if (this.#markets.has(code)) throw new ConflictError(`${code} has a market already`);
    requireState(
      market.currency === this.#credit.currency,
      `There is no credit in ${market.currency}`,
    );
    const book = new OrderBook(market, this.#registry, this.#clock, this.#tradeIds);
    this.#markets.set(code, { book, isOpen: true });
    return book;
  }

  /** @throws NotFoundError for a commodity without a market, as every method that takes one does. */
  book(code: CommodityCode): OrderBook {
    return this.#market(code).book;
  }

  /**
   * Places a bid, for which its full cost at its own limit is held; what it does not need is given back at once.
   *
   * @throws LimitExceededError beyond the trader's credit, ClosedError where the market takes no orders.
   */
  bid(request: BidRequest): Receipt {
    const book = this.#openBook(request.commodity);
    const order: Bid = {
      ...request,
      id: this.#orderIds.next(),
      side: 'bid',
      placedAt: this.#clock.now(),
    };
    const hold = this.#credit.hold(request.trader, request.limit.costOf(request.weight, 'up'));
    this.#holds.set(order.id, hold);
    return this.#place(book, order);
  }

  /**
   * Places an ask, for which its weight of the lot is reserved.
   *
   * @throws ConflictError for a lot of somebody else, LimitExceededError for more than is available of it.
   */
  ask(request: AskRequest): Receipt {
    const lot = this.#registry.find(request.lot);
    requireState(lot.seller === request.trader, `Lot ${lot.id} belongs to somebody else`);
    const book = this.#openBook(lot.commodity.code);
    const order: Ask = {
      ...request,
      id: this.#orderIds.next(),
      side: 'ask',
      commodity: lot.commodity.code,
      grade: lot.grade,
      placedAt: this.#clock.now(),
    };
    this.#registry.reserve(lot.id, order.id, request.weight);
    return this.#place(book, order);
  }

  /**
   * Takes an order out of its book.
   *
   * @throws NotFoundError where no book has it.
   * @throws ConflictError for an order of somebody else.
   */
  cancel(trader: TraderId, orderId: OrderId): Order {
    const market = [...this.#markets.values()].find(({ book }) => book.find(orderId) !== undefined);
    const { book } = requireFound(market, 'order', orderId);
    const order = requireFound(book.find(orderId), 'order', orderId);
    requireState(order.trader === trader, `Order ${orderId} belongs to somebody else`);
    this.#forget(book.cancel(orderId));
    return order;
  }

  /** Clears every book of orders that are past their time or spoiled, and returns them. */
  sweep(): Order[] {
    const swept = [...this.#markets.values()].flatMap(({ book }) => book.sweep());
    for (const order of swept) this.#forget(order);
    return swept;
  }

  /** Ends trading of a commodity: no new orders, and the open ones are cancelled and returned. */
  closeMarket(code: CommodityCode): Order[] {
    const market = this.#market(code);
    market.isOpen = false;
    const orders = [...market.book.orders('bid'), ...market.book.orders('ask')];
    for (const { id } of orders) this.#forget(market.book.cancel(id));
    return orders;
  }

  #place(book: OrderBook, order: Order): Receipt {
    let trades: Trade[];
    try {
      trades = book.place(order);
    } catch (error) {
      this.#forget(order);
      throw error;
    }
    for (const trade of trades) this.#settle(trade);
    const resting = book.find(order.id)?.weight ?? NO_WEIGHT;
    if (resting === NO_WEIGHT) this.#forget(order);
    for (const { bid } of trades) if (book.find(bid) === undefined) this.#releaseHold(bid);
    for (const trade of trades) this.trades.publish(trade);
    return { order: order.id, trades, resting };
  }

  #settle(trade: Trade): void {
    const hold = requireFound(this.#holds.get(trade.bid), 'hold for', trade.bid);
    this.#credit.capture(hold, amountOf(trade));
    this.#registry.transfer(trade.lot, trade.ask, trade.bid, trade.weight);
  }

  #forget(order: Order): void {
    if (order.side === 'bid') this.#releaseHold(order.id);
    else this.#registry.release(order.lot, order.id);
  }

  #releaseHold(bid: OrderId): void {
    const hold = this.#holds.get(bid);
    if (hold === undefined) return;
    this.#credit.release(hold);
    this.#holds.delete(bid);
  }

  #openBook(code: CommodityCode): OrderBook {
    const { book, isOpen } = this.#market(code);
    if (!isOpen) throw new ClosedError(`The market for ${code}`);
    return book;
  }

  #market(code: CommodityCode): OpenMarket {
    return requireFound(this.#markets.get(code), 'market', code);
  }
}
