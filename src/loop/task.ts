import { z } from 'zod';

/** What is asked for: parsed once from flags, configuration and the repository, then plain data. */
export const Task = z.object({
  className: z.string(),
  /** Repository-relative posix path of the one file that may change. */
  file: z.string(),
  description: z.string(),
  /** How the class stands in the file now. */
  form: z.enum(['new-file', 'new-class', 'skeleton', 'replace']),
  /** Globs of covering tests that the user named; empty means: found from the module graph. */
  tests: z.array(z.string()),
  /** Repository-relative paths that the first prompt has to hold. */
  context: z.array(z.string()),
  require: z.enum(['types', 'tests']),
  requireLint: z.boolean(),
  /** Let tools, retrieval and error frames see the covering tests. */
  showTests: z.boolean(),
  /** For runners we do not know: an argument array whose run leaves JUnit XML at `{junit}`. */
  testCommand: z.array(z.string()).optional(),
  /** Ask the most consequential open decisions before generating; otherwise questions end the run as `unclear`. */
  ask: z.boolean(),
  strategy: z.string(),
  /** Tools, phases and parts of the first prompt that an eval takes away; see `without.ts`. */
  without: z.array(z.string()).optional(),
});
export type Task = z.infer<typeof Task>;

export const Limits = z.object({
  attempts: z.number().int().positive(),
  toolCallsPerRound: z.number().int().nonnegative(),
  /** Input and output tokens of the whole run, cache reads included. */
  tokens: z.number().int().positive().optional(),
  /** In the currency of the configured prices. */
  cost: z.number().positive().optional(),
  seconds: z.number().positive().optional(),
});
export type Limits = z.infer<typeof Limits>;
