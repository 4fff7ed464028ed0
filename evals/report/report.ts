import { plural } from '../../src/report/format.ts';
import { compare } from '../score/compare.ts';
import { passMetric } from '../score/metrics.ts';
import { type Group, groupsOf, type RunData } from '../score/run-data.ts';
import {
  adjustedTogether,
  type GroupSummary,
  type PairSummary,
  type Summary,
  type SummaryOptions,
  summarize,
} from '../score/summary.ts';
import { type Definition, definitionsOf } from './definitions.ts';

/** What a report shows: one run, or two side by side. */
export interface Report {
  schemaVersion: 1;
  title: string;
  runs: { name: string; summary: Summary }[];
  /** Pairs to show: those inside the one run, or each group of the first run with its like in the second. */
  comparisons: PairSummary[];
}

export function reportOf(run: RunData, options: SummaryOptions = {}): Report {
  const summary = summarize(run, options);
  return {
    schemaVersion: 1,
    title: `Run ${run.plan.id}`,
    runs: [{ name: '', summary }],
    comparisons: summary.comparisons,
  };
}

/**
 * Two runs: each row of the first with the same row, model and description of the second; where the second has not
 * that model, with the same row under the models that only it has. Runs of one group each are compared as they are.
 */
export function comparisonOf(first: RunData, second: RunData, options: SummaryOptions = {}): Report {
  const [ofFirst, ofSecond] = [groupsOf(first), groupsOf(second)];
  const isOne = ofFirst.length === 1 && ofSecond.length === 1;
  const pairs = ofFirst.flatMap((a) =>
    (isOne ? ofSecond : likeOf(a, ofSecond, first.plan.models)).map((b) => ({
      labelA: `A ${a.label}`,
      labelB: `B ${b.label}`,
      ...compare(passMetric(1), a.tasks, b.tasks, first.plan.seed),
    })),
  );
  return {
    schemaVersion: 1,
    title: `${first.plan.id} and ${second.plan.id}`,
    runs: [
      { name: 'A', summary: summarize(first, options) },
      { name: 'B', summary: summarize(second, options) },
    ],
    comparisons: adjustedTogether(pairs),
  };
}

function likeOf(
  { row, model, description }: Group,
  others: readonly Group[],
  models: readonly string[],
): Group[] {
  const alike = others.filter((other) => other.row.name === row.name && other.description === description);
  const same = alike.filter((other) => other.model === model);
  return same.length > 0 ? same : alike.filter((other) => !models.includes(other.model));
}

/** Groups of all runs as the report names them. */
export const groupsIn = ({ runs }: Report): GroupSummary[] =>
  runs.flatMap(({ name, summary }) =>
    summary.groups.map((group) => (name === '' ? group : { ...group, label: `${name} ${group.label}` })),
  );

/** Metrics of all runs, each once. */
export const metricsIn = ({ runs }: Report): Summary['metrics'] => [
  ...new Map(runs.flatMap(({ summary }) => summary.metrics.map((metric) => [metric.id, metric]))).values(),
];

/** Below this many tasks a report says that its numbers are small. */
const SMALL = 30;

/** What a reader must know before the figures, one sentence each. */
export function cautions(report: Report): string[] {
  if (groupsIn(report).length === 0) return ['Nothing was run.'];
  const groups = groupsIn(report);
  const sum = (count: (group: GroupSummary) => number) =>
    groups.reduce((total, group) => total + count(group), 0);
  const unscored = sum(({ counts }) => counts.infrastructure);
  const disqualified = sum(({ counts }) => counts.disqualified);
  const notRun = sum(({ counts }) => counts.notRun);
  const isPairOfStrangers = report.runs.length > 1 && report.comparisons.length === 0;
  const unknown = report.runs.reduce((total, { summary }) => total + summary.unknownTasks, 0);
  const fewest = Math.min(...groups.map(({ tasks }) => tasks));
  const isSmall = fewest < SMALL;
  const uneven = new Set(groups.map(({ tasks }) => tasks)).size > 1;
  return [
    ...(isSmall
      ? [
          `Small numbers: ${plural(fewest, 'task')} in a row of the table. Read the intervals, not the figures alone.`,
        ]
      : []),
    ...(uneven
      ? ['Rows were scored on unlike sets of tasks; only paired comparisons are over the same ones.']
      : []),
    ...(unscored > 0
      ? [`${plural(unscored, 'cell')} ended in infrastructure failures; they enter no figure.`]
      : []),
    ...(disqualified > 0
      ? [
          `${plural(disqualified, 'cell')} disqualified: never solved, and counted apart from the model’s failures.`,
        ]
      : []),
    ...(notRun > 0 ? [`${plural(notRun, 'cell')} not run yet.`] : []),
    ...(isPairOfStrangers ? ['The two runs have no row in common: nothing was compared.'] : []),
    ...(unknown > 0
      ? [
          `${plural(unknown, 'task')} of the plan not found on this machine: what was scored on them enters no figure.`,
        ]
      : []),
    ...report.runs.flatMap(({ name, summary: { plan } }) =>
      plan.playedBy === undefined
        ? []
        : [`${name ? `${name}: a` : 'A'}nswers were not a provider’s: ${plan.playedBy}.`],
    ),
  ];
}

/** Everything that a figure in a report means, in the order of the report. */
export const definitions = (report: Report): Definition[] =>
  definitionsOf(metricsIn(report), report.runs[0]?.summary.resampled ?? 'tasks');

/** What was asked for, as pairs of name and value. */
export function facts({ plan }: Summary): [string, string][] {
  const { limits } = plan;
  const bounds = [
    `${limits.attempts} attempts`,
    `${limits.toolCallsPerRound} look-ups a round`,
    ...(limits.tokens === undefined ? [] : [`${limits.tokens} tokens`]),
    ...(limits.cost === undefined ? [] : [`cost ${limits.cost}`]),
    ...(limits.seconds === undefined ? [] : [`${limits.seconds} s`]),
  ];
  return [
    ['suite', plan.suite],
    ['started', plan.started.slice(0, 16).replace('T', ' ')],
    ['tasks', String(plan.tasks.length)],
    ['samples', String(plan.samples)],
    [plan.models.length === 1 ? 'model' : 'models', plan.models.join(', ')],
    ...(plan.playedBy === undefined ? [] : [['played by', plan.playedBy] satisfies [string, string]]),
    ['limits', bounds.join(', ')],
    [
      'versions',
      Object.entries(plan.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['seed', String(plan.seed)],
  ];
}
