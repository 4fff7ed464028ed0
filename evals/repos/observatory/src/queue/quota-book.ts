import type { Clock, Code, Journal, Outcome, Slot, Span } from '../kernel/index.ts';
import {
  NO_SPAN,
  SpentFault,
  demand,
  demandKnown,
  demandTurn,
  granted,
  highFirst,
  holds,
  lowFirst,
  ranked,
  refused,
  sealed,
  seconds,
  shareOf,
  spanText,
} from '../kernel/index.ts';

/** Time that is kept for a request until it was observed. */
export interface Reservation {
  readonly request: Code<'request'>;
  readonly team: Code<'team'>;
  readonly span: Span;
}

/** How a team stands. */
export interface Statement {
  readonly team: Code<'team'>;
  readonly allotted: Span;
  /** Seconds got from other teams, less those given to them; may be negative. */
  readonly moved: number;
  readonly reserved: Span;
  readonly spent: Span;
  readonly left: Span;
  /** Part of the allotment that is spent. */
  readonly share: number;
}

interface Account {
  readonly allotted: Span;
  given: number;
  got: number;
  spent: number;
}

/** Of its allotment, the part that a team can give away in a semester. */
const GIVE_PART = 0.25;

/** Time of the teams in one semester. Time that the weather takes is charged by half. */
export class QuotaBook {
  readonly semester: Slot;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #accounts = new Map<Code<'team'>, Account>();
  readonly #reservations = new Map<Code<'request'>, Reservation>();

  constructor(semester: Slot, clock: Clock, journal: Journal) {
    this.semester = sealed(semester);
    this.#clock = clock;
    this.#journal = journal;
  }

  /** Gives a team its time. @throws TurnFault the second time. */
  allot(team: Code<'team'>, span: Span): void {
    demand(span > 0, 'span', 'must be more than none');
    demandTurn(!this.#accounts.has(team), `${team} has its allotment already`);
    this.#accounts.set(team, { allotted: span, given: 0, got: 0, spent: 0 });
  }

  /**
   * Keeps time for a request; refused where the team has too little left.
   *
   * @throws UnknownFault for a team without allotment.
   * @throws TurnFault for a request that has time already, and outside the semester.
   */
  reserve(team: Code<'team'>, request: Code<'request'>, span: Span): Outcome<Reservation> {
    const { left } = this.statement(team);
    demand(span > 0, 'span', 'must be more than none');
    demandTurn(holds(this.semester, this.#clock.now()), 'The semester is not on');
    demandTurn(!this.#reservations.has(request), `${request} has its time already`);
    if (span > left)
      return refused('quota', `${team} has ${spanText(left)} left, not ${spanText(span)}`);
    const reservation = sealed({ request, team, span });
    this.#reservations.set(request, reservation);
    return granted(reservation);
  }

  /** Gives the time of a request back to its team. @throws UnknownFault */
  release(request: Code<'request'>): Reservation {
    const reservation = demandKnown(this.#reservations.get(request), request);
    this.#reservations.delete(request);
    return reservation;
  }

  /**
   * Charges a request for what it used and for half of what the weather took, rounded up to a second; the rest of its
   * reservation is free again. Beyond the reservation it is charged for what the team has left, and for no more. The
   * charge is noted on the team.
   */
  spend(request: Code<'request'>, used: Span, lost: Span = NO_SPAN): Span {
    const { team } = this.release(request);
    const due = used + Math.ceil(lost / 2);
    const charge = seconds(Math.min(due, this.statement(team).left));
    this.#account(team).spent += charge;
    const forgiven = due > charge ? `, ${spanText(seconds(due - charge))} forgiven` : '';
    this.#journal.write('quota', team, `${request} took ${spanText(charge)}${forgiven}`);
    return charge;
  }

  /**
   * Moves time between teams: what the giver has left, up to a quarter of its allotment in a semester, rounded down.
   *
   * @throws SpentFault for more. @throws InputFault for no time, and for a team that gives to itself.
   */
  transfer(from: Code<'team'>, to: Code<'team'>, span: Span): void {
    const giver = this.#account(from);
    const taker = this.#account(to);
    demand(span > 0, 'span', 'must be more than none');
    demand(from !== to, 'to', 'must be another team');
    const free = Math.min(
      Math.floor(giver.allotted * GIVE_PART) - giver.given,
      this.statement(from).left,
    );
    if (span > free) throw new SpentFault(`Time that ${from} can give`, span, free);
    giver.given += span;
    taker.got += span;
    this.#journal.write('quota', from, `${spanText(span)} given to ${to}`);
  }

  /** @throws UnknownFault */
  statement(team: Code<'team'>): Statement {
    const { allotted, given, got, spent } = this.#account(team);
    let reserved = 0;
    for (const reservation of this.#reservations.values())
      if (reservation.team === team) reserved += reservation.span;
    return sealed({
      team,
      allotted,
      moved: got - given,
      reserved: seconds(reserved),
      spent: seconds(spent),
      left: seconds(allotted + got - given - spent - reserved),
      share: shareOf(spent, allotted),
    });
  }

  /** Who comes first where teams are as good as each other: least share spent, then most left, then by code. */
  standings(): readonly Statement[] {
    return ranked(
      [...this.#accounts.keys()].map((team) => this.statement(team)),
      lowFirst(({ share }) => share),
      highFirst(({ left }) => left),
      lowFirst(({ team }) => team),
    );
  }

  #account(team: Code<'team'>): Account {
    return demandKnown(this.#accounts.get(team), team);
  }
}
