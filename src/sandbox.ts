// CONTRACT: the owner of this file implements it.
import type { RunResult } from './process.ts';

export interface SandboxRun {
  /** Repository-relative folder to run in. */
  cwd: string;
  env?: Record<string, string>;
  timeoutMs: number;
  maxOutputBytes?: number;
  signal?: AbortSignal;
  /** Absolute paths outside the copy that the program must be able to read (a reporter of ours, say). */
  readable?: readonly string[];
}

/**
 * A working copy of the repository outside the repository, and the one way to run anything in it. Under
 * bubblewrap the copy is mounted *at the repository's own path*, so paths in messages need no mapping and links
 * into the repository point into the copy; dependencies are mounted read-only. Without it (`--no-sandbox`) the
 * copy is used where it lies, dependencies linked, runner caches redirected, and paths in output mapped back.
 */
export interface WorkingCopy {
  /** Absolute path of the copy on this machine. */
  readonly root: string;
  /** Absolute path under which programs inside see the copy. */
  readonly insideRoot: string;
  readonly sandbox: 'bubblewrap' | 'none';
  /** Writes a repository-relative file into the copy. */
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string | undefined>;
  remove(file: string): Promise<void>;
  /** A private folder that programs inside may write to, as [path on this machine, path inside]. */
  readonly temp: { host: string; inside: string };
  /** `argv[0]` is a program name or path as seen inside. Output has its paths mapped back to the repository. */
  run(argv: readonly string[], options: SandboxRun): Promise<RunResult>;
  dispose(): Promise<void>;
}
