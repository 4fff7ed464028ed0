import { LEVEL_NAMES } from '../check/report.ts';
import type { CheckReport, RunEvent } from '../loop/events.ts';
import { cut, duration, plural, tokens } from '../report/format.ts';
import { oneLine } from '../sanitize.ts';
import type { ViewState } from './state.ts';

/** A finished line of the transcript with what belongs under it. Clean text: nothing in it drives a terminal. */
export interface Row {
  tone: 'head' | 'ok' | 'bad' | 'warn' | 'plain' | 'dim';
  text: string;
  detail: readonly string[];
}

const DETAILS = 6;
const LONGEST = 300;

const row = (tone: Row['tone'], text: string, detail: readonly string[] = []): Row => ({
  tone,
  text: cut(oneLine(text), LONGEST),
  detail: detail.map((line) => cut(oneLine(line), LONGEST)),
});

/** The rows that an event leaves behind, given the view before it. */
export function rowsOf(state: ViewState, event: RunEvent): Row[] {
  switch (event.type) {
    case 'init': {
      const { task, limits, model, playedBy, resumed } = event;
      return [
        row('head', `${task.className} in ${task.file}`, [
          `${playedBy ? `recorded answers (${playedBy})` : model}, ${task.strategy}, up to ${plural(limits.attempts, 'attempt')}${resumed ? `, resumed session ${event.session}` : ''}`,
        ]),
      ];
    }
    case 'note':
      return [row('warn', event.message)];
    case 'understood': {
      const {
        tsconfig,
        compiler,
        runner,
        coveringTests,
        dependents,
        baselineErrors,
        sandbox,
        notes,
        notChecked,
      } = event.understanding;
      return [
        row('ok', `${tsconfig}, ${compiler}${runner ? `, ${runner}` : ''}`, [
          `${plural(coveringTests.length, 'covering test file')}, ${plural(dependents.length, 'dependent file')}${
            baselineErrors > 0 ? `, ${plural(baselineErrors, 'error')} there before` : ''
          }, ${sandbox === 'none' ? 'NO SANDBOX' : sandbox}`,
        ]),
        ...notes.map((note) => row('warn', note)),
        ...notChecked.map(({ what, reason, bars }) =>
          row('warn', `not checked${bars ? ', so nothing can be verified' : ''}: ${what}: ${reason}`),
        ),
      ];
    }
    case 'context':
      return [
        row(
          'ok',
          `${plural(event.pieces.length, 'piece')} of the repository, ${tokens(event.tokens)} tokens${
            event.leftOut > 0 ? `, ${event.leftOut} left out` : ''
          }`,
        ),
      ];
    case 'phase': {
      const begins = event.state === 'start' && (event.phase === 'generate' || event.phase === 'revise');
      if (!begins || event.attempt === undefined || event.attempt === state.attempt) return [];
      return [row('head', `Attempt ${event.attempt}${state.limits ? ` of ${state.limits.attempts}` : ''}`)];
    }
    case 'model-retry':
      return [row('warn', `${event.reason}; asking again in ${duration(event.waitSeconds)}`)];
    case 'model-answer':
      return event.answer.stopReason === 'max_tokens'
        ? [row('bad', `the answer was cut at its length limit (${tokens(event.answer.usage.output)} tokens)`)]
        : [row('dim', `answered in ${duration(event.seconds)}, ${tokens(event.answer.usage.output)} tokens`)];
    case 'tool-end':
      return toolRow(state, event);
    case 'submission':
      return [row('plain', `submitted ${plural(event.submission.class.split('\n').length, 'line')}`)];
    case 'check':
      if (event.state === 'start') return [];
      return [
        row(
          event.ok ? 'ok' : 'bad',
          `${LEVEL_NAMES[event.level]}${event.summary ? `: ${event.summary}` : ''}`,
        ),
      ];
    case 'report':
      return reportRows(event.report);
    case 'reflection':
      return [
        row(
          'plain',
          `reflection: ${event.reflection.plan}`,
          event.reflection.failures.slice(0, DETAILS).map(({ report, cause }) => `${report}: ${cause}`),
        ),
      ];
    case 'wasted':
      return [row('bad', WASTED[event.reason])];
    case 'question':
      return [row('warn', `question: ${event.text}`, event.options)];
    case 'command':
      return commandRow(event.command);
    case 'applied':
      return [row('ok', `written: ${event.file}`)];
    default:
      return [];
  }
}

const WASTED = {
  cut: 'nothing of that answer could be used: it was cut',
  prose: 'the model answered with prose alone',
  useless: 'every call of that answer was refused',
  repeated: 'the model handed in an earlier class again',
} as const;

/** These have an event of their own, which says more. */
const TOLD_ELSEWHERE = new Set(['submit_class', 'reflect', 'ask']);

function toolRow(state: ViewState, event: Extract<RunEvent, { type: 'tool-end' }>): Row[] {
  if (TOLD_ELSEWHERE.has(event.name) && !event.isError) return [];
  if (event.name === 'submit_class' && state.report?.ok === false && event.charged === 'free') return [];
  const call = `${event.name} ${argumentsOf(state.running[event.id])}`.trim();
  if (event.charged === 'refused') return [row('warn', `${call}: refused`, [firstLine(event.text)])];
  if (event.isError) return [row('bad', `${call}: ${firstLine(event.text)}`)];
  return [row('plain', `${call} (${duration(event.seconds)})`, [firstLine(event.text)])];
}

/** The arguments of a tool call as one reads them: `OrderBook`, `src/a.ts line=3`. */
function argumentsOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const words = Object.values(input).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return cut(oneLine(words.join(' ')), 60);
}

const firstLine = (text: string): string => text.split('\n').find((line) => line.trim() !== '') ?? '';

function reportRows(report: CheckReport): Row[] {
  const rows: Row[] = report.repairs.map((repair) => row('dim', `repaired: ${repair}`));
  const diagnostics = report.diagnostics.map(
    (one) => `${one.id} ${one.file}:${one.line}:${one.column} TS${one.code} ${firstLine(one.message)}`,
  );
  const failures = report.failures.map(
    (one) => `${one.id} ${one.test}: ${firstLine(one.message)}${expectedOf(one)}`,
  );
  if (!report.ok) rows.push(...first([...diagnostics, ...failures]).map((line) => row('bad', line)));
  for (const problem of report.problems) rows.push(row(report.ok ? 'warn' : 'bad', problem));
  if (report.ok)
    rows.push(row('ok', `attempt ${report.attempt} passed every check in ${duration(report.seconds)}`));
  return rows;
}

const expectedOf = (failure: { expected?: string | undefined; received?: string | undefined }): string =>
  failure.expected === undefined
    ? ''
    : ` (expected ${cut(failure.expected, 60)}, received ${cut(failure.received ?? '?', 60)})`;

const first = (lines: readonly string[]): string[] =>
  lines.length <= DETAILS ? [...lines] : [...lines.slice(0, DETAILS), `and ${lines.length - DETAILS} more`];

function commandRow(command: Extract<RunEvent, { type: 'command' }>['command']): Row[] {
  switch (command.type) {
    case 'answer':
      return [row('plain', `answer: ${command.text}`)];
    case 'message':
      return [row('plain', `message: ${command.text}`)];
    case 'set-budget':
      return [row('plain', 'budget changed')];
    // Both are told by whoever sent them.
    case 'approve':
    case 'interrupt':
      return [];
  }
}
