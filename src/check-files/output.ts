import type { NotChecked } from '../check/not-checked.ts';
import { together } from '../check/not-checked.ts';
import type { ExplainedDiagnostic } from '../check/report.ts';
import { SCHEMA_VERSION } from '../loop/events.ts';
import { packageVersion } from '../package-root.ts';
import { duration, plural } from '../report/format.ts';
import { jsonLine, oneLine, showHidden } from '../sanitize.ts';
import type { Screen } from '../terminal.ts';
import type { FilesReport } from './checker.ts';

/** A report as somebody gets to read it. */
export interface Told extends FilesReport {
  exitCode: number;
  /** Files of `mended` that were written. */
  fixed: { file: string; repairs: string[] }[];
}

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export function reportText(format: Format, told: Told, screen: Screen): string {
  if (format === 'json') return jsonLine(reportJson(told));
  if (format === 'sarif') return jsonLine(sarif(told));
  if (format === 'github')
    return githubLines(told)
      .map((line) => `${line}\n`)
      .join('');
  return `${textLines(told, screen).join('\n')}\n`;
}

function reportJson({
  exitCode,
  files,
  dependents,
  diagnostics,
  standing,
  notChecked,
  fixed,
  seconds,
}: Told) {
  return {
    schemaVersion: SCHEMA_VERSION,
    exitCode,
    files,
    dependents,
    diagnostics,
    standing,
    notChecked: plainNotChecked(notChecked),
    fixed,
    seconds,
  };
}

const plainNotChecked = (notChecked: readonly NotChecked[]) =>
  notChecked.map(({ what, reason }) => ({ what, reason }));

function textLines(told: Told, { colours, symbols }: Screen): string[] {
  const { diagnostics, fixed, files, dependents, standing, notChecked, seconds } = told;
  const lines = fixed.flatMap(({ file, repairs }) =>
    repairs.map((repair) => `${colours.green(symbols.ok)} ${oneLine(file)}: ${oneLine(repair)}`),
  );
  for (const d of diagnostics) {
    const place = `${d.file}:${d.line}:${d.column}`;
    lines.push(
      `${colours.red(symbols.bad)} ${colours.bold(oneLine(place))} ${colours.dim(`TS${d.code}`)} ${text(d.message)}`,
    );
    if (d.sourceLine.trim()) lines.push(colours.dim(`  | ${oneLine(d.sourceLine)}`));
    if (d.explanation) lines.push(`  ${text(d.explanation)}`);
  }
  if (lines.length > 0) lines.push('');
  for (const { what, reason } of together(notChecked))
    lines.push(`${colours.yellow(symbols.warn)} not checked: ${oneLine(what)}: ${oneLine(reason)}`);
  const scope = [
    plural(files.length, 'file'),
    ...(dependents.length > 0 ? [plural(dependents.length, 'dependent')] : []),
  ];
  const before = standing > 0 ? `; ${plural(standing, 'error')} there before` : '';
  const count =
    diagnostics.length === 0
      ? colours.green('no new errors')
      : colours.red(plural(diagnostics.length, 'new error'));
  lines.push(`${count}: ${scope.join(' and ')} checked in ${duration(seconds)}${before}`);
  return lines;
}

const text = (message: string): string => showHidden(message).replaceAll('\n', '\n  ');

/** Workflow commands: GitHub shows them at the lines of a pull request. */
function githubLines({ diagnostics }: Told): string[] {
  const value = (message: string) =>
    message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (message: string) => value(message).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return diagnostics.map((d) => {
    const place = `file=${property(d.file)},line=${d.line},endLine=${d.endLine},col=${d.column},endColumn=${d.endColumn}`;
    return `::error ${place},title=TS${d.code}::${value(showHidden(fullMessage(d)))}`;
  });
}

const fullMessage = ({ message, explanation }: ExplainedDiagnostic): string =>
  [message, explanation].filter(Boolean).join('\n');

/** SARIF 2.1.0, as code scanning services take it. */
function sarif({ diagnostics }: Told) {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort((a, b) => a - b);
  const location = (
    d: Pick<ExplainedDiagnostic, 'file' | 'line' | 'column'> & { endLine?: number; endColumn?: number },
  ) => ({
    physicalLocation: {
      artifactLocation: { uri: encodeURI(d.file), uriBaseId: '%SRCROOT%' },
      region: {
        startLine: d.line,
        startColumn: d.column,
        ...(d.endLine === undefined ? {} : { endLine: d.endLine, endColumn: d.endColumn }),
      },
    },
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'classwright',
            version: packageVersion,
            rules: codes.map((code) => ({ id: `TS${code}`, name: `TypeScript${code}` })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((d) => ({
          ruleId: `TS${d.code}`,
          ruleIndex: codes.indexOf(d.code),
          level: 'error',
          message: { text: fullMessage(d) },
          locations: [location(d)],
          relatedLocations: d.related.map((r, id) => ({ id, ...location(r), message: { text: r.message } })),
        })),
      },
    ],
  };
}
