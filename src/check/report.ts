import { z } from 'zod';

/** What the checks say: plain data that goes into events, prompts and the result. Paths are repository-relative, posix. */

export const Location = z.object({
  file: z.string(),
  /** 1-based. */
  line: z.number(),
  /** 1-based, in UTF-16 units. */
  column: z.number(),
});
export type Location = z.infer<typeof Location>;

export const Diagnostic = z.object({
  ...Location.shape,
  endLine: z.number(),
  endColumn: z.number(),
  /** The compiler's number: 2339 for TS2339. */
  code: z.number(),
  message: z.string(),
  related: z.array(z.object({ ...Location.shape, message: z.string() })),
});
export type Diagnostic = z.infer<typeof Diagnostic>;

/** A diagnostic with the line it stands on and what a person would look up next. */
export const ExplainedDiagnostic = Diagnostic.extend({
  /** `D1`, `D2` …: what a reflection may cite. */
  id: z.string(),
  sourceLine: z.string(),
  explanation: z.string(),
});
export type ExplainedDiagnostic = z.infer<typeof ExplainedDiagnostic>;

export const TestCase = z.object({
  /** Stable across runs: `<file> > <suite> > … > <title>`. */
  id: z.string(),
  file: z.string(),
  title: z.string(),
  status: z.enum(['passed', 'failed', 'skipped']),
  message: z.string().optional(),
  expected: z.string().optional(),
  received: z.string().optional(),
  /** Frames as the runner printed them, mapped back to the repository; `file` repository-relative. */
  frames: z.array(z.object({ ...Location.shape, name: z.string().optional() })).optional(),
});
export type TestCase = z.infer<typeof TestCase>;

/** A failing test as the model sees it: never the test's source, and frames inside the class alone. */
export const ExplainedFailure = z.object({
  /** `T1`, `T2` …: what a reflection may cite. */
  id: z.string(),
  test: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  received: z.string().optional(),
  frames: z.array(Location),
});
export type ExplainedFailure = z.infer<typeof ExplainedFailure>;

/** One command behind a verdict. */
export const CommandEvidence = z.object({
  what: z.string(),
  command: z.array(z.string()),
  /** Version of the program where it is known: `vitest 5.1.1`, `tsc 5.9.3`. */
  version: z.string().optional(),
  exitStatus: z.number().nullable(),
  seconds: z.number(),
  counts: z.record(z.string(), z.number()),
});
export type CommandEvidence = z.infer<typeof CommandEvidence>;

export const TestRun = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      /** False where the runner could not collect it: it counts as failed, and `error` says why. */
      loaded: z.boolean(),
      error: z.string().optional(),
    }),
  ),
  tests: z.array(TestCase),
  /** Anything that makes the run worthless as a whole: hang, endless output, early exit, zero tests run. */
  failure: z
    .object({
      kind: z.enum(['timeout', 'output-limit', 'early-exit', 'no-tests', 'crash']),
      message: z.string(),
    })
    .optional(),
  evidence: CommandEvidence,
});
export type TestRun = z.infer<typeof TestRun>;

/** What the description did not ask for, shown beside the diff. */
export const Finding = z.object({
  code: z.string(),
  message: z.string(),
  file: z.string(),
  line: z.number(),
});
export type Finding = z.infer<typeof Finding>;

/** How far an attempt came, cheapest check first. */
export const LEVELS = ['none', 'parse', 'types', 'dependents', 'tests', 'verdict', 'verified'] as const;
export const Level = z.enum(LEVELS);
export type Level = z.infer<typeof Level>;

/** As people read them, wherever they do. */
export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  none: 'nothing',
  parse: 'form',
  types: 'types',
  dependents: 'dependents',
  tests: 'tests',
  verdict: 'final verdict',
  verified: 'verified',
};
