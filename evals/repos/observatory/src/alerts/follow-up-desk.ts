import type { Clock, Code, Journal, Outcome, Tick } from '../kernel/index.ts';
import {
  CodeRoll,
  PLACES,
  between,
  clockText,
  codeOf,
  demand,
  demandKnown,
  demandTurn,
  demandWithin,
  granted,
  highFirst,
  hours,
  lowFirst,
  nameIn,
  ranked,
  refused,
  sealed,
  seconds,
  settle,
} from '../kernel/index.ts';
import type { ObservingRequest } from '../plan/index.ts';
import { request } from '../plan/index.ts';
import type { LightCurve } from '../reduction/index.ts';
import { medianOf } from '../reduction/index.ts';
import type { Target } from '../sky/index.ts';
import type { Alert, AlertRule, Sighted } from './rules.ts';
import { alertRule } from './rules.ts';

/** An alert within the quiet time of another is let through if its change is so many times as large. */
export const BEYOND = 1.5;

/** Nothing is more urgent. */
export const MOST_URGENT = 5;

/** Decides which changes of brightness are worth telescope time. */
export class FollowUpDesk {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #roll = new CodeRoll('alert');
  readonly #rules = new Map<Code<'rule'>, AlertRule>();
  readonly #mutedUntil = new Map<Code<'rule'>, Tick>();
  readonly #alerts = new Map<Code<'alert'>, Alert>();
  readonly #taken = new Set<Code<'alert'>>();

  constructor(clock: Clock, journal: Journal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** @throws TurnFault for a code that there is, InputFault for a rule that cannot be. */
  addRule(rule: AlertRule): void {
    const checked = alertRule(rule);
    demandTurn(!this.#rules.has(checked.code), `${checked.code} is there already`);
    this.#rules.set(checked.code, checked);
  }

  /** Silences a rule up to a tick; muting it again replaces that. @throws InputFault for a tick that is not ahead. */
  mute(code: Code<'rule'>, until: Tick): void {
    const rule = demandKnown(this.#rules.get(code), code);
    demand(until > this.#clock.now(), 'until', 'must lie ahead');
    this.#mutedUntil.set(rule.code, until);
  }

  /** When a rule is no longer muted; undefined where it is not. @throws UnknownFault */
  mutedUntil(code: Code<'rule'>): Tick | undefined {
    demandKnown(this.#rules.get(code), code);
    const until = this.#mutedUntil.get(code);
    return until !== undefined && until > this.#clock.now() ? until : undefined;
  }

  /** Rules that a change fulfils, muted or not: most urgent first, then the greater step, then by code. */
  rulesFor({ band, by, error }: Sighted): readonly AlertRule[] {
    const change = by > 0 ? 'fade' : 'flare';
    const size = Math.abs(by);
    return ranked(
      [...this.#rules.values()].filter(
        (rule) =>
          rule.band === band &&
          (rule.change ?? change) === change &&
          size >= rule.step &&
          size >= settle(rule.sure * error, PLACES.magnitude),
      ),
      highFirst(({ urgency }) => urgency),
      highFirst(({ step }) => step),
      lowFirst(({ code }) => code),
    );
  }

  /**
   * Makes an alert of a change, by the first of its rules that is not muted, and notes it on the target. Within the
   * quiet time of the newest alert of that rule on the target it is a duplicate, unless it is half again as large and
   * goes the same way: then it goes beyond that alert, and is a step more urgent. Refused as no match without rules
   * and as muted where all are.
   */
  offer(sighted: Sighted): Outcome<Alert> {
    demandWithin(sighted.error, 'error', 0, 5);
    demand(sighted.at <= this.#clock.now(), 'at', 'must not lie in the future');
    const rules = this.rulesFor(sighted);
    if (rules.length === 0) return refused('no-match', `No rule is about ${sighted.target}`);
    const rule = rules.find(({ code }) => this.mutedUntil(code) === undefined);
    if (rule === undefined) return refused('muted', `All rules about ${sighted.target} are muted`);
    const earlier = [...this.#alerts.values()].findLast(
      (alert) => alert.rule === rule.code && alert.sighted.target === sighted.target,
    );
    const isQuiet = earlier !== undefined && between(earlier.sighted.at, sighted.at) < rule.quiet;
    if (isQuiet && settle(sighted.by / earlier.sighted.by, PLACES.share) < BEYOND)
      return refused('duplicate', `${earlier.code} of ${clockText(earlier.sighted.at)} says it`);
    const alert: Alert = sealed({
      code: this.#roll.next(),
      rule: rule.code,
      sighted,
      urgency: Math.min(MOST_URGENT, rule.urgency + (isQuiet ? 1 : 0)),
      ...(isQuiet ? { beyond: earlier.code } : {}),
    });
    this.#alerts.set(alert.code, alert);
    this.#journal.write('alert', sighted.target, `${alert.code} by ${rule.code}`);
    return granted(alert);
  }

  /**
   * Offers the last point of a curve, for how far it lies from the median of those before it; refused as no match for
   * fewer than three of them.
   */
  offerCurve(curve: LightCurve): Outcome<Alert> {
    const points = curve.points();
    const last = points.at(-1);
    const usual = medianOf(points.slice(0, -1).map(({ magnitude }) => magnitude));
    if (last === undefined || usual === undefined || points.length < 4)
      return refused('no-match', `${curve.target} has too few points`);
    const by = settle(last.magnitude - usual, PLACES.magnitude);
    const { band, target } = curve;
    return this.offer({ target, band, at: last.at, by, error: last.error });
  }

  /** Alerts that nobody took, with the urgency that they have now: a step more for each full hour that they wait. */
  open(): readonly Alert[] {
    const now = this.#clock.now();
    const waiting = [...this.#alerts.values()].filter(({ code }) => !this.#taken.has(code));
    return ranked(
      waiting.map((alert) => {
        const steps = Math.floor(between(alert.sighted.at, now) / hours(1));
        return { ...alert, urgency: Math.min(MOST_URGENT, alert.urgency + steps) };
      }),
      highFirst(({ urgency }) => urgency),
      lowFirst(({ sighted }) => sighted.at),
      lowFirst(({ code }) => code),
    );
  }

  /**
   * Takes an alert and makes the request of it, for the team of its rule, with the urgency of now and the name of the
   * alert. An alert that goes beyond another asks for twice the time.
   *
   * @throws UnknownFault for no such alert, TurnFault the second time, InputFault for another target.
   */
  take(code: Code<'alert'>, target: Target): ObservingRequest {
    const alert = demandKnown(this.#alerts.get(code), code);
    demandTurn(!this.#taken.has(code), `${code} is taken already`);
    demand(target.code === alert.sighted.target, 'target', `must be ${alert.sighted.target}`);
    const rule = demandKnown(this.#rules.get(alert.rule), alert.rule);
    const urgency = this.open().find((one) => one.code === code)?.urgency ?? alert.urgency;
    this.#taken.add(code);
    return request({
      code: codeOf('request', `alert-${nameIn(code)}`),
      team: rule.team,
      target,
      band: rule.band,
      span: seconds(rule.span * (alert.beyond === undefined ? 1 : 2)),
      urgency,
    });
  }
}
