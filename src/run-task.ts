import { relative } from 'node:path';
import { lockTarget } from './apply/target-lock.ts';
import type { GenerateOptions } from './config/config.ts';
import { usageError } from './errors.ts';
import { requireCompiler } from './language/typescript/compile.ts';
import type { RunCommand, RunEvent } from './loop/events.ts';
import { commandChannel } from './loop/mailbox.ts';
import { promptVersions } from './loop/prompts.ts';
import { createSession, inspectSession, openSession, type Session } from './loop/session.ts';
import { initialState, reduce } from './loop/state.ts';
import type { Limits, Task } from './loop/task.ts';
import { openModel } from './model/index.ts';
import type { Model } from './model/model.ts';
import { packageVersion } from './package-root.ts';
import { checkDependencies, openRepository, type Repository, toPosix } from './repository/repository.ts';
import { checkTarget } from './repository/target.ts';

export interface StartedRun {
  /** Appended to the session log before they are seen here. Ends after exactly one `result`. */
  events: AsyncGenerator<RunEvent, void>;
  send(command: RunCommand): void;
  /** Nobody will send anything any more. */
  endCommands(): void;
  /** Events of an earlier process, where the run is resumed. */
  history: readonly RunEvent[];
}

/** Longest answer that is asked for, in tokens: a class of some 2,000 lines. */
export const MAX_OUTPUT_TOKENS = 32_000;

interface Prepared {
  task: Task;
  limits: Limits;
  repository: Repository;
  history: RunEvent[];
  /** Starts or reopens the log; called once the target is locked. */
  openSession(): Promise<Session>;
}

/**
 * Turns decided options into a running loop. Throws `ClasswrightError` where the request itself is at fault: then
 * nothing was started and no session exists. `ownModel` answers in place of the configured one.
 */
export async function startRun(options: GenerateOptions, ownModel?: Model): Promise<StartedRun> {
  const { request } = options;
  const prepared =
    request.kind === 'resume' ? await prepareResumed(options, request.session) : await prepareNew(options);
  const { task, limits, repository, history } = prepared;
  const received = history.filter((event) => event.type === 'model-answer').length;
  const model = ownModel ?? (await openModel({ ...options, skip: received }));
  // Loaded once the request is known to be sound: what is wrong with it is said at once.
  const [{ run }, { openWorkbench }] = await Promise.all([
    import('./loop/loop.ts'),
    import('./workbench/open-workbench.ts'),
  ]);
  const lock = await lockTarget(repository.root, task.file);
  const session = await prepared.openSession().catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const channel = commandChannel();
  const bench = openWorkbench({
    repository,
    task,
    sandbox: options.sandbox ? 'bubblewrap' : 'none',
    testTimeoutMs: options.testTimeout * 1000,
    patch: options.patch,
  });
  const events = run(task, {
    model,
    bench,
    limits,
    prices: options.prices[model.id],
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    commands: channel.commands,
    session: { id: session.id, transcript: session.file },
    versions: { classwright: packageVersion, node: process.version, ...promptVersions() },
    history,
  });
  return {
    events: logged(events, session, () => lock.release()),
    send: channel.send,
    endCommands: channel.end,
    history,
  };
}

/** Writes each event down before anybody acts on it. */
async function* logged(events: AsyncGenerator<RunEvent>, session: Session, release: () => Promise<void>) {
  try {
    for await (const event of events) {
      await session.append(event);
      yield event;
    }
  } finally {
    await session.close();
    await release();
  }
}

export const limitsOf = (options: GenerateOptions): Limits => ({
  attempts: options.maxAttempts,
  toolCallsPerRound: options.maxToolCalls,
  ...(options.maxTokens === undefined ? {} : { tokens: options.maxTokens }),
  ...(options.maxCost === undefined ? {} : { cost: options.maxCost }),
  ...(options.timeout === undefined ? {} : { seconds: options.timeout }),
});

/** The task as the repository has it: what `generate-class` and `context` start from. */
export async function prepareTask(options: GenerateOptions): Promise<{ task: Task; repository: Repository }> {
  const { request, cwd } = options;
  if (request.kind === 'resume') throw usageError('resume', 'A resumed session has its task already.');
  const repository = await openRepository({ cwd, targetFile: request.file });
  const { className, file, description, replace } = request;
  const target = await checkTarget({ repository, cwd, className, file, replace });
  checkDependencies(repository);
  requireCompiler(repository.root, target.file);
  const task: Task = {
    className,
    file: target.file,
    description,
    form: target.form,
    tests: options.tests,
    context: options.context.map((path) => toPosix(relative(repository.root, path))),
    require: options.require,
    requireLint: options.requireLint,
    showTests: options.showTests,
    ask: options.ask && (options.interactive || options.commandInput),
    strategy: options.strategy,
    ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
  };
  return { task, repository };
}

async function prepareNew(options: GenerateOptions): Promise<Prepared> {
  const { task, repository } = await prepareTask(options);
  const openSession = () => createSession({ repositoryRoot: repository.root });
  return { task, limits: limitsOf(options), repository, history: [], openSession };
}

/** The session's own task and limits; what a flag of this command names goes before them. */
async function prepareResumed(options: GenerateOptions, id: string): Promise<Prepared> {
  const { events, repositoryRoot } = await inspectSession(id);
  const { task, limits } = events.reduce(reduce, initialState());
  if (!task || !limits)
    throw usageError('empty-session', `Session ${id} has nothing to go on from.`, 'Start a new run.');
  const repository = await openRepository({ cwd: repositoryRoot, targetFile: task.file });
  checkDependencies(repository);
  requireCompiler(repository.root, task.file);
  const given = limitsOf(options);
  const overrides: Partial<Limits> = {
    ...(options.explicit.has('maxAttempts') ? { attempts: given.attempts } : {}),
    ...(options.explicit.has('maxToolCalls') ? { toolCallsPerRound: given.toolCallsPerRound } : {}),
    ...(given.tokens === undefined ? {} : { tokens: given.tokens }),
    ...(given.cost === undefined ? {} : { cost: given.cost }),
    ...(given.seconds === undefined ? {} : { seconds: given.seconds }),
  };
  return {
    task,
    limits: { ...limits, ...overrides },
    repository,
    history: events,
    openSession: async () => (await openSession(id)).session,
  };
}
