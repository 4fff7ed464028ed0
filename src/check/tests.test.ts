import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRunner } from '../language/typescript/runners/index.ts';
import { throwingVariants } from '../language/typescript/syntax.ts';
import { runnerFixture } from '../testing/runner-fixture.ts';
import { negativeControl } from './negative-control.ts';
import type { TestRun } from './report.ts';
import type { TestRunner } from './test-runner.ts';
import { checkTests, countTests, denominatorOf, readTestFiles, shrunk, type TestFiles } from './tests.ts';

const file = 'a.test.ts';
const runOf = (statuses: ('passed' | 'failed' | 'skipped')[], loaded = true): Omit<TestRun, 'evidence'> => ({
  files: [{ file, loaded }],
  tests: statuses.map((status, at) => ({ id: `${file} > t${at}`, file, title: `t${at}`, status })),
});
const nothing = { denominator: undefined, expectedTests: {} };

describe('the denominator', () => {
  it('is taken when all files load, of the tests that ran', () => {
    expect(denominatorOf(runOf(['passed', 'failed', 'skipped']))).toEqual({
      [file]: [`${file} > t0`, `${file} > t1`],
    });
    expect(denominatorOf(runOf([], false))).toBeUndefined();
    const failure = { kind: 'timeout' as const, message: '' };
    expect(denominatorOf({ ...runOf(['passed']), failure })).toBeUndefined();
  });

  it('may grow and not shrink', () => {
    const known = { denominator: denominatorOf(runOf(['passed', 'passed'])), expectedTests: {} };
    expect(shrunk(runOf(['passed', 'passed', 'passed']), known)).toEqual([]);
    expect(shrunk(runOf(['passed', 'skipped']), known)).toEqual([
      'a.test.ts: 1 tests ran, 2 did before; missing: a.test.ts > t1.',
    ]);
    expect(countTests(runOf(['passed', 'skipped']), known)).toEqual({ passed: 1, failed: 1, total: 2 });
    expect(countTests(runOf([], false), known)).toEqual({ passed: 0, failed: 2, total: 2 });
  });

  it('is not below the titles found by syntax', () => {
    const known = { denominator: undefined, expectedTests: { [file]: 3 } };
    expect(shrunk(runOf(['passed', 'skipped', 'passed']), known)).toEqual([]);
    expect(shrunk(runOf(['passed', 'passed']), known)).toEqual([
      'a.test.ts: 2 tests were reported, its source has at least 3.',
    ]);
    expect(countTests(runOf([], false), known)).toEqual({ passed: 0, failed: 3, total: 3 });
  });

  it('counts a file that does not load as a failed test at least', () => {
    expect(countTests(runOf([], false), nothing)).toEqual({ passed: 0, failed: 1, total: 1 });
  });
});

const target = 'src/counter.ts';
const counter = (extra = '', body = 'return (this.count += by);') => `
export class Counter {
  count = 0;
  add(by: number): number { ${body} }
  reset(): void { this.count = 0; }
  ${extra}
}
`;
const testFile = 'src/counter.test.ts';
const source = `
import { Counter } from './counter';
it('adds what it is told to', () => { expect(new Counter().add(2)).toBe(2); });
it('adds twice', () => {
  const aCounterWithALongName = new Counter();
  aCounterWithALongName.add(1);
  expect(aCounterWithALongName.add(1)).toEqual(2);
});
`;
const files = {
  'package.json': JSON.stringify({
    name: 'fixture',
    scripts: { test: 'jest' },
    jest: { transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' } } }] } },
  }),
  [testFile]: source,
};

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
let testFiles: TestFiles;

beforeAll(async () => {
  fixture = await runnerFixture(files, target, ['jest', '@swc']);
  runner = await openRunner(fixture.context, '');
  testFiles = await readTestFiles(fixture.context.copy, [testFile]);
});
afterAll(() => fixture.close());

const check = async (
  text: string | undefined,
  denominator?: Awaited<ReturnType<typeof checkTests>>['denominator'],
) => {
  const { copy } = fixture.context;
  if (text === undefined) await copy.remove(target);
  else await copy.write(target, text);
  return checkTests({
    groups: [{ runner, files: [testFile] }],
    copy,
    testFiles,
    expectedTests: { [testFile]: 2 },
    denominator,
    disclosure: { targetFile: target, showTests: false },
    timeoutMs: 30_000,
  });
};

describe('the tests level', () => {
  it('passes a right class and takes the denominator', async () => {
    const outcome = await check(counter());
    expect(outcome).toMatchObject({
      ok: true,
      summary: '2 of 2 tests pass',
      tests: { passed: 2, failed: 0, total: 2 },
      failures: [],
      problems: [],
      denominator: { [testFile]: [`${testFile} > adds what it is told to`, `${testFile} > adds twice`] },
    });
  });

  it('counts the tests of a file that does not load as failed', async () => {
    const outcome = await check(undefined);
    expect(outcome).toMatchObject({
      ok: false,
      tests: { passed: 0, failed: 2, total: 2 },
      denominator: undefined,
    });
    expect(outcome.failures[0]?.message).toContain("Cannot find module './counter'");
  });

  it('explains a wrong class without a line of the tests', async () => {
    const outcome = await check(counter('', `throw new TypeError('cannot add ' + by);`));
    expect(outcome.failures.map(({ test, frames }) => [test, frames])).toEqual([
      [`${testFile} > adds what it is told to`, [{ file: target, line: 4, column: expect.any(Number) }]],
      [`${testFile} > adds twice`, [{ file: target, line: 4, column: expect.any(Number) }]],
    ]);
    const said = JSON.stringify([outcome.failures, outcome.problems]).replaceAll(/\s+/g, ' ');
    const lines = source.split('\n').map((line) => line.replace(/'[^']*'/g, '').trim());
    for (const line of lines)
      for (let at = 0; at + 20 <= line.length; at++) expect(said).not.toContain(line.slice(at, at + 20));
  });

  it('refuses a class that ends the run early', async () => {
    const outcome = await check(counter('', 'process.exit(0);'));
    expect(outcome).toMatchObject({ ok: false, tests: { passed: 0, failed: 2 }, denominator: undefined });
    expect(outcome.problems).toEqual([
      expect.stringContaining('exited with status 0 before the tests had ended'),
    ]);
  });

  it('names a test file that the class changed, and puts it back', async () => {
    const writer = `
import { writeFileSync } from 'node:fs';
writeFileSync(__dirname + '/counter.test.ts', '');
writeFileSync(__dirname + '/counter.snap', '');
${counter()}`;
    const outcome = await check(writer);
    expect(outcome.ok).toBe(false);
    expect(outcome.problems).toEqual([
      expect.stringMatching(/^src\/counter\.test\.ts changed while the tests ran/),
      expect.stringMatching(/^src\/counter\.snap changed while the tests ran/),
    ]);
    const { copy } = fixture.context;
    expect(await copy.read(testFile)).toBe(source);
    expect(await copy.read('src/counter.snap')).toBeUndefined();
  });
});

describe('the negative control', () => {
  const control = async (text: string) => {
    const { copy } = fixture.context;
    await copy.write(target, text);
    return negativeControl({
      groups: [{ runner, files: [testFile] }],
      copy,
      targetFile: target,
      acceptedText: text,
      variants: throwingVariants(text, target, 'Counter'),
      timeoutMs: 30_000,
    });
  };

  it('names the members that no test notices, and leaves the copy as it was', async () => {
    const text = counter('half(): number { return this.count / 2; }');
    expect(await control(text)).toMatchObject({
      ok: true,
      problems: [],
      unnoticedMembers: ['reset', 'half'],
      notChecked: [],
    });
    const { copy } = fixture.context;
    expect(await copy.read(target)).toBe(text);
    expect(await copy.read(testFile)).toBe(source);
  });

  it('refuses a class that replaces expect', async () => {
    const lenient = `
const real = (globalThis as any).expect;
(globalThis as any).expect = Object.assign(() => ({ toBe() {}, toEqual() {} }), real);
${counter('', 'return -1;')}`;
    const o = await check(lenient);
    console.log(JSON.stringify(o, null, 1));
    expect(await control(lenient)).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('it changes the test library')],
    });
  });
});

describe('tests that do not judge the class', () => {
  beforeEach(() => fixture.context.copy.write(testFile, `import './counter';\nit('is there', () => {});\n`));

  it('are found out by the negative control', async () => {
    const { copy } = fixture.context;
    await copy.write(target, counter());
    const outcome = await negativeControl({
      groups: [{ runner, files: [testFile] }],
      copy,
      targetFile: target,
      acceptedText: counter(),
      variants: throwingVariants(counter(), target, 'Counter'),
      timeoutMs: 30_000,
    });
    expect(outcome).toMatchObject({ ok: false, problems: [expect.stringContaining('they do not judge it')] });
  });
});
