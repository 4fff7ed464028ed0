import type { Code, Span } from '../kernel/index.ts';
import { demand, demandWhole, sealed } from '../kernel/index.ts';
import type { Band, Target } from '../sky/index.ts';

/** What a team asks for. */
export interface ObservingRequest {
  readonly code: Code<'request'>;
  readonly team: Code<'team'>;
  readonly target: Target;
  readonly band: Band;
  /** Time on the target. */
  readonly span: Span;
  /** 1, whenever there is nothing else, to 5, tonight. */
  readonly urgency: number;
}

/** @throws InputFault for no time and for an urgency that there is not. */
export function request(asked: ObservingRequest): ObservingRequest {
  demand(asked.span > 0, 'span', 'must be more than none');
  demandWhole(asked.urgency, 'urgency', 1, 5);
  return sealed(asked);
}
