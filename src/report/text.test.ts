import { expect, test } from 'vitest';
import { terminalOf } from '../terminal.ts';
import { reviewLines } from './text.ts';

const finding = (line: number, code = 'any') => ({
  code,
  message: `\`any\` at ${line}`,
  file: 'src/a.ts',
  line,
});
const evidence = { commands: [], notChecked: [], unnoticedMembers: [] };
const pipe = { isTTY: false };
const screen = terminalOf({ stdin: pipe, stdout: pipe, stderr: pipe }, { NO_COLOR: '1' }).stdout;

test('many findings alike are one line with their places, so that the others are seen', () => {
  const findings = [3, 5, 8, 13].map((line) => finding(line)).concat(finding(21, 'child-process'));
  const lines = reviewLines({ diff: '', findings, assumptions: [], evidence }, screen);
  expect(lines.map((line) => line.trim()).filter((line) => line.startsWith('src/a.ts'))).toEqual([
    'src/a.ts `any` at 3 (any), and 3 more like it: lines 3, 5, 8, 13',
    'src/a.ts:21 `any` at 21 (child-process)',
  ]);
});
