import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyClass, hashFile, matchStyle } from '../apply/apply.ts';
import {
  namedFiles,
  requireChecked,
  requireKnown,
  stagedQuestion,
  workTreeQuestion,
} from '../check-files/changes.ts';
import { type Checker, type CheckRequest, openChecker } from '../check-files/checker.ts';
import { FORMATS, type Format, reportText, type Told } from '../check-files/output.ts';
import { EXIT, usageError } from '../errors.ts';
import { isSource } from '../language/typescript/source-files.ts';
import { checkDependencies, openRepository, type Repository } from '../repository/repository.ts';
import { terminalOf } from '../terminal.ts';
import { type Flags, folderOf, textOf } from './flags.ts';

/** Most text that is read from standard input, in bytes. */
const MOST_INPUT = 5_000_000;

/** `classwright check`: 0 without new errors, 1 with. */
export async function check(named: readonly string[], flags: Flags): Promise<number> {
  const cwd = folderOf(flags);
  const format = formatOf(flags);
  refuseContradictions(named, flags);
  const file = textOf(flags, 'file');
  const first = file ?? named[0];
  const repository = await openRepository({ cwd, targetFile: first ?? cwd });
  checkDependencies(repository);
  const stopped = new AbortController();
  let exitCode: number | undefined;
  const stop = (code: number) => () => {
    exitCode ??= code;
    stopped.abort();
  };
  const [onInterrupt, onTerminate] = [stop(EXIT.sigint), stop(EXIT.sigterm)];
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  const checker = openChecker(repository);
  const once = async () => {
    const request = await requestOf(repository, checker, cwd, named, flags);
    const told = await answer(checker, { ...request, signal: stopped.signal }, flags);
    process.stdout.write(reportText(format, told, terminalOf(process, process.env).stdout));
    return told.exitCode;
  };
  try {
    if (!flags.watch) return await once();
    const { watchFolders } = await import('../check-files/watch.ts');
    await watchFolders(
      repository.root,
      () => checker.files(),
      async () => void (await once()),
      stopped.signal,
    );
    return exitCode ?? EXIT.sigint;
  } catch (error) {
    if (exitCode !== undefined) return exitCode;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
    await checker.close();
  }
}

function formatOf(flags: Flags): Format {
  const given = textOf(flags, 'outputFormat') ?? (flags.json ? 'json' : 'text');
  const format = FORMATS.find((one) => one === given);
  if (!format)
    throw usageError(
      'bad-value',
      `--output-format: expected ${FORMATS.join(', ')}, not ${JSON.stringify(given)}.`,
      'classwright check --help lists the formats.',
    );
  if (flags.json && format !== 'json')
    throw usageError(
      'two-formats',
      `--json and --output-format ${format} contradict each other.`,
      'Give one of them.',
    );
  return format;
}

function refuseContradictions(named: readonly string[], flags: Flags): void {
  const refuse = (what: string, advice: string) => {
    throw usageError('contradiction', what, advice);
  };
  if (flags.stdin && !flags.file)
    refuse('--stdin needs to know which file the text is for.', 'Name it with --file <path>.');
  if (flags.file && !flags.stdin) refuse('--file belongs to --stdin.', 'Name files to check as arguments.');
  if (flags.stdin && named.length > 0) refuse('--stdin checks one text.', 'Leave out the other files.');
  for (const other of ['staged', 'since', 'watch', 'fix'])
    if (flags.stdin && flags[other])
      refuse(`--stdin and --${other} contradict each other.`, 'Give one of them.');
  if (flags.watch && flags.staged)
    refuse('--watch follows files on disk, --staged the index.', 'Give one of them.');
}

async function requestOf(
  repository: Repository,
  checker: Checker,
  cwd: string,
  named: readonly string[],
  flags: Flags,
): Promise<CheckRequest> {
  const rest = { all: flags.all === true, fix: flags.fix === true };
  if (flags.stdin) {
    const [file = ''] = await namedFiles(repository, cwd, [textOf(flags, 'file') ?? '']);
    if (!isSource(file))
      throw usageError(
        'no-typescript',
        `${file} is no TypeScript file.`,
        'Name a .ts, .tsx, .mts or .cts file.',
      );
    const change = { file, before: checker.read(file), now: await readInput() };
    return { ...rest, changes: [change], files: [file] };
  }
  const files = named.length > 0 ? await namedFiles(repository, cwd, named) : undefined;
  const asked = { files, since: textOf(flags, 'since') };
  const question = flags.staged
    ? await stagedQuestion(repository, asked)
    : await workTreeQuestion(repository, checker.read, asked);
  if (files) requireKnown(files, repository, question.changes);
  return { ...rest, ...question };
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    size += part.length;
    if (size > MOST_INPUT)
      throw usageError(
        'input-too-large',
        `Standard input holds more than ${MOST_INPUT} bytes.`,
        'Check a file that a person wrote.',
      );
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Checks, and writes what was mended where the files on disk are what was judged. */
async function answer(checker: Checker, request: CheckRequest, flags: Flags): Promise<Told> {
  const { repository } = checker;
  const report = await checker.check(request);
  requireChecked(request.files ?? [], report.files, report.notChecked);
  const fixed: Told['fixed'] = [];
  for (const { file, text, repairs } of report.mended) {
    const original = checker.read(file);
    const judged = request.changes.find((change) => change.file === file)?.now ?? original;
    if (original === undefined || judged !== original) {
      report.notChecked.push({ what: file, reason: 'it has unstaged changes: its repairs were not written' });
      continue;
    }
    const expectedHash = await hashFile(resolve(realpathSync(repository.root), file));
    await applyClass({ repository, file, text: await matchStyle(original, text), expectedHash });
    fixed.push({ file, repairs });
  }
  // What is staged is still the text before.
  const isUnstaged = flags.staged === true && fixed.length > 0;
  const exitCode =
    report.diagnostics.length > 0 || isUnstaged || report.mended.length > fixed.length
      ? EXIT.notVerified
      : EXIT.verified;
  if (isUnstaged)
    process.stderr.write(
      `mended on disk, not in the index: git add ${fixed.map(({ file }) => file).join(' ')}\n`,
    );
  return { ...report, exitCode, fixed };
}
