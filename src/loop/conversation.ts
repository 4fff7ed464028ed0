import type { ExplainedDiagnostic } from '../check/report.ts';
import type { Message, TextBlock, ToolResultBlock } from '../model/model.ts';
import { lookUpsLeft } from './budget.ts';
import type { ContextPiece } from './events.ts';
import { fillPrompt } from './prompts.ts';
import type { RunState } from './state.ts';
import type { Strategy } from './strategies.ts';
import type { Limits, Task } from './task.ts';
import { isWithout } from './without.ts';
import type { Workbench } from './workbench.ts';

const text = (value: string): TextBlock => ({ type: 'text', text: value });

const formWords: Record<Task['form'], string> = {
  'new-file': 'a new file',
  'new-class': 'the file exists, the class does not',
  skeleton: 'a skeleton of the class stands there: keep its public surface, fill its bodies',
  replace: 'an older version of the class stands there and is replaced',
};

/** Delimited so that no text of a repository can close its own piece and speak as the prompt. */
const escapeTags = (value: string) =>
  value.replaceAll(/<(\/?)(repository|piece|task|contract|limits)\b/g, '‹$1$2');

export const piecesText = (pieces: readonly ContextPiece[]): string =>
  pieces
    .map(
      (p) =>
        `<piece path="${p.path}" lines="${p.startLine}-${p.endLine}" why="${p.reason.replaceAll('"', "'")}">\n${escapeTags(p.text)}\n</piece>`,
    )
    .join('\n');

/** The same error in many files is one line: what differs is only where it stands. */
function goalLines(goals: readonly ExplainedDiagnostic[]): string {
  const places = (alike: readonly ExplainedDiagnostic[]) => alike.map(({ file, line }) => `${file}:${line}`);
  return [...Map.groupBy(goals, ({ code, message }) => `TS${code} ${message}`)]
    .slice(0, MOST_GOALS)
    .map(([error, alike]) => `${error}\n   at ${listed(places(alike))}`)
    .join('\n');
}

const listed = (items: readonly string[]): string =>
  items.slice(0, MOST_PLACES).join(', ') +
  (items.length > MOST_PLACES ? ` and ${items.length - MOST_PLACES} more` : '');

const MOST_GOALS = 15;
const MOST_PLACES = 15;

function contractText({ understanding }: RunState): string {
  if (!understanding) return '';
  const { goals, dependents, coveringTests } = understanding;
  const lines = [
    goals.length > 0
      ? `These errors exist in the repository because the class is missing; they have to go:\n${goalLines(goals)}`
      : 'No error in the repository waits for this class.',
    dependents.length > 0
      ? `${dependents.length} file(s) depend on the target and have to keep compiling: ${listed(dependents)}`
      : 'No file depends on the target yet.',
    `${coveringTests.length} covering test file(s) will judge it; you cannot read them.`,
  ];
  return lines.join('\n');
}

/** Where nothing is retrieved, the file that the class goes into is all that is shown. */
const targetPiece = ({ file }: Task, text: string | undefined): ContextPiece[] =>
  text?.trim()
    ? [
        {
          path: file,
          startLine: 1,
          endLine: text.split('\n').length,
          reason: 'the target file as it stands',
          text,
          tokens: 0,
        },
      ]
    : [];

function limitsText(limits: Limits | undefined, strategy: Strategy): string {
  const attempts = Math.min(limits?.attempts ?? 1, strategy.maxAttempts);
  const lookUps = strategy.lookUps ? `${limits?.toolCallsPerRound} look-ups in each round` : 'no look-ups';
  return `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; ${lookUps}.`;
}

/** The first user message: everything static analysis found, and nothing that changes during the run. */
export function firstMessage(
  state: RunState,
  task: Task,
  strategy: Strategy,
  facts: ReturnType<Workbench['facts']>,
): string {
  const { limits } = state;
  const closing = [
    strategy.lookUps
      ? `Before the first submission you have ${limits?.toolCallsPerRound ?? 0} look-ups. Use them where you would otherwise guess; submit at once where you know.`
      : 'Submit the class now.',
    ...(task.ask
      ? ['First call ask with the decisions that matter most and that only the user can settle.']
      : []),
  ];
  return fillPrompt('generate', {
    className: task.className,
    file: task.file,
    form: formWords[task.form],
    description: escapeTags(task.description),
    limits: limitsText(limits, strategy),
    compilerOptions: [state.understanding?.compiler, facts.compilerOptions].filter(Boolean).join('\n'),
    pieces: piecesText(
      strategy.retrieval === 'none' ? targetPiece(task, facts.targetText) : (state.context?.pieces ?? []),
    ),
    contract: isWithout(task, 'contract') ? '' : contractText(state),
    closing: closing.join(' '),
  });
}

/** What follows the tool results: what is due now, or nothing where the results speak for themselves. */
function guidance(state: RunState, strategy: Strategy, maxAttempts: number): string[] {
  const last = state.attempts.at(-1);
  const submitted = state.toolUses.some((use) => use.name === 'submit_class');
  const attemptsLeft = `${maxAttempts - state.attemptsUsed} attempt(s)`;
  const left = lookUpsLeft(state);
  if (submitted && last?.report && strategy.retrieval === 'each-round' && !strategy.feedback)
    return [
      fillPrompt('retrieve-again', {
        attempt: String(last.number),
        attemptsLeft,
        pieces: piecesText(state.context?.pieces ?? []),
      }),
    ];
  if (submitted && last?.report)
    return [
      fillPrompt('revise', {
        attempt: String(last.number),
        attemptsLeft,
        lookUps: strategy.lookUps ? `Look up what you lacked: ${left} look-up(s) in this round.` : '',
        reflect: strategy.reflect ? 'Call reflect on what was reported, and on nothing else.' : '',
      }),
    ];
  if (state.toolUses.length === 0) return ['Answer with a tool call: text alone is not read.'];
  if (strategy.lookUps && left === 0) return ['No look-ups are left in this round: submit now.'];
  return strategy.lookUps ? [`${left} look-up(s) left in this round; ${attemptsLeft} left.`] : [];
}

/** The messages that the next request adds to the conversation. */
export function nextMessages(
  state: RunState,
  task: Task,
  strategy: Strategy,
  maxAttempts: number,
  facts: ReturnType<Workbench['facts']>,
): Message[] {
  const said = state.unread.map((message) => text(`The user says: ${message}`));
  if (state.messages.length === 0)
    return [{ role: 'user', content: [text(firstMessage(state, task, strategy, facts)), ...said] }];
  const results = state.toolUses.map((use): ToolResultBlock => {
    const outcome = state.outcomes.get(use.id);
    return {
      type: 'tool_result',
      tool_use_id: use.id,
      content: outcome?.text || '(nothing)',
      ...(outcome?.isError ? { is_error: true } : {}),
    };
  });
  const texts = guidance(state, strategy, maxAttempts).map(text);
  return [{ role: 'user', content: [...results, ...texts, ...said] }];
}
