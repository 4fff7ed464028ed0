import type { RunPlan } from '../run/schema.ts';
import { LEVELS } from '../task/schema.ts';
import { bootstrap, type Interval, type Part, ratio } from './bootstrap.ts';
import { type CauseId, failuresOf, type Tally } from './causes.ts';
import { type Comparison, compare, holm } from './compare.ts';
import { type Round, roundsOf, type Step, tokenCurve } from './curves.ts';
import { type Metric, metricsFor, passMetric } from './metrics.ts';
import { randomFrom } from './random.ts';
import { type Robustness, robustnessOf } from './robustness.ts';
import {
  type Counts,
  type Group,
  groupsOf,
  type RunData,
  repositoryOf,
  type TaskSamples,
} from './run-data.ts';

/** Everything that reports show, computed once: Markdown, JSON and HTML only lay it out. */
export interface Summary {
  schemaVersion: 1;
  plan: RunPlan;
  tasks: number;
  /** Tasks of the plan that are not known any more: their cells enter no figure. */
  unknownTasks: number;
  /** What intervals resample. */
  resampled: 'tasks' | 'repositories';
  metrics: Omit<Metric, 'part'>[];
  groups: GroupSummary[];
  /** Every pair of groups of one model and description, on the tasks that both have; closed-book ones are left out. */
  comparisons: PairSummary[];
}

/** A metric over some tasks. `value` is undefined where no task says anything about it. */
export interface Value {
  value: number | undefined;
  /** Of slices, for pass@k alone. */
  interval: Interval | undefined;
  /** Tasks that weigh. */
  tasks: number;
}

export type Values = Record<string, Value>;

export interface Slice {
  name: string;
  tasks: number;
  values: Values;
}

export interface GroupSummary {
  label: string;
  row: string;
  model: string;
  description: string;
  counts: Counts;
  tasks: number;
  values: Values;
  /** The same over tasks that the model did not solve closed book; undefined where none was tried or solved so. */
  notFromMemory: Slice | undefined;
  /** Mean over repositories of each repository's own value. */
  macro: Record<string, number | undefined>;
  levels: Slice[];
  repositories: Slice[];
  rounds: Round[];
  tokenCurve: Step[];
  causes: Tally<CauseId>[];
  codes: Tally<number>[];
  robustness: Robustness | undefined;
}

export interface PairSummary extends Comparison {
  labelA: string;
  labelB: string;
  /** The p-value among all of the report's comparisons, after Holm. */
  adjusted: number | undefined;
}

export interface SummaryOptions {
  /** Resample whole repositories: wider, and honest where tasks of one repository are alike. */
  clusterByRepository?: boolean;
}

export function summarize(run: RunData, { clusterByRepository = false }: SummaryOptions = {}): Summary {
  const metrics = metricsFor(run.plan.samples);
  const groups = groupsOf(run);
  return {
    schemaVersion: 1,
    plan: run.plan,
    tasks: run.plan.tasks.length,
    unknownTasks: run.plan.tasks.length - new Set(run.tasks.map(({ id }) => id)).size,
    resampled: clusterByRepository ? 'repositories' : 'tasks',
    metrics: metrics.map(({ part: _, ...described }) => described),
    groups: groups.map((group) => summaryOf(group, run, metrics, clusterByRepository)),
    comparisons: pairsOf(groups, run.plan.seed),
  };
}

function summaryOf(group: Group, run: RunData, metrics: readonly Metric[], cluster: boolean): GroupSummary {
  const { label, tasks } = group;
  const seed = [run.plan.seed, label] as const;
  const sliced = (name: string, chosen: readonly TaskSamples[], isWhole = false): Slice => ({
    name,
    tasks: chosen.length,
    values: Object.fromEntries(
      metrics.map((metric) => [
        metric.id,
        estimateOf(
          metric,
          chosen,
          isWhole || metric.id.startsWith('pass@') ? randomFrom(...seed, name, metric.id) : undefined,
          cluster,
        ),
      ]),
    ),
  });
  const byRepository = Map.groupBy(tasks, ({ task }) => repositoryOf(task));
  const repositories = [...byRepository].map(([name, chosen]) => sliced(name, chosen));
  const levels = LEVELS.flatMap((level) => {
    const chosen = tasks.filter(({ task }) => task.level === level);
    return chosen.length === 0 ? [] : [sliced(level, chosen)];
  });
  const anyFromMemory = tasks.some(({ closedBook }) => closedBook === true);
  return {
    label,
    row: group.row.name,
    model: group.model,
    description: group.description,
    counts: group.counts,
    tasks: tasks.length,
    values: sliced('', tasks, true).values,
    notFromMemory: anyFromMemory
      ? sliced(
          'not from memory',
          tasks.filter(({ closedBook }) => closedBook !== true),
        )
      : undefined,
    macro: Object.fromEntries(metrics.map(({ id }) => [id, macroMean(repositories, id)])),
    levels,
    repositories,
    rounds: roundsOf(tasks, roundsMade(run)),
    tokenCurve: tokenCurve(tasks),
    ...failuresOf(tasks),
    robustness: robustnessOf(group),
  };
}

function estimateOf(
  metric: Metric,
  tasks: readonly TaskSamples[],
  random: (() => number) | undefined,
  clusterByRepository: boolean,
): Value {
  const weighing = tasks.flatMap((samples) => {
    const part = metric.part(samples);
    return part === undefined ? [] : [{ repository: repositoryOf(samples.task), part }];
  });
  const clusters: Part[][] = clusterByRepository
    ? [...Map.groupBy(weighing, ({ repository }) => repository).values()].map((alike) =>
        alike.map(({ part }) => part),
      )
    : weighing.map(({ part }) => [part]);
  return {
    value: ratio(weighing.map(({ part }) => part)),
    interval: random && bootstrap(clusters, random),
    tasks: weighing.length,
  };
}

function macroMean(slices: readonly Slice[], id: string): number | undefined {
  const values = slices.flatMap(({ values }) => values[id]?.value ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const roundsMade = ({ outcomes }: RunData): number =>
  Math.max(1, ...outcomes.map(({ attempts }) => attempts.length));

function pairsOf(groups: readonly Group[], seed: number): PairSummary[] {
  const open = groups.filter(({ row }) => !row.closedBook);
  const pairs = open.flatMap((a, index) =>
    open
      .slice(index + 1)
      .filter((b) => b.model === a.model && b.description === a.description)
      .map((b) => ({ labelA: a.label, labelB: b.label, ...compare(passMetric(1), a.tasks, b.tasks, seed) })),
  );
  return adjustedTogether(pairs);
}

/** The pairs with p-values as they hold among so many. */
export function adjustedTogether(pairs: readonly Omit<PairSummary, 'adjusted'>[]): PairSummary[] {
  const tested = pairs.flatMap(({ p }) => p ?? []);
  const adjusted = holm(tested);
  let next = 0;
  return pairs.map((pair) => ({ ...pair, adjusted: pair.p === undefined ? undefined : adjusted[next++] }));
}
