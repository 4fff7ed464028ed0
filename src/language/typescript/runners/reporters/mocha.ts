// For Mocha 8 to 12.
import { type ReportedError, reported, write } from './lines.ts';

interface Runnable {
  type: string;
  file?: string;
  parent?: Runnable;
  tests?: Runnable[];
  suites?: Runnable[];
  titlePath(): string[];
  isPending?(): boolean;
}

interface Runner {
  on(event: string, listener: (runnable: Runnable, error?: unknown) => void): void;
}

const fileOf = (runnable: Runnable | undefined): string =>
  runnable === undefined ? '' : (runnable.file ?? fileOf(runnable.parent));

const allTests = (suite: Runnable): Runnable[] => [
  ...(suite.tests ?? []),
  ...(suite.suites ?? []).flatMap(allTests),
];

class MochaReporter {
  constructor(runner: Runner) {
    write({ type: 'begin' });
    const done = new Set<Runnable>();
    const test = (
      runnable: Runnable,
      status: 'passed' | 'failed' | 'skipped',
      errors: ReportedError[] = [],
    ) => {
      done.add(runnable);
      write({ type: 'test', file: fileOf(runnable), path: runnable.titlePath(), status, errors });
    };
    let running: string | undefined;
    runner.on('test', (runnable) => {
      const file = fileOf(runnable);
      if (file === running) return;
      if (running !== undefined) write({ type: 'file', file: running, loaded: true });
      running = file;
      write({ type: 'start', file });
    });
    runner.on('pass', (runnable) => test(runnable, 'passed'));
    runner.on('pending', (runnable) => test(runnable, 'skipped'));
    runner.on('fail', (runnable, error) => {
      if (runnable.type !== 'hook') return test(runnable, 'failed', [reported(error)]);
      // The tests that a broken hook keeps from running fail with it.
      const waiting = runnable.parent ? allTests(runnable.parent).filter((one) => !done.has(one)) : [];
      if (waiting.length === 0) test(runnable, 'failed', [reported(error)]);
      for (const victim of waiting) if (!victim.isPending?.()) test(victim, 'failed', [reported(error)]);
    });
    runner.on('end', () => write({ type: 'end' }));
  }
}

export default MochaReporter;
// What `require` of this module gives: Mocha loads reporters with it.
export { MochaReporter as 'module.exports' };
