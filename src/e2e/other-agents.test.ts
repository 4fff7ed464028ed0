import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { generateClass, type Model, type RunEvent, type RunResult } from '../index.ts';
import { packageRoot } from '../package-root.ts';
import { type FakeAnthropic, hang, startFakeAnthropic } from '../testing/fake-anthropic.ts';
import { foldersLeft, type Place, processesLeft } from '../testing/program.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { DESCRIPTION, GOOD, IMPORTS, KEY, makeTill, SLOW, submit, TARGET } from './till.ts';

let till: Place;
let client: Client | undefined;
let fake: FakeAnthropic | undefined;

beforeAll(async () => {
  till = await makeTill('agents');
});
afterEach(async () => {
  await client?.close();
  await fake?.close();
  client = undefined;
  expect([await processesLeft(till), foldersLeft(till)]).toEqual([[], []]);
});
afterAll(() => till.remove());

/** A plain client of another agent: the program in a process of its own, the model played from a script. */
async function connect(script: Parameters<typeof startFakeAnthropic>[0]): Promise<Client> {
  fake = await startFakeAnthropic(script);
  client = new Client({ name: 'another agent', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(packageRoot, 'dist/src/cli/bin.js'), 'mcp', '--repo', till.repo],
      env: { ...till.env, ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fake.url },
    }),
  );
  return client;
}

const wrong = GOOD.replace('price * quantity', 'price + quantity');
const generate = {
  name: 'generate_class',
  arguments: { class_name: 'Cart', file: TARGET, description: DESCRIPTION },
};
const whole = (text: string) => `${IMPORTS.join('\n')}\n\n${text}\n`;

test(
  'another agent has a class written: progress on the way, verified at the end, nothing written',
  SLOW,
  async () => {
    const agent = await connect([submit(GOOD)]);
    const hash = treeHash(till.repo);
    const told: string[] = [];
    const result = await agent.callTool(generate, {
      onprogress: ({ message }) => void told.push(message ?? ''),
      timeout: 120_000,
      resetTimeoutOnProgress: true,
    });
    expect(result.structuredContent, JSON.stringify(result.content)).toMatchObject({
      verdict: 'verified',
      applied: false,
      attempts: [{ level: 'verified' }],
    });
    expect(told.join('\n')).toMatch(/2 of 2 tests pass[\s\S]*passed every check/);
    expect(treeHash(till.repo)).toEqual(hash);
  },
);

test("another agent's own class is judged by the covering tests before it is written", SLOW, async () => {
  const agent = await connect([]);
  const check = (text: string) =>
    agent.callTool(
      { name: 'check_candidate', arguments: { file: TARGET, text: whole(text), class_name: 'Cart' } },
      { timeout: 120_000 },
    );
  const failing = await check(wrong);
  expect(failing.structuredContent, JSON.stringify(failing.content)).toMatchObject({
    ok: false,
    diagnostics: [],
    tests: { counts: { passed: 1, total: 2 }, failures: [{ expected: '580' }] },
  });
  expect((await check(GOOD)).structuredContent).toMatchObject({ ok: true, tests: { counts: { passed: 2 } } });
});

test(
  'a call that is cancelled while the model thinks ends at once, and the server lives on',
  SLOW,
  async () => {
    const agent = await connect([hang()]);
    const controller = new AbortController();
    const asked = agent.callTool(generate, { signal: controller.signal, timeout: 120_000 });
    asked.catch(() => {});
    await until(() => (fake?.requests.length ?? 0) > 0, 30_000);
    controller.abort();
    await expect(asked).rejects.toThrow();
    await until(async () => (await fake?.connections()) === 0);
    expect((await agent.listTools()).tools).toHaveLength(18);
    await until(() => foldersLeft(till).length === 0);
  },
);

/** A model of the user's own: what the library calls in place of the configured one. */
const ownModel = (text: string): Model => ({
  id: 'my-model',
  async *answer(request) {
    yield { type: 'text', text: 'Here it is.' };
    const tool = request.tools.find(({ name }) => name === 'submit_class');
    return {
      content: [
        {
          type: 'tool_use',
          id: 'call-1',
          name: tool?.name ?? '',
          input: { imports: IMPORTS, class: text, assumptions: [] },
        },
      ],
      stopReason: 'tool_use',
      usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
      model: 'my-model',
    };
  },
});

/** The library writes to the user's folders, as the program does. */
async function inPlace<T>(work: () => Promise<T>): Promise<T> {
  const keys = ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'];
  const before = keys.map((key) => [key, process.env[key]] as const);
  for (const key of keys) process.env[key] = till.env[key];
  try {
    return await work();
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  }
}

test("the library: events of a run with one's own model, and one that is aborted", SLOW, async () => {
  await inPlace(async () => {
    const options = {
      cwd: till.repo,
      className: 'Cart',
      file: TARGET,
      description: DESCRIPTION,
      settings: { require: 'types' as const },
    };
    const events: RunEvent[] = [];
    for await (const event of generateClass({ ...options, model: ownModel(GOOD) })) events.push(event);
    expect(events[0]).toMatchObject({ type: 'init', model: 'my-model' });
    expect(events.at(-1)).toMatchObject({
      type: 'result',
      result: { verdict: 'type-checked', applied: false },
    });
    expect(events.filter(({ type }) => type === 'result')).toHaveLength(1);

    const controller = new AbortController();
    const model: Model = {
      id: 'slow',
      async *answer(_, signal) {
        controller.abort();
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
        throw new Error('not reached');
      },
    };
    const result: RunResult = await generateClass({ ...options, model, signal: controller.signal }).result();
    expect(result.verdict).toBe('interrupted');
  });
});
