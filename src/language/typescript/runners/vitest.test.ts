import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRunner } from '../../../check/test-runner.ts';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { findRunner, openRunner } from './index.ts';

const files = {
  'package.json': JSON.stringify({ name: 'fixture', type: 'module', scripts: { test: 'vitest' } }),
  'vitest.config.ts': `
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
export default defineConfig({
  resolve: { alias: { '@': resolve(__dirname, 'src') } },
  test: { include: ['src/**/*.test.ts'], coverage: { enabled: true } },
});`,
  'src/counter.ts': `
export class Counter {
  #count = 0;
  add(by: number): number {
    if (by < 0) throw new RangeError('negative step');
    this.#count += by;
    return this.#count;
  }
}
`,
  'src/counter.test.ts': `
import { beforeAll, describe, expect, it } from 'vitest';
import { Counter } from '@/counter';
describe('Counter', () => {
  it('adds', () => { expect(new Counter().add(2)).toBe(2); });
  it('adds wrongly', () => { expect(new Counter().add(2)).toBe(3); });
  it('compares', () => { expect({ sum: new Counter().add(2) }).toEqual({ sum: 4 }); });
  it('throws', () => { new Counter().add(-1); });
  it('same', () => {});
  it('same', () => {});
  it.skip('skipped', () => {});
  it.todo('later');
  it.each([1, 2])('takes %i', (step) => { expect(new Counter().add(step)).toBe(step); });
});
describe('with a broken hook', () => {
  beforeAll(() => { throw new Error('hook broke'); });
  it('never runs', () => {});
});
`,
  'src/missing.test.ts': `
import { it } from 'vitest';
import { Gone } from './gone';
it('uses it', () => { new Gone(); });
`,
  'src/hang.test.ts': `
import { it } from 'vitest';
it('never ends', () => { for (;;); });
`,
  'src/loud.test.ts': `
import { it } from 'vitest';
it('prints', () => { for (let at = 0; at < 1000; at++) console.log('x'.repeat(100_000)); });
`,
  'src/exit.test.ts': `
import { it } from 'vitest';
it('leaves', () => { process.exit(0); });
`,
  'src/kill.test.ts': `
import { it } from 'vitest';
it('kills the runner', async () => { process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {}); });
`,
  'src/none.test.ts': 'export {};\n',
  'src/skipped.test.ts': `
import { it } from 'vitest';
it.skip('not now', () => {});
`,
  'src/rejected.test.ts': `
import { it } from 'vitest';
it('leaves a rejection', () => { void Promise.reject(new Error('nobody listens')); });
`,
};

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
const run = (file: string, more: Partial<Parameters<TestRunner['run']>[0]> = {}) =>
  runner.run({ files: [file], timeoutMs: 30_000, ...more });

beforeAll(async () => {
  fixture = await runnerFixture(files, 'src/counter.ts', ['vitest', 'vite']);
  runner = await openRunner(fixture.context, '');
});
afterAll(() => fixture.close());

describe('vitest', () => {
  it('is recognised without running anything', async () => {
    const found = await findRunner(fixture.context.repository, '');
    expect(found).toMatchObject({
      kind: { name: 'vitest' },
      why: 'the script "test" runs vitest',
      strength: 3,
    });
    expect(await runner.list()).toEqual(
      Object.keys(files)
        .filter((file) => file.endsWith('.test.ts'))
        .sort(),
    );
  });

  it('reports every test with a stable id, values and frames', async () => {
    const result = await run('src/counter.test.ts');
    const at = 'src/counter.test.ts > Counter >';
    expect(result.failure).toBeUndefined();
    expect(statuses(result)).toEqual([
      `passed ${at} adds`,
      `failed ${at} adds wrongly`,
      `failed ${at} compares`,
      `failed ${at} throws`,
      `passed ${at} same`,
      `passed ${at} same #2`,
      `skipped ${at} skipped`,
      `skipped ${at} later`,
      `passed ${at} takes 1`,
      `passed ${at} takes 2`,
      'failed src/counter.test.ts > with a broken hook > never runs',
    ]);
    const [, wrong, compared, thrown] = result.tests;
    expect(wrong).toMatchObject({ title: 'adds wrongly', expected: '3', received: '2' });
    expect(compared?.expected).toContain('"sum": 4');
    expect(thrown).toMatchObject({
      message: 'negative step',
      frames: [{ file: 'src/counter.ts', line: 5 }, {}],
    });
    expect(result.files).toEqual([{ file: 'src/counter.test.ts', loaded: true }]);
    expect(result.evidence).toMatchObject({ exitStatus: 1, counts: { passed: 5, failed: 4, skipped: 2 } });
  });

  it('runs the tests asked for', async () => {
    const ids = ['src/counter.test.ts > Counter > takes 2', 'src/counter.test.ts > Counter > same #2'];
    const result = await run('src/counter.test.ts', { ids });
    expect(statuses(result).sort()).toEqual(ids.map((id) => `passed ${id}`).sort());
    expect(result.failure).toBeUndefined();
  });

  it('sees that the class has changed, whatever is cached', async () => {
    const { copy } = fixture.context;
    const ids = ['src/counter.test.ts > Counter > adds'];
    const before = await copy.read('src/counter.ts');
    await copy.write('src/counter.ts', (before ?? '').replace('return this.#count', 'return -this.#count'));
    const changed = await run('src/counter.test.ts', { ids });
    await copy.write('src/counter.ts', before ?? '');
    const restored = await run('src/counter.test.ts', { ids });
    expect([...statuses(changed), ...statuses(restored)]).toEqual([`failed ${ids[0]}`, `passed ${ids[0]}`]);
  });

  it('leaves the dependencies as they were', async () => {
    expect((await readdir(join(fixture.root, 'node_modules'))).sort()).toEqual(['vite', 'vitest']);
  });

  it('says which files did not load and why', async () => {
    const result = await runner.run({
      files: ['src/missing.test.ts', 'src/none.test.ts', 'src/counter.ts'],
      timeoutMs: 30_000,
    });
    expect(result.failure).toBeUndefined();
    expect(result.tests).toEqual([]);
    expect(result.files).toEqual([
      {
        file: 'src/missing.test.ts',
        loaded: false,
        error: expect.stringContaining("Cannot find module './gone'"),
      },
      { file: 'src/none.test.ts', loaded: false, error: 'No test suite found in file src/none.test.ts' },
      {
        file: 'src/counter.ts',
        loaded: false,
        error: expect.stringContaining('its configuration does not include it'),
      },
    ]);
  });

  it.each([
    ['src/hang.test.ts', 'timeout', 'did not end within 2.5 s', 2_500],
    ['src/loud.test.ts', 'output-limit', 'printed without end', 30_000],
    ['src/kill.test.ts', 'crash', 'ended by a signal', 30_000],
    ['src/skipped.test.ts', 'no-tests', 'All 1 tests were skipped', 30_000],
    ['src/rejected.test.ts', 'crash', 'nobody listens', 30_000],
  ])('names what is wrong with %s', async (file, kind, message, timeoutMs) => {
    const result = await run(file, { timeoutMs });
    expect(result.failure).toEqual({ kind, message: expect.stringContaining(message) });
  });

  it('fails a test that ends the process', async () => {
    const result = await run('src/exit.test.ts');
    expect(statuses(result)).toEqual(['failed src/exit.test.ts > leaves']);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const pending = run('src/hang.test.ts', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await expect(pending).rejects.toThrow('enough');
  });
});
