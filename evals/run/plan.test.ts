import { expect, test } from 'vitest';
import { ablationNamed, planRun, type RunRequest, rowsOf } from './plan.ts';

const request: RunRequest = {
  suite: 'sample',
  tasks: [{ id: 'shop/OrderBook' }, { id: 'shop/Ledger' }],
  strategies: ['basic', 'rrr'],
  models: ['one', 'two'],
  samples: 2,
  descriptions: ['detailed'],
  ablate: ['find-symbol'],
  perturb: ['rename'],
  seeds: 2,
  limits: { attempts: 5, toolCallsPerRound: 3 },
  seed: 1,
  versions: {},
};

test('a cell for every task, row, model, sample and variant, each with an id of its own', () => {
  const { plan, cells } = planRun('r1', new Date(0), request);
  expect(plan.rows.map(({ name }) => name)).toEqual(['basic', 'rrr', 'rrr without find_symbol']);
  expect(cells).toHaveLength(2 * 3 * 2 * 2 * 3);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  expect(cells[0]?.id).toBe('shop.OrderBook--basic--one--detailed--1');
  expect(cells.at(-1)?.id).toBe('shop.Ledger--rrr-without-find_symbol--two--detailed--rename-2--2');
  // Every row has had its first sample before any has its second.
  expect(cells.findIndex(({ sample }) => sample === 2)).toBe(cells.length / 2);
});

test('the budget is one of the plan: no row has its own', () => {
  const { plan } = planRun('r1', new Date(0), request);
  expect(plan.limits).toEqual(request.limits);
  expect(plan.rows.every((row) => !('limits' in row))).toBe(true);
});

test('rrr-types asks the compiler alone, sample-k and closed-book are rows like others', () => {
  const rows = rowsOf(['rrr-types', 'sample-k', 'closed-book'], []);
  expect(rows).toMatchObject([
    { strategy: 'rrr', require: 'types' },
    { independent: true, require: 'tests' },
    { closedBook: true, strategy: 'basic', without: ['contract'] },
  ]);
});

test('what has no such name, or two names, is refused with what would be right', () => {
  expect(() => rowsOf(['rrr', 'rrr-tests'], [])).toThrow(/same row/);
  expect(() => rowsOf(['refelxion'], [])).toThrow(/no strategy/);
  expect(ablationNamed('find-symbol')).toBe('find_symbol');
  expect(ablationNamed('repair')).toBe('repair');
  expect(() => ablationNamed('submit_class')).toThrow(/nothing called/);
});
