import { z } from 'zod';

/** A task of the benchmark: facts and own words, never code of the repository. `eval accept` writes `acceptance`. */

/** Where the repository comes from. The reference class is taken from it, not stored a second time. */
export const Source = z.discriminatedUnion('kind', [
  /** A folder below `evals/repos/`. */
  z.strictObject({ kind: z.literal('shipped'), name: z.string() }),
  /** A folder on this machine, as it stands or at a commit. */
  z.strictObject({ kind: z.literal('local'), path: z.string(), commit: z.string().optional() }),
  z.strictObject({
    kind: z.literal('public'),
    name: z.string(),
    url: z.string(),
    commit: z.string().length(40),
  }),
]);
export type Source = z.infer<typeof Source>;

/** Tests of one file (repository-relative) by the ids that its runner reports; they are the fixed denominator. */
export const TestSet = z.strictObject({ file: z.string(), ids: z.array(z.string()) });
export type TestSet = z.infer<typeof TestSet>;

/** What the class takes from elsewhere, widest first met: nothing, its file, its package, other packages, node_modules. */
export const LEVELS = ['standalone', 'file', 'package', 'project', 'third-party'] as const;

export const Description = z.strictObject({ text: z.string(), by: z.string() });
export const DESCRIPTIONS = ['detailed', 'sketchy'] as const;
export type DescriptionKind = (typeof DESCRIPTIONS)[number];

/** What `eval accept` saw; counts, never code. */
export const Acceptance = z.strictObject({
  /** Hash of everything that acceptance depends on: reference, tests, split. Another hash means: accept again. */
  hash: z.string(),
  /** Held-out tests that failed with the class removed. */
  failedWithout: z.number(),
  /** Orders in which the reference passed. */
  orders: z.number(),
  knownBad: z.strictObject({ tried: z.number(), failed: z.number() }),
  mutants: z.strictObject({ killed: z.number(), total: z.number() }),
  classwright: z.string(),
});
export type Acceptance = z.infer<typeof Acceptance>;

/** Whether a model solved the task with the description and the target file alone, by model id. */
export const ClosedBook = z.record(
  z.string(),
  z.strictObject({ solved: z.boolean(), playedBy: z.string().optional() }),
);

export const EvalTask = z.strictObject({
  schemaVersion: z.literal(1),
  /** `<repository>/<ClassName>`, unique in a suite. */
  id: z.string(),
  source: Source,
  /** Package folder, repository-relative; `''` is the root. */
  packageDir: z.string(),
  /** Target file, repository-relative posix path. */
  file: z.string(),
  className: z.string(),
  /** Name of the runner that reported the ids. */
  runner: z.string(),
  /** Feedback of the loop. A file that stands in both has its held-out tests cut out where the model works. */
  visible: z.array(TestSet),
  /** The score; never seen by a model. */
  heldOut: z.array(TestSet),
  descriptions: z.strictObject({ detailed: Description, sketchy: Description }),
  level: z.enum(LEVELS),
  reference: z.strictObject({
    /** Non-blank lines of the class. */
    lines: z.number(),
    /** Public members, the constructor included. */
    members: z.number(),
    /** Declarations of the repository outside the class's file that it uses, by name. */
    symbols: z.array(z.string()),
  }),
  acceptance: Acceptance.optional(),
  closedBook: ClosedBook.optional(),
  notes: z.array(z.string()).default([]),
});
export type EvalTask = z.infer<typeof EvalTask>;
