import type { CheckReport, RunEvent } from '../../src/loop/events.ts';
import type { Message } from '../../src/model/model.ts';

/** `text` is shown as it is, in a fixed-width face; `facts` beside the title. */
export interface Step {
  kind: 'prompt' | 'piece' | 'answer' | 'tool' | 'class' | 'check' | 'diff' | 'reflection' | 'note';
  title: string;
  facts: string[];
  isBad?: boolean;
  parts: Part[];
}

export interface Part {
  label: string;
  text: string;
  isDiff?: boolean;
}

export const step = (
  kind: Step['kind'],
  title: string,
  facts: string[],
  parts: readonly Part[],
  isBad = false,
): Step => ({
  kind,
  title,
  facts: facts.filter((fact) => fact !== ''),
  parts: parts.filter(({ text }) => text.trim() !== ''),
  ...(isBad ? { isBad } : {}),
});

export const note = (title: string, text = ''): Step => step('note', title, [], [{ label: '', text }]);
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const json = (value: unknown): string => JSON.stringify(value, undefined, 1) ?? '';

export type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

export const pieceStep = (piece: EventOf<'context'>['pieces'][number]): Step =>
  step(
    'piece',
    `${piece.path}:${piece.startLine}–${piece.endLine}`,
    [`${piece.tokens} tokens`, piece.reason],
    [{ label: '', text: piece.text }],
  );

export function requestSteps({ system, tools, messages }: EventOf<'model-request'>): Step[] {
  const asked = messages.flatMap(textsIn).join('\n\n');
  return [
    ...(system === undefined ? [] : [step('prompt', 'System prompt', [], [{ label: '', text: system }])]),
    ...(tools === undefined || tools.length === 0
      ? []
      : [step('prompt', 'Tools on offer', [String(tools.length)], [{ label: '', text: tools.join('\n') }])]),
    ...(asked === ''
      ? []
      : [
          step(
            'prompt',
            system === undefined ? 'Told to the model' : 'First message',
            [],
            [{ label: '', text: asked }],
          ),
        ]),
  ];
}

const textsIn = ({ role, content }: Message): string[] =>
  role === 'user' ? content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) : [];

export function answerStep({ answer, call, seconds: took }: EventOf<'model-answer'>): Step {
  const { input, output, cacheRead, cacheWrite } = answer.usage;
  const facts = [seconds(took), `${input + cacheRead + cacheWrite} in`, `${output} out`, answer.stopReason];
  const said = answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const thought = answer.content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : []));
  return step('answer', `Answer ${call}`, facts, [
    { label: 'reasoning', text: thought.join('\n') },
    { label: '', text: said.join('\n') },
  ]);
}

/** The tools that hand something in are told by what they hand in; their answer is what the model is told of it. */
export function toolSteps(event: EventOf<'tool-end'>, input: unknown): Step[] {
  const handsIn = event.name === 'submit_class' || event.name === 'reflect';
  if (!handsIn) return [toolStep(event, input)];
  if (event.name === 'reflect' && !event.isError) return [];
  return [step('prompt', 'Told to the model', [event.name], [{ label: '', text: event.text }])];
}

const toolStep = (event: EventOf<'tool-end'>, input: unknown): Step =>
  step(
    'tool',
    event.name,
    [seconds(event.seconds), event.charged === 'call' ? '' : event.charged],
    [
      { label: 'input', text: json(input) },
      { label: 'answer', text: event.text },
    ],
    event.isError,
  );

export const submissionStep = (submission: EventOf<'submission'>['submission']): Step =>
  step(
    'class',
    'Class handed in',
    [`${submission.class.split('\n').length} lines`],
    [
      { label: 'imports', text: submission.imports.join('\n') },
      { label: 'helpers', text: submission.helpers ?? '' },
      { label: 'class', text: submission.class },
      {
        label: 'assumptions',
        text: submission.assumptions
          .map(({ member, decision, alternative }) => `${member}: ${decision} (or: ${alternative})`)
          .join('\n'),
      },
    ],
  );

export function checkStep(report: CheckReport): Step {
  const { tests } = report;
  const facts = [
    seconds(report.seconds),
    tests ? `${tests.passed} of ${tests.total} visible tests pass` : '',
    report.diagnostics.length > 0 ? `${report.diagnostics.length} diagnostics` : '',
  ];
  return step(
    'check',
    report.ok ? `Checks pass: ${report.level}` : `Checks stop at: ${report.level}`,
    facts,
    [
      { label: 'diagnostics', text: report.diagnostics.map(diagnosticText).join('\n\n') },
      { label: 'failing tests', text: report.failures.map(failureText).join('\n\n') },
      { label: 'problems', text: report.problems.join('\n') },
      { label: 'repaired before judging', text: report.repairs.join('\n') },
      {
        label: 'findings',
        text: report.findings
          .map(({ code, file, line, message }) => `${file}:${line} ${code} ${message}`)
          .join('\n'),
      },
      {
        label: 'not checked',
        text: report.notChecked.map(({ what, reason }) => `${what}: ${reason}`).join('\n'),
      },
    ],
    !report.ok,
  );
}

const diagnosticText = (d: CheckReport['diagnostics'][number]): string =>
  [
    `${d.id}  ${d.file}:${d.line}:${d.column}  TS${d.code}`,
    d.message,
    `> ${d.sourceLine.trim()}`,
    d.explanation,
  ]
    .filter((line) => line.trim() !== '')
    .join('\n');

const failureText = (f: CheckReport['failures'][number]): string =>
  [
    `${f.id}  ${f.test}`,
    f.message,
    f.expected === undefined ? '' : `expected: ${f.expected}`,
    f.received === undefined ? '' : `received: ${f.received}`,
  ]
    .filter((line) => line !== '')
    .join('\n');

export const reflectionStep = ({ failures, plan }: EventOf<'reflection'>['reflection']): Step =>
  step(
    'reflection',
    'Reflection',
    [`${failures.length} causes`],
    [
      { label: 'causes', text: failures.map(({ report, cause }) => `${report}: ${cause}`).join('\n') },
      { label: 'plan', text: plan },
    ],
  );

export const resultSteps = (result: EventOf<'result'>['result']): Step[] => [
  step(
    'note',
    `Verdict: ${result.verdict}`,
    [],
    [{ label: '', text: [result.message, result.advice, ...result.questions].filter(Boolean).join('\n') }],
    result.verdict === 'failed' || result.verdict === 'error',
  ),
  ...(result.diff === ''
    ? []
    : [step('diff', 'What it would write', [result.file], [{ label: '', text: result.diff, isDiff: true }])]),
];

/** What happened beside the attempts. */
export function asides(event: RunEvent): Step[] {
  switch (event.type) {
    case 'note':
      return [note('Note', event.message)];
    case 'model-retry':
      return [note(`The model's service failed; waited ${seconds(event.waitSeconds)}`, event.reason)];
    case 'wasted':
      return [note(`An answer that brought nothing: ${event.reason}`)];
    case 'question':
      return [note('Question', [event.text, ...event.options].join('\n'))];
    case 'command':
      return [note('Command', json(event.command))];
    default:
      return [];
  }
}
