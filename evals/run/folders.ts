import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { usageError } from '../../src/errors.ts';
import { nearest } from '../../src/nearest.ts';
import { stateDir } from '../../src/paths.ts';
import type { RunData } from '../score/run-data.ts';
import { loadSuite } from '../task/load.ts';
import type { EvalTask } from '../task/schema.ts';
import { openStore } from './store.ts';

/** Where runs lie that were given no folder of their own. */
export const runsDir = (): string => join(stateDir(), 'evals-runs');

/** `20261123-194050`: sorts by time, and says when. */
export const runId = (started: Date): string =>
  started.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);

/** The folder of a run, by its path or by its id. */
export function runFolder(run: string, cwd = process.cwd()): string {
  const path = isAbsolute(run) ? run : resolve(cwd, run);
  const known = join(runsDir(), run);
  for (const folder of [path, known]) if (existsSync(join(folder, 'run.sqlite'))) return folder;
  const ids = existsSync(runsDir()) ? readdirSync(runsDir()) : [];
  const near = nearest(run, ids, 1);
  throw usageError(
    'no-run',
    `There is no run ${run}.`,
    near.length > 0 ? `Did you mean ${near[0]}?` : 'Give the folder that eval run named, or its id.',
  );
}

/** All that scoring and reporting need of a run, as it stands now. */
export async function readRun(folder: string): Promise<RunData> {
  const store = await openStore(folder, { readOnly: true });
  try {
    const plan = store.plan();
    const cells = store.cells().map(({ state: _, since: __, infrastructure: ___, ...cell }) => cell);
    return { plan, cells, outcomes: store.outcomes(), tasks: tasksOf(plan.tasks, store.settings().suite) };
  } finally {
    store.close();
  }
}

/** The tasks of a suite with these ids, in their order; those that are gone are left out. */
export function tasksOf(ids: readonly string[], suite: string): EvalTask[] {
  const tasks = new Map(loadSuite(suite).map(({ task }) => [task.id, task]));
  return ids.flatMap((id) => tasks.get(id) ?? []);
}
