import { join } from 'node:path';
import { ClasswrightError } from '../../src/errors.ts';
import { requireCompiler } from '../../src/language/typescript/compile.ts';
import { totalTokens } from '../../src/loop/budget.ts';
import type { RunEvent, RunResult } from '../../src/loop/events.ts';
import { run } from '../../src/loop/loop.ts';
import { commandChannel } from '../../src/loop/mailbox.ts';
import { promptVersions } from '../../src/loop/prompts.ts';
import { createSession, openSession, type Session } from '../../src/loop/session.ts';
import { initialState, reduce } from '../../src/loop/state.ts';
import type { Limits, Task } from '../../src/loop/task.ts';
import { openModel } from '../../src/model/index.ts';
import type { Model } from '../../src/model/model.ts';
import { packageVersion } from '../../src/package-root.ts';
import { openRepository, type Repository } from '../../src/repository/repository.ts';
import { checkTarget } from '../../src/repository/target.ts';
import { MAX_OUTPUT_TOKENS } from '../../src/run-task.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import type { AttemptEnd, AttemptRequest } from './attempt-request.ts';
import { answersIn, type Log, RECORDING, readLogs } from './logs.ts';

/**
 * Works on one cell through the real loop until its end, going on from what its folder holds of an earlier process:
 * an answer that was received whole is not asked for again. Independent samples share the one budget.
 */
export async function workOn(request: AttemptRequest, stop: AbortSignal): Promise<AttemptEnd> {
  const repository = await openRepository({ cwd: request.root, targetFile: request.file });
  requireCompiler(repository.root, request.file);
  const logs = await readLogs(request.folder);
  const answered = logs.reduce((sum, { events }) => sum + answersIn(events), 0);
  const watched = watch(
    await openModel({
      model: request.model,
      modelTimeout: request.modelTimeout,
      skip: answered,
      ...(request.replayFrom === undefined ? {} : { replayFrom: request.replayFrom }),
      ...(request.playedBy === undefined ? {} : { playedBy: request.playedBy }),
      ...(request.record
        ? { record: join(request.folder, `${RECORDING}${answered}-${Date.now()}.jsonl`) }
        : {}),
    }),
  );
  const started = performance.now();
  for (;;) {
    const last = logs.at(-1);
    const limits = remaining(request, logs, (performance.now() - started) / 1000);
    if (last && isOver(last.events)) {
      const result = resultOf(last.events);
      if (!request.row.independent || result?.verdict === 'verified' || !limits) return { status: 'ended' };
    }
    const goesOn = last && !isOver(last.events) ? logs.pop() : undefined;
    const events = await converse({
      request,
      repository,
      model: watched.model,
      limits: limits ?? request.limits,
      log: goesOn,
      stop,
    });
    logs.push(events);
    const result = resultOf(events.events);
    if (result?.verdict === 'interrupted' || stop.aborted) return { status: 'interrupted' };
    if (watched.refused()) return { status: 'ended' };
    const failure = failureOf(result);
    if (failure !== undefined) return { status: 'infrastructure', reason: failure };
  }
}

/** A conversation is over once it has a result of its own: one that was interrupted or met an error goes on. */
function isOver(events: readonly RunEvent[]): boolean {
  const result = resultOf(events);
  return result !== undefined && result.verdict !== 'interrupted' && result.verdict !== 'error';
}

function resultOf(events: readonly RunEvent[]): RunResult | undefined {
  const last = events.at(-1);
  return last?.type === 'result' ? last.result : undefined;
}

/** Why nothing can be said of the model, where nothing can. */
function failureOf(result: RunResult | undefined): string | undefined {
  if (!result) return 'The loop ended without a result.';
  if (result.verdict === 'error') return [result.message, result.advice].filter(Boolean).join(' ');
  // Without a question to the model there was no try: the visible tests were not found, say.
  if (result.usage.modelCalls === 0) return result.message ?? 'The model was never asked.';
  return undefined;
}

/** What independent samples have left of the budget; undefined once it is spent. */
function remaining(
  { limits, row }: AttemptRequest,
  logs: readonly Log[],
  seconds: number,
): Limits | undefined {
  if (!row.independent) return limits;
  const done = logs
    .filter(({ events }) => isOver(events))
    .map(({ events }) => events.reduce(reduce, initialState()));
  const attempts = limits.attempts - done.reduce((sum, state) => sum + state.attemptsUsed, 0);
  const left: Limits = { ...limits, attempts };
  if (limits.tokens !== undefined)
    left.tokens = limits.tokens - done.reduce((sum, { usage }) => sum + totalTokens(usage), 0);
  if (limits.cost !== undefined)
    left.cost = limits.cost - done.reduce((sum, { result }) => sum + (result?.usage.cost ?? 0), 0);
  if (limits.seconds !== undefined) left.seconds = limits.seconds - seconds;
  return [left.attempts, left.tokens, left.cost, left.seconds].every((one) => one === undefined || one > 0)
    ? left
    : undefined;
}

interface Conversation {
  request: AttemptRequest;
  repository: Repository;
  model: Model;
  limits: Limits;
  /** What an earlier process left of this conversation. */
  log: Log | undefined;
  stop: AbortSignal;
}

/** One run of the loop, logged event by event. */
async function converse({ request, repository, model, limits, log, stop }: Conversation): Promise<Log> {
  const task = await taskOf(request, repository);
  const { session, events } = await sessionOf(request, repository, log);
  const channel = commandChannel();
  const onStop = () => channel.send({ type: 'interrupt', reason: 'SIGTERM' });
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  const bench = openWorkbench({
    repository,
    task,
    sandbox: request.sandbox,
    testTimeoutMs: request.testTimeout * 1000,
    patch: join(request.folder, 'last.patch'),
    hidden: request.hidden,
  });
  try {
    const stream = run(task, {
      model,
      bench,
      limits,
      prices: request.prices,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      commands: channel.commands,
      session: { id: session.id, transcript: session.file },
      versions: { classwright: packageVersion, node: process.version, ...promptVersions() },
      history: [...events],
    });
    for await (const event of stream) {
      await session.append(event);
      if (event.type !== 'model-delta') events.push(event);
      if (event.type === 'proposal') channel.send({ type: 'approve', apply: false });
    }
  } finally {
    stop.removeEventListener('abort', onStop);
    channel.end();
    await session.close();
  }
  return { file: session.file, events };
}

async function taskOf(request: AttemptRequest, repository: Repository): Promise<Task> {
  const { className, row } = request;
  const target = await checkTarget({
    repository,
    cwd: request.root,
    className,
    file: request.file,
    replace: false,
  });
  return {
    className,
    file: target.file,
    description: request.description,
    form: target.form,
    tests: request.tests,
    context: [],
    require: row.require,
    requireLint: false,
    showTests: false,
    ask: false,
    strategy: row.strategy,
    ...(row.without.length > 0 ? { without: row.without } : {}),
  };
}

async function sessionOf(
  { folder }: AttemptRequest,
  repository: Repository,
  log: Log | undefined,
): Promise<{ session: Session; events: RunEvent[] }> {
  if (log) return await openSession(log.file);
  return { session: await createSession({ repositoryRoot: repository.root, dir: folder }), events: [] };
}

/** Notes whether the last call was refused, which is the model's own failure: the result tells it as any error. */
function watch(model: Model): { model: Model; refused: () => boolean } {
  let refused = false;
  return {
    refused: () => refused,
    model: {
      ...model,
      async *answer(request, signal) {
        refused = false;
        try {
          return yield* model.answer(request, signal);
        } catch (error) {
          refused = error instanceof ClasswrightError && error.code === 'refused';
          throw error;
        }
      },
    },
  };
}
