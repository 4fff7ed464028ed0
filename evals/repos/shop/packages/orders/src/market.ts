import type { Grams, Instant } from '@shop/kernel';
import { formatWeight, requireArgument } from '@shop/kernel';
import type { Currency, Money } from '@shop/money';
import type { Commodity } from '@shop/produce';
import { isGoodAt } from './order.js';
import type { Order } from './order.js';

/** What is traded, in which money, and in which steps. */
export interface Market {
  readonly commodity: Commodity;
  readonly currency: Currency;
  /** Every limit is a multiple of this much for a kilogram. */
  readonly tick: Money;
  /** Every order weighs a multiple of this. */
  readonly step: Grams;
}

/** @throws InvalidArgumentError for an order that breaks the rules of the market or is past its time. */
export function requireTradable(market: Market, order: Order, now: Instant): void {
  const { commodity, currency, step, tick } = market;
  const code = commodity.code;
  requireArgument(order.commodity === code, `Order ${order.id} is not about ${code}`);
  requireArgument(order.limit.currency === currency, `${code} trades in ${currency}`);
  requireArgument(
    order.limit.perKilogram.minor % tick.minor === 0,
    `Prices of ${code} come in steps of ${tick.toString()}`,
  );
  requireArgument(
    order.weight > 0 && order.weight % step === 0,
    `${code} trades in steps of ${formatWeight(step)}`,
  );
  requireArgument(isGoodAt(order, now), `Order ${order.id} is past its time`);
}
