import { usageError } from '../../src/errors.ts';
import type { StrategyName } from '../../src/loop/strategies.ts';
import type { Limits } from '../../src/loop/task.ts';
import { PARTS } from '../../src/loop/without.ts';
import { nearest } from '../../src/nearest.ts';
import { allTools, toolNamed } from '../../tools/index.ts';
import { modelName } from '../../tools/tool.ts';
import type { DescriptionKind } from '../task/schema.ts';
import type { Cell, Perturbation, Row, RunPlan } from './schema.ts';

/** What `eval run` was asked for, before it is cut into cells. */
export interface RunRequest {
  suite: string;
  tasks: readonly { id: string }[];
  /** Names of rows: strategies and the named variants of them. */
  strategies: readonly string[];
  models: readonly string[];
  samples: number;
  descriptions: readonly DescriptionKind[];
  /** Each makes one more row: `rrr` without it. */
  ablate: readonly string[];
  perturb: readonly Perturbation['kind'][];
  /** Seeds 1 to this for each kind of perturbation. */
  seeds: number;
  limits: Limits;
  seed: number;
  versions: Record<string, string>;
  playedBy?: string;
}

const row = (strategy: StrategyName, more: Partial<Row> = {}): Omit<Row, 'name'> => ({
  strategy,
  require: 'tests',
  without: [],
  independent: false,
  closedBook: false,
  ...more,
});

/** Every row that can be asked for by name. `rrr-tests` is `rrr` under the name that tells it from `rrr-types`. */
const ROWS: Readonly<Record<string, Omit<Row, 'name'>>> = {
  basic: row('basic'),
  rag: row('rag'),
  repocoder: row('repocoder'),
  reflexion: row('reflexion'),
  rrr: row('rrr'),
  'rrr-tests': row('rrr'),
  'rrr-types': row('rrr', { require: 'types' }),
  'sample-k': row('rag', { independent: true }),
  'closed-book': row('basic', { closedBook: true, without: ['contract'] }),
};
export const rowNames = Object.keys(ROWS);

/** The rows of a table; those that would be one row under two names are refused. */
export function rowsOf(strategies: readonly string[], ablate: readonly string[]): Row[] {
  const named = [...new Set(strategies)].map((name): Row => {
    const found = Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
    if (found) return { name, ...found };
    const near = nearest(name, rowNames, 1);
    throw usageError(
      'unknown-row',
      `There is no strategy or row "${name}".`,
      near.length > 0 ? `Did you mean ${near[0]}?` : `Choose among ${rowNames.join(', ')}.`,
    );
  });
  if (named.some(({ name }) => name === 'rrr') && named.some(({ name }) => name === 'rrr-tests'))
    throw usageError(
      'same-row',
      'rrr and rrr-tests are the same row: the visible tests are feedback in both.',
      'Name one of them.',
    );
  const ablated = [...new Set(ablate.map(ablationNamed))].map(
    (part): Row => ({ name: `rrr without ${part}`, ...row('rrr', { without: [part] }) }),
  );
  return [...named, ...ablated];
}

/** Without these no class could ever be handed in. */
const NEEDED = new Set(['submit_class', 'ask']);

/** The name under which `Task.without` holds a tool, a phase or a part of the context. */
export function ablationNamed(name: string): string {
  if (PARTS.some((part) => part === name)) return name;
  const tool = toolNamed(name);
  if (tool && !NEEDED.has(modelName(tool))) return modelName(tool);
  const all = [...new Set([...allTools.map(modelName).filter((one) => !NEEDED.has(one)), ...PARTS])];
  const [near] = nearest(name, all, 1);
  throw usageError(
    'unknown-ablation',
    `There is nothing called "${name}" to take away.`,
    near ? `Did you mean ${near}?` : `Tools, phases and parts of the context: ${all.join(', ')}.`,
  );
}

/** Cuts a request into cells: sample by sample, so that a run that is stopped early has tried every row alike. */
export function planRun(id: string, started: Date, request: RunRequest): { plan: RunPlan; cells: Cell[] } {
  const { tasks, models, samples, descriptions } = request;
  const rows = rowsOf(request.strategies, request.ablate);
  const variants: (Perturbation | undefined)[] = [
    undefined,
    ...[...new Set(request.perturb)].flatMap((kind) =>
      Array.from({ length: request.seeds }, (_, at) => ({ kind, seed: at + 1 })),
    ),
  ];
  const cells: Cell[] = [];
  for (let sample = 1; sample <= samples; sample++)
    for (const perturbation of variants)
      for (const task of tasks)
        for (const description of descriptions)
          for (const model of models)
            for (const { name } of rows) {
              const cell = { task: task.id, row: name, model, description, sample };
              const whole = perturbation ? { ...cell, perturbation } : cell;
              cells.push({ id: cellId(whole), ...whole });
            }
  const plan: RunPlan = {
    schemaVersion: 1,
    id,
    suite: request.suite,
    started: started.toISOString(),
    versions: request.versions,
    tasks: tasks.map((task) => task.id),
    rows,
    models: [...models],
    samples,
    limits: request.limits,
    ...(request.playedBy === undefined ? {} : { playedBy: request.playedBy }),
    seed: request.seed,
  };
  return { plan, cells };
}

const slug = (text: string) => text.replaceAll('/', '.').replace(/[^\w.-]+/g, '-');

/** Readable, fit for a file name, the same in every run that asks for the same: `shop.OrderBook--rrr--some-model--detailed--1`. */
function cellId({ task, row, model, description, perturbation, sample }: Omit<Cell, 'id'>): string {
  const variant = perturbation ? [`${perturbation.kind}-${perturbation.seed}`] : [];
  return [task, row, model, description, ...variant, String(sample)].map(slug).join('--');
}
