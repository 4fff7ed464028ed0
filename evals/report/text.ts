import { wrap } from '../../src/report/format.ts';
import { plainText } from '../../src/sanitize.ts';
import type { GroupSummary } from '../score/summary.ts';
import { figure, NONE, points, pValue, range } from './numbers.ts';
import { cautions, groupsIn, type Report } from './report.ts';

/** The report's head for a terminal: results, comparisons of two runs, what to know before reading them. */
export function text(report: Report, columns: number | undefined): string {
  const isPair = report.runs.length > 1;
  const { comparisons } = report;
  return [
    ...aligned(
      ['row', 'tasks', 'pass@1', '95 %', 'test rate', 'compiles', 'attempts', 'tokens', 'unscored'],
      groupsIn(report).map(headline),
    ),
    ...(isPair
      ? [
          '',
          ...aligned(
            ['pass@1', 'tasks', 'A', 'B', 'difference', '95 %', 'better', 'worse', 'p', 'p (Holm)', 'method'],
            comparisons.map((pair) => [
              pair.labelA.replace(/^A /, ''),
              String(pair.tasks),
              figure(pair.a, 'share'),
              figure(pair.b, 'share'),
              points(pair.difference),
              pair.interval ? `${points(pair.interval.low)} to ${points(pair.interval.high)}` : NONE,
              String(pair.better.length),
              String(pair.worse.length),
              pValue(pair.p),
              pValue(pair.adjusted),
              pair.method,
            ]),
          ),
          ...comparisons.flatMap(({ labelB, better, worse }) => [
            ...changed(`better in ${labelB}`, better, columns),
            ...changed(`worse in ${labelB}`, worse, columns),
          ]),
        ]
      : []),
    '',
    ...cautions(report).flatMap((caution) => wrap(`! ${plainText(caution)}`, columns, '  ')),
  ].join('\n');
}

const headline = ({ label, tasks, values, counts }: GroupSummary): string[] => [
  label,
  String(tasks),
  figure(values['pass@1']?.value, 'share'),
  (values['pass@1'] && range(values['pass@1'], 'share')) || NONE,
  figure(values['test-rate']?.value, 'share'),
  figure(values['compile-rate']?.value, 'share'),
  figure(values.attempts?.value, 'number'),
  figure(values.tokens?.value, 'tokens'),
  String(counts.infrastructure + counts.disqualified + counts.notRun),
];

const changed = (name: string, tasks: readonly string[], columns: number | undefined): string[] =>
  tasks.length === 0 ? [] : wrap(`${plainText(name)}: ${plainText(tasks.join(', '))}`, columns, '  ');

/** Columns two spaces apart, the first to the left and the others to the right. */
function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = [head, ...rows].map((row) => row.map((cell) => plainText(cell)));
  const widths = head.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return shown.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
