import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestRunner } from '../../../check/test-runner.ts';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { findRunner, openRunner } from './index.ts';

const files = {
  'package.json': JSON.stringify({
    name: 'fixture',
    workspaces: ['packages/*'],
    devDependencies: { jest: '*' },
  }),
  'packages/counter/package.json': JSON.stringify({
    name: 'counter',
    scripts: { test: 'cross-env TZ=UTC jest --coverage --watchAll=false' },
    jest: {
      transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' } } }] },
      moduleNameMapper: { '^@/(.*)$': '<rootDir>/src/$1' },
      testMatch: ['<rootDir>/src/**/*.test.ts'],
    },
  }),
  'packages/counter/src/counter.ts': `
export class Counter {
  private count = 0;
  add(by: number): number {
    if (by < 0) throw new RangeError('negative step');
    this.count += by;
    return this.count;
  }
}
`,
  'packages/counter/src/counter.test.ts': `
import assert from 'node:assert/strict';
import { Counter } from '@/counter';
describe('Counter', () => {
  it('adds', () => { expect(new Counter().add(2)).toBe(2); });
  it('adds wrongly', () => { expect(new Counter().add(2)).toBe(3); });
  it('compares', () => { expect({ sum: new Counter().add(2) }).toEqual({ sum: 4 }); });
  it('asserts', () => { assert.equal(new Counter().add(2), 5); });
  it('throws', () => { new Counter().add(-1); });
  it('throws another', () => { expect(() => new Counter().add(-1)).toThrow('positive'); });
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
  'packages/bare/package.json': JSON.stringify({ name: 'bare' }),
  'packages/bare/bare.test.ts': '',
  'packages/counter/src/missing.test.ts': `
import { Gone } from './gone';
it('uses it', () => { new Gone(); });
`,
  'packages/counter/src/none.test.ts': 'export {};\n',
  'packages/counter/src/hang.test.ts': `it('never ends', () => { for (;;); });\n`,
  'packages/counter/src/loud.test.ts': `
it('prints', () => { for (let at = 0; at < 1000; at++) process.stdout.write('x'.repeat(100_000)); });
`,
  'packages/counter/src/exit.test.ts': `it('leaves', () => { process.exit(0); });\n`,
  'packages/counter/src/skipped.test.ts': `it.skip('not now', () => {});\n`,
  'packages/counter/src/snapshot.test.ts': `it('compares', () => { expect({ a: 1 }).toMatchSnapshot(); });\n`,
};
const dir = 'packages/counter';
const src = `${dir}/src`;

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
const run = (file: string, more: Partial<Parameters<TestRunner['run']>[0]> = {}) =>
  runner.run({ files: [`${src}/${file}`], timeoutMs: 30_000, ...more });

beforeAll(async () => {
  fixture = await runnerFixture(files, `${src}/counter.ts`, ['jest', '@swc']);
  runner = await openRunner(fixture.context, dir);
});
afterAll(() => fixture.close());

describe('jest', () => {
  it('is recognised without running anything', async () => {
    const found = await findRunner(fixture.context.repository, dir);
    expect(found).toMatchObject({ kind: { name: 'jest' }, dir, why: 'the script "test" runs jest' });
    expect(await findRunner(fixture.context.repository, '')).toMatchObject({ strength: 1 });
    expect(await runner.list()).toEqual(
      Object.keys(files)
        .filter((file) => file.startsWith(src) && file.endsWith('.test.ts'))
        .sort(),
    );
  });

  it('leaves packages with a runner of their own to that', async () => {
    const root = await openRunner(fixture.context, 'packages/bare');
    expect(root.dir).toBe('');
    expect(await root.list()).toEqual(['packages/bare/bare.test.ts']);
  });

  it('reports every test with a stable id, values and frames', async () => {
    const result = await run('counter.test.ts');
    const at = `${src}/counter.test.ts > Counter >`;
    expect(result.failure).toBeUndefined();
    expect(statuses(result)).toEqual([
      `passed ${at} adds`,
      `failed ${at} adds wrongly`,
      `failed ${at} compares`,
      `failed ${at} asserts`,
      `failed ${at} throws`,
      `failed ${at} throws another`,
      `passed ${at} same`,
      `passed ${at} same #2`,
      `skipped ${at} skipped`,
      `skipped ${at} later`,
      `passed ${at} takes 1`,
      `passed ${at} takes 2`,
      `failed ${src}/counter.test.ts > with a broken hook > never runs`,
    ]);
    const [, wrong, compared, asserted, thrown, other] = result.tests;
    expect(wrong).toMatchObject({ expected: '3', received: '2' });
    expect(compared).toMatchObject({ expected: '{ sum: 4 }', received: '{ sum: 2 }' });
    expect(asserted).toMatchObject({ expected: '5', received: '2' });
    expect(thrown).toMatchObject({
      message: 'RangeError: negative step',
      frames: [{ file: `${src}/counter.ts`, line: 5 }, {}],
    });
    expect(other).toMatchObject({ expected: '"positive"', received: '"negative step"' });
    expect(result.evidence).toMatchObject({ exitStatus: 1, counts: { passed: 5, failed: 6, skipped: 2 } });
  });

  it('runs the tests asked for', async () => {
    const ids = [`${src}/counter.test.ts > Counter > takes 2`];
    const result = await run('counter.test.ts', { ids });
    expect(statuses(result)).toEqual([`passed ${ids[0]}`]);
    expect(result.failure).toBeUndefined();
  });

  it('says which files did not load and why', async () => {
    const result = await runner.run({
      files: [`${src}/missing.test.ts`, `${src}/none.test.ts`],
      timeoutMs: 30_000,
    });
    expect(result.tests).toEqual([]);
    expect(result.files).toMatchObject([
      { loaded: false, error: expect.stringContaining("Cannot find module './gone'") },
      { loaded: false, error: expect.stringContaining('must contain at least one test') },
    ]);
  });

  it.each([
    ['hang.test.ts', 'timeout', 'did not end within 2.5 s', 2_500],
    ['loud.test.ts', 'output-limit', 'printed without end', 30_000],
    ['exit.test.ts', 'early-exit', 'exited with status 0', 30_000],
    ['skipped.test.ts', 'no-tests', 'All 1 tests were skipped', 30_000],
  ])('names what is wrong with %s', async (file, kind, message, timeoutMs) => {
    const result = await run(file, { timeoutMs });
    expect(result.failure).toEqual({ kind, message: expect.stringContaining(message) });
  });

  it('writes no snapshots', async () => {
    const result = await run('snapshot.test.ts');
    expect(statuses(result)).toEqual([`failed ${src}/snapshot.test.ts > compares`]);
    expect(await fixture.context.copy.read(`${src}/__snapshots__/snapshot.test.ts.snap`)).toBeUndefined();
  });
});
