import type { RunResult } from '../process.ts';
import type { SandboxRun } from './sandbox.ts';
import type { CopyPlan } from './working-copy.ts';

/** What a working copy is opened from. */
export interface CopyParts {
  /** The repository. */
  root: string;
  copy: string;
  temp: string;
  /** The run's own folder, which holds both; programs inside do not see it. */
  folder: string;
  plan: CopyPlan;
  /** Absolute folders that programs inside find empty. */
  hidden: readonly string[];
}

/** A copy as programs see it, under bubblewrap or without. */
export interface Place {
  insideRoot: string;
  insideTemp: string;
  mapBack(text: string): string;
  start(argv: readonly string[], options: SandboxRun, signal: AbortSignal): Promise<RunResult>;
}

/** The whole environment of a program: nothing of the user's but the program folders and the time zone. */
export const environment = (
  path: string,
  temp: string,
  extra: Record<string, string> = {},
): Record<string, string> => ({
  PATH: path,
  HOME: `${temp}/home`,
  TMPDIR: temp,
  LANG: 'C.UTF-8',
  ...(process.env.TZ ? { TZ: process.env.TZ } : {}),
  CI: '1',
  NO_COLOR: '1',
  ...extra,
});

export const DEFAULT_OUTPUT_BYTES = 16 * 1024 * 1024;
