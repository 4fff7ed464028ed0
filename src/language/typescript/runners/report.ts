import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { TestCase, TestRun } from '../../../check/report.ts';
import type { RunnerContext, RunOrder } from '../../../check/test-runner.ts';
import type { RunResult } from '../../../process.ts';
import type { ReportLine } from './reporters/lines.ts';

export type { ReportLine };

const ReportedError = z.object({
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
  expected: z.string().optional(),
  received: z.string().optional(),
});
type ReportedError = z.infer<typeof ReportedError>;

const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin') }),
  z.object({ type: z.literal('start'), file: z.string() }),
  z.object({
    type: z.literal('file'),
    file: z.string(),
    loaded: z.boolean(),
    error: ReportedError.optional(),
  }),
  z.object({
    type: z.literal('test'),
    file: z.string(),
    project: z.string().optional(),
    path: z.array(z.string()),
    status: z.enum(['passed', 'failed', 'skipped']),
    errors: z.array(ReportedError),
  }),
  z.object({ type: z.literal('error'), error: ReportedError }),
  z.object({ type: z.literal('end') }),
]);

/** The complete, well-formed lines of a report; a run that was killed leaves half a line. */
export function parseReport(text: string): ReportLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      return Line.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

/** Characters kept of a message or value in a TestRun: the explained form is shorter still. */
const KEPT = 20_000;
const cut = (text: string) =>
  text.length <= KEPT ? text : `${text.slice(0, KEPT)}\n… (${text.length - KEPT} characters more)`;

/** How one command ended and what its reporter wrote until then. */
export interface Reported {
  argv: readonly string[];
  result: RunResult;
  lines: readonly ReportLine[];
}

export interface PathMap {
  /** Repository-relative posix path, undefined outside the repository. */
  file(path: string): string | undefined;
  /** The same text with absolute paths of the copy and the repository made relative. */
  text(text: string): string;
}

/** Paths as programs in the copy print them, mapped back. */
export function pathMap({ copy, repository }: RunnerContext): PathMap {
  const roots = [...new Set([copy.insideRoot, copy.root, repository.root])]
    .map((root) => `${root.replaceAll('\\', '/')}/`)
    .sort((a, b) => b.length - a.length);
  const plain = (path: string) => path.replaceAll('\\', '/').replace(/^file:\/\//, '');
  return {
    file(path) {
      const root = roots.find((prefix) => plain(path).startsWith(prefix));
      return root === undefined ? undefined : plain(path).slice(root.length).replace(/\?.*$/, '');
    },
    text(text) {
      let mapped = stripVTControlCharacters(text);
      for (const root of roots) mapped = mapped.replaceAll(`file://${root}`, '').replaceAll(root, '');
      return mapped;
    },
  };
}

const FRAME = /^\s*at (?:async )?(?:(.+?) \()?((?:file:\/\/)?(?:[A-Za-z]:)?[^():]+):(\d+):(\d+)\)?$/;

/** Frames of a stack inside the repository, dependencies left out. */
export function framesOf(stack: string, paths: PathMap): NonNullable<TestCase['frames']> {
  return stripVTControlCharacters(stack)
    .split('\n')
    .flatMap((line) => {
      const [, name, path = '', at = '', column = ''] = FRAME.exec(line) ?? [];
      const file = paths.file(path);
      if (file === undefined || /(?:^|\/)node_modules\//.test(file)) return [];
      return { file, line: Number(at), column: Number(column), ...(name === undefined ? {} : { name }) };
    });
}

/** Values that a runner put into the message alone: `Expected: 3`, `Received message: "x"`, or on the lines below. */
function valueIn(message: string, word: 'Expected' | 'Received'): string | undefined {
  const found = new RegExp(`^ *${word}(?: [\\w ]+)?:(?:[ \\t]*(\\S.*)|\\n((?: {2}.*(?:\\n|$))+))`, 'm').exec(
    message,
  );
  return found?.[1] ?? found?.[2]?.replaceAll(/^ {2}/gm, '').trimEnd();
}

function details(errors: readonly ReportedError[], paths: PathMap): Partial<TestCase> {
  const [first] = errors;
  if (first === undefined) return {};
  const message = errors.map((error) => paths.text(error.message)).join('\n\n');
  const expected = first.expected ?? valueIn(message, 'Expected');
  const received = first.received ?? valueIn(message, 'Received');
  return {
    message: cut(message),
    ...(expected === undefined ? {} : { expected: cut(paths.text(expected)) }),
    ...(received === undefined ? {} : { received: cut(paths.text(received)) }),
    frames: framesOf(errors.map((error) => error.stack ?? '').join('\n'), paths),
  };
}

/** Gives equal ids a count: the second `a > b` becomes `a > b #2`. */
export function countDuplicates(): (id: string) => string {
  const seen = new Map<string, number>();
  return (id) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id} #${count}`;
  };
}

const title = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim();

function readTests(lines: readonly ReportLine[], order: RunOrder, paths: PathMap): TestCase[] {
  const projects = new Map<string, Set<string | undefined>>();
  const found = lines.flatMap((line) => {
    if (line.type !== 'test') return [];
    const file = paths.file(line.file);
    if (file === undefined || !order.files.includes(file)) return [];
    projects.set(file, (projects.get(file) ?? new Set()).add(line.project));
    return { ...line, file };
  });
  const unique = countDuplicates();
  const wanted = order.ids && new Set(order.ids);
  return found
    .map(({ file, project, path, status, errors }): TestCase => {
      const several = (projects.get(file)?.size ?? 0) > 1;
      const names = [...(several ? [`[${project ?? ''}]`] : []), ...path.map(title)];
      return {
        id: unique([file, ...names].join(' > ')),
        file,
        title: names.at(-1) ?? '',
        status,
        ...details(errors, paths),
      };
    })
    .filter(({ id }) => wanted === undefined || wanted.has(id));
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

/** The end of what a program printed, with the paths mapped. */
const lastWords = ({ stdout, stderr }: RunResult, paths: PathMap) =>
  paths
    .text(`${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`)
    .trim()
    .slice(-3_000);

/** What makes the run worthless as a whole, by its name. */
function failureOf(
  runner: string,
  lines: readonly ReportLine[],
  result: RunResult,
  order: RunOrder,
  paths: PathMap,
  tests: readonly TestCase[],
): TestRun['failure'] {
  const ended = lines.some((line) => line.type === 'end');
  const open = new Set(lines.flatMap((line) => (line.type === 'start' ? (paths.file(line.file) ?? []) : [])));
  for (const line of lines) if (line.type === 'file') open.delete(paths.file(line.file) ?? '');
  const running = open.size > 0 ? `; running then: ${[...open].join(', ')}` : '';
  if (result.spawnError !== undefined)
    return { kind: 'crash', message: `${runner} could not be started: ${result.spawnError}` };
  if (result.killedBy === 'timeout')
    return {
      kind: 'timeout',
      message: ended
        ? `All tests ended, but the process was still running after ${seconds(order.timeoutMs)}: something keeps it alive (a timer, a socket, a worker).`
        : `The tests did not end within ${seconds(order.timeoutMs)}${running}.`,
    };
  if (result.killedBy === 'output-limit')
    return { kind: 'output-limit', message: `The tests printed without end and were stopped${running}.` };
  // 128 and the signal's number: how a sandbox or a launcher passes on that a signal ended its program.
  if (result.killedBy !== undefined || (result.exitCode ?? 0) > 128)
    return { kind: 'crash', message: `${runner} was ended by a signal (out of memory?)${running}.` };
  if (!ended && (result.exitCode === 0 || lines.length > 0))
    return {
      kind: 'early-exit',
      message: `The process exited with status ${result.exitCode} before the tests had ended (process.exit?)${running}.`,
    };
  if (!ended)
    return {
      kind: 'crash',
      message: `${runner} did not start its run (exit status ${result.exitCode}): ${lastWords(result, paths)}`,
    };
  const escaped = lines.find((line) => line.type === 'error');
  if (escaped)
    return {
      kind: 'crash',
      message: `An error outside all tests: ${cut(paths.text(escaped.error.message))}`,
    };
  const failed = tests.some(({ status }) => status === 'failed');
  const notLoaded = lines.some((line) => line.type === 'file' && !line.loaded);
  if (tests.every(({ status }) => status === 'skipped') && !notLoaded)
    return {
      kind: 'no-tests',
      message: tests.length === 0 ? 'Not a single test ran.' : `All ${tests.length} tests were skipped.`,
    };
  if (result.exitCode !== 0 && !failed && !notLoaded && !order.ids)
    return {
      kind: 'crash',
      message: `${runner} exited with status ${result.exitCode} although no test failed: ${lastWords(result, paths)}`,
    };
  return undefined;
}

/** What a run with one of our reporters amounts to. Files that were asked for and never reported did not load. */
export function toTestRun(
  context: RunnerContext,
  runner: { name: string; version: string },
  order: RunOrder,
  { argv, result, lines }: Reported,
): TestRun {
  const paths = pathMap(context);
  const tests = readTests(lines, order, paths);
  const failure = failureOf(runner.name, lines, result, order, paths, tests);
  const files = order.files.map((file): TestRun['files'][number] => {
    const reports = lines.filter((line) => line.type === 'file' && paths.file(line.file) === file);
    const broken = reports.find((line) => line.type === 'file' && !line.loaded);
    if (broken?.type === 'file')
      return { file, loaded: false, error: cut(paths.text(broken.error?.message ?? 'It did not load.')) };
    if (reports.length > 0 || tests.some((test) => test.file === file)) return { file, loaded: true };
    const error = failure
      ? 'The run ended before this file had.'
      : `${runner.name} did not run this file: its configuration does not include it.`;
    return { file, loaded: false, error };
  });
  const count = (status: TestCase['status']) => tests.filter((test) => test.status === status).length;
  return {
    files,
    tests,
    ...(failure ? { failure } : {}),
    evidence: {
      what: 'tests',
      command: [...argv],
      version: `${runner.name} ${runner.version}`.trim(),
      exitStatus: result.exitCode ?? null,
      seconds: result.seconds,
      counts: { passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
    },
  };
}
