import { type CommandEvidence, LEVEL_NAMES } from '../check/report.ts';
import type { RunResult } from '../loop/events.ts';
import { oneLine, showHidden } from '../sanitize.ts';
import type { Screen } from '../terminal.ts';
import type { Row } from '../ui/rows.ts';
import { cut, duration, plural, tokens, wrap } from './format.ts';

/** What is shown before a class is accepted, and again in the result: the diff and everything beside it. */
export type Review = Pick<RunResult, 'diff' | 'findings' | 'assumptions' | 'followUp'> & {
  evidence: Pick<RunResult['evidence'], 'commands' | 'notChecked' | 'unnoticedMembers'>;
};

/** A row of progress as plain lines. */
export function rowLines(row: Row, screen: Screen): string[] {
  const { colours, symbols, columns } = screen;
  const mark = {
    ok: symbols.ok,
    bad: symbols.bad,
    warn: symbols.warn,
    plain: symbols.dot,
    dim: symbols.dot,
    head: '',
  }[row.tone];
  const [head = '', ...more] = wrap(row.text, columns && columns - 4, '');
  const paint = {
    ok: colours.green,
    bad: colours.red,
    warn: colours.yellow,
    plain: plain,
    dim: colours.dim,
    head: colours.bold,
  }[row.tone];
  if (row.tone === 'head')
    return [paint(head), ...more.map(paint), ...indented(row.detail, 2, screen).map(colours.dim)];
  const rest = row.tone === 'dim' ? colours.dim : plain;
  return [
    `  ${paint(mark)} ${rest(head)}`,
    ...more.map((line) => `    ${rest(line)}`),
    ...indented(row.detail, 4, screen).map(colours.dim),
  ];
}

const plain = (text: string): string => text;

/** Each text wrapped under its own indentation, second lines two columns deeper. */
function indented(texts: readonly string[], by: number, screen: Screen): string[] {
  const margin = ' '.repeat(by);
  return texts
    .filter((text) => text !== '')
    .flatMap((text) => wrap(text, screen.columns && Math.max(20, screen.columns - by), '  '))
    .map((line) => margin + line);
}

/** The diff with its colours; what it hides is shown as escapes, never as an effect on the terminal. */
function diffLines(diff: string, { colours }: Screen): string[] {
  if (diff.trim() === '') return [];
  let inHunk = false;
  return showHidden(diff.replace(/\n$/, ''))
    .split('\n')
    .map((line) => {
      if (line.startsWith('@@')) inHunk = true;
      else if (line.startsWith('diff ') || line.startsWith('Index: ')) inHunk = false;
      if (line.startsWith('@@')) return colours.cyan(line);
      if (!inHunk) return colours.bold(line);
      if (line.startsWith('+')) return colours.green(line);
      if (line.startsWith('-')) return colours.red(line);
      return line;
    });
}

export function reviewLines(review: Review, screen: Screen): string[] {
  const { colours } = screen;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', colours.bold(title), ...indented(lines.map(oneLine), 2, screen)];
  const { commands, notChecked, unnoticedMembers } = review.evidence;
  return [
    ...diffLines(review.diff, screen),
    ...section('Findings: more than was asked for', findingLines(review.findings)),
    ...section(
      'Assumptions: neither the description nor the repository settles these',
      review.assumptions.map(
        ({ member, decision, alternative }) => `${member}: ${decision}; or else: ${alternative}`,
      ),
    ),
    ...section('Members that no covering test notices', unnoticedMembers),
    ...evidenceLines(commands, screen),
    ...section(
      'Not checked',
      notChecked.map(({ what, reason }) => `${what}: ${reason}`),
    ),
    ...(review.followUp
      ? [
          '',
          colours.bold('Left to do elsewhere: a separate patch, not applied'),
          ...diffLines(review.followUp, screen),
        ]
      : []),
  ];
}

/** What was run, how it ended, and under it the command: cut in a terminal, whole where it may be copied from. */
function evidenceLines(commands: readonly CommandEvidence[], screen: Screen): string[] {
  const { colours, symbols, columns } = screen;
  if (commands.length === 0) return [];
  const lines = commands.flatMap(({ what, version, exitStatus, counts, seconds, command }) => {
    const facts = [
      `${what}${version ? ` (${version})` : ''}`,
      `exit ${exitStatus ?? 'none'}`,
      ...Object.entries(counts).map(([name, count]) => `${count} ${name}`),
      duration(seconds),
    ].join(` ${symbols.dot} `);
    const whole = showHidden(command.join(' '));
    const shown = columns ? cut(whole, columns - 5, symbols.ellipsis) : whole;
    return [...indented([oneLine(facts)], 2, screen), colours.dim(`    ${shown}`)];
  });
  return ['', colours.bold('Evidence'), ...lines];
}

/** The last lines of a run: verdict, where the class or its patch is, what it took, what to do next. */
export function outcomeLines(result: RunResult, screen: Screen): string[] {
  const { colours } = screen;
  const good = result.verdict === 'verified' || result.verdict === 'type-checked';
  const paint = good ? colours.green : result.verdict === 'unclear' ? colours.yellow : colours.red;
  const what = [result.className, result.file].filter(Boolean).join(' in ');
  const { usage } = result;
  const seconds = Object.values(result.seconds).reduce((sum, one) => sum + one, 0);
  const took = [
    plural(usage.modelCalls, 'model call'),
    plural(usage.toolCalls, 'tool call'),
    `${tokens(usage.input + usage.cacheRead + usage.cacheWrite)} tokens in, ${tokens(usage.output)} out`,
    ...(usage.cost === undefined ? [] : [`cost ${usage.cost.toFixed(4)}`]),
    duration(seconds),
  ].join(', ');
  const kept = good ? 'not written; the patch is kept' : 'not written; the best attempt is kept';
  // Paths are for copying: never wrapped.
  const patch = result.patch && !result.applied ? [`  ${kept}: ${showHidden(result.patch)}`] : [];
  const session = colours.dim(`  session ${oneLine(result.session)}`);
  const [message, advice] = [oneLine(result.message ?? ''), oneLine(result.advice ?? '')];
  if (result.verdict === 'error' || result.verdict === 'interrupted')
    return [
      ...indented([`classwright: ${message}`], 0, screen).map(paint),
      ...indented([advice], 2, screen),
      ...patch,
      ...(usage.modelCalls > 0 && !advice.includes(result.session) ? [session] : []),
    ];
  return [
    colours.bold(paint(oneLine(`${result.verdict}${what ? `: ${what}` : ''}`))),
    ...indented([message, advice], 2, screen),
    ...indented(
      result.questions.map((question) => `? ${oneLine(question)}`),
      2,
      screen,
    ),
    ...indented(result.attempts.map(attemptLine), 2, screen),
    ...(result.applied ? [`  written: ${oneLine(result.file)}`] : []),
    ...patch,
    ...(usage.modelCalls > 0 ? indented([took], 2, screen).map(colours.dim) : []),
    ...(result.session ? [session] : []),
  ];
}

function attemptLine({ attempt, level, newDiagnostics, tests }: RunResult['attempts'][number]): string {
  const counts = [
    ...(newDiagnostics > 0 ? [plural(newDiagnostics, 'new error')] : []),
    ...(tests ? [`tests ${tests.passed}/${tests.total}`] : []),
  ];
  const came =
    level === 'verified'
      ? 'passed every check'
      : level === 'none'
        ? 'brought no class'
        : `failed at ${LEVEL_NAMES[level]}`;
  return [`attempt ${attempt}: ${came}`, ...counts].join(', ');
}

/** Findings of one kind beyond this are one line with their places: many alike would hide the others. */
const MOST_ALIKE = 3;

function findingLines(findings: Review['findings']): string[] {
  return [...Map.groupBy(findings, ({ code, file }) => `${code} ${file}`).values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined || alike.length <= MOST_ALIKE)
      return alike.map(({ file, line, message, code }) => `${file}:${line} ${message} (${code})`);
    const lines = [...new Set(alike.map(({ line }) => line))].join(', ');
    return [
      `${first.file} ${first.message} (${first.code}), and ${alike.length - 1} more like it: lines ${lines}`,
    ];
  });
}
