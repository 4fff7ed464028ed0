import type { TradeId, TraderId } from '@shop/kernel';
import { ClosedError, ConflictError, ascending, inOrder } from '@shop/kernel';
import type { Currency } from '@shop/money';
import { Money } from '@shop/money';
import type { Trade } from '@shop/orders';
import { amountOf } from '@shop/orders';
import type { Ledger } from './ledger.js';

/** What one trader has to pay (positive) or to get (negative). */
export interface Position {
  readonly trader: TraderId;
  readonly amount: Money;
}

export interface Payment {
  readonly from: TraderId;
  readonly to: TraderId;
  readonly amount: Money;
}

/** Turns the trades of a cycle into few payments: what a trader buys and sells is set off first. */
export class NettingCycle {
  readonly #currency: Currency;
  readonly #trades = new Map<TradeId, Trade>();
  #isClosed = false;

  constructor(currency: Currency) {
    this.#currency = currency;
  }

  /**
   * Takes a trade into the cycle.
   *
   * @throws ConflictError for one that is in it already, ClosedError after settling.
   * @throws CurrencyMismatchError for one in another currency.
   */
  add(trade: Trade): void {
    if (this.#isClosed) throw new ClosedError('The netting cycle');
    if (this.#trades.has(trade.id)) throw new ConflictError(`Trade ${trade.id} is netted already`);
    this.turnover().plus(amountOf(trade));
    this.#trades.set(trade.id, trade);
  }

  /** The sum of all trades, before anything is set off. */
  turnover(): Money {
    return Money.sum([...this.#trades.values()].map(amountOf), this.#currency);
  }

  /** Net positions that are not zero: who pays most in front, who gets most last, equals by name. */
  positions(): Position[] {
    const amounts = new Map<TraderId, Money>();
    const change = (trader: TraderId, by: Money) =>
      amounts.set(trader, (amounts.get(trader) ?? Money.zero(this.#currency)).plus(by));
    for (const trade of this.#trades.values()) {
      change(trade.buyer, amountOf(trade));
      change(trade.seller, amountOf(trade).negated());
    }
    return [...amounts]
      .map(([trader, amount]) => ({ trader, amount }))
      .filter(({ amount }) => !amount.isZero)
      .sort(
        inOrder<Position>(
          (a, b) => b.amount.compareTo(a.amount),
          ascending(({ trader }) => trader),
        ),
      );
  }

  /**
   * Payments that bring every position to zero: whoever still has to pay most pays whoever still has to get most,
   * equals by name, until nothing is open.
   */
  payments(): Payment[] {
    const open = new Map(this.positions().map(({ amount, trader }) => [trader, amount]));
    const payments: Payment[] = [];
    for (;;) {
      const ranked = [...open].sort(
        ([nameA, a], [nameB, b]) => b.compareTo(a) || (nameA < nameB ? -1 : 1),
      );
      const payer = ranked[0];
      const payee = ranked.filter(([, amount]) => amount.isNegative).sort(byNeed)[0];
      if (payer === undefined || payee === undefined) return payments;
      const amount = payer[1].min(payee[1].negated());
      payments.push({ from: payer[0], to: payee[0], amount });
      open.set(payer[0], payer[1].minus(amount));
      open.set(payee[0], payee[1].plus(amount));
    }
  }

  /** What netting saves: the turnover less what is really paid. */
  saved(): Money {
    const paid = this.payments().map(({ amount }) => amount);
    return this.turnover().minus(Money.sum(paid, this.#currency));
  }

  /**
   * Books every payment and ends the cycle: the payer's account is credited, the payee's debited.
   *
   * @throws ClosedError the second time.
   */
  settle(ledger: Ledger): Payment[] {
    if (this.#isClosed) throw new ClosedError('The netting cycle');
    this.#isClosed = true;
    const payments = this.payments();
    for (const { amount, from, to } of payments)
      ledger.post(`Net payment of ${from} to ${to}`, [
        { account: `trader.${to}`, amount },
        { account: `trader.${from}`, amount: amount.negated() },
      ]);
    return payments;
  }
}

/** Whoever gets most in front, equals by name. */
function byNeed(a: readonly [TraderId, Money], b: readonly [TraderId, Money]): number {
  return a[1].compareTo(b[1]) || (a[0] < b[0] ? -1 : 1);
}
