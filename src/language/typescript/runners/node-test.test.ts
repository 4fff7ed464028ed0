import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRunner } from '../../../check/test-runner.ts';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { findRunner, openRunner } from './index.ts';

const counter = (extension: string) => ({
  'src/counter.ts': `
${extension === '' ? 'enum Step { Big = 5 }' : ''}
export class Counter {
  count = 0;
  add(by: number): number {
    if (by < 0) throw new RangeError('negative step');
    this.count += by;
    return this.count;
  }
}
`,
  'src/counter.test.ts': `
import assert from 'node:assert/strict';
import { before, describe, it, test } from 'node:test';
import { Counter } from './counter${extension}';
describe('Counter', () => {
  it('adds', () => { assert.equal(new Counter().add(2), 2); });
  it('adds wrongly', () => { assert.equal(new Counter().add(2), 3); });
  it('compares', () => { assert.deepEqual({ sum: new Counter().add(2) }, { sum: 4 }); });
  it('throws', () => { new Counter().add(-1); });
  it('same', () => {});
  it('same', () => {});
  it.skip('skipped', () => {});
  it.todo('later');
});
describe('with a broken hook', () => {
  before(() => { throw new Error('hook broke'); });
  it('never runs', () => {});
});
test('parent', async (t) => {
  await t.test('child', () => {});
  await t.test('bad child', () => { assert.fail('on purpose'); });
});
`,
});

const tsx = {
  'package.json': JSON.stringify({
    name: 'fixture',
    workspaces: ['packages/*'],
    scripts: { test: 'tsx --test --test-reporter spec "src/**/*.test.ts"' },
  }),
  'packages/strip/package.json': JSON.stringify({
    name: 'strip',
    type: 'module',
    scripts: { test: 'npm run build && node --experimental-strip-types --no-warnings --test' },
  }),
  'packages/strip/src/counter.ts': counter('.ts')['src/counter.ts'],
  'packages/strip/src/counter.test.ts': counter('.ts')['src/counter.test.ts'],
  'packages/built/package.json': JSON.stringify({
    name: 'built',
    scripts: { test: 'tsc && node --test dist/**/*.test.js' },
  }),
  ...counter(''),
  'src/missing.test.ts': `
import { it } from 'node:test';
import { Gone } from './gone';
it('uses it', () => { new Gone(); });
`,
  'src/hang.test.ts': `import { it } from 'node:test';\nit('never ends', () => { for (;;); });\n`,
  'src/loud.test.ts': `
import { it } from 'node:test';
it('prints', () => { for (let at = 0; at < 1000; at++) console.log('x'.repeat(100_000)); });
`,
  'src/exit.test.ts': `
import { it } from 'node:test';
it('is fine', () => {});
it('leaves', () => { process.exit(0); });
`,
  'src/none.test.ts': 'export {};\n',
};

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
const run = (file: string, more: Partial<Parameters<TestRunner['run']>[0]> = {}) =>
  runner.run({ files: [`src/${file}`], timeoutMs: 30_000, ...more });

beforeAll(async () => {
  fixture = await runnerFixture(tsx, 'src/counter.ts', ['tsx']);
  runner = await openRunner(fixture.context, '');
});
afterAll(() => fixture.close());

const expected = (file: string) => [
  `passed ${file} > Counter > adds`,
  `failed ${file} > Counter > adds wrongly`,
  `failed ${file} > Counter > compares`,
  `failed ${file} > Counter > throws`,
  `passed ${file} > Counter > same`,
  `passed ${file} > Counter > same #2`,
  `skipped ${file} > Counter > skipped`,
  `skipped ${file} > Counter > later`,
  `failed ${file} > with a broken hook > never runs`,
  `failed ${file} > with a broken hook (hook or body)`,
  `passed ${file} > parent > child`,
  `failed ${file} > parent > bad child`,
];

describe('node:test', () => {
  it('is recognised without running anything', async () => {
    const found = await findRunner(fixture.context.repository, '');
    expect(found).toMatchObject({ kind: { name: 'node:test' }, why: 'the script "test" runs tsx --test' });
    expect(await runner.list()).toEqual(
      Object.keys(tsx)
        .filter((file) => /^src\/.*\.test\.ts$/.test(file))
        .sort(),
    );
  });

  it('reports every test with tsx', async () => {
    const result = await run('counter.test.ts');
    expect(result.failure).toBeUndefined();
    expect(statuses(result)).toEqual(expected('src/counter.test.ts'));
    const [, wrong, compared, thrown] = result.tests;
    expect(wrong).toMatchObject({ expected: '3', received: '2' });
    expect(compared).toMatchObject({ expected: '{ sum: 4 }', received: '{ sum: 2 }' });
    expect(thrown).toMatchObject({
      message: 'negative step',
      frames: [{ file: 'src/counter.ts', line: 6 }, {}],
    });
  });

  it('reports every test with stripped types', async () => {
    const strip = await openRunner(fixture.context, 'packages/strip');
    const file = 'packages/strip/src/counter.test.ts';
    expect(await strip.list()).toEqual([file]);
    const result = await strip.run({ files: [file], timeoutMs: 30_000 });
    expect(statuses(result)).toEqual(expected(file));
  });

  it('runs the tests asked for', async () => {
    const ids = ['src/counter.test.ts > parent > child', 'src/counter.test.ts > Counter > same #2'];
    const result = await run('counter.test.ts', { ids });
    expect(statuses(result).sort()).toEqual(ids.map((id) => `passed ${id}`).sort());
  });

  it('refuses tests that run from built output', async () => {
    await expect(openRunner(fixture.context, 'packages/built')).rejects.toThrow('run from built output');
  });

  it('says why a file did not load', async () => {
    const result = await run('missing.test.ts');
    expect(result.failure).toBeUndefined();
    expect(result.files[0]).toMatchObject({
      loaded: false,
      error: expect.stringContaining("Cannot find module './gone'"),
    });
  });

  it.each([
    ['hang.test.ts', 'timeout', 'did not end within 2.5 s', 2_500],
    ['loud.test.ts', 'output-limit', 'printed without end', 30_000],
    ['exit.test.ts', 'early-exit', 'src/exit.test.ts ended without reporting a test', 30_000],
    ['none.test.ts', 'early-exit', 'src/none.test.ts ended without reporting a test', 30_000],
  ])('names what is wrong with %s', async (file, kind, message, timeoutMs) => {
    const result = await run(file, { timeoutMs });
    expect(result.failure).toEqual({ kind, message: expect.stringContaining(message) });
  });
});
