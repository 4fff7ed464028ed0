import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { GenerateOptions } from '../config/config.ts';
import { DEFAULTS } from '../config/settings.ts';
import { modelError } from '../errors.ts';
import { type EventBody, RunEventSchema, type RunResult } from '../loop/events.ts';
import { RunResultSchema } from '../report/json.ts';
import { scriptedEvents, scriptedResult, scriptedRun } from '../testing/scripted-run.ts';
import { until } from '../testing/wait.ts';
import { drive, type Process } from './drive.ts';

const options = (over: Partial<GenerateOptions> = {}): GenerateOptions => ({
  ...DEFAULTS,
  request: {
    kind: 'new',
    className: 'OrderBook',
    file: 'src/order-book.ts',
    description: 'x',
    replace: false,
  },
  cwd: '/repo',
  explicit: new Set(),
  interactive: false,
  commandInput: false,
  ...over,
});

class Sink extends PassThrough {
  text = '';
  constructor() {
    super();
    this.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
  }
}

/** A process with pipes; `person` makes it a terminal without live drawing that somebody types into. */
function fakeProcess({ person = false } = {}) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const stdin = Object.assign(new PassThrough(), { isTTY: person, ref() {}, unref() {}, setRawMode() {} });
  Object.assign(stderr, { isTTY: person, columns: 80 });
  const handlers = new Map<string, () => void>();
  const exits: number[] = [];
  const fake = {
    stdin,
    stdout,
    stderr,
    env: { TERM: 'dumb' },
    onSignal(signal: string, handler: () => void) {
      handlers.set(signal, handler);
      return () => handlers.delete(signal);
    },
    exit: (code: number) => exits.push(code),
  };
  return { ...fake, handlers, exits, process: fake as unknown as Process };
}

const json = (text: string): RunResult => RunResultSchema.parse(JSON.parse(text));

test('text without a terminal: progress on stderr, review and outcome on stdout, nothing applied', async () => {
  const fake = fakeProcess();
  const run = scriptedRun();
  expect(await drive(async () => run, options(), fake.process)).toBe(0);
  expect(run.sent).toEqual([{ type: 'approve', apply: false }]);
  expect(fake.stdout.text).toMatch(/^--- a\/packages\/core[\s\S]*Findings[\s\S]*exports byPrice too/);
  expect(fake.stdout.text).toContain(
    'an order with an id that is there already replaces it; or else: throwing',
  );
  expect(fake.stdout.text).toMatch(/no covering test notices\n {2}depth/);
  expect(fake.stdout.text).toContain('covering tests (vitest 4.0.1) · exit 0 · 7 passed');
  expect(fake.stdout.text).toContain('not written; the patch is kept: /state/classwright/order-book.patch');
  expect(fake.stderr.text).toMatch(/^OrderBook in [\s\S]*✗ types: 2 new errors[\s\S]*passed every check/);
  expect(fake.stderr.text).not.toContain('[y/N]');
  expect(fake.handlers.size).toBe(0);
});

test('--quiet: standard error stays empty', async () => {
  const fake = fakeProcess();
  await drive(async () => scriptedRun(), options({ quiet: true }), fake.process);
  expect(fake.stderr.text).toBe('');
});

test('--apply approves without a question, in a terminal too', async () => {
  const fake = fakeProcess({ person: true });
  const run = scriptedRun();
  await drive(async () => run, options({ apply: true, interactive: true }), fake.process);
  expect(run.sent).toEqual([{ type: 'approve', apply: true }]);
  expect(fake.stdout.text).toContain('written: packages/core/src/order-book.ts');
  expect(fake.stderr.text).not.toContain('[y/N]');
});

test.each([
  ['y\r', true],
  ['yes\r', true],
  ['\r', false],
  ['n\r', false],
  ['yx\r', false],
  ['\u0004', false],
])('one question in a terminal, answered with %j', async (keys, apply) => {
  const fake = fakeProcess({ person: true });
  const run = scriptedRun();
  const done = drive(async () => run, options({ interactive: true }), fake.process);
  await until(() => fake.stderr.text.includes('[y/N]'));
  expect(fake.stdout.text).toContain('Assumptions');
  expect(run.sent).toEqual([]);
  fake.stdin.write(keys);
  expect(await done).toBe(0);
  expect(run.sent).toEqual([{ type: 'approve', apply }]);
  expect(fake.stderr.text.split('[y/N]')).toHaveLength(2);
  expect(fake.stdout.text.split('--- a/packages/core/src/order-book.ts')).toHaveLength(2);
});

test('json: exactly one object on stdout, never a question', async () => {
  const fake = fakeProcess({ person: true });
  const run = scriptedRun();
  expect(await drive(async () => run, options({ outputFormat: 'json' }), fake.process)).toBe(0);
  expect(fake.stdout.text.trimEnd().split('\n')).toHaveLength(1);
  expect(json(fake.stdout.text)).toEqual({ ...scriptedResult, patch: '/state/classwright/order-book.patch' });
  expect(run.sent).toEqual([{ type: 'approve', apply: false }]);
});

test('stream-json: every line an event, first init, last the one result', async () => {
  const fake = fakeProcess();
  await drive(async () => scriptedRun(), options({ outputFormat: 'stream-json' }), fake.process);
  const events = fake.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => RunEventSchema.parse(JSON.parse(line)));
  expect(events[0]?.type).toBe('init');
  expect(events.filter(({ type }) => type === 'result')).toEqual([events.at(-1)]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
});

const init = scriptedEvents().slice(0, 1);
const ending = (result: Partial<RunResult>): EventBody[] => [
  ...init,
  { type: 'result', result: { ...scriptedResult, ...result } },
];

test('never success with an error inside', async () => {
  for (const [verdict, exitCode, expected] of [
    ['error', 0, 1],
    ['failed', 0, 1],
    ['interrupted', 130, 130],
    ['error', 4, 4],
    ['type-checked', 0, 0],
  ] as const) {
    const fake = fakeProcess();
    const run = scriptedRun({ bodies: ending({ verdict, exitCode }) });
    expect(await drive(async () => run, options({ outputFormat: 'json' }), fake.process)).toBe(expected);
    expect(json(fake.stdout.text)).toMatchObject({ verdict, exitCode: expected });
  }
});

async function* breaking(error?: unknown) {
  for (const body of init) yield { ...body, seq: 1, time: 1 };
  if (error) throw error;
}

test('a stream that breaks off still ends in one result', async () => {
  for (const [error, exitCode, message] of [
    [modelError('rate', 'The model is overloaded.', 'Wait and resume.'), 4, 'The model is overloaded.'],
    [new TypeError('x is undefined'), 5, 'Classwright failed: x is undefined'],
    [undefined, 5, 'Classwright failed: the run ended without a result'],
  ] as const) {
    const run = { ...scriptedRun(), events: breaking(error) };
    const fake = fakeProcess();
    expect(await drive(async () => run, options({ outputFormat: 'stream-json' }), fake.process)).toBe(
      exitCode,
    );
    const last = RunEventSchema.parse(JSON.parse(fake.stdout.text.trimEnd().split('\n').at(-1) ?? ''));
    expect(last).toMatchObject({ type: 'result', seq: 2, result: { verdict: 'error', exitCode, message } });
    expect(fake.stderr.text).not.toContain('    at ');
  }
});

test('a run that cannot start is told in one or two lines on stderr', async () => {
  const fake = fakeProcess();
  const start = async () => {
    throw modelError('no-key', 'There is no key.', 'Set ANTHROPIC_API_KEY.');
  };
  expect(await drive(start, options(), fake.process)).toBe(4);
  expect(fake.stdout.text).toBe('');
  expect(fake.stderr.text).toBe('classwright: There is no key.\n  Set ANTHROPIC_API_KEY.\n');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s: the loop is told, its clean-up awaited, exit %i', async (signal, code) => {
  const fake = fakeProcess();
  let cleaned = false;
  const run = scriptedRun({
    delayMs: 20,
    onCleanUp: async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      cleaned = true;
    },
  });
  const done = drive(async () => run, options(), fake.process);
  await until(() => fake.stderr.text.includes('OrderBook in'));
  fake.handlers.get(signal)?.();
  expect(fake.stderr.text).toContain('stopping and cleaning up');
  expect(await done).toBe(code);
  expect(fake.stderr.text).toContain('classwright: Interrupted; nothing was written.');
  expect(cleaned).toBe(true);
  expect(fake.exits).toEqual([]);
});

test('a second signal ends at once', async () => {
  const fake = fakeProcess();
  const run = scriptedRun({ delayMs: 10 });
  const done = drive(async () => run, options(), fake.process);
  await until(() => fake.stderr.text.includes('OrderBook in'));
  fake.handlers.get('SIGTERM')?.();
  fake.handlers.get('SIGINT')?.();
  expect(fake.exits).toEqual([130]);
  await done;
});

test('Ctrl-C at the question interrupts and answers nothing', async () => {
  const fake = fakeProcess({ person: true });
  const run = scriptedRun();
  const done = drive(async () => run, options({ interactive: true }), fake.process);
  await until(() => fake.stderr.text.includes('[y/N]'));
  fake.stdin.write('\u0003');
  expect(await done).toBe(130);
  expect(run.sent).toEqual([{ type: 'interrupt', reason: 'SIGINT' }]);
});

test('a resumed run asks again what was left open, with the review that an earlier process saw', async () => {
  const history = scriptedEvents().map((body, at) => ({ ...body, seq: at + 1, time: at }));
  const run = { ...scriptedRun({ bodies: scriptedEvents().slice(0, 3) }), history };
  const fake = fakeProcess({ person: true });
  const done = drive(async () => run, options({ interactive: true }), fake.process);
  await until(() => fake.stderr.text.includes('[y/N]'));
  expect(fake.stdout.text).toContain('exports byPrice too');
  fake.stdin.write('y\r');
  await done;
  expect(run.sent).toEqual([{ type: 'approve', apply: true }]);
});

test('questions of the model: a choice by its number, an empty answer leaves the decision to it', async () => {
  const fake = fakeProcess({ person: true });
  const question = (id: string): EventBody => ({
    type: 'question',
    id,
    text: `Which ${id}?`,
    options: ['throw', 'skip'],
  });
  const run = scriptedRun({ bodies: [...init, question('q1'), question('q2')] });
  const done = drive(async () => run, options({ interactive: true, ask: true }), fake.process);
  await until(() => fake.stderr.text.includes('Which q1?\n  1. throw\n  2. skip\n> '));
  fake.stdin.write('2\r');
  await until(() => fake.stderr.text.includes('Which q2?'));
  fake.stdin.write('\r');
  await done;
  expect(run.sent).toEqual([
    { type: 'answer', question: 'q1', text: 'skip' },
    { type: 'answer', question: 'q2', text: expect.stringContaining('decide yourself') },
  ]);
});
