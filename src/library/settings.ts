import { loadConfig } from '../config/config.ts';

/**
 * Settings of a run by the keys of `classwright.config.json`. What is not given comes from `CLASSWRIGHT_*` variables,
 * the project's file, the user's file and the defaults, in that order.
 */
export interface RunSettings {
  /** Globs of the covering tests, relative to the repository; found from the module graph where none is given. */
  tests?: string[];
  /** Files that the first prompt has to hold. */
  context?: string[];
  /** How far the class has to be proven (default: `tests`). */
  require?: 'types' | 'tests';
  /** Id of the model, where no `model` of your own is given. */
  model?: string;
  /** Attempts at the class (default: 5). */
  maxAttempts?: number;
  /** Look-ups between two attempts (default: 3). */
  maxToolCalls?: number;
  /** Tokens of the whole run, input and output. */
  maxTokens?: number;
  /** Seconds for the whole run. */
  timeout?: number;
  /** Seconds for one run of the covering tests (default: 180). */
  testTimeout?: number;
  /** Let the model see the covering tests (default: false). */
  showTests?: boolean;
  /** Run tests in the sandbox (default: true). */
  sandbox?: boolean;
  /** File to record the model's answers to. */
  record?: string;
  /** Recording to answer from instead of asking a model. */
  replayFrom?: string;
}

/** Everything decided, as the command line would decide it with these settings as flags. */
export function configFor(cwd: string, settings: RunSettings = {}): ReturnType<typeof loadConfig> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const flags = Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
  );
  return loadConfig({ cwd, env: process.env, flags });
}
