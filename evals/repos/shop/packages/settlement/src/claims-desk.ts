import type { ClaimId, Clock, Duration, Instant, TradeId, TraderId } from '@shop/kernel';
import {
  ClosedError,
  ConflictError,
  IdSequence,
  elapsed,
  requireArgument,
  requireFound,
  requireState,
} from '@shop/kernel';
import type { BasisPoints } from '@shop/money';
import { Money, WHOLE, basisPoints } from '@shop/money';
import type { Trade } from '@shop/orders';
import { amountOf } from '@shop/orders';
import type { Grade } from '@shop/produce';
import { GRADES, isAtLeast } from '@shop/produce';
import type { Ledger } from './ledger.js';

/** What the seller promised or the buyer found. */
export interface Quality {
  readonly life: Duration;
  readonly grade: Grade;
}

export type ClaimStatus = 'open' | 'accepted' | 'rejected';

export interface Claim {
  readonly id: ClaimId;
  readonly trade: TradeId;
  readonly openedAt: Instant;
  readonly promised: Quality;
  readonly found: Quality;
  readonly refund: Money;
  readonly status: ClaimStatus;
}

export interface ClaimTerms {
  /** After the trade; a claim at its very end is in time. */
  readonly period: Duration;
  /** Refund for each grade that is missing. */
  readonly perGrade: BasisPoints;
  /** Refunds below this are not worth the paper. */
  readonly least: Money;
}

interface Case {
  claim: Claim;
  readonly trade: Trade;
}

/** Settles what buyers miss: shelf life pro rata, grades by the step, never more than was paid. */
export class ClaimsDesk {
  readonly #terms: ClaimTerms;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #cases = new Map<ClaimId, Case>();
  readonly #ids = new IdSequence('claim');

  constructor(terms: ClaimTerms, clock: Clock, ledger: Ledger) {
    requireArgument(
      terms.perGrade >= 0 && terms.perGrade <= WHOLE,
      'A grade costs the whole at most',
    );
    this.#terms = terms;
    this.#clock = clock;
    this.#ledger = ledger;
  }

  /**
   * The refund for goods that are worse than promised: the share of the promised life that is missing, and the share
   * for each missing grade, together the whole price at most. Spoiled goods are refunded in full.
   */
  assess(trade: Trade, promised: Quality, found: Quality): Money {
    const price = amountOf(trade);
    requireArgument(promised.life > 0, 'Some life was promised');
    if (found.life === 0) return price;
    const missing = Math.max(0, promised.life - found.life);
    const forLife = price.scaled(missing, promised.life);
    const steps = isAtLeast(found.grade, promised.grade)
      ? 0
      : GRADES.indexOf(found.grade) - GRADES.indexOf(promised.grade);
    const forGrade = price.share(basisPoints(this.#terms.perGrade * steps));
    return forLife.plus(forGrade).min(price);
  }

  /**
   * Opens a claim.
   *
   * @throws ClosedError after the period, ConflictError for a trade that has a claim, whatever became of it.
   * @throws InvalidArgumentError where the refund would be below the least.
   */
  open(trade: Trade, promised: Quality, found: Quality): Claim {
    const now = this.#clock.now();
    if (elapsed(trade.at, now) > this.#terms.period)
      throw new ClosedError(`The period for claims about ${trade.id}`);
    if ([...this.#cases.values()].some(({ claim }) => claim.trade === trade.id))
      throw new ConflictError(`There is a claim about ${trade.id} already`);
    const refund = this.assess(trade, promised, found);
    requireArgument(
      refund.compareTo(this.#terms.least) >= 0,
      `Refunds start at ${this.#terms.least.toString()}`,
    );
    const claim: Claim = {
      id: this.#ids.next(),
      trade: trade.id,
      openedAt: now,
      promised,
      found,
      refund,
      status: 'open',
    };
    this.#cases.set(claim.id, { claim, trade });
    return claim;
  }

  /**
   * Accepts an open claim and books the refund from the seller to the buyer.
   *
   * @throws NotFoundError for an unknown claim, ConflictError for one that is not open.
   */
  accept(claimId: ClaimId): Claim {
    const { trade } = this.#case(claimId);
    const claim = this.#decide(claimId, 'accepted');
    this.#ledger.post(`Refund for ${claim.trade}`, [
      { account: `trader.${trade.seller}`, amount: claim.refund },
      { account: `trader.${trade.buyer}`, amount: claim.refund.negated() },
    ]);
    return claim;
  }

  /** Rejects an open claim; fails as {@link accept} does. */
  reject(claimId: ClaimId): Claim {
    return this.#decide(claimId, 'rejected');
  }

  find(claimId: ClaimId): Claim {
    return this.#case(claimId).claim;
  }

  /** Claims against a seller that are open, the oldest in front. */
  openAgainst(seller: TraderId): Claim[] {
    return [...this.#cases.values()]
      .filter(({ claim, trade }) => trade.seller === seller && claim.status === 'open')
      .map(({ claim }) => claim);
  }

  #decide(claimId: ClaimId, status: ClaimStatus): Claim {
    const found = this.#case(claimId);
    requireState(found.claim.status === 'open', `Claim ${claimId} is ${found.claim.status}`);
    found.claim = { ...found.claim, status };
    return found.claim;
  }

  #case(claimId: ClaimId): Case {
    return requireFound(this.#cases.get(claimId), 'claim', claimId);
  }
}
