import { relative } from 'node:path';
import type { GenerateOptions } from './config.ts';
import { usageError } from './errors.ts';
import type { RunCommand, RunEvent } from './events.ts';
import { run } from './loop.ts';
import { commandChannel } from './mailbox.ts';
import { openModel } from './model/index.ts';
import { openWorkbench } from './open-workbench.ts';
import { packageVersion } from './package-root.ts';
import { promptVersions } from './prompts.ts';
import { checkDependencies, openRepository, type Repository, toPosix } from './repository.ts';
import { createSession, openSession, type Session } from './session.ts';
import { initialState, reduce } from './state.ts';
import { inspectTarget } from './target.ts';
import { lockTarget } from './target-lock.ts';
import type { Limits, Task } from './task.ts';

export interface StartedRun {
  /** Appended to the session log before they are seen here. Ends after exactly one `result`. */
  events: AsyncGenerator<RunEvent, void>;
  send(command: RunCommand): void;
  /** Nobody will send anything any more. */
  endCommands(): void;
}

/** Longest answer that is asked for, in tokens: a class of some 2,000 lines. */
const MAX_OUTPUT_TOKENS = 32_000;

interface Prepared {
  task: Task;
  limits: Limits;
  repository: Repository;
  session: Session;
  history: RunEvent[];
}

/**
 * Turns decided options into a running loop. Throws `ClasswrightError` where the request itself is at fault: then
 * nothing was started and no session exists.
 */
export async function startRun(options: GenerateOptions): Promise<StartedRun> {
  const { task, limits, repository, session, history } =
    options.request.kind === 'resume' ? await prepareResumed(options, options.request.session) : await prepareNew(options);
  const model = await openModel(options);
  const lock = await lockTarget(repository.root, task.file);
  const channel = commandChannel();
  const bench = openWorkbench({
    repository,
    task,
    sandbox: options.sandbox ? 'bubblewrap' : 'none',
    patch: options.patch,
    session: session.id,
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
  return { events: logged(events, session, () => lock.release()), send: channel.send, endCommands: channel.end };
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

const limitsOf = (options: GenerateOptions): Limits => ({
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
  const target = await inspectTarget({
    repository,
    cwd,
    className: request.className,
    file: request.file,
    description: request.description,
    replace: request.replace,
  });
  checkDependencies(repository);
  const task: Task = {
    className: target.className,
    file: target.file,
    description: target.description,
    form: target.form,
    tests: options.tests,
    context: options.context.map((path) => toPosix(relative(repository.root, path))),
    require: options.require,
    requireLint: options.requireLint,
    showTests: options.showTests,
    ask: options.ask && options.interactive,
    strategy: options.strategy,
    ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
  };
  return { task, repository };
}

async function prepareNew(options: GenerateOptions): Promise<Prepared> {
  const { task, repository } = await prepareTask(options);
  const session = await createSession({ repositoryRoot: repository.root });
  return { task, limits: limitsOf(options), repository, session, history: [] };
}

/** The session's own task and limits; what a flag of this command names goes before them. */
async function prepareResumed(options: GenerateOptions, id: string): Promise<Prepared> {
  const { session, events, repositoryRoot } = await openSession(id);
  const { task, limits } = events.reduce(reduce, initialState());
  if (!task || !limits) throw usageError('empty-session', `Session ${id} has nothing to go on from.`, 'Start a new run.');
  const repository = await openRepository({ cwd: repositoryRoot, targetFile: task.file });
  checkDependencies(repository);
  const given = limitsOf(options);
  const overrides: Partial<Limits> = {
    ...(options.explicit.has('maxAttempts') ? { attempts: given.attempts } : {}),
    ...(options.explicit.has('maxToolCalls') ? { toolCallsPerRound: given.toolCallsPerRound } : {}),
    ...(given.tokens === undefined ? {} : { tokens: given.tokens }),
    ...(given.cost === undefined ? {} : { cost: given.cost }),
    ...(given.seconds === undefined ? {} : { seconds: given.seconds }),
  };
  return { task, limits: { ...limits, ...overrides }, repository, session, history: events };
}
