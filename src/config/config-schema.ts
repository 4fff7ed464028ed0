import { z } from 'zod';
import { strategyNames } from '../loop/strategies.ts';
import { OUTPUT_FORMATS, REQUIREMENTS } from './settings.ts';

const text = z.string().min(1);

export const Prices = z.strictObject({
  /** Per million tokens. */
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative().exactOptional(),
  cacheWrite: z.number().nonnegative().exactOptional(),
  currency: text.exactOptional(),
});
export type Prices = z.infer<typeof Prices>;

/** One source of settings: a configuration file, the environment or the flags, each with what it sets alone. */
export const ConfigLayer = z.strictObject({
  $schema: z.string().exactOptional(),
  tests: z.array(text).exactOptional(),
  context: z.array(text).exactOptional(),
  require: z.union([z.enum(REQUIREMENTS), z.array(z.enum(REQUIREMENTS)).min(1)]).exactOptional(),
  strategy: z.enum(strategyNames).exactOptional(),
  model: text.exactOptional(),
  maxAttempts: z.number().int().positive().exactOptional(),
  maxToolCalls: z.number().int().nonnegative().exactOptional(),
  maxTokens: z.number().int().positive().exactOptional(),
  maxCost: z.number().positive().exactOptional(),
  timeout: z.number().positive().exactOptional(),
  modelTimeout: z.number().positive().exactOptional(),
  testTimeout: z.number().positive().exactOptional(),
  apply: z.boolean().exactOptional(),
  patch: text.exactOptional(),
  outputFormat: z.enum(OUTPUT_FORMATS).exactOptional(),
  quiet: z.boolean().exactOptional(),
  record: text.exactOptional(),
  replayFrom: text.exactOptional(),
  showTests: z.boolean().exactOptional(),
  sandbox: z.boolean().exactOptional(),
  /** As text it is split into an argument array; no shell ever sees it. */
  testCommand: z.union([text, z.array(text).min(1)]).exactOptional(),
  ask: z.boolean().exactOptional(),
  prices: z.record(text, Prices).exactOptional(),
});
export type ConfigLayer = z.infer<typeof ConfigLayer>;
