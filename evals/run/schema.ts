import { z } from 'zod';
import { Limits } from '../../src/loop/task.ts';
import { Usage } from '../../src/model/model.ts';
import { DESCRIPTIONS } from '../task/schema.ts';

/** What an eval run is made of, and what it leaves behind. Metrics and reports read these and nothing else. */

/** A row of the table: one way to run the loop. */
export const Row = z.strictObject({
  /** `rrr`, `rrr types-only`, `sample-k`, `rrr without find_symbol` …: unique in a run. */
  name: z.string(),
  strategy: z.string(),
  require: z.enum(['types', 'tests']),
  /** Tools, phases or parts of the first prompt that are taken away. */
  without: z.array(z.string()),
  /** Independent samples under the budget of one run, in place of revisions. */
  independent: z.boolean(),
  /** The description and the target file alone: no tool, no feedback, one attempt. */
  closedBook: z.boolean(),
});
export type Row = z.infer<typeof Row>;

/** Meaning-preserving change of a task, with the seed that made it. */
export const Perturbation = z.strictObject({
  kind: z.enum(['rename', 'reword', 'reorder', 'format']),
  seed: z.number().int(),
});
export type Perturbation = z.infer<typeof Perturbation>;

/** One sample of one task under one row and model; `id` is made of the rest and names its folder. */
export const Cell = z.strictObject({
  id: z.string(),
  task: z.string(),
  row: z.string(),
  model: z.string(),
  description: z.enum(DESCRIPTIONS),
  perturbation: Perturbation.optional(),
  /** 1-based. */
  sample: z.number().int().positive(),
});
export type Cell = z.infer<typeof Cell>;

/** What was asked for, written once at the start; a resumed run must ask for the same. */
export const RunPlan = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  suite: z.string(),
  /** ISO 8601. */
  started: z.string(),
  versions: z.record(z.string(), z.string()),
  tasks: z.array(z.string()),
  rows: z.array(Row),
  models: z.array(z.string()),
  samples: z.number().int().positive(),
  limits: Limits,
  /** Who answered, where no provider did: "played by hand". */
  playedBy: z.string().optional(),
  seed: z.number().int(),
});
export type RunPlan = z.infer<typeof RunPlan>;

/** The scored class of one attempt. */
export const AttemptScore = z.strictObject({
  attempt: z.number().int().positive(),
  /** Level that the loop's own checks reached. */
  level: z.string(),
  /** Codes of the diagnostics that the loop reported, one each time. */
  codes: z.array(z.number()),
  visible: z.strictObject({ passed: z.number(), total: z.number() }).optional(),
  /** The repository's own compiler finds nothing new. */
  compiles: z.boolean(),
  heldOut: z.strictObject({ passed: z.number(), total: z.number(), failed: z.array(z.string()) }),
  /** Compiles, and every held-out test passed. */
  solved: z.boolean(),
  /** Spent until this attempt was handed in. */
  tokens: z.number(),
  modelCalls: z.number(),
  toolCalls: z.number(),
  /** Names that the class used on a repository or library type which has no such member. */
  inventedMembers: z.number(),
});
export type AttemptScore = z.infer<typeof AttemptScore>;

/** What became of a cell. Infrastructure failures are never failures of the model. */
export const Outcome = z.strictObject({
  cell: z.string(),
  status: z.enum(['scored', 'infrastructure', 'disqualified']),
  /** Why it was not scored; for `disqualified` which rule was broken. */
  reason: z.string().optional(),
  /** What the loop itself said. */
  verdict: z.string().optional(),
  attempts: z.array(AttemptScore),
  /** The attempt that the loop ended with; the score of the cell. Undefined where nothing was submitted. */
  final: AttemptScore.optional(),
  /** Share of the reference's normalised lines that the final class has, 0 to 1. */
  copied: z.number(),
  /** `any` and ts-ignore or ts-expect-error comments of the final class. */
  anys: z.number(),
  ignores: z.number(),
  lintFindings: z.number(),
  /** Declarations of the repository that the final class uses, by name. */
  symbols: z.array(z.string()),
  /** Held-out tests that failed and call a member for which the model had stated an assumption. */
  assumedFailures: z.number(),
  usage: z.strictObject({
    modelCalls: z.number(),
    toolCalls: z.number(),
    ...Usage.shape,
    cost: z.number().optional(),
  }),
  seconds: z.number(),
  /** Session log, relative to the run's folder. */
  session: z.string().optional(),
});
export type Outcome = z.infer<typeof Outcome>;
