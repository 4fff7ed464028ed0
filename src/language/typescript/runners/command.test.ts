import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { openCommandRunner } from './command.ts';

const files = {
  'package.json': JSON.stringify({ name: 'fixture', type: 'module' }),
  'src/counter.ts': 'export const add = (a: number, b: number) => a + b;\n',
  'src/counter.test.ts': `
import assert from 'node:assert';
import { it } from 'node:test';
import { add } from './counter.ts';
it('adds', () => { assert.equal(add(1, 2), 3); });
it('fails', () => { assert.equal(add(1, 2), 4); });
it('waits', { skip: true }, () => {});
`,
  'src/other.test.ts': `import { it } from 'node:test';\nit('is fine', () => {});\n`,
  'src/early.test.ts': `process.kill(process.ppid, 'SIGKILL');\n`,
};
const command = ['node', '--test', '--test-reporter=junit', '--test-reporter-destination={junit}', '{files}'];

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
beforeAll(async () => {
  fixture = await runnerFixture(files, 'src/counter.ts', []);
});
afterAll(() => fixture.close());

describe('a test command', () => {
  it('has to say where its report goes', async () => {
    await expect(openCommandRunner(fixture.context, '', ['npm', 'test'])).rejects.toThrow('JUnit report');
  });

  it('reports the tests of the given files', async () => {
    const runner = await openCommandRunner(fixture.context, '', command);
    expect(await runner.list()).toContain('src/counter.test.ts');
    const result = await runner.run({
      files: ['src/counter.test.ts', 'src/other.test.ts'],
      timeoutMs: 30_000,
    });
    expect(result.failure).toBeUndefined();
    expect(statuses(result)).toEqual([
      'passed src/counter.test.ts > test > adds',
      'failed src/counter.test.ts > test > fails',
      'skipped src/counter.test.ts > test > waits',
      'passed src/other.test.ts > test > is fine',
    ]);
    expect(result.tests[1]?.message).toContain('3 == 4');
  });

  it('counts a report without files for the first one', async () => {
    const script = `require('node:fs').writeFileSync(process.argv[1], '<testsuite><testcase name="a"/></testsuite>')`;
    const runner = await openCommandRunner(fixture.context, '', ['node', '-e', script, '{junit}']);
    const result = await runner.run({
      files: ['src/counter.test.ts', 'src/other.test.ts'],
      timeoutMs: 30_000,
    });
    expect(statuses(result)).toEqual(['passed src/counter.test.ts > a']);
    expect(result.files.every(({ loaded }) => loaded)).toBe(true);
  });

  it.each([
    ['no report', ['node', '-e', '0', '{junit}'], 'early-exit'],
    ['no report and a failure', ['node', '-e', 'process.exit(3)', '{junit}'], 'crash'],
    ['no such program', ['no-such-program', '{junit}'], 'crash'],
    ['a signal', command, 'crash'],
  ])('names what is wrong: %s', async (_, argv, kind) => {
    const runner = await openCommandRunner(fixture.context, '', argv);
    const result = await runner.run({ files: ['src/early.test.ts'], timeoutMs: 30_000 });
    expect(result.failure?.kind).toBe(kind);
    expect(result.files).toEqual([{ file: 'src/early.test.ts', loaded: false, error: expect.any(String) }]);
  });
});
