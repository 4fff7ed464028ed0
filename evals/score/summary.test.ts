import { expect, test } from 'vitest';
import { Outcome } from '../run/schema.ts';
import { EvalTask } from '../task/schema.ts';
import { causeOf } from './causes.ts';
import { roundsOf, tokenCurve } from './curves.ts';
import { metricsFor } from './metrics.ts';
import { groupsOf, type RunData } from './run-data.ts';
import { summarize } from './summary.ts';
import { anAttempt, anOutcome, aPlan, aRow, aRun, aTask, largeRun } from './testing/synthetic.ts';

const right = [anAttempt(1, { solved: true })];
const wrong = [anAttempt(1)];
const fixedOnSecond = [anAttempt(1), anAttempt(2, { solved: true })];

const only = (run: RunData) => {
  const [group] = summarize(run).groups;
  if (group === undefined) throw new Error('no group');
  return group;
};
const value = (run: RunData, metric: string) => only(run).values[metric]?.value;

test('the made-up data are what the schemas take', () => {
  const run = largeRun();
  for (const outcome of run.outcomes) Outcome.parse(outcome);
  for (const task of run.tasks) EvalTask.parse(task);
});

test('infrastructure failures, disqualified and missing cells are counted apart and change no metric', () => {
  const clean = aRun({ 'r/A': [right, right, wrong], 'r/B': [wrong, wrong, wrong] });
  const disturbed = aRun({
    'r/A': [right, right, wrong, { status: 'infrastructure' }, undefined],
    'r/B': [wrong, wrong, wrong, { status: 'disqualified', reason: 'copied' }],
    'r/C': [{ status: 'infrastructure' }],
  });
  expect(value(disturbed, 'pass@1')).toBe(value(clean, 'pass@1'));
  expect(value(disturbed, 'test-rate')).toBe(value(clean, 'test-rate'));
  expect(only(disturbed).counts).toEqual({ scored: 6, infrastructure: 2, disqualified: 1, notRun: 1 });
  expect(only(disturbed).tasks).toBe(2);
});

test('pass@k leaves out tasks with fewer than k samples, and says over how many it is', () => {
  const run = aRun({ 'r/A': [right, wrong, wrong], 'r/B': [right, { status: 'infrastructure' }] });
  expect(value(run, 'pass@1')).toBeCloseTo((1 / 3 + 1) / 2, 12);
  expect(only(run).values['pass@3']).toMatchObject({ value: 1, tasks: 1 });
});

test('nothing submitted counts against pass@1, test rate and compile rate, and not as a class', () => {
  const run = aRun({ 'r/A': [right, []] });
  expect(value(run, 'pass@1')).toBe(0.5);
  expect(value(run, 'test-rate')).toBe(0.5);
  expect(value(run, 'compile-rate')).toBe(0.5);
  expect(value(run, 'lint')).toBe(1);
  expect(value(run, 'reuse')).toBeCloseTo(2 / 3, 12);
});

test('an attempt that brought no class is an attempt, and not a class', () => {
  const nothing = anAttempt(1, {
    level: 'none',
    compiles: false,
    heldOut: { passed: 0, total: 10, failed: [] },
  });
  const invented = anAttempt(2, { inventedMembers: 1 });
  const run = aRun({ 'r/A': [[nothing, invented], [nothing]] });
  expect(value(run, 'attempts')).toBe(1.5);
  expect(value(run, 'invented')).toBe(1);
  expect(value(run, 'lint')).toBe(1);
});

test('the denominator of the test rate is the task’s, whatever the run reported', () => {
  const early = [anAttempt(1, { heldOut: { passed: 3, total: 3, failed: [] } })];
  expect(value(aRun({ 'r/A': [early] }), 'test-rate')).toBeCloseTo(0.3, 12);
});

test('fixed on round r counts only attempts made after a failed one', () => {
  const run = aRun({ 'r/A': [right, fixedOnSecond], 'r/B': [[...wrong, anAttempt(2)], wrong] });
  expect(value(run, 'first-attempt')).toBe(0.25);
  expect(value(run, 'fixed')).toBe(0.5);
  expect(only(run).rounds).toEqual([
    { round: 1, solved: 0.25, fixed: undefined, made: 4 },
    { round: 2, solved: 0.5, fixed: 0.5, made: 2 },
  ]);
  expect(value(run, 'attempts')).toBe(1.5);
});

test('the last point of both curves is pass@1, also where the loop ended with an earlier attempt', () => {
  const run = largeRun();
  const later = aRun({ 'r/A': [{ attempts: fixedOnSecond, final: anAttempt(1) }] });
  for (const group of [...groupsOf(run), ...groupsOf(later)]) {
    const passed = metricsFor(1)[0];
    const share =
      group.tasks.reduce((sum, task) => sum + (passed?.part(task)?.value ?? 0), 0) / group.tasks.length;
    expect(roundsOf(group.tasks, 5).at(-1)?.solved).toBeCloseTo(share, 9);
    expect(tokenCurve(group.tasks).at(-1)?.solved).toBeCloseTo(share, 9);
  }
});

test('assumed failures, wrong verdicts, invented members and casts', () => {
  const bad = [anAttempt(1, { inventedMembers: 2, heldOut: { passed: 5, total: 10, failed: [] } })];
  const run = aRun({
    'r/A': [
      {
        attempts: bad,
        ...(bad[0] ? { final: bad[0] } : {}),
        assumedFailures: 2,
        anys: 1,
        verdict: 'verified',
      },
    ],
    'r/B': [right],
  });
  expect(value(run, 'assumed')).toBeCloseTo(2 / 5, 12);
  expect(value(run, 'wrongly-verified')).toBe(0.5);
  expect(value(run, 'invented')).toBe(0.5);
  expect(value(run, 'any-rate')).toBe(0.5);
  expect(value(run, 'cost')).toBeUndefined();
});

test('tasks solved closed book, by the run itself or on record, are left out of the second figure', () => {
  const closed = aRow('closed book', { closedBook: true });
  const rows = [closed, aRow('rrr')];
  const tasks = [
    aTask('r/Known'),
    aTask('r/OnRecord', { closedBook: { 'some-model': { solved: true } } }),
    aTask('r/New'),
  ];
  const cells = tasks.flatMap(({ id }) =>
    rows.map((row) => ({
      id: `${id} ${row.name}`,
      task: id,
      row: row.name,
      model: 'some-model',
      description: 'detailed' as const,
      sample: 1,
    })),
  );
  const solved = new Set(['r/Known closed book', 'r/Known rrr', 'r/OnRecord rrr']);
  const outcomes = cells.map(({ id }) => anOutcome(id, solved.has(id) ? right : wrong));
  const run = { plan: aPlan({ rows, tasks: tasks.map(({ id }) => id) }), cells, outcomes, tasks };
  const rrr = summarize(run).groups.find(({ row }) => row === 'rrr');
  expect(rrr?.values['pass@1']?.value).toBeCloseTo(2 / 3, 12);
  expect(rrr?.values['closed-book']?.value).toBeCloseTo(2 / 3, 12);
  expect(rrr?.notFromMemory).toMatchObject({ tasks: 1, values: { 'pass@1': { value: 0 } } });
});

test('the macro mean weighs repositories alike', () => {
  const run = aRun({ 'big/A': [right], 'big/B': [right], 'big/C': [right], 'small/D': [wrong] });
  expect(value(run, 'pass@1')).toBe(0.75);
  expect(only(run).macro['pass@1']).toBe(0.5);
  expect(only(run).repositories.map(({ name, tasks }) => [name, tasks])).toEqual([
    ['big', 3],
    ['small', 1],
  ]);
});

test('under perturbations: the worst variant of each task beside the mean', () => {
  const plain = aRun({ 'r/A': [right], 'r/B': [right] });
  const perturbed = plain.cells.map((cell) => ({
    ...cell,
    id: `${cell.id} renamed`,
    perturbation: { kind: 'rename' as const, seed: 1 },
  }));
  const outcomes = perturbed.map(({ id, task }) => anOutcome(id, task === 'r/A' ? right : wrong));
  const run = { ...plain, cells: [...plain.cells, ...perturbed], outcomes: [...plain.outcomes, ...outcomes] };
  expect(value(run, 'pass@1')).toBe(1);
  expect(only(run).robustness).toMatchObject({ variants: 2, tasks: 2, mean: 0.75, worst: 0.5 });
});

test('a failed sample has one cause', () => {
  const cause = (over: Parameters<typeof anAttempt>[1]) => causeOf(anOutcome('c', [anAttempt(1, over)]));
  expect(causeOf(anOutcome('c', []))).toBe('nothing');
  expect(cause({ compiles: false, level: 'none' })).toBe('nothing');
  expect(cause({ solved: true })).toBeUndefined();
  expect(cause({ compiles: false, level: 'parse' })).toBe('parse');
  expect(cause({ compiles: false, level: 'types' })).toBe('types');
  expect(cause({ visible: { passed: 1, total: 2 } })).toBe('visible');
  expect(cause({ visible: { passed: 2, total: 2 } })).toBe('held-out');
});

test('the same run gives the same summary to the digit', () => {
  const again = () => JSON.stringify(summarize(largeRun({ tasks: 4 })));
  expect(again()).toBe(again());
});
