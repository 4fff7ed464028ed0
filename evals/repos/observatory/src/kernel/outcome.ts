import { TurnFault } from './faults.ts';
import { sealed } from './seal.ts';

/** Why the sky, the weather, the instruments or the rules of the network do not allow something. */
export type Reason =
  | 'below-horizon'
  | 'daylight'
  | 'airmass'
  | 'moon'
  | 'too-short'
  | 'saturated'
  | 'weather'
  | 'stale'
  | 'quota'
  | 'busy'
  | 'nothing-due'
  | 'no-match'
  | 'duplicate'
  | 'muted';

export interface Refusal {
  readonly reason: Reason;
  readonly detail: string;
}

/** What a question to the network comes to. A refusal is an answer, not an error. */
export type Outcome<T> =
  | { readonly granted: true; readonly value: T }
  | { readonly granted: false; readonly refusal: Refusal };

export const granted = <T>(value: T): Outcome<T> => sealed({ granted: true, value });

export const refused = (reason: Reason, detail: string): Outcome<never> =>
  sealed({ granted: false, refusal: { reason, detail } });

/** The value of a granted outcome. @throws TurnFault that says the reason, for a refusal. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.granted) return outcome.value;
  const { detail, reason } = outcome.refusal;
  throw new TurnFault(`${reason}: ${detail}`);
}
