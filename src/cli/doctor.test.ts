import { expect, test } from 'vitest';
import type { DoctorCheck } from '../repository/doctor.ts';
import { terminalOf } from '../terminal.ts';
import { doctorLines, exitCodeOf } from './doctor.ts';

const ok: DoctorCheck = { name: 'git', state: 'ok', detail: '2.39' };
const note: DoctorCheck = {
  name: 'note',
  state: 'warning',
  detail: 'not a git repository',
  mend: 'It works.',
};
const sandbox: DoctorCheck = {
  name: 'sandbox',
  state: 'missing',
  detail: 'none',
  mend: 'Install bubblewrap.',
};
const tsconfig: DoctorCheck = { name: 'tsconfig', state: 'missing', detail: 'none', mend: 'Add one.' };

test('0 where a run could begin, 5 where only the sandbox is in the way, 3 where the repository is', () => {
  expect(exitCodeOf([ok, note])).toBe(0);
  expect(exitCodeOf([ok, sandbox])).toBe(5);
  expect(exitCodeOf([sandbox, tsconfig])).toBe(3);
});

test('each fact with its state, and how to mend what is missing', () => {
  const { stdout } = terminalOf({ stdin: {}, stdout: {}, stderr: {} }, {});
  const evil = { ...tsconfig, detail: 'a\u001b[2Jb' };
  expect(doctorLines([ok, note, evil], 3, stdout)).toEqual([
    '✓ ok git: 2.39',
    '! warn note: not a git repository',
    '    → It works.',
    '✗ missing tsconfig: ab',
    '    → Add one.',
    '',
    'not usable as it is',
  ]);
});
