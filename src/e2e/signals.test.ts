import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunEventSchema } from '../loop/events.ts';
import { cut, type FakeAnthropic, hang } from '../testing/fake-anthropic.ts';
import { type Place, processesWith, type Started } from '../testing/program.ts';
import { until } from '../testing/wait.ts';
import {
  type CaseOptions,
  forEachCopy,
  GOOD,
  generate,
  good,
  makeTill,
  runCase,
  SLOW,
  submit,
  types,
} from './till.ts';

// A run is interrupted wherever it is: it says so, ends soon, and leaves nothing.

let till: Place;
beforeAll(async () => {
  till = await makeTill('signals');
});
afterAll(() => till.remove());

const told =
  (event: string) =>
  async (_place: Place, { said }: Started) => {
    await until(() => said.stdout.includes(event), 120_000);
  };
const requested = async (_place: Place, _started: Started, fake: FakeAnthropic) => {
  await until(() => fake.requests.length > 0, 120_000);
};
const endless = submit(
  GOOD.replace('    this.#lines.push(line);', '    for (let more = true; more; ) more = Date.now() > 0;\n$&'),
);

interface Moment extends CaseOptions {
  what: string;
  reached: (place: Place, started: Started, fake: FakeAnthropic) => Promise<void>;
  args?: string[];
}

const moments: Moment[] = [
  {
    what: 'while it reads the repository',
    reached: told('"phase":"understand","state":"start"'),
    script: [hang()],
  },
  { what: 'while the model is silent', reached: requested, script: [hang(true)] },
  { what: 'in the middle of an answer', reached: told('"type":"model-delta"'), script: [cut('stall')] },
  { what: 'while the compiler runs', reached: told('"level":"verdict","state":"start"'), script: [good] },
  {
    what: 'while the tests run',
    async reached({ repo }, started) {
      await told('"level":"tests","state":"start"')({} as Place, started);
      await until(() => processesWith(repo).some((line) => line.includes('cart.test.ts')), 120_000);
    },
    script: [endless],
    args: generate(),
  },
];

const signals = ['SIGINT', 'SIGTERM'] as const;
const cases = moments.flatMap((moment) => signals.map((signal) => ({ ...moment, signal })));

test('SIGINT and SIGTERM end a run in every phase', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, reached, signal, args = types(), ...options }, place) => {
    let sent = 0;
    const ended = await runCase(place, [...args, '--output-format', 'stream-json'], {
      ...options,
      async during(started, fake) {
        await reached(place, started, fake);
        sent = performance.now();
        started.child.kill(signal);
        await started.ended;
        sent = performance.now() - sent;
      },
    });
    const where = `${signal} ${what}: ${ended.stdout.slice(-2_000)}\n${ended.stderr}`;
    const code = signal === 'SIGINT' ? 130 : 143;
    expect(ended.code, where).toBe(code);
    expect(ended.signal, where).toBe(null);
    const events = ended.stdout
      .trimEnd()
      .split('\n')
      .map((line) => RunEventSchema.parse(JSON.parse(line)));
    expect(
      events.filter((event) => event.type === 'result'),
      where,
    ).toHaveLength(1);
    expect(events.at(-1), where).toMatchObject({
      type: 'result',
      result: { verdict: 'interrupted', exitCode: code, applied: false },
    });
    expect(ended.stderr, where).toMatch(/Interrupted; nothing was written\.\n {2}Go on with -r /);
    // A second of its own, and what a busy machine adds.
    expect(sent, where).toBeLessThan(10_000);
  });
});

test('the second signal does not wait', async () => {
  const ended = await runCase(till, types(), {
    script: [hang()],
    async during(started, fake) {
      await requested(till, started, fake);
      started.child.kill('SIGINT');
      started.child.kill('SIGTERM');
    },
  });
  expect([130, 143], ended.stderr).toContain(ended.code);
});
