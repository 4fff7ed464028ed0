import { z } from 'zod';
import { usageError } from '../../src/errors.ts';
import { jsonLine } from '../../src/sanitize.ts';
import { Cell, Outcome, RunPlan } from '../run/schema.ts';
import type { RunData } from '../score/run-data.ts';
import { EvalTask } from '../task/schema.ts';

/**
 * A run as JSON lines: one `run`, then its tasks, then its cells in the plan's order, each with its outcome where it
 * has one. What one export says, `parseExport` gives back. evals/README.md describes it for other programs.
 */
export const ExportLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run'),
    schemaVersion: z.literal(1),
    /** Whether texts were taken out: names of tests and symbols are hashes then. */
    sources: z.boolean(),
    plan: RunPlan,
  }),
  z.strictObject({ type: z.literal('task'), task: EvalTask }),
  z.strictObject({ type: z.literal('cell'), cell: Cell, outcome: Outcome.optional() }),
]);
export type ExportLine = z.infer<typeof ExportLine>;

export function exportRun(run: RunData, { sources }: { sources: boolean }): string {
  const outcomes = new Map(run.outcomes.map((outcome) => [outcome.cell, outcome]));
  const lines: ExportLine[] = [
    { type: 'run', schemaVersion: 1, sources, plan: run.plan },
    ...run.tasks.map((task) => ({ type: 'task' as const, task })),
    ...run.cells.map((cell) => {
      const outcome = outcomes.get(cell.id);
      return { type: 'cell' as const, cell, ...(outcome ? { outcome } : {}) };
    }),
  ];
  return lines.map(jsonLine).join('');
}

/** Reads an export; `from` names it in errors. */
export function parseExport(text: string, from: string): RunData {
  let plan: RunPlan | undefined;
  const tasks: EvalTask[] = [];
  const cells: Cell[] = [];
  const outcomes: Outcome[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = ExportLine.safeParse(jsonOf(line));
    if (!parsed.success) throw notAnExport(`${from}:${index + 1}`, z.prettifyError(parsed.error));
    const { data } = parsed;
    if (data.type === 'run') plan = data.plan;
    else if (data.type === 'task') tasks.push(data.task);
    else {
      cells.push(data.cell);
      if (data.outcome) outcomes.push(data.outcome);
    }
  }
  if (plan === undefined) throw notAnExport(from, 'no line of type "run"');
  return { plan, tasks, cells, outcomes };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const notAnExport = (where: string, reason: string) =>
  usageError(
    'bad-export',
    `${where} is not what eval export writes: ${reason.split('\n', 2).join(' ')}`,
    'Export the run again; evals/README.md has the format.',
  );
