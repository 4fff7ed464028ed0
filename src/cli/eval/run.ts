import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { execute, type Progress } from '../../../evals/run/execute.ts';
import { runFolder, runId, runsDir, tasksOf } from '../../../evals/run/folders.ts';
import { planRun } from '../../../evals/run/plan.ts';
import { Perturbation } from '../../../evals/run/schema.ts';
import { createStore, openStore, type Store } from '../../../evals/run/store.ts';
import { loadSuite } from '../../../evals/task/load.ts';
import { DESCRIPTIONS } from '../../../evals/task/schema.ts';
import { loadConfig } from '../../config/config.ts';
import { EXIT, usageError } from '../../errors.ts';
import { promptVersions } from '../../loop/prompts.ts';
import { openModel } from '../../model/index.ts';
import { packageVersion } from '../../package-root.ts';
import { limitsOf } from '../../run-task.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import { type Flags, settingFlags, textOf } from '../flags.ts';

/** Beyond the run's own time limit: preparing, checking and a slow machine. */
const CELL_SLACK_S = 600;
const CELL_TIMEOUT_S = 7_200;

/** `classwright eval run`: starts a run, goes on with one, or scores one anew. Returns the exit code. */
export async function evalRun(suite: string | undefined, flags: Flags): Promise<number> {
  const resumed = textOf(flags, 'resume');
  const rescored = textOf(flags, 'scoreOnly');
  const kept = resumed ?? rescored;
  if ((kept === undefined) === (suite === undefined))
    throw usageError(
      'no-suite',
      kept === undefined ? 'There is no suite.' : 'A run that is there knows its suite.',
      'classwright eval run <suite>, or eval run --resume <run>.',
    );
  const store = kept === undefined ? await startRun(suite ?? '', flags) : await openStore(runFolder(kept));
  const stop = new AbortController();
  const onSignal = () => {
    // The second time somebody means it.
    if (stop.signal.aborted) process.exit(EXIT.sigint);
    stop.abort();
    process.stderr.write('Stopping; what was answered is kept.\n');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    const plan = store.plan();
    const { seconds } = plan.limits;
    const quiet = flags.quiet === true;
    if (!quiet) process.stderr.write(`${store.folder}\n`);
    await execute({
      store,
      tasks: tasksOf(plan.tasks, store.settings().suite),
      workers: numberOf(flags, 'workers') ?? Math.max(1, Math.floor(availableParallelism() / 2)),
      cellTimeout:
        numberOf(flags, 'cellTimeout') ?? (seconds === undefined ? CELL_TIMEOUT_S : seconds + CELL_SLACK_S),
      retryFailed: flags.retryFailed === true,
      scoreOnly: rescored !== undefined,
      signal: stop.signal,
      onProgress: quiet ? () => {} : (progress) => process.stderr.write(`${progressLine(progress)}\n`),
    });
    tell(store, flags.json === true, stop.signal.aborted);
    return stop.signal.aborted ? EXIT.sigint : EXIT.verified;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    store.close();
  }
}

async function startRun(suite: string, flags: Flags): Promise<Store> {
  const cwd = process.cwd();
  const { config } = loadConfig({ cwd, env: process.env, flags: settingFlags(flags) });
  const loaded = loadSuite(suite, cwd);
  const wanted = listOf(flags, 'tasks');
  const tasks = loaded.map(({ task }) => task).filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const unknown = wanted.filter((id) => !tasks.some((task) => task.id === id));
  if (unknown.length > 0)
    throw usageError(
      'unknown-task',
      `The suite has no task ${unknown.join(', ')}.`,
      `classwright eval list ${suite} shows those that there are.`,
    );
  if (tasks.length === 0)
    throw usageError('no-task', `The suite ${suite} has no task.`, 'Choose another one, or fetch it first.');
  const { replayFrom, record } = config;
  const given = listOf(flags, 'models');
  const models = given.length > 0 ? given : [replayFrom === undefined ? config.model : 'recorded'];
  const started = new Date();
  const request = {
    suite,
    tasks,
    strategies: strategiesOf(flags),
    models,
    samples: numberOf(flags, 'n') ?? 1,
    descriptions: choicesOf(flags, 'description', DESCRIPTIONS, ['detailed']),
    ablate: listOf(flags, 'ablate'),
    perturb: choicesOf(flags, 'perturb', Perturbation.shape.kind.options, []),
    seeds: numberOf(flags, 'seeds') ?? 1,
    limits: limitsOf({
      ...config,
      request: { kind: 'resume', session: '' },
      cwd,
      explicit: new Set(),
      interactive: false,
      commandInput: false,
    }),
    seed: numberOf(flags, 'seed') ?? 1,
    versions: { classwright: packageVersion, node: process.version, ...promptVersions() },
  };
  const out = textOf(flags, 'out');
  const folder = out === undefined ? join(runsDir(), runId(started)) : resolve(cwd, out);
  const draft = planRun(runId(started), started, request);
  const playedBy = await askable(draft.cells[0]?.id ?? '', models, config.modelTimeout, replayFrom);
  const by = textOf(flags, 'playedBy') ?? playedBy;
  const plan = { ...draft.plan, ...(by === undefined ? {} : { playedBy: by }) };
  const reposDir = textOf(flags, 'reposDir');
  return await createStore(folder, plan, draft.cells, {
    suite: suite === 'sample' || suite === 'public' ? suite : resolve(cwd, suite),
    ...(reposDir === undefined ? {} : { reposDir: resolve(cwd, reposDir) }),
    modelTimeout: config.modelTimeout,
    testTimeout: config.testTimeout,
    sandbox: config.sandbox ? 'bubblewrap' : 'none',
    ...(replayFrom === undefined ? {} : { replayFrom }),
    ...(record === undefined ? {} : { record }),
    prices: config.prices,
  });
}

/** A missing key or recording is said before anything is prepared. Gives who played, where a recording says so. */
async function askable(
  firstCell: string,
  models: readonly string[],
  modelTimeout: number,
  replayFrom: string | undefined,
): Promise<string | undefined> {
  if (replayFrom !== undefined)
    return (await openModel({ model: '', modelTimeout, replayFrom: join(replayFrom, `${firstCell}.jsonl`) }))
      .playedBy;
  for (const model of models) await openModel({ model, modelTimeout });
  return undefined;
}

const listOf = (flags: Flags, name: string): string[] => {
  const value = flags[name];
  const list = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  return list
    .flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter(Boolean);
};

const strategiesOf = (flags: Flags): string[] => {
  const given = listOf(flags, 'strategies');
  return given.length > 0 ? given : ['basic', 'rrr'];
};

function choicesOf<T extends string>(flags: Flags, name: string, choices: readonly T[], otherwise: T[]): T[] {
  const given = listOf(flags, name);
  const chosen = choices.filter((choice) => given.includes(choice));
  const unknown = given.find((one) => !choices.some((choice) => choice === one));
  if (unknown !== undefined)
    throw usageError('bad-value', `--${name} cannot be ${unknown}.`, `Choose among ${choices.join(', ')}.`);
  return given.length > 0 ? chosen : otherwise;
}

function numberOf(flags: Flags, name: string): number | undefined {
  const text = textOf(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usageError('bad-number', `--${flag} is ${text}, which is no whole number above 0.`, 'Give one.');
}

export function progressLine({ cell, done, total, outcome }: Progress): string {
  const { status, reason, final, attempts } = outcome;
  const tests = final ? `${final.heldOut.passed}/${final.heldOut.total} held-out tests` : 'no class';
  const what =
    status === 'scored'
      ? `${final?.solved ? 'solved' : 'not solved'}, ${tests}, ${attempts.length} attempt(s)`
      : `${status}: ${oneLine(reason ?? '').slice(0, 300)}`;
  return `[${done}/${total}] ${cell.id}: ${what}`;
}

/** What stands at the end: where the run lies and how its cells came out, infrastructure apart. */
function tell(store: Store, json: boolean, stopped: boolean): void {
  const outcomes = store.outcomes();
  const of = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  const cells = store.cells().length;
  const solved = outcomes.filter(({ status, final }) => status === 'scored' && final?.solved).length;
  const counts = {
    cells,
    scored: of('scored'),
    solved,
    disqualified: of('disqualified'),
    infrastructure: of('infrastructure'),
    pending: cells - outcomes.length,
  };
  if (json)
    return void process.stdout.write(jsonLine({ run: store.plan().id, folder: store.folder, ...counts }));
  const { infrastructure, pending } = counts;
  const lines = [
    `${counts.scored} of ${cells} cells scored, ${solved} solved${counts.disqualified > 0 ? `, ${counts.disqualified} disqualified` : ''}.`,
    ...(infrastructure > 0
      ? [
          `${infrastructure} could not be judged (not the model's fault): eval run --resume ${store.folder} --retry-failed`,
        ]
      : []),
    ...(pending > 0 && stopped ? [`Go on with: classwright eval run --resume ${store.folder}`] : []),
    `classwright eval report ${store.folder}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
