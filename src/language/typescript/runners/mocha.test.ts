import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRunner } from '../../../check/test-runner.ts';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { findRunner, openRunner } from './index.ts';

const files = {
  'package.json': JSON.stringify({
    name: 'fixture',
    scripts: { test: 'NODE_ENV=test mocha --reporter dot' },
  }),
  '.mocharc.yml': 'import: tsx\nspec:\n  - "test/*.test.ts"\n  - "test/more"\nparallel: true\n',
  'src/counter.ts': `
export class Counter {
  count = 0;
  add(by: number): number {
    if (by < 0) throw new RangeError('negative step');
    this.count += by;
    return this.count;
  }
}
`,
  'test/counter.test.ts': `
import assert from 'node:assert/strict';
import { Counter } from '../src/counter';
describe('Counter', () => {
  it('adds', () => { assert.equal(process.env.NODE_ENV, 'test'); });
  it('adds wrongly', () => { assert.equal(new Counter().add(2), 3); });
  it('compares', () => { assert.deepEqual({ sum: new Counter().add(2) }, { sum: 4 }); });
  it('throws', () => { new Counter().add(-1); });
  it('same', () => {});
  it('same', () => {});
  it.skip('skipped', () => {});
});
describe('with a broken hook', () => {
  before(() => { throw new Error('hook broke'); });
  it('never runs', () => {});
});
`,
  'test/other.test.ts': `it('is fine', () => {});\n`,
  'test/more/missing.ts': `import { Gone } from '../../src/gone';\nit('uses it', () => { new Gone(); });\n`,
  'test/hang.test.ts': `it('never ends', () => { for (;;); });\n`,
  'test/open.test.ts': `it('leaves a timer', () => { setInterval(() => {}, 1000); });\n`,
  'test/loud.test.ts': `it('prints', () => { for (let at = 0; at < 1000; at++) console.log('x'.repeat(100_000)); });\n`,
  'test/exit.test.ts': `it('is fine', () => {});\nit('leaves', () => { process.exit(0); });\n`,
  'test/early.test.ts': 'process.exit(0);\n',
  'test/none.test.ts': 'export {};\n',
  'test/skipped.test.ts': `it.skip('not now', () => {});\n`,
};

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
const run = (names: string[], more: Partial<Parameters<TestRunner['run']>[0]> = {}) =>
  runner.run({ files: names.map((name) => `test/${name}`), timeoutMs: 30_000, ...more });

beforeAll(async () => {
  fixture = await runnerFixture(files, 'src/counter.ts', ['mocha', 'tsx']);
  runner = await openRunner(fixture.context, '');
});
afterAll(() => fixture.close());

describe('mocha', () => {
  it('is recognised without running anything', async () => {
    const found = await findRunner(fixture.context.repository, '');
    expect(found).toMatchObject({ kind: { name: 'mocha' }, why: 'the script "test" runs mocha' });
    expect(await runner.list()).toEqual(
      Object.keys(files)
        .filter((file) => file.startsWith('test/'))
        .sort(),
    );
  });

  it('reports every test of the given files alone', async () => {
    const result = await run(['counter.test.ts']);
    const at = 'test/counter.test.ts > Counter >';
    expect(result.failure).toBeUndefined();
    expect(statuses(result)).toEqual([
      `passed ${at} adds`,
      `failed ${at} adds wrongly`,
      `failed ${at} compares`,
      `failed ${at} throws`,
      `passed ${at} same`,
      `passed ${at} same #2`,
      `skipped ${at} skipped`,
      'failed test/counter.test.ts > with a broken hook > never runs',
    ]);
    const [, wrong, compared, thrown] = result.tests;
    expect(wrong).toMatchObject({ expected: '3', received: '2' });
    expect(compared).toMatchObject({ expected: '{ sum: 4 }', received: '{ sum: 2 }' });
    expect(thrown).toMatchObject({
      message: 'negative step',
      frames: [{ file: 'src/counter.ts', line: 5 }, {}],
    });
  });

  it('runs the tests asked for, in the order of the files', async () => {
    const ids = ['test/counter.test.ts > Counter > same #2', 'test/other.test.ts > is fine'];
    const result = await run(['other.test.ts', 'counter.test.ts'], { ids });
    expect(statuses(result)).toEqual(ids.toReversed().map((id) => `passed ${id}`));
  });

  it('runs the other files where one does not load', async () => {
    const result = await run(['more/missing.ts', 'other.test.ts']);
    expect(statuses(result)).toEqual(['passed test/other.test.ts > is fine']);
    expect(result.failure).toBeUndefined();
    expect(result.files).toEqual([
      {
        file: 'test/more/missing.ts',
        loaded: false,
        error: expect.stringContaining("Cannot find module '../../src/gone'"),
      },
      { file: 'test/other.test.ts', loaded: true },
    ]);
  });

  it.each([
    ['hang.test.ts', 'timeout', 'did not end within 2.5 s', 2_500],
    ['open.test.ts', 'timeout', '', 4_000],
    ['loud.test.ts', 'output-limit', 'printed without end', 30_000],
    ['exit.test.ts', 'early-exit', 'exited with status 0', 30_000],
    ['early.test.ts', 'early-exit', 'exited with status 0', 30_000],
    ['none.test.ts', 'no-tests', 'Not a single test ran', 30_000],
    ['skipped.test.ts', 'no-tests', 'All 1 tests were skipped', 30_000],
  ])('names what is wrong with %s', async (file, kind, message, timeoutMs) => {
    const result = await run([file], { timeoutMs });
    expect(result.failure).toEqual({ kind, message: expect.stringContaining(message) });
  });
});
