import { usageError } from '../errors.ts';
import type { Task } from './task.ts';
import { isWithout } from './without.ts';

/**
 * A strategy is data of the one loop. `rrr` is Retrieve-Repotools-Reflect (arXiv 2405.01573); the others are the
 * baselines that its paper compares with, run by the same loop under the same checks.
 */
export interface Strategy {
  /** What the first prompt holds beyond the task and the target file; `each-round` retrieves again by the last attempt's code. */
  retrieval: 'none' | 'once' | 'each-round';
  /** Whether the model may look things up, before its first submission and after each failed one. */
  lookUps: boolean;
  /** Whether the model sees what the checks reported. */
  feedback: boolean;
  /** Whether a revision has to be preceded by a typed reflection on the report. */
  reflect: boolean;
  /** Upper bound of attempts that the method itself has, whatever the budget. */
  maxAttempts: number;
}

export const strategies = {
  basic: { retrieval: 'none', lookUps: false, feedback: false, reflect: false, maxAttempts: 1 },
  rag: { retrieval: 'once', lookUps: false, feedback: false, reflect: false, maxAttempts: 1 },
  repocoder: {
    retrieval: 'each-round',
    lookUps: false,
    feedback: false,
    reflect: false,
    maxAttempts: Infinity,
  },
  reflexion: { retrieval: 'none', lookUps: false, feedback: true, reflect: true, maxAttempts: Infinity },
  rrr: { retrieval: 'once', lookUps: true, feedback: true, reflect: true, maxAttempts: Infinity },
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;
export const strategyNames = Object.keys(strategies) as StrategyName[];

const isStrategyName = (name: string): name is StrategyName => Object.hasOwn(strategies, name);

/** A task's strategy, less what an ablation takes away. */
export function strategyOf(task: Task): Strategy {
  const strategy = strategyNamed(task.strategy);
  return {
    ...strategy,
    retrieval: isWithout(task, 'retrieve') ? 'none' : strategy.retrieval,
    reflect: strategy.reflect && !isWithout(task, 'reflect'),
  };
}

export function strategyNamed(name: string): Strategy {
  if (!isStrategyName(name))
    throw usageError(
      'unknown-strategy',
      `There is no strategy "${name}".`,
      `Choose one of ${strategyNames.join(', ')}.`,
    );
  return strategies[name];
}
