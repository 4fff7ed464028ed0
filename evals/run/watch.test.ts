import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../../src/testing/temp.ts';
import { planRun } from './plan.ts';
import type { Outcome } from './schema.ts';
import { createStore, openStore } from './store.ts';
import { openWatch } from './watch.ts';

const outcome = (cell: string, more: Partial<Outcome> = {}): Outcome => ({
  cell,
  status: 'scored',
  attempts: [],
  copied: 0,
  anys: 0,
  ignores: 0,
  lintFindings: 0,
  symbols: [],
  assumedFailures: 0,
  usage: { modelCalls: 1, toolCalls: 0, input: 10, output: 1, cacheRead: 0, cacheWrite: 0 },
  seconds: 2,
  ...more,
});

async function storeOf() {
  const folder = tempFolder();
  const { plan, cells } = planRun('r1', new Date(0), {
    suite: 'sample',
    tasks: [{ id: 'till/Cart' }, { id: 'till/Label' }],
    strategies: ['basic'],
    models: ['one'],
    samples: 1,
    descriptions: ['detailed'],
    ablate: [],
    perturb: ['rename'],
    seeds: 1,
    limits: { attempts: 5, toolCallsPerRound: 3 },
    seed: 1,
    versions: {},
  });
  const settings = { suite: 'sample', modelTimeout: 1, testTimeout: 1, sandbox: 'none', prices: {} } as const;
  const store = await createStore(folder, plan, cells, settings);
  return { folder, store, plan, cells };
}

test('what was put in comes out of another connection, in the order of the plan', async () => {
  const { folder, store, plan, cells } = await storeOf();
  const [first, second] = cells.map(({ id }) => id);
  store.scored(outcome(second ?? '', { status: 'infrastructure', reason: 'no sandbox' }));
  store.started(first ?? '');
  store.scored(outcome(first ?? ''));
  const reader = await openStore(folder, { readOnly: true });
  expect(reader.plan()).toEqual(plan);
  expect(reader.cells().map(({ state: _, since: __, infrastructure: ___, ...cell }) => cell)).toEqual(cells);
  expect(reader.outcomes()).toEqual([
    outcome(first ?? ''),
    outcome(second ?? '', { status: 'infrastructure', reason: 'no sandbox' }),
  ]);
  store.again(second ?? '');
  expect(reader.cells().map(({ state }) => state)).toEqual(['done', 'pending', 'pending', 'pending']);
  expect(reader.outcomes()).toHaveLength(1);
  await expect(createStore(folder, plan, cells, store.settings())).rejects.toThrow(/holds a run already/);
  reader.close();
  store.close();
});

test('the view shows rows and what each cell at work does, and ends with the run', async () => {
  const { folder, store, cells } = await storeOf();
  const lock = { pid: process.pid, host: hostname() };
  await writeFiles(folder, { 'lock/one': JSON.stringify(lock) });
  const watch = openWatch(store);
  const [cell] = cells;
  store.started(cell?.id ?? '');
  const event = { type: 'phase', phase: 'check', state: 'start', attempt: 2, seq: 1, time: 1 };
  await writeFiles(folder, {
    [join('sessions', cell?.id ?? '', 'till-1/log.jsonl')]: `${JSON.stringify(event)}\n{"ty`,
  });
  const before = await watch.look(200, 40);
  expect(before.over).toBe(false);
  expect(before.lines.join('\n')).toMatch(
    /^r1: 0 of 4 cells, 1 at work[\s\S]*basic +0\/4 +0[\s\S]*till\.Cart--basic--one--detailed--1 {2}check 2$/,
  );
  store.scored(outcome(cell?.id ?? ''));
  expect((await watch.look(200, 40)).lines[3]).toMatch(/basic +1\/4/);
  // The process that ran it is gone.
  await writeFiles(folder, { 'lock/one': JSON.stringify({ ...lock, pid: 2 ** 22 + 1 }) });
  expect((await watch.look(200, 40)).over).toBe(true);
  store.close();
});
