import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sandboxAvailable } from '../../src/sandbox/sandbox.ts';
import { acceptTask, hashNow } from './accept.ts';
import { loadSuite } from './load.ts';
import { LEVELS } from './schema.ts';

/** What the sample suite promises, by the files alone; `npm run evals:accept` tries all of it. */

const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-suite-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const tasks = loadSuite('sample').map(({ task }) => task);
const { available } = await sandboxAvailable();
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

test('at least 24 accepted tasks over all levels, in three repositories', () => {
  const accepted = tasks.filter(({ acceptance }) => acceptance !== undefined);
  expect(accepted.length).toBeGreaterThanOrEqual(24);
  expect(new Set(accepted.map(({ level }) => level))).toEqual(new Set(LEVELS));
  const repositories = Map.groupBy(accepted, ({ source }) => (source.kind === 'shipped' ? source.name : ''));
  expect([...repositories.keys()].sort()).toEqual(['observatory', 'shop', 'theatre']);
  for (const { acceptance } of accepted) {
    expect(acceptance?.orders).toBe(3);
    expect(acceptance?.knownBad.failed).toBe(acceptance?.knownBad.tried);
    expect((acceptance?.mutants.killed ?? 0) / (acceptance?.mutants.total ?? 1)).toBeGreaterThanOrEqual(0.6);
  }
});

test('what was accepted is what is there', () => {
  for (const task of tasks) expect([task.id, hashNow(task)]).toEqual([task.id, task.acceptance?.hash]);
});

test('classes of a good size, whose tests say something', () => {
  expect(median(tasks.map(({ reference }) => reference.lines))).toBeGreaterThanOrEqual(60);
  for (const { id, reference, heldOut, visible, level } of tasks) {
    expect([id, reference.members >= 5]).toEqual([id, true]);
    const own = level === 'standalone' || level === 'file';
    expect([id, own || reference.symbols.length >= 3]).toEqual([id, true]);
    const held = heldOut.flatMap(({ ids }) => ids);
    const shown = visible.flatMap(({ ids }) => ids);
    expect([id, held.length >= 8, shown.length > 0]).toEqual([id, true, true]);
    expect([id, shown.filter((one) => held.includes(one))]).toEqual([id, []]);
  }
});

test('descriptions are words, not code, the sketchy one the shorter', () => {
  for (const { id, descriptions } of tasks) {
    const { detailed, sketchy } = descriptions;
    expect([id, detailed.text.length > sketchy.text.length]).toEqual([id, true]);
    expect([id, /[{};]\s*$|=>|\bconst \w+ =|#\w+\./m.exec(detailed.text)?.[0]]).toEqual([id, undefined]);
  }
});

test.each(['observatory/Journal', 'shop/Grader', 'theatre/SeatPlan'])(
  'the fast look accepts %s',
  async (id) => {
    process.env.XDG_STATE_HOME = join(base, 'state');
    const task = tasks.find((one) => one.id === id);
    if (!task) throw new Error(`no task ${id}`);
    const report = await acceptTask(task, {
      folder: join(base, id),
      sandbox: available ? 'bubblewrap' : 'none',
      fast: true,
    });
    expect(report).toMatchObject({ accepted: true, refused: [], hash: task.acceptance?.hash });
  },
);
