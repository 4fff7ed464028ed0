import type { AttemptScore, Outcome } from '../run/schema.ts';
import type { Part } from './bootstrap.ts';
import { passAtK } from './pass-at-k.ts';
import { heldOutCount, type TaskSamples } from './run-data.ts';

/**
 * Every metric in one place: its name, what it says, how it is computed. Documentation, reports and exports read
 * this table and nothing else.
 */
export interface Metric {
  id: string;
  name: string;
  unit: 'share' | 'number' | 'tokens' | 'seconds' | 'money';
  /** Which way is good; undefined where neither is. */
  better: 'higher' | 'lower' | undefined;
  definition: string;
  /** What one task adds; undefined where it says nothing about the metric. */
  part: (samples: TaskSamples) => Part | undefined;
}

/** Mean over the samples of a task; a task weighs 1 however many samples it has. */
function meanOf({ scored }: TaskSamples, value: (outcome: Outcome) => number | undefined): Part | undefined {
  const values = scored.map(value).filter((one) => one !== undefined);
  if (values.length === 0) return undefined;
  return { value: values.reduce((sum, one) => sum + one, 0) / values.length, weight: 1 };
}

/** Cases over occasions, each occasion weighing the same. */
function casesOf(
  { scored }: TaskSamples,
  count: (outcome: Outcome) => { cases: number; of: number },
): Part | undefined {
  let value = 0;
  let weight = 0;
  for (const outcome of scored) {
    const { cases, of } = count(outcome);
    value += cases;
    weight += of;
  }
  return weight === 0 ? undefined : { value, weight };
}

/** An attempt that brought no class came to level `none`. */
export const isClass = (attempt: AttemptScore | undefined): attempt is AttemptScore =>
  attempt !== undefined && attempt.level !== 'none';

const one = (holds: boolean): number => (holds ? 1 : 0);

/** pass@k for one k. */
export const passMetric = (k: number): Metric => ({
  id: `pass@${k}`,
  name: `pass@${k}`,
  unit: 'share',
  better: 'higher',
  definition:
    k === 1
      ? 'Share of samples that solve their task, averaged over tasks. Solved: the final class brings no new error from the repository’s own compiler, and every held-out test passes.'
      : `Chance that at least one of ${k} samples solves the task: unbiased estimate 1 − C(n−c, k) / C(n, k) from n scored samples of which c solve it (Chen et al. 2021), averaged over tasks. Tasks with fewer than ${k} scored samples are left out.`,
  part({ scored }) {
    const solved = scored.filter(({ final }) => final?.solved).length;
    const value = passAtK(scored.length, solved, k);
    return value === undefined ? undefined : { value, weight: 1 };
  },
});

/** Share of attempts `round` that solve the task, of those made after a failed one. */
export const fixedMetric = (round: number): Metric => ({
  id: `fixed@${round}`,
  name: `fixed on round ${round}`,
  unit: 'share',
  better: 'higher',
  definition: `Of the samples that failed on round ${round - 1} and made round ${round}, the share whose round ${round} solves the task. Judged by the held-out tests, which the model never sees.`,
  part: (samples) => casesOf(samples, (outcome) => fixed(outcome, round)),
});

function fixed({ attempts }: Outcome, round: number): { cases: number; of: number } {
  const before = attempts.find(({ attempt }) => attempt === round - 1);
  const now = attempts.find(({ attempt }) => attempt === round);
  if (before === undefined || now === undefined || before.solved) return { cases: 0, of: 0 };
  return { cases: one(now.solved), of: 1 };
}

const allTokens = ({ usage }: Outcome): number =>
  usage.input + usage.output + usage.cacheRead + usage.cacheWrite;

const others: readonly Metric[] = [
  {
    id: 'test-rate',
    name: 'test rate',
    unit: 'share',
    better: 'higher',
    definition:
      'Held-out tests that the final class passes, of all held-out tests of the task; a test that did not run counts as failed, nothing submitted as 0. Averaged over samples, then tasks.',
    part: (samples) =>
      meanOf(samples, ({ final }) => (final?.heldOut.passed ?? 0) / Math.max(1, heldOutCount(samples.task))),
  },
  {
    id: 'compile-rate',
    name: 'compile rate',
    unit: 'share',
    better: 'higher',
    definition:
      'Share of samples whose final class brings no new error from the repository’s own compiler; nothing submitted counts as not compiling.',
    part: (samples) => meanOf(samples, ({ final }) => one(final?.compiles === true)),
  },
  {
    id: 'first-attempt',
    name: 'first-attempt rate',
    unit: 'share',
    better: 'higher',
    definition: 'Share of samples whose first attempt solves the task, before any feedback.',
    part: (samples) =>
      meanOf(samples, ({ attempts }) => one(attempts.some(({ attempt, solved }) => attempt === 1 && solved))),
  },
  {
    id: 'fixed',
    name: 'fixed after a failure',
    unit: 'share',
    better: 'higher',
    definition:
      'Of all attempts made after a failed one, the share that solves the task. By round in the table of rounds.',
    part: (samples) =>
      casesOf(samples, (outcome) =>
        outcome.attempts
          .map(({ attempt }) => fixed(outcome, attempt))
          .reduce((sum, each) => ({ cases: sum.cases + each.cases, of: sum.of + each.of }), {
            cases: 0,
            of: 0,
          }),
      ),
  },
  {
    id: 'attempts',
    name: 'attempts',
    unit: 'number',
    better: 'lower',
    definition:
      'Attempts per sample: classes handed in, and answers that cost an attempt without bringing one.',
    part: (samples) => meanOf(samples, ({ attempts }) => attempts.length),
  },
  {
    id: 'wrongly-verified',
    name: 'verified but wrong',
    unit: 'share',
    better: 'lower',
    definition:
      'Of the samples that the loop itself called verified, the share that does not solve the task: what visible tests alone do not see.',
    part: (samples) =>
      casesOf(samples, ({ verdict, final }) => ({
        cases: one(verdict === 'verified' && final?.solved !== true),
        of: one(verdict === 'verified'),
      })),
  },
  {
    id: 'closed-book',
    name: 'closed-book rate',
    unit: 'share',
    better: undefined,
    definition:
      'Share of tasks that this model solves with the description and the target file alone: what it may know from memory. Of the tasks that were tried so.',
    part: ({ closedBook }) => (closedBook === undefined ? undefined : { value: one(closedBook), weight: 1 }),
  },
  {
    id: 'assumed',
    name: 'failures an assumption named',
    unit: 'share',
    better: 'higher',
    definition:
      'Of the held-out tests that the final class fails, the share that calls a member for which the model had stated an assumption.',
    part: (samples) =>
      casesOf(samples, ({ final, assumedFailures }) => ({
        cases: assumedFailures,
        of: !isClass(final) ? 0 : heldOutCount(samples.task) - final.heldOut.passed,
      })),
  },
  {
    id: 'invented',
    name: 'invented-member rate',
    unit: 'share',
    better: 'lower',
    definition:
      'Share of classes handed in that use, on a type of the repository or of a library, at least one member that the type does not have.',
    part: (samples) =>
      casesOf(samples, ({ attempts }) => ({
        cases: attempts.filter(({ inventedMembers }) => inventedMembers > 0).length,
        of: attempts.filter(isClass).length,
      })),
  },
  {
    id: 'reuse',
    name: 'dependency invocation rate',
    unit: 'share',
    better: 'higher',
    definition:
      'Reuse of the repository’s own symbols: of the declarations outside the class’s file that the reference uses, the share that the final class uses too. Over submitted classes of tasks whose reference uses any.',
    part(samples) {
      const wanted = new Set(samples.task.reference.symbols);
      if (wanted.size === 0) return undefined;
      return meanOf(samples, ({ final, symbols }) =>
        !isClass(final) ? undefined : new Set(symbols).intersection(wanted).size / wanted.size,
      );
    },
  },
  {
    id: 'any-rate',
    name: 'any and ts-ignore rate',
    unit: 'share',
    better: 'lower',
    definition:
      'Share of submitted classes whose final form has at least one `any`, `@ts-ignore` or `@ts-expect-error`.',
    part: (samples) =>
      meanOf(samples, ({ final, anys, ignores }) => (!isClass(final) ? undefined : one(anys + ignores > 0))),
  },
  {
    id: 'lint',
    name: 'lint findings',
    unit: 'number',
    better: 'lower',
    definition: 'Findings of the repository’s own linter in the final class, per submitted class.',
    part: (samples) =>
      meanOf(samples, ({ final, lintFindings }) => (isClass(final) ? lintFindings : undefined)),
  },
  {
    id: 'tool-calls',
    name: 'tool calls',
    unit: 'number',
    better: undefined,
    definition: 'Tool calls that the model made, per sample.',
    part: (samples) => meanOf(samples, ({ usage }) => usage.toolCalls),
  },
  {
    id: 'model-calls',
    name: 'model calls',
    unit: 'number',
    better: 'lower',
    definition: 'Requests to the model, per sample.',
    part: (samples) => meanOf(samples, ({ usage }) => usage.modelCalls),
  },
  {
    id: 'tokens',
    name: 'tokens',
    unit: 'tokens',
    better: 'lower',
    definition: 'Tokens per sample: input, output, read from and written to the provider’s cache.',
    part: (samples) => meanOf(samples, allTokens),
  },
  {
    id: 'output-tokens',
    name: 'output tokens',
    unit: 'tokens',
    better: 'lower',
    definition: 'Tokens that the model wrote, per sample.',
    part: (samples) => meanOf(samples, ({ usage }) => usage.output),
  },
  {
    id: 'cost',
    name: 'cost',
    unit: 'money',
    better: 'lower',
    definition:
      'Money per sample, in the currency of the configured prices. Empty where no price was configured: nothing is guessed.',
    part: (samples) => meanOf(samples, ({ usage }) => usage.cost),
  },
  {
    id: 'seconds',
    name: 'wall time',
    unit: 'seconds',
    better: 'lower',
    definition: 'Seconds per sample from start to end, waiting for the model included, scoring left out.',
    part: (samples) => meanOf(samples, ({ seconds }) => seconds),
  },
];

/** The metrics of a run with so many samples of each cell: pass@1, pass@k for usual k and for all samples, the rest. */
export function metricsFor(samples: number): Metric[] {
  const ks = [...new Set([1, 3, 5, 10, samples])].filter((k) => k <= samples).sort((a, b) => a - b);
  return [...ks.map(passMetric), ...others];
}
