// The reporters run inside the repository's own runners: they import nothing but Node and this file.
import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';

export interface ReportedError {
  name?: string | undefined;
  message: string;
  stack?: string | undefined;
  expected?: string | undefined;
  received?: string | undefined;
}

/** One JSON line of a report. A report without its `end` was cut short. Files are absolute, as seen inside. */
export type ReportLine =
  | { type: 'begin' }
  | { type: 'start'; file: string }
  | { type: 'file'; file: string; loaded: boolean; error?: ReportedError | undefined }
  | {
      type: 'test';
      file: string;
      project?: string | undefined;
      /** Suites from the outside in, then the title. */
      path: string[];
      status: 'passed' | 'failed' | 'skipped';
      errors: ReportedError[];
    }
  /** An error outside all tests: a rejected promise that nobody handles, say. */
  | { type: 'error'; error: ReportedError }
  | { type: 'end' };

const report = process.env.CLASSWRIGHT_REPORT ?? '';
// The tests need not know where their results are written.
delete process.env.CLASSWRIGHT_REPORT;

export const write = (line: ReportLine): void => appendFileSync(report, `${JSON.stringify(line)}\n`);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const print = (value: unknown) =>
  typeof value === 'string' ? value : inspect(value, { depth: 6, sorted: true });

/** The two values of an assertion error, whichever library threw it. */
export const values = (error: unknown): { expected?: string; received?: string } =>
  isObject(error) && 'expected' in error && 'actual' in error
    ? { expected: print(error.expected), received: print(error.actual) }
    : {};

export function reported(error: unknown): ReportedError {
  if (!isObject(error)) return { message: String(error) };
  const { name, message, stack } = error;
  return {
    name: typeof name === 'string' ? name : undefined,
    message: typeof message === 'string' ? message : String(message ?? ''),
    stack: typeof stack === 'string' ? stack : undefined,
    ...values(error),
  };
}
