import type { AttemptScore, Outcome } from '../run/schema.ts';
import { type Part, ratio } from './bootstrap.ts';
import { fixedMetric } from './metrics.ts';
import type { TaskSamples } from './run-data.ts';

/** Where a group stands after so many attempts. */
export interface Round {
  round: number;
  /** Share of samples solved had the loop ended after this round, averaged over tasks. */
  solved: number;
  /** Of the samples that failed on the round before and made this one, the share that it solved. */
  fixed: number | undefined;
  /** Samples that made this round. */
  made: number;
}

/** A step of a curve: `solved` holds from `tokens` on. */
export interface Step {
  tokens: number;
  solved: number;
}

/** The attempts of a sample as they count: the last one gives way to the class that the loop ended with. */
function course({ attempts, final }: Outcome): { tokens: number; solved: boolean }[] {
  const inOrder = [...attempts].sort((a, b) => a.attempt - b.attempt);
  return inOrder.map((attempt: AttemptScore, index) => ({
    tokens: attempt.tokens,
    solved: index === inOrder.length - 1 ? (final ?? attempt).solved : attempt.solved,
  }));
}

export function roundsOf(tasks: readonly TaskSamples[], rounds: number): Round[] {
  return Array.from({ length: rounds }, (_, index) => {
    const round = index + 1;
    const solved = tasks.map(({ scored }): Part => {
      const ended = scored.filter((outcome) => course(outcome).slice(0, round).at(-1)?.solved);
      return { value: ended.length / scored.length, weight: 1 };
    });
    const fixed = fixedMetric(round);
    return {
      round,
      solved: ratio(solved) ?? 0,
      fixed: round === 1 ? undefined : ratio(tasks.flatMap((task) => fixed.part(task) ?? [])),
      made: tasks.reduce(
        (sum, { scored }) => sum + scored.filter(({ attempts }) => attempts.length >= round).length,
        0,
      ),
    };
  });
}

/** Share of samples solved within so many tokens, averaged over tasks; steps in the order of tokens, from (0, 0). */
export function tokenCurve(tasks: readonly TaskSamples[]): Step[] {
  const changes = tasks
    .flatMap(({ scored }) =>
      scored.flatMap((outcome) => {
        let before = false;
        return course(outcome).flatMap(({ tokens, solved }) => {
          const change = Number(solved) - Number(before);
          before = solved;
          return change === 0 ? [] : [{ tokens, change: change / scored.length / tasks.length }];
        });
      }),
    )
    .sort((a, b) => a.tokens - b.tokens);
  const steps: Step[] = [{ tokens: 0, solved: 0 }];
  let solved = 0;
  for (const { tokens, change } of changes) {
    solved = Math.max(0, solved + change);
    const last = steps.at(-1);
    if (last?.tokens === tokens) last.solved = solved;
    else steps.push({ tokens, solved });
  }
  return steps;
}
