import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptReport } from '../../../evals/task/accept.ts';
import { type Loaded, loadSuite } from '../../../evals/task/load.ts';
import type { Acceptance } from '../../../evals/task/schema.ts';
import { evalsDir } from '../../../evals/task/source.ts';
import { ClasswrightError, EXIT, usageError } from '../../errors.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import type { Flags } from '../flags.ts';

/** `classwright eval accept`: 0 where every task judges, 1 where one is refused. Progress goes to standard error. */
export async function evalAccept(which: readonly string[], flags: Flags): Promise<number> {
  const chosen = which.length === 0 ? loadSuite('sample') : which.flatMap(tasksOf);
  const stop = new AbortController();
  let code: number = EXIT.verified;
  const onSignal = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    stop.abort();
  };
  // They stay until the end: where none is left, a child's library takes the signal for one that nobody handles.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const reports: AcceptReport[] = [];
  try {
    for (const [at, loaded] of chosen.entries()) {
      const place = `${at + 1}/${chosen.length} ${oneLine(loaded.task.id)}`;
      const report = await acceptOne(loaded, flags, stop.signal, (step) => progress(`${place}: ${step}`));
      reports.push(report);
      progress(undefined);
      if (!flags.json) process.stdout.write(`${linesOf(report).join('\n')}\n`);
      if (flags.update && report.acceptance) await record(loaded, report.acceptance);
    }
  } catch (error) {
    progress(undefined);
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const refused = reports.filter(({ accepted }) => !accepted).length;
  if (flags.json) process.stdout.write(jsonLine({ schemaVersion: 1, tasks: reports }));
  else process.stdout.write(`\n${reports.length - refused} of ${chosen.length} tasks accepted\n`);
  return stop.signal.aborted ? code : refused > 0 ? EXIT.notVerified : EXIT.verified;
}

/** A task of the sample or public suite by its id, or the tasks of a suite. */
function tasksOf(name: string): Loaded[] {
  if (name !== 'sample' && name !== 'public' && existsSync(name)) return loadSuite(name);
  for (const suite of ['sample', 'public'] as const) {
    if (name === suite) return loadSuite(suite);
    const found = loadSuite(suite).filter(({ task }) => task.id === name || task.id.startsWith(`${name}/`));
    if (found.length > 0) return found;
  }
  try {
    return loadSuite(name);
  } catch (error) {
    if (!(error instanceof ClasswrightError) || error.code !== 'no-such-suite') throw error;
    throw usageError(
      'no-such-task',
      `There is no task, suite, file or folder ${name}.`,
      '`classwright eval list` shows the tasks that there are.',
    );
  }
}

async function acceptOne(
  { task }: Loaded,
  flags: Flags,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<AcceptReport> {
  const { acceptTask } = await import('../../../evals/task/accept.ts');
  const work = join(evalsDir(), 'prepared');
  await mkdir(work, { recursive: true });
  const folder = await mkdtemp(join(work, 'accept-'));
  const started = performance.now();
  try {
    const sandbox = flags.sandbox === false ? 'none' : 'bubblewrap';
    return await acceptTask(task, { folder, sandbox, fast: flags.fast === true, signal, onStep });
  } catch (error) {
    // A task that leaks or cannot be prepared is refused; the others are tried all the same.
    if (!(error instanceof ClasswrightError) || signal.aborted || error.code === 'no-sandbox') throw error;
    return {
      task: task.id,
      accepted: false,
      hash: undefined,
      refused: [error.message],
      acceptance: undefined,
      passedKnownBad: [],
      survivors: [],
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function record({ task, path }: Loaded, acceptance: Acceptance): Promise<void> {
  await writeFile(path, `${JSON.stringify({ ...task, acceptance }, null, 2)}\n`);
}

function linesOf({ task, accepted, refused, acceptance, survivors, seconds }: AcceptReport): string[] {
  const mutants = acceptance
    ? `, ${acceptance.mutants.killed} of ${acceptance.mutants.total} mutants killed`
    : '';
  const head = `${accepted ? 'accepted' : 'refused '} ${oneLine(task)} (${Math.round(seconds)} s${mutants})`;
  return [
    head,
    ...refused.map((reason) => `  ${oneLine(reason)}`),
    ...survivors.map((mutant) => `  survived: ${oneLine(mutant)}`),
  ];
}

/** On a terminal one line that changes; elsewhere a line for each step. */
function progress(text: string | undefined): void {
  const { stderr } = process;
  if (stderr.isTTY) stderr.write(`\r\x1b[2K${text ?? ''}`);
  else if (text !== undefined) stderr.write(`${text}\n`);
}
