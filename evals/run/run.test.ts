import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import {
  call,
  type FakeAnthropic,
  fail,
  hang,
  type ScriptedAnswer,
  startFakeAnthropic,
} from '../../src/testing/fake-anthropic.ts';
import { processesWith } from '../../src/testing/program.ts';
import { readRun } from './folders.ts';
import { openStore } from './store.ts';
import { CART, IMPORTS, INVENTED, OVERFITTED, tillTask } from './testing/till-task.ts';

const submit = (text: string, assumptions: object[] = []): ScriptedAnswer =>
  call('submit_class', { imports: IMPORTS, class: text, assumptions });

const reflectAndSubmit = (report: string, text: string): ScriptedAnswer => ({
  kind: 'message',
  content: [
    { type: 'tool_use', name: 'reflect', input: { failures: [{ report, cause: 'wrong' }], plan: 'mend' } },
    { type: 'tool_use', name: 'submit_class', input: { imports: IMPORTS, class: text, assumptions: [] } },
  ],
});

async function serve(script: Parameters<typeof startFakeAnthropic>[0]): Promise<FakeAnthropic> {
  const fake = await startFakeAnthropic(script);
  onTestFinished(() => fake.close());
  return fake;
}

const BIN = join(packageRoot, 'src/cli/bin.ts');

/** Starts the program from its sources, everything that it writes below `base`. */
function start(args: readonly string[], base: string, fake: FakeAnthropic) {
  const child = spawn(process.execPath, [BIN, 'eval', 'run', ...args], {
    cwd: base,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(base, 'home'),
      XDG_STATE_HOME: join(base, 'state'),
      XDG_CACHE_HOME: join(base, 'cache'),
      XDG_CONFIG_HOME: join(base, 'config'),
      ANTHROPIC_API_KEY: 'some-key',
      ANTHROPIC_BASE_URL: fake.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output })),
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended };
}

test('every row under one budget, scored by what the model never saw', async () => {
  const { path, base } = await tillTask();
  // In the order of the rows: basic once, rrr twice, sample-k twice, rrr without type_info once.
  const fake = await serve([
    submit(OVERFITTED, [{ member: 'total', decision: '580 where empty', alternative: '0' }]),
    submit(INVENTED),
    reflectAndSubmit('D1', CART),
    submit(INVENTED),
    submit(CART),
    submit(CART),
  ]);
  const out = join(base, 'run');
  const { code, output } = await start(
    [path, '--strategies', 'basic,rrr,sample-k', '--ablate', 'type_info', '--workers', '1', '--out', out],
    base,
    fake,
  ).ended;
  expect(code, output).toBe(0);
  expect(output).not.toContain('infrastructure');
  expect(fake.refused).toEqual([]);
  const offered = fake.requests.map(({ body }) => (body.tools ?? []).map(({ name }) => name));
  const [basic, rrr] = offered;
  expect(basic).toEqual(['submit_class', 'ask']);
  expect(offered.at(-1)).toEqual(rrr?.filter((name) => name !== 'type_info'));
  const run = await readRun(out);
  const outcomes = run.cells.map(({ id, row }) => ({ row, ...run.outcomes.find(({ cell }) => cell === id) }));
  expect(outcomes).toMatchObject([
    {
      row: 'basic',
      status: 'scored',
      verdict: 'verified',
      assumedFailures: 1,
      final: {
        solved: false,
        compiles: true,
        heldOut: { passed: 1, total: 2 },
        visible: { passed: 1, total: 1 },
      },
    },
    {
      row: 'rrr',
      verdict: 'verified',
      usage: { modelCalls: 2 },
      attempts: [
        {
          attempt: 1,
          level: 'types',
          codes: [2339],
          compiles: false,
          solved: false,
          inventedMembers: 1,
          modelCalls: 1,
        },
        { attempt: 2, level: 'verified', compiles: true, solved: true, modelCalls: 2 },
      ],
      final: { attempt: 2, solved: true },
    },
    {
      row: 'sample-k',
      usage: { modelCalls: 2 },
      attempts: [
        { attempt: 1, solved: false },
        { attempt: 2, solved: true, modelCalls: 2 },
      ],
    },
    { row: 'rrr without type_info' },
  ]);
  // Six attempts brought three different classes.
  const db = new DatabaseSync(join(out, 'run.sqlite'), { readOnly: true });
  expect(db.prepare('select solved from scores order by solved').all()).toMatchObject([
    { solved: 0 },
    { solved: 0 },
    { solved: 1 },
  ]);
  db.close();
}, 120_000);

test('stopped, killed and resumed, a run asks nothing twice; what the harness failed at is tried again', async () => {
  const { path, base } = await tillTask();
  const out = join(base, 'run');
  const hung = new EventEmitter();
  let stops = 2;
  const fake = await serve((body, index) => {
    if (index === 0) return fail(401);
    const isRevision = JSON.stringify(body.messages.at(-1)).includes('TS2339');
    if (!(body.tools ?? []).some(({ name }) => name === 'reflect')) return submit(CART);
    if (!isRevision) return submit(INVENTED);
    if (stops-- <= 0) return reflectAndSubmit('D1', CART);
    setImmediate(() => hung.emit('asked'));
    return hang();
  });
  /** Waits for the question that nobody answers. */
  const asked = async ({ ended }: ReturnType<typeof start>) => {
    const early = ended.then(({ output }) => Promise.reject(new Error(`it ended: ${output}`)));
    await Promise.race([once(hung, 'asked'), early]);
    early.catch(() => {});
  };
  const rows = ['--strategies', 'basic,rrr', '--workers', '1'];

  const first = start([path, ...rows, '--out', out], base, fake);
  await asked(first);
  first.child.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped.code, stopped.output).toBe(130);
  expect(processesWith(out)).toEqual([]);
  expect((await readRun(out)).outcomes).toMatchObject([
    { status: 'infrastructure', attempts: [], reason: expect.stringContaining('refused the key') },
  ]);

  const second = start(['--resume', out, '--retry-failed', '--workers', '1'], base, fake);
  await asked(second);
  second.child.kill('SIGKILL');
  await second.ended;

  const third = await start(['--resume', out, '--workers', '1'], base, fake).ended;
  expect(third.code, third.output).toBe(0);
  expect((await readRun(out)).outcomes).toMatchObject([
    { status: 'scored', final: { solved: true } },
    { status: 'scored', usage: { modelCalls: 2 }, attempts: [{ solved: false }, { solved: true }] },
  ]);
  // The key that was refused, one question of basic, the first of rrr, and the second three times: twice nobody answered.
  expect(fake.requests.map(({ body }) => body.messages.length)).toEqual([1, 1, 3, 1, 3, 3]);
  expect(fake.refused).toEqual([]);
}, 240_000);

test('closed book shows the target file alone; a renamed task is asked under its new name; logs can be scored anew', async () => {
  const { path, base } = await tillTask();
  const out = join(base, 'run');
  const fake = await serve((body) => {
    const name = /Class: (\w+)/.exec(JSON.stringify(body.messages))?.[1];
    return submit(`export class ${name} {
  #cents = 0;
  add(line: { price: number; quantity: number }): void {
    this.#cents += line.price * line.quantity;
  }
  total(): number {
    return this.#cents;
  }
}`);
  });
  const args = ['--strategies', 'closed-book', '--perturb', 'rename', '--workers', '2', '--out', out];
  const { code, output } = await start([path, ...args], base, fake).ended;
  expect(code, output).toBe(0);
  const { outcomes } = await readRun(out);
  expect(outcomes.map(({ reason, final }) => reason ?? final?.solved)).toEqual([true, true]);
  const prompts = fake.requests.map(({ body }) => JSON.stringify(body.messages));
  const asked = prompts.map((text) => /Class: (\w+)/.exec(text)?.[1]).sort();
  expect(asked).toEqual(['Cart', expect.stringMatching(/^Cart[A-Z]/)]);
  for (const text of prompts) expect(text).not.toMatch(/covering test|line\.ts/);

  const store = await openStore(out);
  const [first] = outcomes;
  if (first) store.scored({ ...first, attempts: [] });
  store.close();
  const again = await start(['--score-only', out], base, fake).ended;
  expect(again.code, again.output).toBe(0);
  expect((await readRun(out)).outcomes).toEqual(outcomes);
  expect(fake.requests).toHaveLength(2);
}, 240_000);
