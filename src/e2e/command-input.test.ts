import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunEvent, RunEventSchema, type RunResult } from '../loop/events.ts';
import { call, hang } from '../testing/fake-anthropic.ts';
import type { Place, Started } from '../testing/program.ts';
import { until } from '../testing/wait.ts';
import { forEachCopy, good, makeTill, runCase, SLOW, TARGET, types } from './till.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('input');
});
afterAll(() => till.remove());

const streamed = (...more: string[]) =>
  types('--output-format', 'stream-json', '--quiet', '--input', '-', ...more);
const eventsIn = (stdout: string): RunEvent[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => RunEventSchema.parse(JSON.parse(line)));
const lastOf = (stdout: string): RunResult | undefined => {
  const last = eventsIn(stdout).at(-1);
  return last?.type === 'result' ? last.result : undefined;
};
const has = (started: Started, type: RunEvent['type']) =>
  until(() => eventsIn(started.said.stdout).some((event) => event.type === type), 60_000);
const say = (started: Started, ...commands: unknown[]) =>
  started.child.stdin?.write(commands.map((command) => `${JSON.stringify(command)}\n`).join(''));

const ask = call('ask', { questions: ['Are prices cents?', 'Is an empty cart 0?'] });
const open = { stdin: undefined };

interface Case {
  what: string;
  run: (place: Place) => Promise<void>;
}

const cases: Case[] = [
  {
    what: 'questions are answered and the class is written, over an input that stays open',
    async run(place) {
      const { fake, ...ended } = await runCase(place, streamed('--ask'), {
        ...open,
        script: [ask, good],
        writes: [TARGET],
        async during(started) {
          await has(started, 'question');
          say(started, { type: 'answer', question: '1.1', text: 'cents, always' });
          say(
            started,
            { type: 'message', text: 'keep it short' },
            { type: 'answer', question: '1.2', text: 'yes' },
          );
          await has(started, 'proposal');
          say(started, { type: 'approve', apply: true });
        },
      });
      expect(ended.code, ended.stderr).toBe(0);
      expect(lastOf(ended.stdout)).toMatchObject({ verdict: 'type-checked', applied: true, exitCode: 0 });
      expect(JSON.stringify(fake.requests.at(-1)?.body)).toContain('cents, always');
      const commands = eventsIn(ended.stdout).filter(({ type }) => type === 'command');
      expect(commands).toHaveLength(4);
    },
  },
  {
    what: 'an input that ends answers nothing and writes nothing',
    async run(place) {
      const ended = await runCase(place, streamed('--ask'), { stdin: '', script: [ask, good] });
      expect(ended.code, ended.stderr).toBe(0);
      expect(lastOf(ended.stdout)).toMatchObject({ verdict: 'type-checked', applied: false });
    },
  },
  {
    what: 'what was approved before counts; the last line needs no end',
    async run(place) {
      const ended = await runCase(place, streamed(), {
        stdin: '\n{"type":"approve","apply":true}',
        script: [good],
        writes: [TARGET],
      });
      expect(ended.code, ended.stderr).toBe(0);
      expect(lastOf(ended.stdout)?.applied).toBe(true);
    },
  },
  {
    what: 'an interrupt ends the run, in the middle of an answer',
    async run(place) {
      const ended = await runCase(place, streamed(), {
        ...open,
        script: [hang()],
        async during(started, fake) {
          await until(() => fake.requests.length === 1, 60_000);
          say(started, { type: 'interrupt', reason: 'user' });
        },
      });
      expect(ended.code).toBe(130);
      expect(lastOf(ended.stdout)?.verdict).toBe('interrupted');
    },
  },
  {
    what: 'a budget that is set binds',
    async run(place) {
      const ended = await runCase(place, streamed(), {
        stdin: '{"type":"set-budget","limits":{"attempts":1}}\n',
        script: [call('submit_class', { imports: [], class: 'export class Cart {}', assumptions: [] })],
      });
      expect(ended.code).toBe(1);
      expect(lastOf(ended.stdout)?.message).toMatch(/attempts 1 of 1/);
    },
  },
  ...(
    [
      ['no JSON', 'approve', /Line 2 of standard input is no command: it is no JSON/],
      ['an unknown command', '{"type":"accept"}', /Line 2 .*type/],
      ['a command without its part', '{"type":"approve"}', /Line 2 .*apply/],
      ['an answer to nothing', '{"type":"answer","question":"9.9","text":"x"}', /Line 2 .*no question 9\.9/],
      ['a line without an end', 'x'.repeat(1_100_000), /Line 2 .*longer than 1 MB/],
    ] as const
  ).map(
    ([what, line, message]): Case => ({
      what: `${what} ends the run with exit code 2`,
      async run(place) {
        const ended = await runCase(place, streamed(), {
          ...open,
          script: [hang()],
          async during(started, fake) {
            await until(() => fake.requests.length === 1, 60_000);
            say(started, { type: 'message', text: 'hello' });
            started.child.stdin?.write(what === 'a line without an end' ? line : `${line}\n`);
          },
        });
        expect(ended.code, ended.stderr).toBe(2);
        expect(lastOf(ended.stdout)).toMatchObject({ verdict: 'error', exitCode: 2 });
        expect(lastOf(ended.stdout)?.message).toMatch(message);
        expect(eventsIn(ended.stdout).filter(({ type }) => type === 'result')).toHaveLength(1);
      },
    }),
  ),
];

test('commands on standard input', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, run }, place) => {
    await run(place).catch((error: unknown) => {
      throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
    });
  });
});

test.each([
  [types('--input', '-'), /stream-json/],
  [types('--input', 'commands.jsonl', '--output-format', 'stream-json'), /--input -/],
  [
    [
      'generate-class',
      'Cart',
      '--file',
      TARGET,
      '--describe-file',
      '-',
      '--input',
      '-',
      '--output-format',
      'stream-json',
    ],
    /--describe-file - both read/,
  ],
])('%# is refused', async (args, message) => {
  const ended = await runCase(till, args);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(message);
});
