import { expect, test } from 'vitest';
import type { CheckReport } from './events.ts';
import { feedbackText, reportIds } from './feedback.ts';

const diagnostic = (id: string, file: string, message: string) => ({
  ...{ id, file, message, line: 3, column: 1, endLine: 3, endColumn: 2, code: 2305, related: [] },
  ...{ sourceLine: 'import { Cart }', explanation: 'the explanation' },
});

const report: CheckReport = {
  ...{ attempt: 2, level: 'dependents', ok: false, final: false, failures: [], repairs: [], evidence: [] },
  ...{ notChecked: [], unnoticedMembers: [], seconds: 0 },
  diagnostics: [
    diagnostic('D1', 'a.ts', 'no Cart'),
    diagnostic('D2', 'b.ts', 'no Cart'),
    diagnostic('D3', 'c.ts', 'no Till'),
    diagnostic('D4', 'd.ts', 'no Cart'),
  ],
  problems: ['Two exported classes.'],
  findings: [{ code: 'any', message: '`any`', file: 'a.ts', line: 9 }],
};

test('tells an error that stands in many files once, with its other ids and places', () => {
  const text = feedbackText(report);
  expect(text.match(/the explanation/g)).toHaveLength(2);
  expect(text).toContain('the same: D2 b.ts:3, D4 d.ts:3');
  expect(text.indexOf('D1 TS2305')).toBeLessThan(text.indexOf('D3 TS2305'));
});

test('everything that a reflection may cite has its id in the text', () => {
  const text = feedbackText(report);
  for (const id of reportIds(report)) expect(text).toMatch(new RegExp(`\\b${id}\\b`));
  expect(reportIds(report)).toEqual(['D1', 'D2', 'D3', 'D4', 'P1', 'F1']);
});
