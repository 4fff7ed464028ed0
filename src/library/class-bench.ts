import type { Config } from '../config/settings.ts';
import { DEFAULTS } from '../config/settings.ts';
import type { Understanding } from '../loop/events.ts';
import type { Task } from '../loop/task.ts';
import type { Repository } from '../repository/repository.ts';
import { openWorkbench } from '../workbench/open-workbench.ts';

/** Runs `work` in the surroundings that a run on a class gives its tools: working copy, covering tests, sandbox. */
export async function withClassBench<T>(
  options: {
    repository: Repository;
    config: Config;
    file: string;
    className: string;
    signal: AbortSignal;
    /** How far it is judged (default: `tests`). */
    require?: Task['require'];
  },
  work: (bench: ReturnType<typeof openWorkbench>, understanding: Understanding) => Promise<T>,
): Promise<T> {
  const { repository, config, file, className, signal } = options;
  const task: Task = {
    className,
    file,
    description: '',
    form: 'replace',
    tests: config.tests,
    context: [],
    require: options.require ?? 'tests',
    requireLint: false,
    showTests: config.showTests,
    ask: false,
    strategy: DEFAULTS.strategy,
    ...(config.testCommand ? { testCommand: config.testCommand } : {}),
  };
  const sandbox = config.sandbox ? 'bubblewrap' : 'none';
  const bench = openWorkbench({ repository, task, sandbox, testTimeoutMs: config.testTimeout * 1000 });
  try {
    const understanding = await lastOf(bench.understand(signal));
    return await work(bench, understanding);
  } finally {
    await bench.close();
  }
}

/** Runs a step to its end for what it returns. */
export async function lastOf<Returned>(step: AsyncGenerator<unknown, Returned>): Promise<Returned> {
  for (;;) {
    const { done, value } = await step.next();
    if (done) return value;
  }
}
