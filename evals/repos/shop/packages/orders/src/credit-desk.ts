import type { HoldId, TraderId } from '@shop/kernel';
import {
  ConflictError,
  IdSequence,
  LimitExceededError,
  requireArgument,
  requireFound,
} from '@shop/kernel';
import type { Currency } from '@shop/money';
import { Money } from '@shop/money';

interface Account {
  limit: Money;
  /** Captured and not paid yet. */
  owed: Money;
}

interface Hold {
  readonly trader: TraderId;
  left: Money;
}

/** Who may buy for how much: what traders owe and what is held for their orders never exceeds their limit. */
export class CreditDesk {
  readonly currency: Currency;
  readonly #accounts = new Map<TraderId, Account>();
  readonly #holds = new Map<HoldId, Hold>();
  readonly #ids = new IdSequence('hold');

  constructor(currency: Currency) {
    this.currency = currency;
  }

  /**
   * Opens an account or changes its limit.
   *
   * @throws ConflictError for a limit below what is owed and held.
   */
  setLimit(trader: TraderId, limit: Money): void {
    requireArgument(!limit.isNegative, 'A limit cannot be negative');
    const owed = this.#accounts.get(trader)?.owed ?? Money.zero(this.currency);
    if (limit.compareTo(owed.plus(this.held(trader))) < 0)
      throw new ConflictError(`${trader} uses more than ${limit.toString()} already`);
    this.#accounts.set(trader, { limit, owed });
  }

  /** @throws NotFoundError for a trader without an account, as every method that takes a trader does. */
  available(trader: TraderId): Money {
    const { limit, owed } = this.#account(trader);
    return limit.minus(owed).minus(this.held(trader));
  }

  /** The sum of the trader's open holds; zero without an account. */
  held(trader: TraderId): Money {
    const holds = [...this.#holds.values()].filter((hold) => hold.trader === trader);
    return Money.sum(
      holds.map(({ left }) => left),
      this.currency,
    );
  }

  owed(trader: TraderId): Money {
    return this.#account(trader).owed;
  }

  /**
   * Sets an amount aside.
   *
   * @throws LimitExceededError if less is available; nothing is held then.
   */
  hold(trader: TraderId, amount: Money): HoldId {
    requireArgument(!amount.isNegative, 'A hold cannot be negative');
    const available = this.available(trader);
    if (amount.compareTo(available) > 0)
      throw new LimitExceededError(`Credit of ${trader}`, amount.toString(), available.toString());
    const holdId = this.#ids.next();
    this.#holds.set(holdId, { trader, left: amount });
    return holdId;
  }

  /**
   * Turns a part of a hold into a debt.
   *
   * @throws LimitExceededError for more than is left of it.
   */
  capture(holdId: HoldId, amount: Money): void {
    const hold = this.#hold(holdId);
    requireArgument(!amount.isNegative, 'A capture cannot be negative');
    if (amount.compareTo(hold.left) > 0)
      throw new LimitExceededError(`Hold ${holdId}`, amount.toString(), hold.left.toString());
    hold.left = hold.left.minus(amount);
    const account = this.#account(hold.trader);
    account.owed = account.owed.plus(amount);
  }

  /** Ends a hold and returns what was left of it. */
  release(holdId: HoldId): Money {
    const { left } = this.#hold(holdId);
    this.#holds.delete(holdId);
    return left;
  }

  /**
   * Books a payment.
   *
   * @throws LimitExceededError for more than is owed.
   */
  pay(trader: TraderId, amount: Money): void {
    const account = this.#account(trader);
    requireArgument(!amount.isNegative, 'A payment cannot be negative');
    if (amount.compareTo(account.owed) > 0)
      throw new LimitExceededError(`Debt of ${trader}`, amount.toString(), account.owed.toString());
    account.owed = account.owed.minus(amount);
  }

  #account(trader: TraderId): Account {
    return requireFound(this.#accounts.get(trader), 'account', trader);
  }

  #hold(holdId: HoldId): Hold {
    return requireFound(this.#holds.get(holdId), 'hold', holdId);
  }
}
