import type { TestRun } from './report.ts';
import type { Repository } from '../repository.ts';
import type { WorkingCopy } from '../sandbox.ts';

/** One file per runner implements this: detection by syntax alone, running inside the working copy alone. */
export interface RunnerContext {
  repository: Repository;
  /** Absent for detection. */
  copy: WorkingCopy;
}

export interface RunOrder {
  files: readonly string[];
  /** Ids as `list` and `run` report them; absent means all. */
  ids?: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface TestRunner {
  readonly name: string;
  readonly version: string;
  /** Package folder (repository-relative) whose tests it runs. */
  readonly dir: string;
  /** Test files of the package, repository-relative, found by its configuration's patterns read as syntax, or its defaults. */
  list(): Promise<string[]>;
  /** Runs exactly the given files, in the given order. A missing class, a hang or a crash is data in the TestRun. */
  run(order: RunOrder): Promise<TestRun>;
  close(): Promise<void>;
}

export interface RunnerKind {
  readonly name: string;
  /** Undefined where the package does not use this runner; `why` says what it was recognised by. */
  detect(repository: Repository, packageDir: string): Promise<{ version: string; why: string } | undefined>;
  open(context: RunnerContext, packageDir: string): Promise<TestRunner>;
}
