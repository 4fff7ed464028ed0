import { InvalidArgumentError, requireArgument } from '@shop/kernel';
import type { BasisPoints } from './basis-points.js';
import { formatBasisPoints } from './basis-points.js';
import type { Currency } from './currency.js';
import { Money } from './money.js';

/** The rate on the part of an amount that lies below `upTo` and above the tier before; no `upTo`: no end. */
export interface FeeTier {
  readonly upTo?: Money;
  readonly rate: BasisPoints;
}

export interface FeeBounds {
  readonly least?: Money;
  readonly most?: Money;
}

/**
 * Fees in tiers, each rate on its own slice of the amount, as income taxes are: no jump at a tier's edge.
 * Slices are rounded one by one, half to even.
 */
export class FeeSchedule {
  readonly currency: Currency;
  readonly #tiers: readonly FeeTier[];
  readonly #bounds: FeeBounds;

  /** Tiers from the lowest up; only the last has no end. */
  constructor(currency: Currency, tiers: readonly FeeTier[], bounds: FeeBounds = {}) {
    requireArgument(tiers.length > 0, 'A fee schedule needs a tier');
    let below = Money.zero(currency);
    tiers.forEach(({ upTo, rate }, index) => {
      requireArgument(rate >= 0, 'A fee rate cannot be negative');
      const isLast = index === tiers.length - 1;
      requireArgument((upTo === undefined) === isLast, 'Only the last tier has no end');
      if (upTo === undefined) return;
      requireArgument(upTo.compareTo(below) > 0, 'Tiers must grow');
      below = upTo;
    });
    if (bounds.least && bounds.most && bounds.least.compareTo(bounds.most) > 0)
      throw new InvalidArgumentError('The least fee is above the most');
    this.currency = currency;
    this.#tiers = [...tiers];
    this.#bounds = bounds;
  }

  /** The same tiers with other bounds; a bound that is not given stays as it is. */
  within(bounds: FeeBounds): FeeSchedule {
    return new FeeSchedule(this.currency, this.#tiers, { ...this.#bounds, ...bounds });
  }

  /**
   * The fee for a turnover, between the bounds; nothing for no turnover, whatever the least fee is.
   *
   * @throws InvalidArgumentError for a negative amount.
   */
  feeFor(amount: Money): Money {
    requireArgument(!amount.isNegative, 'There is no fee for a negative amount');
    const zero = Money.zero(this.currency);
    if (amount.compareTo(zero) === 0) return zero;
    let fee = zero;
    let below = zero;
    for (const { upTo, rate } of this.#tiers) {
      const top = upTo === undefined ? amount : upTo.min(amount);
      if (top.compareTo(below) <= 0) break;
      fee = fee.plus(top.minus(below).share(rate));
      below = top;
    }
    const { least, most } = this.#bounds;
    const raised = least === undefined ? fee : fee.max(least);
    return most === undefined ? raised : raised.min(most);
  }

  /** What is left of the amount after the fee; negative where the least fee exceeds it. */
  netOf(amount: Money): Money {
    return amount.minus(this.feeFor(amount));
  }

  /** The rate of the tier that the next unit above `amount` falls into, bounds left aside. */
  marginalRate(amount: Money): BasisPoints {
    const tier = this.#tiers.find(({ upTo }) => upTo === undefined || amount.compareTo(upTo) < 0);
    if (tier === undefined) throw new InvalidArgumentError('The amount lies in no tier');
    return tier.rate;
  }

  /** One line a tier: `up to 1000.00 EUR: 2 %`, the last one `above: 1 %`. */
  describe(): string[] {
    return this.#tiers.map(({ upTo, rate }) =>
      upTo === undefined
        ? `above: ${formatBasisPoints(rate)}`
        : `up to ${upTo.toString()}: ${formatBasisPoints(rate)}`,
    );
  }
}
