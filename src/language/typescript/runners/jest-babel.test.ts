import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestRunner } from '../../../check/test-runner.ts';
import { runnerFixture, statuses } from '../../../testing/runner-fixture.ts';
import { openRunner } from './index.ts';

const files = {
  'package.json': JSON.stringify({
    name: 'fixture',
    scripts: { test: 'jest' },
    devDependencies: { jest: '*', '@babel/preset-typescript': '*' },
  }),
  'babel.config.json': JSON.stringify({
    presets: ['@babel/preset-typescript'],
    plugins: ['@babel/plugin-transform-modules-commonjs'],
  }),
  'src/step.ts': 'export interface Step { by: number }\n',
  'src/counter.ts': `import type { Step } from './step';

export class Counter {
  constructor(private count: number = 0) {}
  add({ by }: Step): number {
    if (by < 0) throw new RangeError('negative step');
    this.count += by;
    return this.count;
  }
}
`,
  'src/counter.test.ts': `import { Counter } from './counter';

test('adds', () => { expect(new Counter().add({ by: 2 } as { by: number })).toBe(2); });
test('adds wrongly', () => { expect(new Counter(1).add({ by: 2 })).toBe(2); });
test('throws', () => { new Counter().add({ by: -1 }); });
`,
  'src/missing.test.ts': "import { Gone } from './gone';\ntest('uses it', () => { new Gone(); });\n",
};

let fixture: Awaited<ReturnType<typeof runnerFixture>>;
let runner: TestRunner;
beforeAll(async () => {
  fixture = await runnerFixture(files, 'src/counter.ts', ['jest', '@babel']);
  runner = await openRunner(fixture.context, '');
});
afterAll(() => fixture.close());

test('Babel under Jest: results, frames in the source as it is written, files that do not load', async () => {
  const result = await runner.run({
    files: ['src/counter.test.ts', 'src/missing.test.ts'],
    timeoutMs: 30_000,
  });
  expect(result.failure).toBeUndefined();
  expect(statuses(result)).toEqual([
    'passed src/counter.test.ts > adds',
    'failed src/counter.test.ts > adds wrongly',
    'failed src/counter.test.ts > throws',
  ]);
  expect(result.tests[1]).toMatchObject({ expected: '2', received: '3' });
  expect(result.tests[2]).toMatchObject({
    message: 'RangeError: negative step',
    frames: [{ file: 'src/counter.ts', line: 6 }, {}],
  });
  expect(result.files).toMatchObject([
    { file: 'src/counter.test.ts', loaded: true },
    { file: 'src/missing.test.ts', loaded: false, error: expect.stringContaining("'./gone'") },
  ]);
});
