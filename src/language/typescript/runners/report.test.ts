import { describe, expect, it } from 'vitest';
import type { RunnerContext } from '../../../check/test-runner.ts';
import type { RunResult } from '../../../process.ts';
import { framesOf, type PathMap, parseReport, type ReportLine, toTestRun } from './report.ts';

// Only the paths of the context are read.
const context = {
  repository: { root: '/home/user/repo' },
  copy: { root: '/cache/copy', insideRoot: '/home/user/repo' },
} as unknown as RunnerContext;

const result: RunResult = {
  argv: [],
  exitCode: 0,
  stdout: '',
  stderr: '',
  killedBy: undefined,
  spawnError: undefined,
  seconds: 1,
};
const file = '/home/user/repo/a.test.ts';
const passed: ReportLine = { type: 'test', file, path: ['t'], status: 'passed', errors: [] };
const failureOf = (lines: ReportLine[], ended: Partial<RunResult> = {}) =>
  toTestRun(
    context,
    { name: 'jest', version: '30.0.0' },
    { files: ['a.test.ts'], timeoutMs: 2_000 },
    { argv: ['jest'], lines, result: { ...result, ...ended } },
  ).failure;

describe('a run', () => {
  it.each<[string, ReportLine[], Partial<RunResult>, string, string]>([
    [
      'a hang',
      [{ type: 'start', file }],
      { killedBy: 'timeout' },
      'timeout',
      'within 2 s; running then: a.test.ts.',
    ],
    [
      'a hang between files',
      [
        { type: 'start', file },
        { type: 'file', file, loaded: true },
      ],
      { killedBy: 'timeout' },
      'timeout',
      'did not end within 2 s.',
    ],
    [
      'an open handle',
      [passed, { type: 'end' }],
      { killedBy: 'timeout' },
      'timeout',
      'something keeps it alive',
    ],
    ['endless output', [], { killedBy: 'output-limit' }, 'output-limit', 'printed without end'],
    ['a signal', [], { killedBy: 'signal' }, 'crash', 'ended by a signal'],
    ['a signal inside a sandbox', [], { exitCode: 137 }, 'crash', 'ended by a signal'],
    ['a program that is missing', [], { spawnError: 'ENOENT', exitCode: undefined }, 'crash', 'ENOENT'],
    [
      'an early exit',
      [{ type: 'begin' }, passed],
      { exitCode: 1 },
      'early-exit',
      'status 1 before the tests',
    ],
    ['an exit before the start', [], { exitCode: 0 }, 'early-exit', 'status 0 before the tests'],
    [
      'a broken configuration',
      [],
      { exitCode: 1, stderr: 'bad /home/user/repo/x.js' },
      'crash',
      ': bad x.js',
    ],
    ['no tests', [{ type: 'end' }], {}, 'no-tests', 'Not a single test ran'],
    [
      'an error outside tests',
      [passed, { type: 'error', error: { message: 'lost' } }, { type: 'end' }],
      {},
      'crash',
      'lost',
    ],
    [
      'a failure without a failing test',
      [passed, { type: 'end' }],
      { exitCode: 1 },
      'crash',
      'no test failed',
    ],
  ])('names %s', (_, lines, ended, kind, message) => {
    expect(failureOf(lines, ended)).toEqual({ kind, message: expect.stringContaining(message) });
  });

  it('is fine otherwise', () => {
    expect(failureOf([passed, { type: 'end' }])).toBeUndefined();
  });
});

describe('a report', () => {
  it('loses half a line and lines of another shape', () => {
    expect(parseReport('{"type":"begin"}\n{"type":"other"}\nnoise\n{"type":"en')).toEqual([
      { type: 'begin' },
    ]);
  });
});

describe('frames', () => {
  const paths: PathMap = {
    file: (path) =>
      path.startsWith('/r/') ? path.slice(3) : path.startsWith('file:///r/') ? path.slice(10) : undefined,
    text: (text) => text,
  };

  it('are those of the repository, without its dependencies', () => {
    const stack = [
      'RangeError: negative (a:1:1)',
      '    at Counter.add (/r/src/counter.ts:5:31)',
      '    at async file:///r/src/a.test.ts:3:9',
      '    at new Promise (<anonymous>)',
      '    at run (/r/node_modules/x/run.js:1:1)',
      '    at node:internal/main:1:1',
    ].join('\n');
    expect(framesOf(stack, paths)).toEqual([
      { file: 'src/counter.ts', line: 5, column: 31, name: 'Counter.add' },
      { file: 'src/a.test.ts', line: 3, column: 9 },
    ]);
  });
});
