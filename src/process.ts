// CONTRACT: the owner of this file implements it with execa.
export interface RunOptions {
  cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  env: Record<string, string>;
  timeoutMs: number;
  /** Bytes kept of stdout and of stderr each; more kills the process group. */
  maxOutputBytes: number;
  signal?: AbortSignal;
  input?: string;
}

/** One shape for success and failure: a child's end is data, not an exception. */
export interface RunResult {
  argv: readonly string[];
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** The first cause of its death, where it did not end by itself. */
  killedBy: 'timeout' | 'output-limit' | 'abort' | 'signal' | undefined;
  /** Set where the program could not be started at all. */
  spawnError: string | undefined;
  seconds: number;
}

/** Runs a program with an argument array in a process group of its own, which dies as a whole. Never throws. */
export declare function runProcess(argv: readonly string[], options: RunOptions): Promise<RunResult>;
