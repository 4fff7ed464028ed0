import type { Grams, TimeWindow, TradeId, TraderId } from '@shop/kernel';
import {
  ConflictError,
  InvalidArgumentError,
  ascending,
  formatWeight,
  inOrder,
  isWithin,
  sumOfWeights,
} from '@shop/kernel';
import type { BasisPoints, Currency, FeeSchedule } from '@shop/money';
import { Money } from '@shop/money';
import type { Trade } from '@shop/orders';
import { amountOf } from '@shop/orders';
import type { CommodityCode } from '@shop/produce';
import type { Ledger } from './ledger.js';

export interface InvoiceLine {
  readonly commodity: CommodityCode;
  /** `12.5 kg in 2 trades` */
  readonly text: string;
  readonly weight: Grams;
  readonly amount: Money;
}

export interface Invoice {
  readonly trader: TraderId;
  readonly period: TimeWindow;
  readonly lines: readonly InvoiceLine[];
  readonly goods: Money;
  /** The house's fee on the turnover of the period. */
  readonly fee: Money;
  /** On goods and fee together. */
  readonly tax: Money;
  readonly total: Money;
}

/** Collects what a buyer bought in a period into one invoice. */
export class InvoiceBuilder {
  readonly #trader: TraderId;
  readonly #period: TimeWindow;
  readonly #fees: FeeSchedule;
  readonly #tax: BasisPoints;
  readonly #trades = new Map<TradeId, Trade>();

  constructor(trader: TraderId, period: TimeWindow, fees: FeeSchedule, tax: BasisPoints) {
    if (tax < 0) throw new InvalidArgumentError('Tax is not negative');
    this.#trader = trader;
    this.#period = period;
    this.#fees = fees;
    this.#tax = tax;
  }

  get currency(): Currency {
    return this.#fees.currency;
  }

  /**
   * Adds a trade.
   *
   * @throws InvalidArgumentError for another buyer's trade or one outside the period.
   * @throws ConflictError for one that was added before.
   */
  add(trade: Trade): this {
    if (trade.buyer !== this.#trader)
      throw new InvalidArgumentError(`Trade ${trade.id} was made by ${trade.buyer}`);
    if (!isWithin(trade.at, this.#period))
      throw new InvalidArgumentError(`Trade ${trade.id} lies outside the period`);
    if (this.#trades.has(trade.id)) throw new ConflictError(`Trade ${trade.id} is on the invoice`);
    this.#trades.set(trade.id, trade);
    return this;
  }

  /** Adds those of the trades that belong on this invoice and are not on it yet, and returns how many those were. */
  addAll(trades: Iterable<Trade>): number {
    const before = this.#trades.size;
    for (const trade of trades)
      if (trade.buyer === this.#trader && isWithin(trade.at, this.#period))
        this.#trades.set(trade.id, trade);
    return this.#trades.size - before;
  }

  /** One line a commodity, the dearest in front, equals by code. */
  lines(): InvoiceLine[] {
    const byCode = new Map<CommodityCode, Trade[]>();
    for (const trade of this.#trades.values())
      byCode.set(trade.commodity, [...(byCode.get(trade.commodity) ?? []), trade]);
    return [...byCode]
      .map(([commodity, trades]): InvoiceLine => {
        const weight = sumOfWeights(trades.map((trade) => trade.weight));
        const count = trades.length === 1 ? '1 trade' : `${trades.length} trades`;
        return {
          commodity,
          text: `${formatWeight(weight)} in ${count}`,
          weight,
          amount: Money.sum(trades.map(amountOf), this.currency),
        };
      })
      .sort(
        inOrder<InvoiceLine>(
          (a, b) => b.amount.compareTo(a.amount),
          ascending(({ commodity }) => commodity),
        ),
      );
  }

  /** @throws CurrencyMismatchError for trades in another currency than the fees. */
  build(): Invoice {
    const lines = this.lines();
    const goods = Money.sum(
      lines.map(({ amount }) => amount),
      this.currency,
    );
    const fee = this.#fees.feeFor(goods);
    const tax = goods.plus(fee).share(this.#tax, 'half-up');
    const total = goods.plus(fee).plus(tax);
    return { trader: this.#trader, period: this.#period, lines, goods, fee, tax, total };
  }

  /** Books what the buyer owes the house: goods, fee and tax on accounts of their own. */
  book(ledger: Ledger): Invoice {
    const invoice = this.build();
    const { fee, goods, tax, total, trader } = invoice;
    ledger.post(`Invoice for ${trader}`, [
      { account: `trader.${trader}`, amount: total },
      { account: 'house.goods', amount: goods.negated() },
      { account: 'house.fees', amount: fee.negated() },
      { account: 'house.tax', amount: tax.negated() },
    ]);
    return invoice;
  }
}
