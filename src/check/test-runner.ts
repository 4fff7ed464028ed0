import type { Repository } from '../repository/repository.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';
import type { TestRun } from './report.ts';

/** One file per runner implements this: detection by syntax alone, running inside the working copy alone. */
export interface RunnerContext {
  repository: Repository;
  copy: WorkingCopy;
}

export interface RunOrder {
  files: readonly string[];
  /** Ids as `run` reports them; absent means all. */
  ids?: readonly string[];
  /** Ends at the first failing test where the runner can: later tests are then missing from the result. */
  bail?: boolean;
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
  /**
   * Runs exactly the given files, in the given order where the runner can be told one. A missing class, a hang or
   * a crash is data in the TestRun; an abort rejects with the signal's reason.
   */
  run(order: RunOrder): Promise<TestRun>;
  close(): Promise<void>;
}

export interface Detection {
  version: string;
  /** What it was recognised by. */
  why: string;
  /** How sure that is, where a package has traces of several: a script, a configuration file, a dependency. */
  strength: 3 | 2 | 1;
}

export interface RunnerKind {
  readonly name: string;
  /** Undefined where the package's own folder shows no trace of this runner. */
  detect(repository: Repository, packageDir: string): Promise<Detection | undefined>;
  open(context: RunnerContext, packageDir: string): Promise<TestRunner>;
}
