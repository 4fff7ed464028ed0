import type { Cell, Outcome } from '../run/schema.ts';
import { CAUSES, causeOf } from '../score/causes.ts';
import { type Group, groupsOf, type RunData } from '../score/run-data.ts';
import { type Markup, markup } from './markup.ts';

/** How a cell of the grid is shown: a class for its colour, a sign for who sees no colour, a word for who hears it. */
interface Look {
  className: string;
  sign: string;
  name: string;
}

const SOLVED: Look = { className: 'solved', sign: '✓', name: 'solved' };
const NOT_RUN: Look = { className: 'not-run', sign: '·', name: 'not run' };
const UNSCORED: Readonly<Record<'infrastructure' | 'disqualified', Look>> = {
  infrastructure: { className: 'infrastructure', sign: '–', name: 'infrastructure failure' },
  disqualified: { className: 'disqualified', sign: '!', name: 'disqualified' },
};
const SIGNS: Readonly<Record<(typeof CAUSES)[number]['id'], string>> = {
  nothing: '∅',
  parse: 'p',
  types: 'c',
  visible: 'v',
  'held-out': 'h',
};
const FAILED = new Map<string, Look>(
  CAUSES.map(({ id, name }) => [id, { className: id, sign: SIGNS[id], name }]),
);

export function lookOf(outcome: Outcome | undefined): Look {
  if (outcome === undefined) return NOT_RUN;
  if (outcome.status !== 'scored') return UNSCORED[outcome.status];
  return FAILED.get(causeOf(outcome) ?? '') ?? SOLVED;
}

export const gridLegend = (): Markup =>
  markup`<ul class="legend">${[
    SOLVED,
    ...[...FAILED.values()].toReversed(),
    UNSCORED.infrastructure,
    UNSCORED.disqualified,
    NOT_RUN,
  ].map(
    ({ className, sign, name }) =>
      markup`<li><span class="cell ${className}" aria-hidden="true">${sign}</span>${name}</li>`,
  )}</ul>`;

export interface GridRun {
  name: string;
  run: RunData;
}

/** Tasks down, groups across, every sample a button that opens its story; `numberOf` is the story's place in the page. */
export function grid(runs: readonly GridRun[], numberOf: (run: number, cell: Cell) => number): Markup {
  const columns = runs.flatMap(({ name, run }, at) => {
    const outcomes = new Map(run.outcomes.map((outcome) => [outcome.cell, outcome]));
    return groupsOf(run).map((group) => ({
      label: name === '' ? group.label : `${name} ${group.label}`,
      cellsOf: cellsOf(group, run),
      outcomes,
      at,
    }));
  });
  const tasks = [...new Map(runs.flatMap(({ run }) => run.tasks.map((task) => [task.id, task]))).values()];
  return markup`<div class="scroll" role="region" aria-label="Every sample"><table class="samples"><caption>Every sample; choose one for its story</caption><thead><tr><th scope="col" class="text">task</th>${columns.map(
    ({ label }) => markup`<th scope="col" class="text">${label}</th>`,
  )}</tr></thead><tbody>${tasks.map(
    ({ id, level }) =>
      markup`<tr><th scope="row">${id.slice(id.lastIndexOf('/') + 1)}<br><small>${[id.slice(0, Math.max(0, id.lastIndexOf('/'))), level].filter(Boolean).join(' · ')}</small></th>${columns.map(
        ({ label, cellsOf: of, outcomes, at }) =>
          markup`<td><span class="cells">${of(id).map((cell) => {
            const look = lookOf(outcomes.get(cell.id));
            const variant = cell.perturbation ? `, ${cell.perturbation.kind} ${cell.perturbation.seed}` : '';
            const said = `${id}, ${label}${variant}, sample ${cell.sample}: ${look.name}`;
            return markup`<button type="button" class="cell ${look.className}" data-cell="${numberOf(at, cell)}" aria-label="${said}" title="${said}">${look.sign}</button>`;
          })}</span></td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

function cellsOf(group: Group, run: RunData): (task: string) => Cell[] {
  const mine = run.cells.filter(
    ({ row, model, description }) =>
      row === group.row.name && model === group.model && description === group.description,
  );
  const byTask = Map.groupBy(mine, ({ task }) => task);
  return (task) => byTask.get(task) ?? [];
}
