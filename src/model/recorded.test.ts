import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Message, Model, ModelAnswer, ModelDelta, ModelRequest } from './model.ts';
import { recording, replay } from './recorded.ts';
import { requestHash } from './request-hash.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  file = join(folder, 'run.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const answerOf = (text: string): ModelAnswer => ({
  content: [
    { type: 'thinking', thinking: '', signature: 'sig' },
    { type: 'text', text },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { name: text } },
  ],
  stopReason: 'tool_use',
  usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
  model: 'claude-live',
});
const live: Model = {
  id: 'claude-live',
  async *answer(request) {
    yield { type: 'text', text: 'some' };
    return answerOf(`answer ${request.messages.length}`);
  },
};
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const tool = (name: string) => ({ name, description: 'd', inputSchema: { type: 'object' } });
const ask = (messages: Message[], changed: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'system',
  tools: [tool('look'), tool('submit_class')],
  messages,
  maxOutputTokens: 100,
  ...changed,
});
const signal = new AbortController().signal;

async function collect(model: Model, request: ModelRequest) {
  const deltas: ModelDelta[] = [];
  const stream = model.answer(request, signal);
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return { answer: next.value, deltas };
    deltas.push(next.value);
  }
}
const drifts = async (model: Model, request: ModelRequest) =>
  (await collect(model, request)).deltas.flatMap((delta) => (delta.type === 'drift' ? [delta.detail] : []));

const first = [user('one')];
const second = [...first, { role: 'assistant' as const, content: answerOf('answer 1').content }, user('two')];
const third = [
  ...second,
  { role: 'assistant' as const, content: answerOf('answer 3').content },
  user('three'),
];

async function record(...questions: Message[][]): Promise<void> {
  const model = await recording(live, file, { version: '1.2.3', playedBy: 'played by hand', note: 'staged' });
  for (const messages of questions) await collect(model, ask(messages));
}

test('a recording plays its answers back, thinking included, and says who gave them', async () => {
  const model = await recording(live, file, { version: '1.2.3' });
  const heard = await collect(model, ask(first));
  expect(heard.deltas).toEqual([{ type: 'text', text: 'some' }]);

  const played = await replay(file);
  expect(played.playedBy).toBe('claude-live');
  expect(await collect(played, ask(first))).toEqual({
    answer: heard.answer,
    deltas: [{ type: 'text', text: 'answer 1' }],
  });
});

test('the file: a header, then a line for each answer as soon as it is whole', async () => {
  const model = await recording(live, file, { version: '1.2.3', playedBy: 'played by hand', note: 'staged' });
  await collect(model, ask([user('one\n\n two')]));
  const [header, answer, end] = (await readFile(file, 'utf8')).split('\n');
  expect(JSON.parse(header ?? '')).toEqual({
    kind: 'header',
    schemaVersion: 1,
    playedBy: 'played by hand',
    classwright: '1.2.3',
    createdAt: expect.any(String),
    note: 'staged',
  });
  expect(JSON.parse(answer ?? '')).toMatchObject({
    kind: 'answer',
    requestPreview: 'one two',
    asked: { hash: requestHash(ask([user('one\n\n two')])), messages: [expect.any(String)] },
    answer: answerOf('answer 1'),
  });
  expect(end).toBe('');
});

test('the same questions drift nowhere, whatever the order of their keys', async () => {
  await record(first, second);
  const played = await replay(file);
  expect(played.playedBy).toBe('played by hand');
  expect(await drifts(played, ask(first))).toEqual([]);
  const reordered = second.map(({ role, content }) => ({ content, role }) as Message);
  expect(await drifts(played, ask(reordered))).toEqual([]);
});

test('drift is placed, once', async () => {
  await record(first, second, third);
  const played = await replay(file);
  const changed = [user('uno'), ...third.slice(1)];
  expect(await drifts(played, ask(changed.slice(0, 1)))).toEqual(['message 1 of 1 differs']);
  expect(await drifts(played, ask(changed.slice(0, 3)))).toEqual([]);
  const later = [...changed.slice(0, 4), user('drei')];
  expect(await drifts(played, ask(later))).toEqual(['message 5 of 5 differs']);
});

test('drift of the system prompt, of a tool, and of the number of messages', async () => {
  await record(first, second);
  const played = await replay(file);
  const tools = [tool('look'), tool('search')];
  expect(await drifts(played, ask(first, { system: 'other', tools }))).toEqual([
    'the system prompt differs',
    'the tools differ: submit_class, search',
  ]);
  expect(await drifts(played, ask(third, { system: 'other', tools }))).toEqual([
    'message 4 of 5 was not asked in the recording',
  ]);
});

test('an exhausted recording, and one whose first answers a resumed run has', async () => {
  await record(first, second);
  const played = await replay(file, { skip: 1 });
  expect((await collect(played, ask(second))).answer).toEqual(answerOf('answer 3'));
  await expect(collect(played, ask(third))).rejects.toMatchObject({
    kind: 'model',
    code: 'recording-exhausted',
  });
});

test.each([
  ['no JSON', 'nonsense', 'not JSON'],
  ['an answer without its usage', '{"kind":"answer","asked":{}}', 'asked'],
])('a bad line (%s) is named', async (_, line, said) => {
  await record(first);
  await appendFile(file, `${line}\n`);
  await expect(replay(file)).rejects.toMatchObject({
    kind: 'usage',
    code: 'bad-recording',
    message: expect.stringMatching(new RegExp(`:3: .*${said}`)),
  });
});

test('a file that is no recording, an empty one, a missing one', async () => {
  await writeFile(file, 'hello\n');
  await expect(replay(file)).rejects.toMatchObject({ code: 'bad-recording' });
  await writeFile(file, '');
  await expect(replay(file)).rejects.toMatchObject({ code: 'bad-recording' });
  await expect(replay(join(folder, 'none'))).rejects.toMatchObject({
    kind: 'usage',
    code: 'recording-unreadable',
  });
});

test('a recording overwrites nothing', async () => {
  await writeFile(file, 'precious');
  await expect(recording(live, file, { version: '1' })).rejects.toMatchObject({ code: 'recording-exists' });
  expect(await readFile(file, 'utf8')).toBe('precious');
});

test('an aborted replay gives no answer', async () => {
  await record(first);
  const played = await replay(file);
  const stream = played.answer(ask(first), AbortSignal.abort(new Error('stopped')));
  await expect(stream.next()).rejects.toThrow('stopped');
});
