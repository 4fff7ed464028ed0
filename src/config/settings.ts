import { type StrategyName, strategyNames } from '../loop/strategies.ts';
import { DEFAULT_MODEL } from '../model/default.ts';
import type { Prices } from './config-schema.ts';

/**
 * The one table of settings: flags, `CLASSWRIGHT_*` variables, configuration keys, help and defaults are read from
 * it. Data alone, so that `--help` loads nothing heavy.
 */
export interface Setting {
  /** Key in the configuration files; the variable is `CLASSWRIGHT_` and the key in upper snake case. */
  key: SettingKey;
  /** In commander's notation; absent where the setting is no flag. */
  flag?: string;
  kind: 'text' | 'path' | 'integer' | 'number' | 'boolean' | 'list' | 'command' | 'prices';
  choices?: readonly string[];
  /** What the help says in place of a default that is no plain value. */
  defaultText?: string;
  /**
   * What a project's file may do with it: anything, only lower it, only set the one safe value, or not set it at
   * all. The file belongs to the repository, and a repository may tighten safety but never loosen it.
   */
  project: 'free' | 'lower' | 'never' | { only: unknown };
  help: string;
}

/** Every setting with its value, from the flags down to the defaults. */
export interface Config {
  /** Globs, relative to the root of the repository. */
  tests: string[];
  /** Absolute paths. */
  context: string[];
  require: 'types' | 'tests';
  requireLint: boolean;
  strategy: StrategyName;
  model: string;
  maxAttempts: number;
  maxToolCalls: number;
  maxTokens?: number;
  maxCost?: number;
  /** Seconds for the whole run. */
  timeout?: number;
  /** Seconds for one answer of the model. */
  modelTimeout: number;
  /** Seconds for one run of the covering tests. */
  testTimeout: number;
  apply: boolean;
  /** Absolute path. */
  patch?: string;
  outputFormat: (typeof OUTPUT_FORMATS)[number];
  quiet: boolean;
  /** Absolute paths. */
  record?: string;
  replayFrom?: string;
  showTests: boolean;
  sandbox: boolean;
  /** Argument array. */
  testCommand?: string[];
  ask: boolean;
  prices: Record<string, Prices>;
}

export type SettingKey = keyof Config;

export const DEFAULTS: Config = {
  tests: [],
  context: [],
  require: 'tests',
  requireLint: false,
  strategy: 'rrr',
  model: DEFAULT_MODEL,
  maxAttempts: 5,
  maxToolCalls: 3,
  modelTimeout: 600,
  testTimeout: 180,
  apply: false,
  outputFormat: 'text',
  quiet: false,
  showTests: false,
  sandbox: true,
  ask: false,
  prices: {},
};

export const OUTPUT_FORMATS = ['text', 'json', 'stream-json'] as const;
export const REQUIREMENTS = ['types', 'tests', 'lint'] as const;

export const SETTINGS: readonly Setting[] = [
  {
    key: 'tests',
    flag: '--tests <glob>',
    kind: 'list',
    defaultText: 'found from the module graph',
    project: 'free',
    help: 'covering tests; repeatable',
  },
  {
    key: 'context',
    flag: '--context <path>',
    kind: 'list',
    defaultText: 'none',
    project: 'free',
    help: 'a file that the first prompt has to hold; repeatable',
  },
  {
    key: 'require',
    flag: '--require <what>',
    kind: 'list',
    choices: REQUIREMENTS,
    project: { only: 'tests' },
    help: 'what the class has to pass: types or tests; lint binds in addition; repeatable',
  },
  {
    key: 'requireLint',
    kind: 'boolean',
    project: { only: true },
    help: 'set by --require lint',
  },
  {
    key: 'strategy',
    flag: '--strategy <name>',
    kind: 'text',
    choices: strategyNames,
    project: 'free',
    help: `how the loop works: ${strategyNames.join(', ')}`,
  },
  {
    key: 'model',
    flag: '-m, --model <id>',
    kind: 'text',
    project: 'free',
    help: 'model that writes the class',
  },
  {
    key: 'maxAttempts',
    flag: '--max-attempts <n>',
    kind: 'integer',
    project: 'lower',
    help: 'submissions and test runs of the model together',
  },
  {
    key: 'maxToolCalls',
    flag: '--max-tool-calls <n>',
    kind: 'integer',
    project: 'lower',
    help: 'look-ups a round',
  },
  {
    key: 'maxTokens',
    flag: '--max-tokens <n>',
    kind: 'integer',
    project: 'lower',
    help: 'tokens of the whole run, input and output',
  },
  {
    key: 'maxCost',
    flag: '--max-cost <amount>',
    kind: 'number',
    project: 'lower',
    help: 'cost of the whole run, where the configuration has prices',
  },
  {
    key: 'timeout',
    flag: '--timeout <s>',
    kind: 'number',
    project: 'lower',
    help: 'seconds for the whole run',
  },
  {
    key: 'modelTimeout',
    kind: 'number',
    project: 'lower',
    help: 'longest silence of the model, in seconds',
  },
  {
    key: 'testTimeout',
    kind: 'number',
    project: 'lower',
    help: 'seconds for one run of the covering tests',
  },
  {
    key: 'apply',
    flag: '--apply',
    kind: 'boolean',
    project: { only: false },
    help: 'write the accepted class without asking',
  },
  {
    key: 'patch',
    flag: '--patch <file>',
    kind: 'path',
    defaultText: "in the session's folder",
    project: 'never',
    help: 'where to write the patch',
  },
  {
    key: 'outputFormat',
    flag: '--output-format <format>',
    kind: 'text',
    choices: OUTPUT_FORMATS,
    project: 'free',
    help: `standard output: ${OUTPUT_FORMATS.join(', ')}`,
  },
  {
    key: 'quiet',
    flag: '--quiet',
    kind: 'boolean',
    project: 'free',
    help: 'no progress on standard error',
  },
  {
    key: 'record',
    flag: '--record <file>',
    kind: 'path',
    project: 'never',
    help: "record the model's answers for --replay-from",
  },
  {
    key: 'replayFrom',
    flag: '--replay-from <file>',
    kind: 'path',
    project: 'never',
    help: 'take the answers from a recording; all else runs for real',
  },
  {
    key: 'showTests',
    flag: '--show-tests',
    kind: 'boolean',
    project: { only: false },
    help: 'let the model see the covering tests',
  },
  {
    key: 'sandbox',
    flag: '--no-sandbox',
    kind: 'boolean',
    defaultText: 'sandboxed',
    project: { only: true },
    help: "run the repository's code without bubblewrap",
  },
  {
    key: 'testCommand',
    flag: '--test-command <command>',
    kind: 'command',
    defaultText: 'the runner is detected',
    project: 'free',
    help: 'for other runners: a command that writes JUnit XML to {junit}; no shell is involved',
  },
  {
    key: 'ask',
    flag: '--ask',
    kind: 'boolean',
    project: 'free',
    help: 'ask about the most consequential open decisions first',
  },
  {
    key: 'prices',
    kind: 'prices',
    defaultText: 'none',
    // A price of nothing would take the teeth out of --max-cost.
    project: 'never',
    help: 'per model id: input, output, cacheRead, cacheWrite per million tokens, currency',
  },
];

export const settingOf = (key: SettingKey): Setting => {
  const setting = SETTINGS.find((one) => one.key === key);
  if (!setting) throw new Error(`no setting ${key}`);
  return setting;
};

export const variableOf = (key: SettingKey): string =>
  `CLASSWRIGHT_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

export function defaultTextOf(setting: Setting): string {
  if (setting.defaultText) return setting.defaultText;
  const value = DEFAULTS[setting.key];
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === undefined ? 'none' : String(value);
}
