import type { Clock, Code, Journal, Outcome, Slot, Span, Tick } from '../kernel/index.ts';
import {
  CodeRoll,
  after,
  between,
  clockText,
  demand,
  demandKnown,
  demandTurn,
  granted,
  highFirst,
  hours,
  lengthOf,
  lowFirst,
  ranked,
  refused,
  sealed,
  seconds,
  slot,
} from '../kernel/index.ts';
import type { ObservingRequest, VisibilityFinder } from '../plan/index.ts';
import { request } from '../plan/index.ts';
import type { QuotaBook } from './quota-book.ts';
import type { WeatherWatch } from './weather-watch.ts';

/** Time of the telescope that a request has. */
export interface Block {
  readonly code: Code<'block'>;
  readonly request: ObservingRequest;
  readonly slot: Slot;
}

/** A block that ended. */
export interface Report {
  readonly block: Block;
  readonly used: Span;
  readonly lost: Span;
  /** Whether the request got all of its time. */
  readonly done: boolean;
}

export interface Candidate {
  readonly request: ObservingRequest;
  readonly points: number;
}

/** What a queue asks before it gives time away. */
export interface Desk {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly finder: VisibilityFinder;
  readonly quota: QuotaBook;
  readonly weather: WeatherWatch;
}

/** Points of a step of urgency, and of a target that goes down soon: within {@link SOON} after its time. */
const URGENCY_POINTS = 10;
const SETTING_POINTS = 15;
const SOON = hours(1);

/** Points that a team loses with its whole allotment spent. */
const SPENT_POINTS = 20;

/** Gives one telescope to one request after the other, for one night. */
export class NightQueue {
  readonly night: Slot;
  readonly #desk: Desk;
  readonly #blocks = new CodeRoll('block');
  readonly #waiting = new Map<Code<'request'>, ObservingRequest>();
  #running: Block | undefined;

  constructor(night: Slot, desk: Desk) {
    this.night = sealed(night);
    this.#desk = desk;
  }

  /** The block that the telescope is busy with. */
  get running(): Block | undefined {
    return this.#running;
  }

  /** Requests that wait, by code. */
  waiting(): readonly ObservingRequest[] {
    return ranked(
      this.#waiting.values(),
      lowFirst(({ code }) => code),
    );
  }

  /**
   * Takes a request in.
   *
   * @throws UnknownFault for a team without allotment, TurnFault for a code that waits or runs already.
   * @throws InputFault for more time than the night has.
   */
  submit(asked: ObservingRequest): void {
    const checked = request(asked);
    this.#desk.quota.statement(checked.team);
    demand(checked.span <= lengthOf(this.night), 'span', 'must not be longer than the night');
    const isIn = this.#waiting.has(checked.code) || this.#running?.request.code === checked.code;
    demandTurn(!isIn, `${checked.code} is in the queue already`);
    this.#waiting.set(checked.code, checked);
  }

  /** Takes a request that waits out. @throws UnknownFault */
  withdraw(code: Code<'request'>): ObservingRequest {
    const found = demandKnown(this.#waiting.get(code), code);
    this.#waiting.delete(code);
    return found;
  }

  /**
   * Requests that could begin now and end before their target goes and the night ends: most points first, equals by
   * the shorter time, then by code. Points come from urgency and from targets that go down soon after; spent
   * allotments cost some, in proportion and rounded down.
   */
  candidates(): readonly Candidate[] {
    const now = this.#desk.clock.now();
    const found = this.waiting().flatMap((asked) => {
      const until = this.#seenUntil(asked, now);
      return until === undefined || after(now, asked.span) > until
        ? []
        : [{ request: asked, points: this.#points(asked, until, now) }];
    });
    return ranked(
      found,
      highFirst(({ points }) => points),
      lowFirst(({ request: { span } }) => span),
      lowFirst(({ request: { code } }) => code),
    );
  }

  /** Until when a target that can be seen now can be seen without a break. */
  #seenUntil({ band, target }: ObservingRequest, now: Tick): Tick | undefined {
    if (now < this.night.from || now >= this.night.until) return undefined;
    const [first] = this.#desk.finder.slots(target, band, slot(now, this.night.until));
    return first?.from === now ? first.until : undefined;
  }

  #points({ span, team, urgency }: ObservingRequest, until: Tick, now: Tick): number {
    const isSetting = between(after(now, span), until) < SOON;
    const { share } = this.#desk.quota.statement(team);
    return (
      urgency * URGENCY_POINTS +
      (isSetting ? SETTING_POINTS : 0) -
      Math.floor(Math.min(1, share) * SPENT_POINTS)
    );
  }

  /**
   * Starts the best candidate whom the weather lets and whose team has time left. Refused as busy while a block runs;
   * otherwise for what stopped the best candidate; as nothing due without candidates.
   */
  start(): Outcome<Block> {
    const { clock, journal, quota, weather } = this.#desk;
    if (this.#running !== undefined) return refused('busy', `${this.#running.code} runs`);
    let first: Outcome<never> | undefined;
    for (const { request: asked } of this.candidates()) {
      const open = weather.check(asked.band);
      const kept = open.granted ? quota.reserve(asked.team, asked.code, asked.span) : open;
      if (!kept.granted) {
        first ??= kept;
        continue;
      }
      const now = clock.now();
      const code = this.#blocks.next();
      this.#waiting.delete(asked.code);
      this.#running = sealed({ code, request: asked, slot: slot(now, after(now, asked.span)) });
      journal.write('queue', asked.code, `${code} until ${clockText(this.#running.slot.until)}`);
      return granted(this.#running);
    }
    return first ?? refused('nothing-due', `Nothing can begin at ${clockText(clock.now())}`);
  }

  /**
   * Ends the block that runs and charges its team: for the time up to now, but no longer than the block, less what the
   * weather held. A request that lost time waits again, for the time that it still needs.
   *
   * @throws TurnFault where nothing runs.
   */
  finish(): Report {
    const { clock, quota, weather } = this.#desk;
    const block = this.#running;
    demandTurn(block !== undefined, 'No block runs');
    const spent = Math.min(between(block.slot.from, clock.now()), lengthOf(block.slot));
    const lost = weather.lost(block.request.band, block.slot);
    const used = seconds(spent - lost);
    quota.spend(block.request.code, used, lost);
    this.#running = undefined;
    const done = used === block.request.span;
    if (!done) {
      const rest = seconds(block.request.span - used);
      this.#waiting.set(block.request.code, sealed({ ...block.request, span: rest }));
    }
    return sealed({ block, used, lost, done });
  }
}
