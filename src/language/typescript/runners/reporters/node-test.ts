// For node:test of Node 20 and later.
import { resolve } from 'node:path';
import { isObject, reported, write } from './lines.ts';

interface TestEvent {
  type: string;
  data?: {
    name: string;
    nesting: number;
    file?: string;
    /** The test file that was asked for, where `file` is the place of the declaration. */
    entryFile?: string;
    message?: string;
    skip?: unknown;
    todo?: unknown;
    details?: { type?: string; error?: unknown };
  };
}

const STDERR_KEPT = 8_000;

/** node:test wraps what a test threw; a cause that is a text names what went wrong in node:test itself. */
const cause = (error: unknown) => (isObject(error) && error.cause !== undefined ? error.cause : error);
const failureType = (error: unknown) => (isObject(error) ? error.failureType : undefined);

export default async function* nodeTestReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  write({ type: 'begin' });
  /** Names of the tests that are open, by nesting. */
  const open: string[] = [];
  /** Whether the test open at this nesting has reported subtests. */
  const hasSubtests: boolean[] = [];
  const stderr = new Map<string, string>();

  const settle = (data: NonNullable<TestEvent['data']>, passed: boolean) => {
    const file = data.entryFile ?? data.file ?? resolve(data.name);
    const isFile = data.nesting === 0 && resolve(data.name) === file;
    const error = data.details?.error;
    if (isFile) {
      // Reported only where the file's process told of no test: it has none, or ended before it could.
      const said = stderr.get(file)?.trim();
      const message = passed ? 'The file ended without reporting a test.' : said || String(cause(error));
      write({ type: 'file', file, loaded: false, error: { message, stack: said } });
      return;
    }
    const nested = hasSubtests[data.nesting + 1] === true;
    hasSubtests[data.nesting + 1] = false;
    hasSubtests[data.nesting] = true;
    // A suite or a test around subtests counts through them, unless it failed by itself.
    const container = data.details?.type === 'suite' || nested;
    if (container && (passed || failureType(error) === 'subtestsFailed')) return;
    const path = [...open.slice(0, data.nesting), container ? `${data.name} (hook or body)` : data.name];
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const status = skipped ? 'skipped' : passed ? 'passed' : 'failed';
    write({ type: 'test', file, path, status, errors: status === 'failed' ? [reported(cause(error))] : [] });
  };

  for await (const { type, data } of source) {
    if (data === undefined) continue;
    if (type === 'test:start') open[data.nesting] = data.name;
    else if (type === 'test:dequeue' && data.nesting === 0 && data.file === resolve(data.name))
      write({ type: 'start', file: data.file });
    else if (type === 'test:pass') settle(data, true);
    else if (type === 'test:fail') settle(data, false);
    else if (type === 'test:stderr' && data.file !== undefined) {
      const file = data.entryFile ?? resolve(data.file);
      stderr.set(file, ((stderr.get(file) ?? '') + (data.message ?? '')).slice(-STDERR_KEPT));
    }
    // Passed on, so that the limit on output counts it.
    yield type === 'test:stdout' || type === 'test:stderr' ? (data.message ?? '') : '';
  }
  write({ type: 'end' });
}
