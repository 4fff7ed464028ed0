import type { GenerateOptions } from '../config/config.ts';
import { ClasswrightError, EXIT } from '../errors.ts';
import type { RunEvent, RunResult } from '../loop/events.ts';
import { errorResult, exitCodeOf, resultEvent } from '../report/json.ts';
import { outcomeLines, type Review, reviewLines } from '../report/text.ts';
import type { StartedRun } from '../run-task.ts';
import { jsonLine, oneLine } from '../sanitize.ts';
import { type Terminal, terminalOf } from '../terminal.ts';
import { type CommandInput, NO_ANSWER, openCommandInput } from './command-input.ts';
import { openProgress, type Progress } from './progress.ts';
import { askLine } from './prompt.ts';

/** The process as the driver needs it, so that tests can stand in for it. */
export interface Process {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
  onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', handler: () => void): () => void;
  exit(code: number): void;
}

/** The process itself. */
export const nodeProcess = (): Process => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onSignal: (signal, handler) => {
    process.on(signal, handler);
    return () => process.off(signal, handler);
  },
  exit: (code) => process.exit(code),
});

/**
 * Follows one run to its end: progress on standard error, results on standard output, the questions to a person
 * and the signals into the run. Returns the exit code; the result is always told, exactly once.
 */
export async function drive(
  start: () => Promise<StartedRun>,
  options: GenerateOptions,
  process: Process,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const terminal = () => terminalOf(process, process.env);
  const format = options.outputFormat;
  const calledOff = new AbortController();
  let run: StartedRun | undefined;
  let inbound: CommandInput | undefined;
  let interrupted: 'SIGINT' | 'SIGTERM' | undefined;
  let progress: Progress | undefined;

  const interrupt = (signal: 'SIGINT' | 'SIGTERM') => {
    const code = signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    // The second time somebody means it: no more waiting for the clean-up.
    if (interrupted) return process.exit(code);
    interrupted = signal;
    calledOff.abort();
    progress?.stopping();
    run?.send({ type: 'interrupt', reason: signal });
  };
  const release = [
    process.onSignal('SIGINT', () => interrupt('SIGINT')),
    process.onSignal('SIGTERM', () => interrupt('SIGTERM')),
    process.onSignal('SIGHUP', () => interrupt('SIGTERM')),
  ];
  const onClosed = () => interrupt('SIGTERM');
  // A reader of the stream that has gone away will never see the result: stop, and clean up.
  if (format === 'stream-json') stdout.once('error', onClosed);

  const followed = await openProgress({
    kind: progressKind(options, terminal()),
    terminal,
    stdin,
    stderr,
    onInterrupt: () => interrupt('SIGINT'),
  });
  progress = followed;
  let seq = 0;
  let reviewed = false;
  let result: RunResult | undefined;
  try {
    run = await start();
    if (interrupted) run.send({ type: 'interrupt', reason: interrupted });
    inbound = options.commandInput ? openCommandInput(stdin, run, options.apply) : undefined;
    let pending = unanswered(run.history);
    for (const event of run.history) {
      followed.remember(event);
      if (event.type === 'question') inbound?.event(event);
    }
    for await (const event of run.events) {
      if (event.type === 'result') {
        result = event.result;
        followed.event(event);
        break;
      }
      seq = event.seq;
      inbound?.event(event);
      if (format === 'stream-json') await write(stdout, jsonLine(event));
      followed.event(event);
      const open = event.type === 'understood' ? pending : [];
      if (event.type === 'understood') pending = [];
      for (const asked of [...open, event]) {
        if (inbound) continue;
        if (asked.type === 'question') await putQuestion(asked);
        if (asked.type === 'proposal') reviewed = await putProposal(asked);
      }
    }
    result ??= broken(options, new Error('the run ended without a result'));
    const refused = inbound?.refused();
    if (refused && result.verdict === 'interrupted') result = { ...result, ...failureOf(refused) };
  } catch (error) {
    result = broken(options, error);
    if (process.env.CLASSWRIGHT_DEBUG === '1' && error instanceof Error) stderr.write(`${error.stack}\n`);
  } finally {
    stdout.off('error', onClosed);
    await followed.pause();
    await run?.events.return().catch(() => {});
    run?.endCommands();
    inbound?.close();
    for (const off of release) off();
  }
  const exitCode = exitCodeOf(result);
  const told = { ...result, exitCode };
  if (format === 'json') await write(stdout, jsonLine(told));
  else if (format === 'stream-json') await write(stdout, jsonLine(resultEvent(told, seq + 1)));
  await tellPerson(told);
  return exitCode;

  /** A result is read on standard output, a failure of the run on standard error; beside JSON only what went wrong. */
  async function tellPerson(told: RunResult): Promise<void> {
    const ended = told.verdict === 'error' || told.verdict === 'interrupted';
    if (format !== 'text') {
      if (exitCode !== 0 && !options.quiet) await writeLines(stderr, outcomeLines(told, terminal().stderr));
      return;
    }
    const screen = ended ? terminal().stderr : terminal().stdout;
    const review = reviewed || ended || told.verdict === 'failed' ? [] : reviewLines(told, screen);
    const gap = review.length > 0 ? [''] : [];
    await writeLines(ended ? stderr : stdout, [...review, ...gap, ...outcomeLines(told, screen)]);
  }

  async function putQuestion({
    id,
    text: question,
    options: choices,
  }: Extract<RunEvent, { type: 'question' }>): Promise<void> {
    if (!options.interactive || !options.ask) return;
    await followed.pause();
    const list = choices.map((choice, index) => `  ${index + 1}. ${oneLine(choice)}\n`).join('');
    const line = await ask(`${oneLine(question)}\n${list}> `);
    const chosen = (choices[Number(line) - 1] ?? line)?.trim();
    const text = chosen || NO_ANSWER;
    if (!calledOff.signal.aborted) run?.send({ type: 'answer', question: id, text });
    followed.resume();
  }

  /** Whether the review was shown: then the result need not repeat it. */
  async function putProposal(proposal: Extract<RunEvent, { type: 'proposal' }>): Promise<boolean> {
    const asks = options.interactive && format === 'text' && !options.apply;
    if (!asks) {
      run?.send({ type: 'approve', apply: options.apply });
      return false;
    }
    await followed.pause();
    await writeLines(stdout, [...reviewLines(reviewOf(proposal, followed), terminal().stdout), '']);
    const target = options.request.kind === 'new' ? ` to ${oneLine(options.request.file)}` : '';
    const answer = await ask(`Write it${target}? [y/N] `);
    if (!calledOff.signal.aborted)
      run?.send({ type: 'approve', apply: /^\s*y(es)?\s*$/i.test(answer ?? '') });
    return true;
  }

  function ask(question: string): Promise<string | undefined> {
    return askLine({ stdin, stderr }, question, calledOff.signal, () => interrupt('SIGINT'));
  }
}

function progressKind(options: GenerateOptions, { live, stdout }: Terminal): 'live' | 'lines' | 'none' {
  if (options.quiet) return 'none';
  // The live view would read the keys.
  if (options.commandInput) return 'lines';
  // On one screen the stream itself is the progress.
  if (options.outputFormat === 'stream-json') return stdout.isTTY ? 'none' : live ? 'live' : 'lines';
  return live ? 'live' : 'lines';
}

/** What the session was waiting for when it broke off: asked again once the repository has been read. */
function unanswered(history: readonly RunEvent[]): RunEvent[] {
  const answers = history.flatMap((event) => (event.type === 'command' ? [event.command] : []));
  if (answers.some((command) => command.type === 'approve')) return [];
  return history.filter(
    (event) =>
      event.type === 'proposal' ||
      (event.type === 'question' &&
        !answers.some((command) => command.type === 'answer' && command.question === event.id)),
  );
}

function reviewOf(proposal: Extract<RunEvent, { type: 'proposal' }>, { state }: Progress): Review {
  const { report, submission } = state;
  return {
    diff: proposal.diff,
    ...(proposal.followUp === undefined ? {} : { followUp: proposal.followUp }),
    findings: report?.findings ?? [],
    assumptions: submission?.assumptions ?? [],
    evidence: {
      commands: report?.evidence ?? [],
      notChecked: report?.notChecked ?? [],
      unnoticedMembers: report?.unnoticedMembers ?? [],
    },
  };
}

function failureOf(error: unknown) {
  const known = error instanceof ClasswrightError;
  const message = error instanceof Error ? error.message : String(error);
  return {
    verdict: 'error' as const,
    exitCode: known ? error.exitCode : EXIT.checks,
    message: known ? message : `Classwright failed: ${message}`,
    ...(known && error.advice === undefined
      ? {}
      : {
          advice: known
            ? error.advice
            : 'This is a defect of Classwright; run again with CLASSWRIGHT_DEBUG=1 for the stack.',
        }),
  };
}

function broken({ request }: GenerateOptions, error: unknown): RunResult {
  return errorResult({
    ...failureOf(error),
    ...(request.kind === 'new'
      ? { className: request.className, file: request.file }
      : { session: request.session }),
  });
}

const writeLines = (stream: NodeJS.WriteStream, lines: readonly string[]) =>
  write(stream, `${lines.join('\n')}\n`);

/** Resolves when the stream has taken the text, or nobody reads it any more. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((done) => stream.write(text, () => done()));
}
