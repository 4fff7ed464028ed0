import { z } from 'zod';
import { Prices } from '../../src/config/config-schema.ts';
import { Limits } from '../../src/loop/task.ts';
import { Row } from './schema.ts';

/** What the process that works on one cell is told: one line of JSON on its standard input, which then stays open. */
export const AttemptRequest = z.strictObject({
  /** Absolute root of the prepared repository. */
  root: z.string(),
  className: z.string(),
  /** Target file, repository-relative. */
  file: z.string(),
  description: z.string(),
  /** Visible test files, repository-relative. */
  tests: z.array(z.string()),
  row: Row,
  model: z.string(),
  limits: Limits,
  prices: Prices.optional(),
  /** Seconds of silence of the model, and for one run of the visible tests. */
  modelTimeout: z.number(),
  testTimeout: z.number(),
  sandbox: z.enum(['bubblewrap', 'none']),
  /** Absolute folders that no program of the run may see. */
  hidden: z.array(z.string()),
  /** Absolute folder of the cell: session logs, and what is recorded. */
  folder: z.string(),
  /** Recording whose answers are played instead of asking a model. */
  replayFrom: z.string().optional(),
  /** Write the answers down for a later replay. */
  record: z.boolean(),
  playedBy: z.string().optional(),
});
export type AttemptRequest = z.infer<typeof AttemptRequest>;

/** How the process ended, as the one line that it writes: the rest stands in the session logs. */
export const AttemptEnd = z.discriminatedUnion('status', [
  /** The loop came to an end of its own: solved, out of budget, refused. */
  z.strictObject({ status: z.literal('ended') }),
  /** Asked to stop; a later process goes on. */
  z.strictObject({ status: z.literal('interrupted') }),
  /** The model could not be reached, the sandbox is missing, …: nothing that the class could be blamed for. */
  z.strictObject({ status: z.literal('infrastructure'), reason: z.string() }),
]);
export type AttemptEnd = z.infer<typeof AttemptEnd>;
