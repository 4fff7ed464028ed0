import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type FakeAnthropic, say, startFakeAnthropic } from './fake-anthropic.ts';

const tool = { name: 'look', input_schema: { type: 'object' } };
const use = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' };
const text = { type: 'text', text: 'hello' };
const mark = { cache_control: { type: 'ephemeral' } };
const good = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: [text] }] };
const turn = (...last: object[]) => ({
  ...good,
  tools: [tool],
  messages: [...good.messages, { role: 'assistant', content: [use] }, { role: 'user', content: last }],
});

let fake: FakeAnthropic;
beforeAll(async () => {
  fake = await startFakeAnthropic(() => say('ok'));
});
afterAll(() => fake.close());

const post = (url: string, body: unknown, headers: Record<string, string> = { 'x-api-key': 'k' }) =>
  fetch(`${url}/v1/messages`, { method: 'POST', body: JSON.stringify(body), headers });

test.each([
  ['one user message', good],
  ['a string for content', { ...good, messages: [{ role: 'user', content: 'hello' }] }],
  ['a tool result right after its call, text behind it', turn(result, text)],
  ['a system prompt with a mark', { ...good, system: [{ ...text, ...mark }] }],
])('takes %s', async (_, body) => {
  expect((await post(fake.url, body)).status).toBe(200);
});

const { max_tokens: _, ...withoutMaxTokens } = good;
test.each([
  ['an unknown field', { ...good, max_token: 1 }, 'max_token'],
  ['a sampling parameter', { ...good, temperature: 0.2 }, 'temperature'],
  ['top_p', { ...good, top_p: 1 }, 'top_p'],
  ['top_k', { ...good, top_k: 1 }, 'top_k'],
  ['a forced tool', { ...good, tools: [tool], tool_choice: { type: 'any' } }, 'tool_choice'],
  ['no max_tokens', withoutMaxTokens, 'max_tokens'],
  [
    'an unknown field in a block',
    { ...good, messages: [{ role: 'user', content: [{ ...text, x: 1 }] }] },
    'x',
  ],
  [
    'blank text',
    { ...good, messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] },
    'white space',
  ],
  ['an empty message', { ...good, messages: [{ role: 'user', content: [] }] }, 'messages'],
  ['an assistant message first', { ...good, messages: [{ role: 'assistant', content: [text] }] }, 'first'],
  [
    'an assistant message last',
    { ...good, messages: [...good.messages, { role: 'assistant', content: [text] }] },
    'last',
  ],
  ['two messages of one role', { ...good, messages: [...good.messages, ...good.messages] }, 'alternate'],
  ['text before a tool result', turn(text, result), 'before text'],
  ['a call without its result', turn(text), 'has no tool_result'],
  ['a result of no call', turn(result, { ...result, tool_use_id: 'toolu_2' }), 'answers no tool_use'],
  ['a call answered twice', turn(result, result), 'twice'],
  ['calls without tools', { ...turn(result), tools: undefined }, 'without tools'],
  ['two tools of one name', { ...good, tools: [tool, tool] }, 'twice'],
  [
    'a schema that is no object',
    { ...good, tools: [{ ...tool, input_schema: { type: 'string' } }] },
    'input_schema',
  ],
  [
    'a choice at the top of a schema',
    { ...good, tools: [{ ...tool, input_schema: { type: 'object', anyOf: [] } }] },
    'anyOf',
  ],
  [
    'five cache marks',
    { ...good, messages: [{ role: 'user', content: Array(5).fill({ ...text, ...mark }) }] },
    'at most 4',
  ],
])('refuses %s', async (_, body, said) => {
  const response = await post(fake.url, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(said);
  expect(fake.refused.at(-1)).toContain(said);
});

test('asks for a key', async () => {
  expect((await post(fake.url, good, {})).status).toBe(401);
});

test('thinking comes back whole, unchanged and under the same beginning', async () => {
  const thinker = await startFakeAnthropic(() => ({
    kind: 'message',
    content: [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
    ],
  }));
  const first = { ...good, tools: [tool] };
  const answer: unknown = await (await post(thinker.url, first)).json();
  expect(answer).toMatchObject({ content: [{ type: 'thinking', thinking: 'Hm.' }, use] });
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'signature_0001_0' };
  const back = (content: object[], beginning = first.messages) => ({
    ...first,
    messages: [...beginning, { role: 'assistant', content }, { role: 'user', content: [result] }],
  });
  const refusal = async (body: unknown) => (await post(thinker.url, body)).text();
  expect((await post(thinker.url, back([thinking, use]))).status).toBe(200);
  expect(await refusal(back([use]))).toContain('missing');
  expect(await refusal(back([{ ...thinking, thinking: 'Hm!' }, use]))).toContain('cannot be modified');
  const changed = [{ role: 'user', content: [{ type: 'text', text: 'hallo' }] }];
  expect(await refusal(back([thinking, use], changed))).toContain('has changed');
  await thinker.close();
});

test('a script that has run out says so', async () => {
  const short = await startFakeAnthropic([call('look', {})]);
  expect((await post(short.url, good)).status).toBe(200);
  expect((await post(short.url, good)).status).toBe(400);
  expect(short.refused).toEqual(['request 2: the script has no answer for it']);
  await short.close();
});
