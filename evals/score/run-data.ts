import type { Cell, Outcome, Row, RunPlan } from '../run/schema.ts';
import type { DescriptionKind, EvalTask } from '../task/schema.ts';

/** All that scoring and reporting know of a run. `outcomes` holds at most one for each cell; a cell without one was not run. */
export interface RunData {
  plan: RunPlan;
  cells: readonly Cell[];
  outcomes: readonly Outcome[];
  tasks: readonly EvalTask[];
}

/** The scored samples of one task in one group. */
export interface TaskSamples {
  task: EvalTask;
  /** Outcomes of status `scored`; those that never reached a score are counted in `Counts`. */
  scored: readonly Outcome[];
  /** Whether the group's model solved the task closed book; undefined where it was not tried. */
  closedBook: boolean | undefined;
}

/** Cells by what became of them. Only `scored` ones enter a metric. */
export interface Counts {
  scored: number;
  infrastructure: number;
  disqualified: number;
  notRun: number;
}

/** One line of the table: a row under one model and one kind of description. */
export interface Group {
  label: string;
  row: Row;
  model: string;
  description: DescriptionKind;
  /** Tasks as they are, in the plan's order; without those that have no scored sample. */
  tasks: readonly TaskSamples[];
  /** The same under each perturbation, by its kind and seed. */
  perturbed: ReadonlyMap<string, readonly TaskSamples[]>;
  counts: Counts;
}

/** The groups of a run in the plan's order. What all of them share is left out of the labels. */
export function groupsOf(run: RunData): Group[] {
  const outcomes = new Map(run.outcomes.map((outcome) => [outcome.cell, outcome]));
  const tasks = new Map(run.tasks.map((task) => [task.id, task]));
  const solvedFromMemory = closedBookOf(run, outcomes);
  const descriptions = [...new Set(run.cells.map(({ description }) => description))].sort();
  return run.plan.rows.flatMap((row) =>
    run.plan.models.flatMap((model) =>
      descriptions.flatMap((description) => {
        const cells = run.cells.filter(
          (cell) => cell.row === row.name && cell.model === model && cell.description === description,
        );
        if (cells.length === 0) return [];
        const samplesOf = (chosen: readonly Cell[]): TaskSamples[] =>
          run.plan.tasks.flatMap((id) => {
            const task = tasks.get(id);
            const scored = chosen
              .filter((cell) => cell.task === id)
              .flatMap((cell) => outcomes.get(cell.id) ?? [])
              .filter(({ status }) => status === 'scored');
            if (task === undefined || scored.length === 0) return [];
            const tried = [solvedFromMemory.get(`${model} ${id}`), task.closedBook?.[model]?.solved];
            const closedBook = tried.some((solved) => solved !== undefined)
              ? tried.includes(true)
              : undefined;
            return [{ task, scored, closedBook }];
          });
        const variants = Map.groupBy(cells, variantOf);
        const plain = variants.get('') ?? [];
        variants.delete('');
        return [
          {
            label: [
              row.name,
              ...(run.plan.models.length > 1 ? [model] : []),
              ...(descriptions.length > 1 ? [description] : []),
            ].join(' · '),
            row,
            model,
            description,
            tasks: samplesOf(plain),
            perturbed: new Map([...variants].map(([name, chosen]) => [name, samplesOf(chosen)])),
            counts: countsOf(cells, outcomes),
          },
        ];
      }),
    ),
  );
}

const variantOf = ({ perturbation }: Cell): string =>
  perturbation === undefined ? '' : `${perturbation.kind} ${perturbation.seed}`;

function countsOf(cells: readonly Cell[], outcomes: ReadonlyMap<string, Outcome>): Counts {
  const counts = { scored: 0, infrastructure: 0, disqualified: 0, notRun: 0 };
  for (const cell of cells) counts[outcomes.get(cell.id)?.status ?? 'notRun'] += 1;
  return counts;
}

/** By model and task, as this run itself saw it: solved in any of the closed-book samples. */
function closedBookOf(run: RunData, outcomes: ReadonlyMap<string, Outcome>): Map<string, boolean> {
  const closed = new Set(run.plan.rows.filter((row) => row.closedBook).map(({ name }) => name));
  const solved = new Map<string, boolean>();
  for (const cell of run.cells) {
    const outcome = outcomes.get(cell.id);
    if (!closed.has(cell.row) || outcome?.status !== 'scored') continue;
    const key = `${cell.model} ${cell.task}`;
    solved.set(key, (solved.get(key) ?? false) || outcome.final?.solved === true);
  }
  return solved;
}

/** Held-out tests of a task: the fixed denominator, whatever a run reported. */
export const heldOutCount = (task: EvalTask): number =>
  task.heldOut.reduce((sum, { ids }) => sum + ids.length, 0);

/** Name of the repository that a task was taken from. */
export const repositoryOf = ({ source, id }: EvalTask): string =>
  source.kind === 'local' ? id.slice(0, Math.max(0, id.lastIndexOf('/'))) || source.path : source.name;
