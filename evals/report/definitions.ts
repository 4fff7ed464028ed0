import { CAUSES } from '../score/causes.ts';
import { P_VALUE } from '../score/compare.ts';
import type { Metric } from '../score/metrics.ts';
import { ROBUSTNESS } from '../score/robustness.ts';

export interface Definition {
  name: string;
  definition: string;
}

/** What every figure of a report means, in the report's order; reports and evals/README.md show these. */
export const definitionsOf = (
  metrics: readonly Pick<Metric, 'name' | 'definition'>[],
  resampled: 'tasks' | 'repositories',
): Definition[] => [
  ...metrics,
  {
    name: 'interval',
    definition: `95 % percentile bootstrap over ${resampled}, 2,000 resamples from the run’s seed. No width means that all ${resampled} gave the same value, not certainty.`,
  },
  {
    name: 'not from memory',
    definition:
      'The figure without the tasks that this model solves closed book, in this run or on record. Empty where there are none.',
  },
  { name: 'macro mean', definition: 'Mean over repositories of each repository’s own figure.' },
  {
    name: 'solved by round',
    definition:
      'Share of samples solved had the loop ended after this round, averaged over tasks. Below it: of the samples that failed on the round before and made this one, the share that this round solves.',
  },
  {
    name: 'solved by tokens',
    definition:
      'Share of samples whose latest attempt within so many tokens solves the task, averaged over tasks.',
  },
  { name: 'worst of s', definition: ROBUSTNESS },
  { name: 'p', definition: P_VALUE },
  { name: 'p (Holm)', definition: 'The same, adjusted for the number of comparisons in the table.' },
  ...CAUSES.map(({ name, definition }) => ({ name, definition })),
];

export const definitionList = (definitions: readonly Definition[]): string =>
  definitions.map(({ name, definition }) => `- **${name}**: ${definition}`).join('\n');
