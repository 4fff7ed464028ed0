import { type Metric, passMetric } from './metrics.ts';
import type { Group } from './run-data.ts';

/** How far a group holds under meaning-preserving changes of its tasks. */
export interface Robustness {
  /** Variants a task has, the unchanged one included. */
  variants: number;
  tasks: number;
  /** pass@1 averaged over the variants of each task, then over tasks. */
  mean: number;
  /** pass@1 of the worst variant of each task, averaged over tasks. */
  worst: number;
  /** pass@1 by variant, over the same tasks. */
  byVariant: { name: string; value: number }[];
}

export const ROBUSTNESS =
  'Each task is tried unchanged and under every perturbation. Mean: pass@1 averaged over a task’s variants; worst of s: pass@1 of its worst variant; both averaged over the tasks that were scored under all of them.';

export function robustnessOf({ tasks, perturbed }: Group): Robustness | undefined {
  if (perturbed.size === 0) return undefined;
  const variants = [...(tasks.length > 0 ? [['unchanged', tasks] as const] : []), ...perturbed];
  const scores = variants.map(([name, samples]) => ({
    name,
    byTask: new Map(samples.flatMap((each) => estimateOf(passMetric(1), each) ?? [])),
  }));
  const common = [...(scores[0]?.byTask.keys() ?? [])].filter((id) =>
    scores.every(({ byTask }) => byTask.has(id)),
  );
  const averaged = (value: (id: string) => number) =>
    common.reduce((sum, id) => sum + value(id), 0) / Math.max(1, common.length);
  const ofTask = (id: string) => scores.map(({ byTask }) => byTask.get(id) ?? 0);
  return {
    variants: variants.length,
    tasks: common.length,
    mean: averaged((id) => ofTask(id).reduce((sum, score) => sum + score, 0) / variants.length),
    worst: averaged((id) => Math.min(...ofTask(id))),
    byVariant: scores.map(({ name, byTask }) => ({ name, value: averaged((id) => byTask.get(id) ?? 0) })),
  };
}

function estimateOf(metric: Metric, samples: Group['tasks'][number]): [[string, number]] | undefined {
  const part = metric.part(samples);
  return part === undefined ? undefined : [[samples.task.id, part.value / part.weight]];
}
