import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakeAnthropic } from '../testing/fake-anthropic.ts';
import { openModel } from './index.ts';
import type { ModelDelta } from './model.ts';

const KEY = 'sk-ant-canary-77aa01';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (env: Record<string, string>, more: { record?: string; replayFrom?: string } = {}) =>
  openModel({ model: 'claude-test', modelTimeout: 10, env, ...more });
const request = {
  system: '',
  tools: [],
  messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }],
  maxOutputTokens: 10,
};

async function deltasOf(stream: AsyncIterable<ModelDelta>): Promise<ModelDelta[]> {
  const deltas: ModelDelta[] = [];
  for await (const delta of stream) deltas.push(delta);
  return deltas;
}

test('without a key nothing is opened, and nothing is written', async () => {
  const record = join(folder, 'run.jsonl');
  for (const env of [{}, { ANTHROPIC_API_KEY: ' ' }, { ANTHROPIC_AUTH_TOKEN: '' }])
    await expect(open(env, { record })).rejects.toMatchObject({
      kind: 'model',
      code: 'no-key',
      exitCode: 4,
      advice: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
  await expect(readFile(record)).rejects.toThrow('ENOENT');
});

test('a key that cannot be one, and an address that is none, are said without being shown', async () => {
  const bad = await open({ ANTHROPIC_API_KEY: `${KEY}\n${KEY}` }).catch((error: unknown) => error);
  expect(bad).toMatchObject({ kind: 'model', code: 'bad-key' });
  expect(String(bad)).not.toContain(KEY);
  await expect(open({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: 'localhost:1' })).rejects.toMatchObject({
    kind: 'usage',
    code: 'bad-base-url',
  });
});

test('a recording of a live run holds no key, and is played without one', async () => {
  const record = join(folder, 'run.jsonl');
  const fake = await startFakeAnthropic([
    { kind: 'message', content: [{ type: 'text', text: 'Live.' }] },
    { kind: 'error', status: 401, message: `no such key: ${KEY}` },
  ]);
  const signal = new AbortController().signal;
  const model = await open({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fake.url }, { record });
  expect(await deltasOf(model.answer(request, signal))).toEqual([{ type: 'text', text: 'Live.' }]);
  await expect(deltasOf(model.answer(request, signal))).rejects.toMatchObject({ code: 'key-refused' });
  await fake.close();
  const written = await readFile(record, 'utf8');
  expect(written).toContain('Live.');
  expect(written).not.toContain(KEY);
  expect(written.trimEnd().split('\n')).toHaveLength(2);

  const played = await open({}, { replayFrom: record });
  expect(played.playedBy).toBe('claude-test');
  expect(await deltasOf(played.answer(request, signal))).toEqual([{ type: 'text', text: 'Live.' }]);
});

test('a replay can be recorded in turn, and keeps the name of who played it', async () => {
  const [record, again] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
  const fake = await startFakeAnthropic([{ kind: 'message', content: [{ type: 'text', text: 'Live.' }] }]);
  const signal = new AbortController().signal;
  const live = await open({ ANTHROPIC_AUTH_TOKEN: KEY, ANTHROPIC_BASE_URL: fake.url }, { record });
  await deltasOf(live.answer(request, signal));
  await fake.close();
  const copy = await open({}, { replayFrom: record, record: again });
  await deltasOf(copy.answer(request, signal));
  expect((await open({}, { replayFrom: again })).playedBy).toBe('claude-test');
});
