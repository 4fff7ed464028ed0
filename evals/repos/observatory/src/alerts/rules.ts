import type { Code, Span, Tick } from '../kernel/index.ts';
import { demand, demandWhole, demandWithin, sealed } from '../kernel/index.ts';
import type { Band } from '../sky/index.ts';

/** Which way a change goes: `fade` to less light, `flare` to more. */
export type Change = 'fade' | 'flare';

/** What a team wants to hear of, and what it wants to observe then. */
export interface AlertRule {
  readonly code: Code<'rule'>;
  readonly team: Code<'team'>;
  readonly band: Band;
  /** Both where it is left out. */
  readonly change?: Change;
  /** Magnitudes that it has to change by, at least. */
  readonly step: number;
  /** Errors that the change has to be worth, at least. */
  readonly sure: number;
  /** After an alert on a target, none on the same target for so long. */
  readonly quiet: Span;
  readonly urgency: number;
  /** Time of the observation that follows. */
  readonly span: Span;
}

/** @throws InputFault */
export function alertRule(rule: AlertRule): AlertRule {
  demandWithin(rule.step, 'step', 0.001, 40);
  demandWithin(rule.sure, 'sure', 0, 1000);
  demandWhole(rule.urgency, 'urgency', 1, 5);
  demand(rule.span > 0, 'span', 'must be more than none');
  return sealed(rule);
}

/** A target is not as bright as it was. */
export interface Sighted {
  readonly target: Code<'target'>;
  readonly band: Band;
  readonly at: Tick;
  /** Magnitudes: more than none is a fade. */
  readonly by: number;
  readonly error: number;
}

export interface Alert {
  readonly code: Code<'alert'>;
  readonly rule: Code<'rule'>;
  readonly sighted: Sighted;
  readonly urgency: number;
  /** The alert that this one goes beyond. */
  readonly beyond?: Code<'alert'>;
}
