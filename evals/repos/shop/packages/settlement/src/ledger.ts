import type { Clock, EntryId, Instant, TimeWindow } from '@shop/kernel';
import {
  ConflictError,
  IdSequence,
  InvalidArgumentError,
  ascending,
  isWithin,
  requireArgument,
  requireFound,
} from '@shop/kernel';
import type { Currency } from '@shop/money';
import { Money } from '@shop/money';

/** `trader.bea`, `house.fees`: a kind and a name. */
export type AccountName = `${'trader' | 'house'}.${string}`;

/** One line of an entry: positive amounts are debits, negative ones credits. */
export interface Posting {
  readonly account: AccountName;
  readonly amount: Money;
}

export interface Entry {
  readonly id: EntryId;
  readonly at: Instant;
  readonly text: string;
  readonly postings: readonly Posting[];
  /** The entry that this one undoes. */
  readonly reverses?: EntryId;
}

export interface StatementLine {
  readonly at: Instant;
  readonly text: string;
  readonly amount: Money;
  /** After this line. */
  readonly balance: Money;
}

/** Double-entry books: every entry balances in every currency, and nothing is ever changed or removed. */
export class Ledger {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  readonly #ids = new IdSequence('entry');

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Books postings as of now. Postings of nothing are left out.
   *
   * @throws InvalidArgumentError unless debits and credits balance in each currency, or if nothing is left to book.
   */
  post(text: string, postings: readonly Posting[]): Entry {
    return this.#append(text, postings);
  }

  /**
   * Books the opposite of an entry.
   *
   * @throws NotFoundError for an entry that is not there.
   * @throws ConflictError for one that was reversed already or is a reversal itself.
   */
  reverse(entryId: EntryId): Entry {
    const entry = requireFound(
      this.#entries.find(({ id }) => id === entryId),
      'entry',
      entryId,
    );
    if (entry.reverses !== undefined) throw new ConflictError(`Entry ${entryId} is a reversal`);
    if (this.#entries.some(({ reverses }) => reverses === entryId))
      throw new ConflictError(`Entry ${entryId} is reversed already`);
    const opposite = entry.postings.map(({ account, amount }) => ({
      account,
      amount: amount.negated(),
    }));
    return this.#append(`Reversal: ${entry.text}`, opposite, entryId);
  }

  /** What an account owes in a currency, now or at the end of an instant; negative where it is owed. */
  balance(account: AccountName, currency: Currency, at?: Instant): Money {
    const amounts = this.#postingsOf(account, currency)
      .filter(({ entry }) => at === undefined || entry.at <= at)
      .map(({ amount }) => amount);
    return Money.sum(amounts, currency);
  }

  /** The postings of an account in a window, each with the balance after it; what came before is carried forward. */
  statement(account: AccountName, currency: Currency, window: TimeWindow): StatementLine[] {
    let balance = Money.zero(currency);
    const lines: StatementLine[] = [];
    for (const { amount, entry } of this.#postingsOf(account, currency)) {
      balance = balance.plus(amount);
      if (isWithin(entry.at, window))
        lines.push({ at: entry.at, text: entry.text, amount, balance });
    }
    return lines;
  }

  /** Accounts with a balance in the currency, by name. Their sum is always zero. */
  trialBalance(currency: Currency): Posting[] {
    const names = new Set(
      this.#entries.flatMap(({ postings }) => postings.map(({ account }) => account)),
    );
    return [...names]
      .sort(ascending((name) => name))
      .map((account) => ({ account, amount: this.balance(account, currency) }))
      .filter(({ amount }) => !amount.isZero);
  }

  /** All entries, the oldest in front; a copy. */
  entries(): Entry[] {
    return [...this.#entries];
  }

  #append(text: string, postings: readonly Posting[], reverses?: EntryId): Entry {
    const booked = postings.filter(({ amount }) => !amount.isZero);
    requireArgument(booked.length > 0, 'An entry books something');
    for (const currency of new Set(booked.map(({ amount }) => amount.currency))) {
      const amounts = booked.map(({ amount }) => amount);
      const total = Money.sum(
        amounts.filter((amount) => amount.currency === currency),
        currency,
      );
      if (!total.isZero)
        throw new InvalidArgumentError(`The entry is off balance by ${total.toString()}`);
    }
    const plain = { id: this.#ids.next(), at: this.#clock.now(), text, postings: booked };
    const entry: Entry = reverses === undefined ? plain : { ...plain, reverses };
    this.#entries.push(entry);
    return entry;
  }

  #postingsOf(account: AccountName, currency: Currency): { entry: Entry; amount: Money }[] {
    return this.#entries.flatMap((entry) =>
      entry.postings
        .filter((posting) => posting.account === account && posting.amount.currency === currency)
        .map(({ amount }) => ({ entry, amount })),
    );
  }
}
