import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../src/loop/events.ts';
import { type Story, storyOf, storyOfLogs } from './story.ts';

const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 };

const report = (attempt: number, ok: boolean): EventBody => ({
  type: 'report',
  fileText: `class A {\n  n = ${attempt};\n}\n`,
  report: {
    attempt,
    level: ok ? 'verified' : 'types',
    ok,
    diagnostics: ok
      ? []
      : [
          {
            ...{ id: 'D1', file: 'a.ts', line: 2, column: 3, endLine: 2, endColumn: 4, code: 2339 },
            ...{ message: 'no such member', related: [], sourceLine: 'x.y', explanation: 'it has: z' },
          },
        ],
    failures: [],
    findings: [],
    final: false,
    problems: [],
    repairs: [],
    evidence: [],
    notChecked: [],
    unnoticedMembers: [],
    seconds: 1,
  },
});

const request = (call: number, text: string): EventBody => ({
  type: 'model-request',
  call,
  hash: 'h',
  ...(call === 1 ? { system: 'You write classes.', tools: ['find_symbol', 'submit_class'] } : {}),
  messages: [{ role: 'user', content: [{ type: 'text', text }] }],
});

const answer = (call: number, text: string): EventBody => ({
  type: 'model-answer',
  call,
  answer: { content: [{ type: 'text', text }], stopReason: 'tool_use', usage, model: 'm' },
  seconds: 1,
});

const submission = (attempt: number): EventBody => ({
  type: 'submission',
  attempt,
  use: `u${attempt}`,
  submission: {
    imports: [],
    class: `class A { n = ${attempt} }`,
    assumptions: [{ member: 'n', decision: 'one', alternative: 'none' }],
  },
});

const toolEnd = (id: string, name: string, text: string): EventBody => ({
  type: 'tool-end',
  ...{ id, name, text, isError: false, charged: 'call', seconds: 0.1 },
});

const log: EventBody[] = [
  {
    type: 'context',
    pieces: [{ path: 'b.ts', startLine: 1, endLine: 2, reason: 'named', text: 'type B', tokens: 3 }],
    tokens: 3,
    leftOut: 2,
  },
  request(1, 'Write A.'),
  answer(1, 'Here it is.'),
  submission(1),
  report(1, false),
  toolEnd('u1', 'submit_class', 'D1 no such member'),
  {
    type: 'reflection',
    attempt: 1,
    reflection: { failures: [{ report: 'D1', cause: 'guessed' }], plan: 'look it up' },
  },
  request(2, 'Look up, then try again.'),
  { type: 'tool-start', id: 't1', name: 'type_info', input: { name: 'B' } },
  toolEnd('t1', 'type_info', 'B has z'),
  submission(2),
  report(2, true),
];

const storyFrom = (events: readonly EventBody[]): Story =>
  storyOf(events.map((event, seq) => ({ ...event, seq, time: seq })) satisfies RunEvent[]);

const outline = ({ sections }: Story) =>
  sections.map(({ title, attempt, steps }) => [title, attempt, steps.map(({ kind }) => kind)]);

test('a log becomes sections by attempt, with what was asked, answered, looked up, checked and changed', () => {
  expect(outline(storyFrom(log))).toEqual([
    ['First prompt', undefined, ['piece', 'note', 'prompt', 'prompt', 'prompt']],
    ['Attempt 1', 1, ['answer', 'class', 'check', 'prompt', 'reflection']],
    ['Attempt 2', 2, ['prompt', 'tool', 'class', 'check', 'diff']],
  ]);
});

test('the texts are those of the log', () => {
  const texts = storyFrom(log).sections.flatMap(({ steps }) =>
    steps.flatMap(({ parts }) => parts.map(({ text }) => text)),
  );
  for (const text of [
    'type B',
    'You write classes.',
    'find_symbol\nsubmit_class',
    'Write A.',
    'Here it is.',
    'B has z',
    'D1 no such member',
    'look it up',
    'n: one (or: none)',
  ])
    expect(texts).toContain(text);
  expect(texts.find((text) => text.includes('TS2339'))).toBe(
    'D1  a.ts:2:3  TS2339\nno such member\n> x.y\nit has: z',
  );
  expect(texts.find((text) => text.includes('@@'))).toContain('-  n = 1;\n+  n = 2;');
});

test('independent conversations follow each other, their attempts counted on', () => {
  const events = log.map((event, seq) => ({ ...event, seq, time: seq }) satisfies RunEvent);
  const { sections } = storyOfLogs([events, events.slice(0, 5)]);
  expect(sections.map(({ title, attempt }) => [title, attempt])).toEqual([
    ['Conversation 1 · First prompt', undefined],
    ['Conversation 1 · Attempt 1', 1],
    ['Conversation 1 · Attempt 2', 2],
    ['Conversation 2 · First prompt', undefined],
    ['Conversation 2 · Attempt 1', 3],
  ]);
});

test('a run that was cut off or never submitted has a story too', () => {
  expect(outline(storyFrom(log.slice(0, 3)))).toEqual([
    ['First prompt', undefined, ['piece', 'note', 'prompt', 'prompt', 'prompt']],
    ['Before the first attempt', undefined, ['answer']],
  ]);
  expect(outline(storyFrom([...log.slice(0, 8), answer(2, 'I give up.')])).at(-1)).toEqual([
    'After the last attempt',
    undefined,
    ['prompt', 'answer'],
  ]);
  expect(storyFrom([])).toEqual({ sections: [] });
});
