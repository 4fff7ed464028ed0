import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockTarget } from '../../src/apply/target-lock.ts';
import { ClasswrightError, checksError, usageError } from '../../src/errors.ts';
import { openModel } from '../../src/model/index.ts';
import { type Prepared, prepareTask } from '../task/prepare.ts';
import { EvalTask } from '../task/schema.ts';
import { type ClassScore, scoreClass } from '../task/score.ts';
import { attempt } from './attempt.ts';
import type { AttemptRequest } from './attempt-request.ts';
import { readLogs } from './logs.ts';
import { perturber, type Reword } from './perturb/index.ts';
import { rewordTask } from './perturb/reword.ts';
import { keepRecording } from './recordings.ts';
import { type Cell, type Outcome, Row, type RunPlan } from './schema.ts';
import { scoreCell, scoreKey } from './score-cell.ts';
import type { RunSettings, Store, StoredCell } from './store.ts';

export interface ExecuteOptions {
  store: Store;
  tasks: readonly EvalTask[];
  workers: number;
  /** Seconds after which a cell counts as hanging. */
  cellTimeout: number;
  /** Try again what the harness, not the model, failed at. */
  retryFailed: boolean;
  /** Score the logs anew and run nothing. */
  scoreOnly: boolean;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

export interface Progress {
  cell: StoredCell;
  done: number;
  total: number;
  outcome: Outcome;
}

/**
 * Runs what is pending of a run, several cells at a time, and scores it. Whatever happened before is kept: a cell
 * whose process died goes on from its log, one that was answered is only scored. Resolves when nothing is left to
 * do, or soon after the signal.
 */
export async function execute(options: ExecuteOptions): Promise<void> {
  const { store, signal } = options;
  const lock = await lockTarget(store.folder, 'run', join(store.folder, 'lock'));
  try {
    const run = openRun(options);
    const total = store.cells().length;
    const queue = [...run.due()];
    let done = total - queue.length;
    const work = async () => {
      for (let cell = queue.shift(); cell && !signal.aborted; cell = queue.shift()) {
        const outcome = await run.work(cell);
        if (!outcome) {
          store.stopped(cell.id);
          continue;
        }
        store.scored(outcome);
        options.onProgress({ cell, done: ++done, total, outcome });
      }
    };
    await Promise.all(Array.from({ length: options.workers }, work));
    // Scoring anew makes them again: nobody needs their dependencies until then.
    if (!signal.aborted) await rm(join(store.folder, 'prepared'), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

function openRun(options: ExecuteOptions) {
  const { store, signal } = options;
  const plan = store.plan();
  const settings = store.settings();
  const prepared = preparing(options, plan, settings);
  const fresh = new Map<string, Promise<ClassScore>>();

  /** Once for each text in the run: a second cell that brings it waits for the first. */
  const scorerOf = (cell: Cell) => (ready: Prepared, text: string) => {
    const key = scoreKey(ready, cell, text);
    let score = fresh.get(key);
    if (!score) {
      score = scoreOnce(key, ready, text);
      fresh.set(key, score);
      score.catch(() => fresh.delete(key));
    }
    return score;
  };
  const scoreOnce = async (key: string, ready: Prepared, text: string): Promise<ClassScore> => {
    const known = options.scoreOnly ? undefined : store.score(key);
    if (known) return known;
    const { sandbox } = settings;
    const score = await scoreClass(ready, text, {
      sandbox,
      testTimeoutMs: settings.testTimeout * 1000,
      signal,
    });
    if (score.infrastructure === undefined) store.keepScore(key, score);
    return score;
  };

  const folderOf = (cell: Cell) => join(store.folder, 'sessions', cell.id);

  const answer = async (cell: StoredCell, ready: Prepared): Promise<string | undefined | 'interrupted'> => {
    if (cell.state === 'attempted' || cell.state === 'done') return cell.infrastructure;
    store.started(cell.id);
    const request = requestOf(cell, ready, plan, settings, folderOf(cell), store.folder);
    const end = await attempt(request, { signal, timeoutMs: options.cellTimeout * 1000 });
    if (end.status === 'interrupted') return 'interrupted';
    const infrastructure = end.status === 'infrastructure' ? end.reason : undefined;
    if (settings.record) await keepRecording(request.folder, join(settings.record, `${cell.id}.jsonl`));
    store.attempted(cell.id, infrastructure);
    return infrastructure;
  };

  return {
    due(): StoredCell[] {
      if (options.retryFailed)
        for (const { cell, status } of store.outcomes()) if (status === 'infrastructure') store.again(cell);
      const cells = store.cells();
      return options.scoreOnly
        ? cells.filter(({ state }) => state === 'attempted' || state === 'done')
        : cells.filter(({ state }) => state !== 'done');
    },
    /** Undefined where it was stopped. */
    async work(cell: StoredCell): Promise<Outcome | undefined> {
      const failed = (reason: string) => failedOutcome(cell, reason);
      try {
        const ready = await prepared(cell);
        const infrastructure = await answer(cell, ready);
        if (infrastructure === 'interrupted') return undefined;
        const logs = await readLogs(folderOf(cell));
        return await scoreCell(
          { cell, prepared: ready, logs, folder: store.folder, infrastructure },
          scorerOf(cell),
        );
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!(error instanceof ClasswrightError)) throw error;
        return failed([error.message, error.advice].filter(Boolean).join(' '));
      }
    },
  };
}

/** What could not even be tried. */
const failedOutcome = (cell: Cell, reason: string): Outcome => ({
  cell: cell.id,
  status: 'infrastructure',
  reason,
  attempts: [],
  copied: 0,
  anys: 0,
  ignores: 0,
  lintFindings: 0,
  symbols: [],
  assumedFailures: 0,
  usage: { modelCalls: 0, toolCalls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  seconds: 0,
});

/**
 * Each task is prepared once in a process, one after the other, always at the same path: a resumed session finds its
 * repository where it was. A perturbation under which the reference fails is refused.
 */
function preparing({ store, tasks, signal }: ExecuteOptions, plan: RunPlan, settings: RunSettings) {
  const reword = rewording(store, plan, settings, signal);
  const known = new Map<string, Promise<Prepared>>();
  let last: Promise<unknown> = Promise.resolve();
  const prepare = async ({ task: id, perturbation }: Cell, folder: string): Promise<Prepared> => {
    const task = tasks.find((one) => one.id === id);
    if (!task)
      throw usageError('unknown-task', `The suite has no task ${id} any more.`, 'Start a new run for it.');
    await rm(folder, { recursive: true, force: true });
    const ready = await prepareTask(task, {
      folder,
      signal,
      ...(settings.reposDir === undefined ? {} : { reposDir: settings.reposDir }),
      ...(perturbation
        ? { perturb: { perturbation, apply: await perturber(perturbation, task, reword) } }
        : {}),
    });
    if (perturbation) {
      const { compiles, heldOut } = await scoreClass(ready, ready.reference.fileText, {
        sandbox: settings.sandbox,
        testTimeoutMs: settings.testTimeout * 1000,
        signal,
      });
      if (!compiles || heldOut.passed < heldOut.total)
        throw checksError(
          'perturbation-refused',
          `${perturbation.kind} (seed ${perturbation.seed}) changes what ${id} means: its reference ${compiles ? `passes ${heldOut.passed} of ${heldOut.total} tests` : 'does not compile'}.`,
          'Leave this one out, or take another seed.',
        );
    }
    return ready;
  };
  return (cell: Cell): Promise<Prepared> => {
    const { kind, seed } = cell.perturbation ?? { kind: '', seed: '' };
    const name = [cell.task.replaceAll('/', '.'), kind, seed].filter((part) => part !== '').join('--');
    let ready = known.get(name);
    if (!ready) {
      ready = last.then(() => prepare(cell, join(store.folder, 'prepared', name)));
      last = ready.catch(() => {});
      known.set(name, ready);
    }
    return ready;
  };
}

/** Descriptions in other words by the run's first model, asked for once in a run and kept. */
function rewording(store: Store, plan: RunPlan, settings: RunSettings, signal: AbortSignal): Reword {
  return async (task, seed) => {
    const name = `reword--${task.id.replaceAll('/', '.')}--${seed}`;
    const known = store.text(name);
    if (known !== undefined) return EvalTask.shape.descriptions.parse(JSON.parse(known));
    const model = await openModel({
      model: plan.models[0] ?? '',
      modelTimeout: settings.modelTimeout,
      ...(settings.replayFrom === undefined
        ? {}
        : { replayFrom: join(settings.replayFrom, `${name}.jsonl`) }),
      ...(settings.record === undefined ? {} : { record: join(settings.record, `${name}.jsonl`) }),
    });
    const descriptions = await rewordTask(task, model, seed, signal);
    store.keepText(name, JSON.stringify(descriptions));
    return descriptions;
  };
}

function requestOf(
  cell: Cell,
  { task, root, visibleFiles, hidden }: Prepared,
  plan: RunPlan,
  settings: RunSettings,
  folder: string,
  runFolder: string,
): AttemptRequest {
  const row = Row.parse(plan.rows.find(({ name }) => name === cell.row));
  const prices = settings.prices[cell.model];
  return {
    root,
    className: task.className,
    file: task.file,
    description: task.descriptions[cell.description].text,
    tests: [...visibleFiles],
    row,
    model: cell.model,
    limits: row.closedBook ? { ...plan.limits, attempts: 1 } : plan.limits,
    ...(prices ? { prices } : {}),
    modelTimeout: settings.modelTimeout,
    testTimeout: settings.testTimeout,
    sandbox: settings.sandbox,
    // Other cells' classes lie in the run's folder, and other tasks' repositories with this one's class.
    hidden: [...hidden, runFolder],
    folder,
    ...(settings.replayFrom === undefined
      ? {}
      : { replayFrom: join(settings.replayFrom, `${cell.id}.jsonl`) }),
    record: settings.record !== undefined,
    ...(plan.playedBy === undefined ? {} : { playedBy: plan.playedBy }),
  };
}
