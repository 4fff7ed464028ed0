// For Jest 27 to 30 with jest-circus.
import { isObject, type ReportedError, values, write } from './lines.ts';

interface FileResult {
  testFilePath: string;
  testExecError?: { message?: string; stack?: string } | null;
  failureMessage?: string | null;
  console?: { message: string }[] | null;
  testResults: {
    ancestorTitles: string[];
    title: string;
    status: string;
    failureMessages: string[];
    failureDetails?: unknown[];
  }[];
}

/** `text` holds message and stack in one; `details` the thrown value. */
function failure(text: string, details?: unknown): ReportedError {
  const frames = text.search(/\n\s+at /);
  const result = isObject(details) ? (details.matcherResult ?? details) : undefined;
  return { message: frames < 0 ? text : text.slice(0, frames), stack: text, ...values(result) };
}

class JestReporter {
  onRunStart(): void {
    write({ type: 'begin' });
  }

  onTestStart(test: { path: string }): void {
    write({ type: 'start', file: test.path });
  }

  onTestResult(_test: unknown, result: FileResult): void {
    const file = result.testFilePath;
    // Passed on, so that the limit on output counts it.
    for (const { message } of result.console ?? []) process.stdout.write(`${message}\n`);
    const loaded = result.testResults.length > 0;
    const raised = result.testExecError;
    const text = raised?.stack || raised?.message || result.failureMessage;
    write({ type: 'file', file, loaded, error: text && !loaded ? failure(text) : undefined });
    for (const { ancestorTitles, title, status, failureMessages, failureDetails } of result.testResults)
      write({
        type: 'test',
        file,
        path: [...ancestorTitles, title],
        status: status === 'passed' || status === 'failed' ? status : 'skipped',
        errors: failureMessages.map((message, index) => failure(message, failureDetails?.[index])),
      });
    if (loaded && raised && text) write({ type: 'error', error: failure(text) });
  }

  onRunComplete(): void {
    write({ type: 'end' });
  }
}

export default JestReporter;
// What `require` of this module gives: Jest loads reporters with it.
export { JestReporter as 'module.exports' };
