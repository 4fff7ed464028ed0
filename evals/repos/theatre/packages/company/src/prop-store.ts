import type { DayBook, Name, Pence, Permille, Span } from '@theatre/house';
import {
  Numbering,
  by,
  clash,
  first,
  fit,
  holds,
  known,
  lessOrNothing,
  nameOf,
  roomFor,
  sorted,
  taking,
  tell,
  theatreDay,
  timely,
  times,
  total,
  wholeFrom,
} from '@theatre/house';

/** What lending costs. */
export interface LendingTerms {
  /** Of the value of what is lent. */
  readonly deposit: Permille;
  /** Of the deposit, for every begun theatre day after the last day of the loan. */
  readonly lateFee: Permille;
}

export interface Loan {
  readonly id: string;
  readonly borrower: Name;
  readonly prop: Name;
  readonly count: number;
  readonly span: Span;
  readonly deposit: Pence;
}

/** What a borrower gets back, or has to pay on top of the deposit; one of both is nothing. */
export interface Settled {
  readonly refund: Pence;
  readonly owed: Pence;
}

interface Stock {
  readonly value: Pence;
  readonly count: number;
}

/** The props that the theatre owns, and who has borrowed them for when. */
export class PropStore {
  readonly #book: DayBook;
  readonly #terms: LendingTerms;
  readonly #stock = new Map<Name, Stock>();
  readonly #loans = new Map<string, Loan>();
  readonly #numbers = new Numbering('loan');

  constructor(book: DayBook, terms: LendingTerms) {
    this.#book = book;
    this.#terms = terms;
  }

  /** Puts props on the shelf. More of a kind that is there already must have its value. */
  stock(prop: string, count: number, each: Pence): void {
    const name = nameOf(prop);
    wholeFrom(1, count, 'A count');
    const held = this.#stock.get(name);
    fit(held === undefined || held.value === each, `The value of ${name} cannot change`);
    this.#stock.set(name, { value: each, count: (held?.count ?? 0) + count });
    this.#book.note('stock', name, count);
  }

  /** How many pieces of a kind are free for the whole of a span. Late ones count as out until they are back. */
  available(prop: string, span: Span): number {
    const name = nameOf(prop);
    const { count } = this.#require(name);
    const loans = [...this.#loans.values()].filter(
      (loan) => loan.prop === name && clash(this.#heldFor(loan), span),
    );
    // Most are out when one of those loans begins: the earlier ones last into the span as well.
    const peaks = loans.map(({ span: { from } }) => {
      const out = loans.filter((other) => holds(this.#heldFor(other), from));
      return out.reduce((sum, other) => sum + other.count, 0);
    });
    return Math.max(0, count - Math.max(0, ...peaks));
  }

  /** Lends pieces of a kind. A borrower who keeps something too long gets nothing. */
  lend(borrower: string, prop: string, count: number, span: Span): Loan {
    const name = nameOf(borrower);
    const kind = nameOf(prop);
    wholeFrom(1, count, 'A count');
    const { value } = this.#require(kind);
    timely(span.from >= this.#book.now, `${tell(span.from)} is past`);
    timely(!this.overdue().some((loan) => loan.borrower === name), `${name} is late`);
    roomFor(`Prop ${kind}`, count, this.available(kind, span));
    const deposit = taking(times(value, count), this.#terms.deposit);
    const id = this.#numbers.next();
    const loan = Object.freeze({ id, borrower: name, prop: kind, count, span, deposit });
    this.#loans.set(id, loan);
    this.#book.note('lend', id, kind, count);
    return loan;
  }

  /**
   * Ends a loan. Broken pieces leave the stock; their value and the fee for being late are kept from the deposit, and
   * what it does not cover is owed.
   */
  giveBack(id: string, broken = 0): Settled {
    const loan = this.#requireLoan(id);
    wholeFrom(0, broken, 'A count');
    roomFor(`Broken of ${id}`, broken, loan.count);
    const { count, value } = this.#require(loan.prop);
    const kept = total([times(value, broken), times(this.#feePerDay(loan), this.#daysLate(loan))]);
    this.#loans.delete(id);
    this.#stock.set(loan.prop, { value, count: count - broken });
    this.#book.note('return', id, broken);
    return Object.freeze({
      refund: lessOrNothing(loan.deposit, kept),
      owed: lessOrNothing(kept, loan.deposit),
    });
  }

  /** Takes back what was lent for a time that has not begun; the whole deposit is refunded. */
  cancel(id: string): Pence {
    const loan = this.#requireLoan(id);
    timely(this.#book.now < loan.span.from, `Loan ${id} has begun`);
    this.#loans.delete(id);
    this.#book.note('cancel', id);
    return loan.deposit;
  }

  /** The loans of a borrower by their begin, of equals by number. */
  loansOf(borrower: string): readonly Loan[] {
    const name = nameOf(borrower);
    return sorted(
      [...this.#loans.values()].filter((loan) => loan.borrower === name),
      first(
        by(({ span }) => span.from),
        by(({ id }) => id),
      ),
    );
  }

  /** Loans past their end, the oldest end first, of equals by borrower, then by number. */
  overdue(): readonly Loan[] {
    return sorted(
      [...this.#loans.values()].filter(({ span }) => span.until <= this.#book.now),
      first(
        by(({ span }) => span.until),
        by(({ borrower }) => borrower),
        by(({ id }) => id),
      ),
    );
  }

  /** The span for which a loan keeps its pieces away: until now at least, once it is late. */
  #heldFor({ span }: Loan): Span {
    const until = span.until <= this.#book.now ? Infinity : span.until;
    return { from: span.from, until: until as Span['until'] };
  }

  #feePerDay({ deposit }: Loan): Pence {
    return taking(deposit, this.#terms.lateFee);
  }

  #daysLate({ span }: Loan): number {
    const lastDay = theatreDay((span.until - 1) as Span['until']);
    return Math.max(0, theatreDay(this.#book.now) - lastDay);
  }

  #require(prop: Name): Stock {
    return known(this.#stock.get(prop), 'prop', prop);
  }

  #requireLoan(id: string): Loan {
    return known(this.#loans.get(id), 'loan', id);
  }
}
