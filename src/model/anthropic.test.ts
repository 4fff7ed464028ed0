import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import {
  call,
  cut,
  type FakeAnthropic,
  fail,
  hang,
  type ScriptedAnswer,
  say,
  startFakeAnthropic,
} from '../testing/fake-anthropic.ts';
import { type AnthropicOptions, anthropicModel } from './anthropic.ts';
import { retryAfter } from './anthropic-errors.ts';
import { toParams } from './anthropic-request.ts';
import { DEFAULT_MODEL } from './default.ts';
import type { Message, Model, ModelAnswer, ModelDelta, ModelRequest } from './model.ts';

const KEY = 'sk-ant-canary-5f1d0c7e';
let fake: FakeAnthropic | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function serve(
  script: ScriptedAnswer[],
  options: Partial<AnthropicOptions> = {},
): Promise<{ fake: FakeAnthropic; model: Model }> {
  fake = await startFakeAnthropic(script);
  const model = anthropicModel({
    model: 'claude-test',
    credential: { apiKey: KEY },
    baseUrl: fake.url,
    timeoutMs: 10_000,
    maxRetries: 4,
    retryBaseMs: 1,
    ...options,
  });
  return { fake, model };
}

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const ask = (...messages: Message[]): ModelRequest => ({
  system: 'You write classes. '.repeat(30),
  tools: [
    {
      name: 'find_symbol',
      description: 'Finds.',
      inputSchema: { type: 'object', properties: { name: { type: 'string' } } },
    },
    { name: 'submit_class', description: 'Submits.', inputSchema: { type: 'object' } },
  ],
  messages,
  maxOutputTokens: 1000,
});

async function collect(model: Model, request: ModelRequest, signal = new AbortController().signal) {
  const deltas: ModelDelta[] = [];
  const stream = model.answer(request, signal);
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return { answer: next.value, deltas };
    deltas.push(next.value);
  }
}

async function failure(model: Model, signal?: AbortSignal): Promise<ClasswrightError> {
  try {
    await collect(model, ask(user('hello')), signal);
  } catch (error) {
    if (error instanceof ClasswrightError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

const answered = (previous: readonly Message[], answer: ModelAnswer, result: string): Message[] => [
  ...previous,
  { role: 'assistant', content: answer.content },
  {
    role: 'user',
    content: answer.content.flatMap((block) =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: result }]
        : [],
    ),
  },
];

test('streams text and returns the whole answer', async () => {
  const { fake, model } = await serve([say('A class of thirty-two characters, and then some.')]);
  const { answer, deltas } = await collect(model, ask(user('hello')));
  expect(fake.refused).toEqual([]);
  expect(deltas.length).toBeGreaterThan(1);
  expect(deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('')).toBe(
    'A class of thirty-two characters, and then some.',
  );
  expect(answer).toMatchObject({
    content: [{ type: 'text', text: 'A class of thirty-two characters, and then some.' }],
    stopReason: 'end_turn',
    model: 'claude-test',
  });
  expect(answer.usage.output).toBeGreaterThan(0);
  expect(fake.requests[0]?.headers.authorization ?? fake.requests[0]?.headers['x-api-key']).toContain(KEY);
});

test('a run of tool calls sends thinking back, appends alone, and reads all of its past from the cache', async () => {
  const thinkingCall = (name: string): ScriptedAnswer => ({
    kind: 'message',
    content: [
      { type: 'thinking', thinking: 'First look the order up.' },
      { type: 'text', text: 'Looking.' },
      { type: 'tool_use', name: 'find_symbol', input: { name } },
      { type: 'tool_use', name: 'find_symbol', input: { name: `${name}Item` } },
    ],
  });
  const { fake, model } = await serve([thinkingCall('Order'), thinkingCall('Cart'), say('Done.')]);
  let messages = [user('Write OrderBook. '.repeat(20))];
  const usages: ModelAnswer['usage'][] = [];
  for (let round = 0; round < 3; round++) {
    const { answer } = await collect(model, ask(...messages));
    usages.push(answer.usage);
    messages = answered(messages, answer, `src/order.ts:${round} class Order {}`);
  }
  expect(fake.refused).toEqual([]);
  const [first, second, third] = usages;
  expect(first).toMatchObject({ cacheRead: 0, input: 0 });
  expect(second?.cacheRead).toBe(first?.cacheWrite);
  expect(third?.cacheRead).toBe((second?.cacheRead ?? 0) + (second?.cacheWrite ?? 0));
});

test('reads its past from the cache even where one round holds more blocks than the API looks back', async () => {
  const many: ScriptedAnswer = {
    kind: 'message',
    content: Array.from({ length: 15 }, (_, n) => ({
      type: 'tool_use' as const,
      name: 'find_symbol',
      input: { name: `S${n}` },
    })),
  };
  const { model } = await serve([many, say('Done.')]);
  const messages = [user('Write OrderBook. '.repeat(20))];
  const first = await collect(model, ask(...messages));
  const second = await collect(model, ask(...answered(messages, first.answer, 'found')));
  expect(second.answer.usage.cacheRead).toBe(first.answer.usage.cacheWrite);
});

test('sends no sampling parameter and at most four cache marks', () => {
  const messages = [user('a'), user('b')];
  const params = toParams(ask(...messages), 'claude-test');
  expect(Object.keys(params).sort()).toEqual([
    'max_tokens',
    'messages',
    'model',
    'stream',
    'system',
    'tools',
  ]);
  expect(JSON.stringify(params).match(/cache_control/g)?.length).toBeLessThanOrEqual(4);
});

test('blank text and empty messages are left out, and messages of one role joined', () => {
  const params = toParams(
    ask(user('a'), { role: 'assistant', content: [{ type: 'text', text: ' \n' }] }, user('b')),
    'claude-test',
  );
  expect(params.messages).toMatchObject([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }]);
});

test.each(['{"name": "Ord', '"just a string"', '[1]'])(
  'tool input %s arrives as malformed and can be sent back',
  async (input) => {
    const { fake, model } = await serve([call('find_symbol', input), say('Sorry.')]);
    const messages = [user('hello')];
    const { answer } = await collect(model, ask(...messages));
    expect(answer.content).toMatchObject([{ type: 'tool_use', input: { __malformed: input } }]);
    await collect(model, ask(...answered(messages, answer, 'malformed')));
    expect(fake.refused).toEqual([]);
  },
);

test('tool input without a single delta is the empty object', async () => {
  const { model } = await serve([call('find_symbol', '')]);
  const { answer } = await collect(model, ask(user('hello')));
  expect(answer.content).toMatchObject([{ type: 'tool_use', input: {} }]);
});

test.each([408, 409, 429, 500, 502, 503, 529])('%i is retried, and said', async (status) => {
  const { fake, model } = await serve([fail(status), fail(status), say('At last.')]);
  const { answer, deltas } = await collect(model, ask(user('hello')));
  expect(answer.content).toMatchObject([{ text: 'At last.' }]);
  expect(deltas.filter((delta) => delta.type === 'retry')).toHaveLength(2);
  expect(deltas[0]).toMatchObject({ type: 'retry', reason: expect.stringContaining(String(status)) });
  expect(fake.requests).toHaveLength(3);
});

test('waits as long as the server asks, not as long as the backoff would', async () => {
  const { model } = await serve([fail(429, { 'retry-after': '0.05' }), say('ok')], { retryBaseMs: 40_000 });
  const { deltas } = await collect(model, ask(user('hello')));
  expect(deltas[0]).toEqual({ type: 'retry', reason: '429 rate_limit_error', waitSeconds: 0.05 });
});

test('retry-after is read as seconds, as milliseconds and as a date', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  const read = (name: string, value: string) => retryAfter(new Headers({ [name]: value }), now);
  expect(read('retry-after', '7')).toBe(7000);
  expect(read('retry-after-ms', '250')).toBe(250);
  expect(read('retry-after', 'Sun, 01 Mar 2026 00:00:30 GMT')).toBe(30_000);
  expect(read('retry-after', 'Sun, 01 Mar 2020 00:00:30 GMT')).toBe(0);
  expect(read('retry-after', 'soon')).toBeUndefined();
});

test('retries end: with their number, and with a wait longer than anyone would sit through', async () => {
  const { fake, model } = await serve([fail(500), fail(500), fail(500)], { maxRetries: 2 });
  expect(await failure(model)).toMatchObject({ code: 'server-error', exitCode: 4 });
  expect(fake.requests).toHaveLength(3);
  await fake.close();

  const patient = await serve([fail(429, { 'retry-after': '3600' }), say('too late')]);
  expect(await failure(patient.model)).toMatchObject({ code: 'rate-limited' });
  expect(patient.fake.requests).toHaveLength(1);
});

test('x-should-retry: false is obeyed', async () => {
  const { fake, model } = await serve([fail(529, { 'x-should-retry': 'false' }), say('never asked')]);
  expect(await failure(model)).toMatchObject({ code: 'overloaded' });
  expect(fake.requests).toHaveLength(1);
});

test.each(['reset', 'end', 'overloaded'] as const)(
  'a stream cut in the middle (%s) is retried as a whole',
  async (how) => {
    const { fake, model } = await serve([cut(how), say('Whole.')]);
    const { answer, deltas } = await collect(model, ask(user('hello')));
    expect(answer.content).toEqual([{ type: 'text', text: 'Whole.' }]);
    expect(deltas.some((delta) => delta.type === 'retry')).toBe(true);
    expect(fake.requests).toHaveLength(2);
  },
);

test('a stream that is always cut is a broken answer, never half of one', async () => {
  const { model } = await serve([cut(), cut()], { maxRetries: 1 });
  expect(await failure(model)).toMatchObject({ kind: 'model', code: 'broken-answer' });
});

test('an error that arrives in the stream keeps its name', async () => {
  const { model } = await serve([cut('overloaded')], { maxRetries: 0 });
  expect(await failure(model)).toMatchObject({ kind: 'model', code: 'overloaded' });
});

const status = (code: number, type: string, message: string): ScriptedAnswer => ({
  kind: 'error',
  status: code,
  type,
  message,
});
test.each([
  [status(401, 'authentication_error', `invalid x-api-key ${KEY}`), 'key-refused'],
  [status(403, 'permission_error', `${KEY} may not`), 'key-refused'],
  [status(404, 'not_found_error', 'model: claude-test'), 'unknown-model'],
  [status(400, 'invalid_request_error', `prompt is too long, says ${KEY}`), 'bad-request'],
  [status(413, 'request_too_large', 'too large'), 'bad-request'],
])('%o is not retried, and no message holds the key', async (scripted, code) => {
  const { fake, model } = await serve([scripted, say('never asked')]);
  const error = await failure(model);
  expect(error).toMatchObject({ kind: 'model', code, exitCode: 4 });
  expect(fake.requests).toHaveLength(1);
  expect(`${error.message} ${error.advice} ${error.stack} ${JSON.stringify(error)}`).not.toContain(KEY);
  if (code === 'bad-request') expect(error.message).toContain('too l');
});

test('nobody there: says where, after retries', async () => {
  const { fake, model } = await serve([], { maxRetries: 1 });
  const { url } = fake;
  await fake.close();
  const error = await failure(model);
  expect(error).toMatchObject({ kind: 'model', code: 'unreachable' });
  expect(error.message).toContain(url);
  expect(error.message).toContain('ECONNREFUSED');
});

test('a refusal is an error, an answer cut at its limit is an answer', async () => {
  const refusal: ScriptedAnswer = {
    kind: 'message',
    content: [],
    stopReason: 'refusal',
    explanation: 'Not this.',
  };
  const long: ScriptedAnswer = {
    kind: 'message',
    content: [{ type: 'tool_use', name: 'submit_class', input: '{"class": "export cl' }],
    stopReason: 'max_tokens',
  };
  const { model } = await serve([refusal, long, { ...long, stopReason: 'model_context_window_exceeded' }]);
  const error = await failure(model);
  expect(error).toMatchObject({ kind: 'model', code: 'refused' });
  expect(error.message).toContain('Not this.');
  for (let n = 0; n < 2; n++)
    expect((await collect(model, ask(user('hello')))).answer.stopReason).toBe('max_tokens');
});

test.each([
  ['before the first byte', hang()],
  ['in the stream', hang(true)],
])('an abort %s rejects within a second and closes the socket', async (_, scripted) => {
  const { fake, model } = await serve([scripted]);
  const controller = new AbortController();
  const outcome = collect(model, ask(user('hello')), controller.signal).catch((error: unknown) => error);
  while (fake.requests.length === 0) await sleep(5);
  const before = performance.now();
  controller.abort(new Error('stopped by the user'));
  expect(await outcome).toEqual(new Error('stopped by the user'));
  expect(performance.now() - before).toBeLessThan(1000);
  while ((await fake.connections()) > 0) await sleep(5);
});

test('an abort while waiting to retry rejects within a second', async () => {
  const { model } = await serve([fail(429, { 'retry-after': '100' })]);
  const controller = new AbortController();
  const stream = model.answer(ask(user('hello')), controller.signal);
  expect((await stream.next()).value).toMatchObject({ type: 'retry', waitSeconds: 100 });
  const outcome = stream.next().catch((error: unknown) => error);
  const before = performance.now();
  controller.abort(new Error('stopped by the user'));
  expect(await outcome).toEqual(new Error('stopped by the user'));
  expect(performance.now() - before).toBeLessThan(1000);
});

test('an abort before the call asks nothing', async () => {
  const { fake, model } = await serve([say('never asked')]);
  const aborted = AbortSignal.abort(new Error('stopped by the user'));
  await expect(collect(model, ask(user('hello')), aborted)).rejects.toThrow('stopped by the user');
  expect(fake.requests).toEqual([]);
});

test('silence past the time limit is an error and is not asked again; pings are no silence', async () => {
  const { fake, model } = await serve([hang()], { timeoutMs: 100 });
  expect(await failure(model)).toMatchObject({ kind: 'model', code: 'timeout' });
  expect(fake.requests).toHaveLength(1);
  await fake.close();

  const alive = await serve([hang(true)], { timeoutMs: 300 });
  const stop = AbortSignal.timeout(900);
  await expect(collect(alive.model, ask(user('hello')), stop)).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('leaving the stream early closes the connection', async () => {
  const { fake, model } = await serve([cut('stall')]);
  for await (const delta of model.answer(ask(user('hello')), new AbortController().signal)) {
    expect(delta.type).toBe('text');
    break;
  }
  while ((await fake.connections()) > 0) await sleep(5);
});

test('a token goes out as a bearer token', async () => {
  const { fake, model } = await serve([say('ok')], { credential: { authToken: KEY } });
  await collect(model, ask(user('hello')));
  expect(fake.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
});

test("the default model is one of the SDK's, and not deprecated", () => {
  const require = createRequire(import.meta.url);
  const messages = require.resolve('@anthropic-ai/sdk/resources/messages/messages.js');
  const types = readFileSync(messages.replace(/\.js$/, '.d.ts'), 'utf8');
  expect(/export type Model = .*/.exec(types)?.[0]).toContain(`'${DEFAULT_MODEL}'`);
  const deprecated = /DEPRECATED_MODELS = \{[^}]*\}/.exec(readFileSync(messages, 'utf8'))?.[0];
  expect(deprecated).toBeDefined();
  expect(deprecated).not.toContain(`'${DEFAULT_MODEL}'`);
});
