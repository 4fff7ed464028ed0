import { createHash } from 'node:crypto';
import type { AttemptScore, Outcome } from '../run/schema.ts';
import type { RunData } from '../score/run-data.ts';
import type { EvalTask, TestSet } from '../task/schema.ts';

/**
 * The run as facts alone: ids, counts, codes, hashes. Descriptions, notes, names of tests and of symbols, and reasons
 * beyond their code are hashed, so that every metric stays the same to the digit and two runs can still be compared.
 */
export function withoutSources(run: RunData): RunData {
  return {
    plan: run.plan,
    cells: run.cells,
    tasks: run.tasks.map(bareTask),
    outcomes: run.outcomes.map(bareOutcome),
  };
}

const hashed = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

const bareTests = ({ file, ids }: TestSet): TestSet => ({ file, ids: ids.map(hashed) });

function bareTask(task: EvalTask): EvalTask {
  const { detailed, sketchy } = task.descriptions;
  return {
    ...task,
    source: task.source.kind === 'local' ? { ...task.source, path: hashed(task.source.path) } : task.source,
    visible: task.visible.map(bareTests),
    heldOut: task.heldOut.map(bareTests),
    descriptions: {
      detailed: { text: hashed(detailed.text), by: detailed.by },
      sketchy: { text: hashed(sketchy.text), by: sketchy.by },
    },
    reference: { ...task.reference, symbols: task.reference.symbols.map(hashed) },
    notes: [],
  };
}

/** The code at the beginning of a reason such as `copied: 0.95 of the reference`. */
const CODE = /^[a-z][a-z0-9-]*(?=$|:)/;

function bareOutcome({ reason, final, session: _, ...outcome }: Outcome): Outcome {
  return {
    ...outcome,
    ...(reason === undefined ? {} : { reason: CODE.exec(reason)?.[0] ?? hashed(reason) }),
    ...(final === undefined ? {} : { final: bareAttempt(final) }),
    attempts: outcome.attempts.map(bareAttempt),
    symbols: outcome.symbols.map(hashed),
  };
}

const bareAttempt = (attempt: AttemptScore): AttemptScore => ({
  ...attempt,
  heldOut: { ...attempt.heldOut, failed: attempt.heldOut.failed.map(hashed) },
});
