import { describe, expect, it } from 'vitest';
import type { Diagnostic } from './report.ts';
import { compareEngines, newDiagnostics } from './verdict.ts';

/** `file:line:code:message` */
const d = (text: string): Diagnostic => {
  const [file = '', line = '1', code = '1', message = 'm'] = text.split(':');
  return {
    file,
    line: Number(line),
    column: 1,
    endLine: Number(line),
    endColumn: 1,
    code: Number(code),
    message,
    related: [],
  };
};
const show = (list: readonly Diagnostic[]) => list.map((x) => `${x.file}:${x.line}:${x.code}:${x.message}`);

describe('newDiagnostics', () => {
  it.each<[string, string[], string[], string[]]>([
    ['nothing new', ['x.ts:1:2:a'], ['x.ts:1:2:a'], []],
    ['one that moved in the target', ['x.ts:1:2:a'], ['x.ts:9:2:a'], []],
    ['one at another line elsewhere is new', ['y.ts:1:2:a'], ['y.ts:9:2:a'], ['y.ts:9:2:a']],
    ['another message is new', ['x.ts:1:2:a'], ['x.ts:1:2:b'], ['x.ts:1:2:b']],
    ['another code is new', ['x.ts:1:2:a'], ['x.ts:1:3:a'], ['x.ts:1:3:a']],
    ['one more of the same', ['x.ts:5:2:a'], ['x.ts:1:2:a', 'x.ts:5:2:a'], ['x.ts:1:2:a']],
    [
      'two moved, one more',
      ['x.ts:5:2:a', 'x.ts:6:2:a'],
      ['x.ts:7:2:a', 'x.ts:8:2:a', 'x.ts:9:2:a'],
      ['x.ts:9:2:a'],
    ],
    ['one gone', ['x.ts:5:2:a'], [], []],
    ['without a baseline', [], ['x.ts:1:2:a', 'y.ts:1:2:a'], ['x.ts:1:2:a', 'y.ts:1:2:a']],
  ])('%s', (_, baseline, now, expected) => {
    expect(show(newDiagnostics(baseline.map(d), now.map(d), 'x.ts'))).toEqual(expected);
  });

  it('lets lines move everywhere where no target is named', () => {
    expect(newDiagnostics([d('y.ts:1:2:a')], [d('y.ts:9:2:a')])).toEqual([]);
  });

  it('takes 500 baseline errors', () => {
    const baseline = Array.from({ length: 500 }, (_, i) => d(`x.ts:${i}:${i % 7}:m${i % 50}`));
    const now = [...baseline.map((b) => ({ ...b, line: b.line + 3 })), d('x.ts:1:99:new')];
    expect(show(newDiagnostics(baseline, now, 'x.ts'))).toEqual(['x.ts:1:99:new']);
  });
});

describe('compareEngines', () => {
  it('is silent where both say the same in other words', () => {
    expect(
      compareEngines([d('x.ts:1:2322:a'), d('x.ts:2:2345:b')], [d('x.ts:1:2322:c'), d('x.ts:2:2769:b')]),
    ).toEqual({
      onlyNative: [],
      onlyOwn: [],
      notes: [],
    });
  });

  it('names what one alone reports', () => {
    const difference = compareEngines(
      [d('x.ts:1:2322:a'), d('x.ts:3:1:n')],
      [d('x.ts:1:2322:a'), d('y.ts:4:7:o')],
    );
    expect(show(difference.onlyNative)).toEqual(['x.ts:3:1:n']);
    expect(show(difference.onlyOwn)).toEqual(['y.ts:4:7:o']);
    expect(difference.notes).toEqual([
      "y.ts:4 TS7 o: only the repository's own compiler reports it, and it decides.",
      "x.ts:3 TS1 n: the repository's own compiler accepts it, and it decides.",
    ]);
  });
});
