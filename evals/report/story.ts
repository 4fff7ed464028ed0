import { unifiedDiff } from '../../src/apply/diff.ts';
import type { CheckReport, RunEvent } from '../../src/loop/events.ts';
import type { Message } from '../../src/model/model.ts';

/** The whole story of one sample, in sections that follow its attempts; plain data for a page to lay out. */
export interface Story {
  sections: Section[];
}

export interface Section {
  title: string;
  /** Set for the section of an attempt. */
  attempt?: number;
  steps: Step[];
}

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

/**
 * One story of all conversations of a sample: independent ones follow each other, their attempts counted on, as the
 * outcome counts them.
 */
export function storyOfLogs(logs: readonly (readonly RunEvent[])[]): Story {
  let before = 0;
  const sections = logs.flatMap((events, index) => {
    const counted = storyOf(events).sections.map((section) => ({
      ...section,
      ...(logs.length > 1 ? { title: `Conversation ${index + 1} · ${section.title}` } : {}),
      ...(section.attempt === undefined ? {} : { attempt: section.attempt + before }),
    }));
    before += events.filter(({ type }) => type === 'submission').length;
    return counted;
  });
  return { sections };
}

/** Reads a session log. After a report, the next request to the model begins the next attempt. */
export function storyOf(events: readonly RunEvent[]): Story {
  const first: Section = { title: 'First prompt', steps: [] };
  const sections = [first];
  let section = first;
  let file = '';
  let fileText: string | undefined;
  const tools = new Map<string, { name: string; input: unknown }>();
  let attempt = 0;
  let judged = false;
  const begin = (number: number) => {
    section = { title: `Attempt ${number}`, attempt: number, steps: [] };
    sections.push(section);
  };
  for (const event of events) {
    switch (event.type) {
      case 'init':
        file = event.task.file;
        break;
      case 'context':
        first.steps.push(...event.pieces.map(pieceStep));
        if (event.leftOut > 0) first.steps.push(note(`${event.leftOut} more pieces did not fit the budget`));
        break;
      case 'model-request': {
        if (judged) begin(attempt + 1);
        judged = false;
        section.steps.push(...requestSteps(event));
        if (section === first) begin(1);
        break;
      }
      case 'model-answer':
        section.steps.push(answerStep(event));
        break;
      case 'tool-start':
        tools.set(event.id, event);
        break;
      case 'tool-end':
        section.steps.push(...toolSteps(event, tools.get(event.id)?.input));
        break;
      case 'submission':
        attempt = event.attempt;
        if (section.attempt !== attempt) begin(attempt);
        section.steps.push(submissionStep(event.submission));
        break;
      case 'report': {
        section.steps.push(checkStep(event.report));
        const diff = fileText === undefined ? '' : unifiedDiff(file, fileText, event.fileText);
        if (diff !== '')
          section.steps.push(
            step('diff', 'Changes since the last attempt', [], [{ label: '', text: diff, isDiff: true }]),
          );
        fileText = event.fileText;
        judged = true;
        break;
      }
      case 'reflection':
        section.steps.push(reflectionStep(event.reflection));
        break;
      case 'result':
        sections.push({ title: 'End', steps: resultSteps(event.result) });
        break;
      default:
        section.steps.push(...asides(event));
    }
  }
  return { sections: named(sections) };
}

/** Sections that hold something; those that came to no submission say so by their title. */
function named(sections: readonly Section[]): Section[] {
  return sections
    .filter(({ steps }) => steps.length > 0)
    .map((section) => {
      const submitted = section.steps.some(({ kind }) => kind === 'class');
      if (section.attempt === undefined) return section;
      if (submitted) return section;
      const { attempt: _, ...rest } = section;
      return {
        ...rest,
        title: section.attempt === 1 ? 'Before the first attempt' : 'After the last attempt',
      };
    });
}

const step = (
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

const note = (title: string, text = ''): Step => step('note', title, [], [{ label: '', text }]);
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const json = (value: unknown): string => JSON.stringify(value, undefined, 1) ?? '';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

const pieceStep = (piece: EventOf<'context'>['pieces'][number]): Step =>
  step(
    'piece',
    `${piece.path}:${piece.startLine}–${piece.endLine}`,
    [`${piece.tokens} tokens`, piece.reason],
    [{ label: '', text: piece.text }],
  );

function requestSteps({ system, tools, messages }: EventOf<'model-request'>): Step[] {
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

function answerStep({ answer, call, seconds: took }: EventOf<'model-answer'>): Step {
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
function toolSteps(event: EventOf<'tool-end'>, input: unknown): Step[] {
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

const submissionStep = (submission: EventOf<'submission'>['submission']): Step =>
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

function checkStep(report: CheckReport): Step {
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

const reflectionStep = ({ failures, plan }: EventOf<'reflection'>['reflection']): Step =>
  step(
    'reflection',
    'Reflection',
    [`${failures.length} causes`],
    [
      { label: 'causes', text: failures.map(({ report, cause }) => `${report}: ${cause}`).join('\n') },
      { label: 'plan', text: plan },
    ],
  );

const resultSteps = (result: EventOf<'result'>['result']): Step[] => [
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
function asides(event: RunEvent): Step[] {
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
