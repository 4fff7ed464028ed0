import type { ExplainedDiagnostic, ExplainedFailure } from '../check/report.ts';
import type { CheckReport } from './events.ts';

/** Diagnostics and failures beyond these are counted, not shown: the first ones usually cause the rest. */
const MOST_DIAGNOSTICS = 20;
const MOST_FAILURES = 12;

const levelWords: Record<CheckReport['level'], string> = {
  none: 'nothing was checked',
  parse: 'it is not the class that was asked for, or not well-formed',
  types: 'it does not type-check',
  dependents: 'it type-checks, but files that depend on it no longer do',
  tests: 'it type-checks, and covering tests fail',
  verdict: 'it passes in the working copy, and the final verdict of the repository differs',
  verified: 'it is verified',
};

const indent = (text: string) => text.replaceAll('\n', '\n   ');

export function diagnosticText(d: ExplainedDiagnostic): string {
  const lines = [`${d.id} TS${d.code} ${d.file}:${d.line}:${d.column} ${d.message}`];
  if (d.sourceLine.trim()) lines.push(`   | ${d.sourceLine.trim()}`);
  for (const r of d.related) lines.push(`   ${r.file}:${r.line} ${r.message}`);
  if (d.explanation) lines.push(`   ${indent(d.explanation)}`);
  return lines.join('\n');
}

export function failureText(f: ExplainedFailure): string {
  const lines = [`${f.id} ${f.test}`, `   ${indent(f.message)}`];
  if (f.expected !== undefined) lines.push(`   expected: ${indent(f.expected)}`);
  if (f.received !== undefined) lines.push(`   received: ${indent(f.received)}`);
  if (f.frames.length > 0)
    lines.push(`   in the class: ${f.frames.map((at) => `${at.file}:${at.line}:${at.column}`).join(', ')}`);
  return lines.join('\n');
}

const rest = (all: number, most: number, what: string) =>
  all > most ? [`… and ${all - most} more ${what}`] : [];

/** The same error in several places is told once, with the ids and places of the others. */
function diagnosticLines(diagnostics: readonly ExplainedDiagnostic[]): string[] {
  const groups = [...Map.groupBy(diagnostics, ({ code, message }) => `${code} ${message}`).values()];
  return [
    ...groups.slice(0, MOST_DIAGNOSTICS).map((alike) => {
      const [first, ...others] = alike;
      if (first === undefined) return '';
      const places = others.slice(0, MOST_DIAGNOSTICS).map(({ id, file, line }) => `${id} ${file}:${line}`);
      const same =
        others.length > 0
          ? `\n   the same: ${places.join(', ')}${rest(others.length, MOST_DIAGNOSTICS, 'places').join('')}`
          : '';
      return diagnosticText(first) + same;
    }),
    ...rest(groups.length, MOST_DIAGNOSTICS, 'diagnostics'),
  ];
}

/** A report as the model reads it: the result of its `submit_class` call. */
export function feedbackText(report: CheckReport): string {
  const counts = report.tests ? ` (${report.tests.passed} of ${report.tests.total} covering tests pass)` : '';
  return [
    `Attempt ${report.attempt}: ${levelWords[report.level]}${counts}.`,
    ...report.repairs.map((repair) => `Repaired before judging, keep it: ${repair}`),
    ...report.problems.map((problem, i) => `P${i + 1} ${problem}`),
    ...diagnosticLines(report.diagnostics),
    ...report.failures.slice(0, MOST_FAILURES).map(failureText),
    ...rest(report.failures.length, MOST_FAILURES, 'failing tests'),
    ...report.findings.map(
      (f, i) => `F${i + 1} Shown to the user, no failure: ${f.message} (${f.file}:${f.line})`,
    ),
  ].join('\n');
}

/** What a reflection on this report may cite. */
export const reportIds = (report: CheckReport): string[] => [
  ...report.diagnostics.map((d) => d.id),
  ...report.failures.map((f) => f.id),
  ...report.problems.map((_, i) => `P${i + 1}`),
  ...report.findings.map((_, i) => `F${i + 1}`),
];
