// For Vitest 1 to 5. It prints the values of a failed assertion itself, in its workers.
import { reported, write } from './lines.ts';

interface Task {
  name: string;
  filepath?: string;
  projectName?: string;
  tasks?: Task[];
  result?: { state?: string; errors?: unknown[] };
}

/** Vitest marks the tests of a failed hook as skipped: here they failed, with the hook's error. */
function writeTask(
  task: Task,
  file: string,
  project: string | undefined,
  path: string[],
  outer: unknown[],
): void {
  const own = task.result?.errors ?? [];
  const test = { type: 'test', file, project } as const;
  if (task.tasks) {
    for (const child of task.tasks)
      writeTask(child, file, project, [...path, child.name], [...outer, ...own]);
    const blamed = task.tasks.some((child) => child.result?.state !== 'pass');
    if (own.length > 0 && !blamed)
      write({ ...test, path: [...path, '(hook)'], status: 'failed', errors: own.map(reported) });
    return;
  }
  const state = task.result?.state;
  if (state === 'pass') write({ ...test, path, status: 'passed', errors: [] });
  else if (state === 'fail' || outer.length > 0)
    write({ ...test, path, status: 'failed', errors: (own.length > 0 ? own : outer).map(reported) });
  else write({ ...test, path, status: 'skipped', errors: [] });
}

export default class VitestReporter {
  #written = new Set<Task>();
  #ended = false;

  onInit(): void {
    write({ type: 'begin' });
  }

  onTestModuleStart(module: { moduleId: string }): void {
    write({ type: 'start', file: module.moduleId });
  }

  /** Passed on, so that the limit on output counts it. */
  onUserConsoleLog(log: { content: string }): void {
    process.stdout.write(log.content);
  }

  onTestModuleEnd(module: { task?: Task }): void {
    if (module.task) this.#file(module.task);
  }

  onTestRunEnd(modules: readonly { task?: Task }[], errors: readonly unknown[]): void {
    const files = modules.flatMap(({ task }) => task ?? []);
    this.onFinished(files, errors);
  }

  /** The one that Vitest 1 and 2 call; 3 calls both. */
  onFinished(files: readonly Task[] = [], errors: readonly unknown[] = []): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const file of files) this.#file(file);
    for (const error of errors) write({ type: 'error', error: reported(error) });
    write({ type: 'end' });
  }

  #file(task: Task): void {
    if (this.#written.has(task)) return;
    this.#written.add(task);
    const file = task.filepath ?? task.name;
    const loaded = (task.tasks ?? []).length > 0;
    const error = task.result?.errors?.[0];
    write({ type: 'file', file, loaded, error: error === undefined ? undefined : reported(error) });
    if (loaded) writeTask(task, file, task.projectName || undefined, [], []);
  }
}
