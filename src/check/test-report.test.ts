import { describe, expect, it } from 'vitest';
import type { TestCase } from './report.ts';
import { disclose, explainFailures, quotesCode } from './test-report.ts';

const targetFile = 'src/counter.ts';
const source = `import { Counter } from './counter.ts';
it('counts what the venue says', () => {
  const counter = new Counter({ limit: 3 });
  assert(counter.take(someLongArgument, anotherArgument) === 3);
  expect(() => counter.take(9)).toThrow('the limit of three has been reached');
});
`;
const disclosure = { targetFile, showTests: false, testSources: { 'src/counter.test.ts': source } };
const test = (one: Partial<TestCase>): TestCase => ({
  id: 'src/counter.test.ts > counts what the venue says',
  file: 'src/counter.test.ts',
  title: 'counts what the venue says',
  status: 'failed',
  ...one,
});

describe('explained failures', () => {
  it('have name, message, values and frames inside the class alone', () => {
    const frames = [
      { file: targetFile, line: 5, column: 3, name: 'Counter.take' },
      { file: 'src/counter.test.ts', line: 4, column: 9 },
    ];
    const failed = test({ message: 'expected 2 to be 3', expected: '3', received: '2', frames });
    const passed = test({ status: 'passed' });
    const files = [{ file: 'src/other.test.ts', loaded: false, error: "Cannot find module './counter.ts'" }];
    expect(explainFailures({ files, tests: [passed, failed] }, disclosure)).toEqual([
      {
        id: 'T1',
        test: 'src/other.test.ts',
        message: "The test file does not load: Cannot find module './counter.ts'",
        frames: [],
      },
      {
        id: 'T2',
        test: failed.id,
        message: 'expected 2 to be 3',
        expected: '3',
        received: '2',
        frames: [{ file: targetFile, line: 5, column: 3 }],
      },
    ]);
    const shown = explainFailures({ files: [], tests: [failed] }, { ...disclosure, showTests: true });
    expect(shown[0]?.frames).toHaveLength(2);
  });

  it('are cut where they are long, and say so', () => {
    const [failure] = explainFailures(
      { files: [], tests: [test({ message: 'm\n'.repeat(3_000), received: 'x'.repeat(9_000) })] },
      disclosure,
    );
    expect(failure?.message).toMatch(/… \(cut: \d+ of 5999 characters left out\)$/);
    expect(failure?.received).toMatch(/^x{4000}\n… \(cut: 5000 of 9000 characters left out\)$/);
  });
});

describe('messages', () => {
  const clean = disclose(disclosure);

  it.each([
    [
      'a frame of Jest',
      'Expected: 3\nReceived: 2\n\n    3 |   const x = 1;\n  > 4 |   other();\n      |   ^\n\n  at Object.<anonymous> (a.test.ts:4:9)',
      'Expected: 3\nReceived: 2',
    ],
    [
      'a frame of Node',
      'file:///r/a.test.ts:4\n  thrown(anything);\n  ^\n\nError: broken\n    at file:///r/a.test.ts:4:3\n\nNode.js v24.0.0',
      'Error: broken\n\nNode.js v24.0.0',
    ],
    [
      'a frame of SWC',
      "  x Expected ';'\n   ,-[a.test.ts:1:1]\n 1 | it('x', () => { broken code });\n   :                 ^^^^\n   `----",
      "x Expected ';'",
    ],
    [
      'what assert quotes',
      'The expression evaluated to a falsy value:\n\n  assert(counter.take(someLongArgument, anotherArgument) === 3)\n',
      'The expression evaluated to a falsy value.',
    ],
    ['colours', '\u001B[31mred\u001B[39m', 'red'],
    [
      'a line of the test',
      'broken\nnew Counter({  limit: 3 })\nnew Counter({ limit: 3 });\nrest',
      'broken\n(a line of the test is withheld)\nrest',
    ],
    [
      'but no text that the test expects',
      'expected error to be: the limit of three has been reached',
      'expected error to be: the limit of three has been reached',
    ],
  ])('lose %s', (_, message, cleaned) => {
    expect(clean(message)).toBe(cleaned);
  });

  it('keep the lines of the test where tests are shown', () => {
    const shown = disclose({ ...disclosure, showTests: true });
    expect(shown('new Counter({ limit: 3 });')).toBe('new Counter({ limit: 3 });');
  });

  it('recognise code of a test by twenty characters in a row', () => {
    const quotes = quotesCode([source]);
    expect(quotes('… = new Counter({ limit')).toBe(true);
    expect(quotes('new Counter() is wrong')).toBe(false);
  });
});
