import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../loop/events.ts';
import { terminalOf } from '../terminal.ts';
import { scriptedEvents } from '../testing/scripted-run.ts';
import { liveLines } from './live-lines.ts';
import { initialView, reduce, type ViewState } from './state.ts';

const play = (bodies: readonly EventBody[]): ViewState =>
  bodies
    .map((body, at): RunEvent => ({ ...body, seq: at + 1, time: 1000 + at * 100 }))
    .reduce(reduce, initialView);

const upTo = (type: EventBody['type'], nth = 1): EventBody[] => {
  const events = scriptedEvents();
  const places = events.flatMap((event, at) => (event.type === type ? [at] : []));
  return events.slice(0, (places[nth - 1] ?? 0) + 1);
};

const screen = terminalOf(
  { stdin: {}, stdout: {}, stderr: { isTTY: true, columns: 60 } },
  { NO_COLOR: '1' },
).stderr;

test('the transcript of a run, row by row', () => {
  const { rows } = play(scriptedEvents());
  expect(rows.map(({ tone, text }) => `${tone} ${text}`)).toEqual([
    'head OrderBook in packages/core/src/order-book.ts',
    'ok packages/core/tsconfig.json, tsc 5.9.3, vitest 4.0.1',
    'warn not a git repository',
    'ok 2 pieces of the repository, 6.1k tokens, 3 left out',
    'head Attempt 1 of 5',
    'dim answered in 4.2 s, 1.0k tokens',
    'plain type_info Order (0.1 s)',
    'plain submitted 4 lines',
    'ok form: one class, one export',
    'bad types: 2 new errors',
    "dim repaired: imported Order from './order.ts'",
    "bad D1 packages/core/src/order-book.ts:14:7 TS2339 Property 'quantity' does not exist on type 'Order'. Did you mean 'qty'?",
    "bad D2 packages/core/src/order-book.ts:31:7 TS2345 Argument of type 'string' is not assignable to parameter of type 'number'.",
    'plain reflection: Use qty, and parse the price before comparing.',
    'head Attempt 2 of 5',
    'dim answered in 4.2 s, 1.0k tokens',
    'plain submitted 4 lines',
    'ok types: no new errors',
    'bad tests: 6 of 7 passed',
    'bad T1 order-book.test.ts > OrderBook > fills the oldest order of a price first: expected "b" to be "a" (expected "a", received "b")',
    'warn the model is overloaded (529); asking again in 2.0 s',
    'head Attempt 3 of 5',
    'dim answered in 4.2 s, 1.0k tokens',
    'plain submitted 4 lines',
    'ok types: no new errors',
    'ok tests: 7 of 7 passed',
    'ok final verdict: tsc -b is clean',
    'ok attempt 3 passed every check in 3.4 s',
  ]);
});

test('rows are only ever added', () => {
  let state = initialView;
  for (const [at, body] of scriptedEvents().entries()) {
    const next = reduce(state, { ...body, seq: at, time: at });
    expect(next.rows.slice(0, state.rows.length)).toEqual(state.rows);
    state = next;
  }
});

test('the live part: phase, attempt, elapsed, what goes on, what it cost', () => {
  const state = play([
    ...upTo('model-answer'),
    { type: 'phase', phase: 'check', state: 'start', attempt: 1 },
    { type: 'check', attempt: 1, level: 'types', state: 'start' },
  ]);
  expect(liveLines(state, screen, 1000 + 75_000, 0)).toEqual([
    '⠋ checking · attempt 1/5 · 1m 15s',
    '  types',
    '  7.8k tokens in, 1.0k out · 1 model call · 0 look-ups',
  ]);
});

test('the live part stays three lines of the width, whatever comes', () => {
  const noise = '\u001b[2J\u202e'.repeat(50) + 'x'.repeat(5000);
  const states = [
    initialView,
    ...scriptedEvents().map((_, at) => play(scriptedEvents().slice(0, at + 1))),
    play([...upTo('init'), { type: 'model-delta', call: 1, text: noise }]),
    play([...upTo('init'), { type: 'tool-start', id: 't', name: noise, input: { a: noise } }]),
  ];
  for (const columns of [20, 40, 200])
    for (const state of states) {
      const lines = liveLines(state, { ...screen, columns }, 5000, 3);
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line.length).toBeLessThan(columns);
        expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
      }
    }
});

test('the words of a model, a tool or a repository cannot drive the terminal', () => {
  const evil = '\u001b]0;owned\u0007\u001b[31mred\nsecond\rline\u202e';
  const { rows } = play([
    { type: 'note', message: evil },
    { type: 'tool-start', id: 't', name: 'read_file', input: { path: evil } },
    { type: 'tool-end', id: 't', name: 'read_file', text: evil, isError: false, charged: 'call', seconds: 0 },
    { type: 'question', id: 'q', text: evil, options: [evil] },
    { type: 'reflection', attempt: 1, reflection: { plan: evil, failures: [{ report: evil, cause: evil }] } },
  ]);
  expect(rows).toHaveLength(4);
  for (const { text, detail } of rows)
    for (const line of [text, ...detail]) expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('many diagnostics end with how many more there are', () => {
  const events = upTo('report');
  const last = events.at(-1);
  if (last?.type !== 'report') throw new Error('no report');
  const [one] = last.report.diagnostics;
  if (!one) throw new Error('no diagnostic');
  const report = {
    ...last.report,
    diagnostics: Array.from({ length: 20 }, (_, at) => ({ ...one, id: `D${at + 1}` })),
  };
  const texts = play([...events.slice(0, -1), { ...last, report }]).rows.map(({ text }) => text);
  expect(texts.filter((text) => text.startsWith('D'))).toHaveLength(6);
  expect(texts.at(-1)).toBe('and 14 more');
});
