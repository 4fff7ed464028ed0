import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunEventSchema } from '../loop/events.ts';
import { call, type ScriptedAnswer } from '../testing/fake-anthropic.ts';
import type { Place } from '../testing/program.ts';
import { until } from '../testing/wait.ts';
import {
  forEachCopy,
  GOOD,
  generate,
  good,
  makeTill,
  reflectAndSubmit,
  resultOf,
  runCase,
  SLOW,
  submit,
  TARGET,
  TEST_FILE,
  testLinesIn,
  types,
} from './till.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('happy');
});
afterAll(() => till.remove());

const wrong = submit(GOOD.replace('price * quantity', 'price + quantity'));
const FILE = `import type { Line } from './line.ts';\n\n${GOOD}\n`;
/** Looks for the covering test by every tool that could show it, fails, reflects and mends it. */
const curious: ScriptedAnswer[] = [
  call('read_file', { path: TEST_FILE }),
  call('search_text', { pattern: 'pear' }),
  call('references', { name: 'Line' }),
  wrong,
  reflectAndSubmit('T1', GOOD),
];

test('verified: nothing is written, the patch is kept, and the tests stay out of sight', SLOW, async () => {
  const { fake, ...ended } = await runCase(till, generate('--json'), { script: curious });
  const result = resultOf(ended);
  expect(ended.code, ended.stderr).toBe(0);
  expect(result).toMatchObject({
    schemaVersion: 1,
    exitCode: 0,
    verdict: 'verified',
    className: 'Cart',
    file: TARGET,
    applied: false,
    attempts: [
      {
        attempt: 1,
        level: 'tests',
        tests: { passed: 1, failed: 1, total: 2 },
        toolCalls: [{ name: 'read_file' }, {}, {}],
      },
      {
        attempt: 2,
        level: 'verified',
        tests: { passed: 2, failed: 0, total: 2 },
        reflection: { plan: 'mend it' },
      },
    ],
    evidence: { notChecked: [], unnoticedMembers: [], coveringTests: [{ file: TEST_FILE }] },
    usage: { modelCalls: 5, toolCalls: 3 },
  });
  expect(result.evidence.commands.map(({ what }) => what).join('; ')).toMatch(
    /TypeScript.*tests.*negative control/,
  );
  expect(fake.requests).toHaveLength(5);
  expect(testLinesIn(fake)).toEqual([]);
  // What the model may know of a failing test: its name, expected and received.
  expect(JSON.stringify(fake.requests.at(-1)?.body)).toMatch(/adds up.*580/);
  const patch = result.patch ?? '';
  expect(readFileSync(patch, 'utf8')).toBe(result.diff);
  execFileSync('git', ['apply', patch], { cwd: till.repo, env: till.env });
  expect(readFileSync(join(till.repo, TARGET), 'utf8')).toBe(FILE);
  rmSync(join(till.repo, TARGET));
});

interface Way {
  what: string;
  run: (place: Place) => Promise<void>;
}

const ways: Way[] = [
  {
    what: '--apply writes the target file and nothing else',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--apply'), { script: [good], writes: [TARGET] });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({ verdict: 'verified', applied: true });
      expect(resultOf(ended).patch).toBeUndefined();
      expect(readFileSync(join(place.repo, TARGET), 'utf8')).toBe(FILE);
    },
  },
  {
    what: '--show-tests shows them',
    async run(place) {
      const ended = await runCase(place, generate('--show-tests', '--json'), {
        script: [call('read_file', { path: TEST_FILE }), good],
      });
      expect(ended.code, ended.stderr).toBe(0);
      expect(testLinesIn(ended.fake).length).toBeGreaterThan(5);
    },
  },
  {
    what: 'stream-json: init first, exactly one result, and it is last',
    async run(place) {
      const ended = await runCase(place, types('--output-format', 'stream-json', '--quiet'), {
        script: [good],
      });
      const events = ended.stdout
        .trimEnd()
        .split('\n')
        .map((line) => RunEventSchema.parse(JSON.parse(line)));
      const kinds = events.map(({ type }) => type);
      expect(ended.code, ended.stderr).toBe(0);
      expect([kinds[0], kinds.at(-1)]).toEqual(['init', 'result']);
      expect(kinds.filter((kind) => kind === 'init' || kind === 'result')).toHaveLength(2);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
      expect(ended.stderr).toBe('');
    },
  },
  {
    what: '--record, then --replay-from without a server and without a key',
    async run(place) {
      const recording = join(place.home, 'run.jsonl');
      const script = [wrong, reflectAndSubmit('T1', GOOD)];
      const live = await runCase(place, generate('--json', '--record', recording), { script });
      const env = { ANTHROPIC_API_KEY: '' };
      const again = await runCase(place, generate('--json', '--replay-from', recording), { env });
      expect([live.code, again.code], again.stderr).toEqual([0, 0]);
      const [one, two] = [resultOf(live), resultOf(again)];
      expect(two.attempts).toEqual(one.attempts);
      expect([two.verdict, two.diff]).toEqual([one.verdict, one.diff]);
      expect(again.stderr).not.toContain('drifted');
    },
  },
  {
    what: 'without bubblewrap nothing of the repository runs',
    async run(place) {
      const bin = join(place.base, 'few');
      mkdirSync(bin);
      symlinkSync(
        execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(),
        join(bin, 'git'),
      );
      const ended = await runCase(place, generate(), { env: { PATH: bin } });
      expect(ended.code, ended.stderr).toBe(5);
      expect(ended.stderr).toMatch(/without a sandbox: .*bubblewrap.* is not installed.*\n.*--no-sandbox/);
    },
  },
  {
    what: 'questions are a result',
    async run(place) {
      const script = [call('ask', { questions: ['Are prices whole cents?'] })];
      const ended = await runCase(place, types('--json'), { script });
      expect(ended.code, ended.stderr).toBe(1);
      expect(resultOf(ended)).toMatchObject({ verdict: 'unclear', questions: ['Are prices whole cents?'] });
    },
  },
  {
    what: 'a limit names its flag',
    async run(place) {
      const ended = await runCase(place, types('--json', '--max-tokens', '1000'), { script: [wrongName] });
      expect(ended.code, ended.stderr).toBe(1);
      expect(resultOf(ended)).toMatchObject({
        verdict: 'failed',
        advice: expect.stringContaining('--max-tokens'),
      });
    },
  },
  {
    what: 'an older version is replaced; a class without a place leaves no patch',
    async run(place) {
      writeFileSync(join(place.repo, TARGET), FILE.replace('export class', '// keep\nexport class'));
      const args = types('--json', '--replace', '--max-attempts', '1');
      const lost = await runCase(place, args, { script: [submit('Here is your class.')] });
      expect(lost.code, lost.stderr).toBe(1);
      expect(resultOf(lost)).toMatchObject({ verdict: 'failed', diff: '' });
      expect(resultOf(lost).patch).toBeUndefined();
      const script = [submit(GOOD.replace('In cents.', 'In whole cents.'))];
      const written = await runCase(place, [...args, '--apply'], { script, writes: [TARGET] });
      expect(written.code, written.stderr).toBe(0);
      expect(readFileSync(join(place.repo, TARGET), 'utf8')).toMatch(
        /import type.*\n\n\/\/ keep\nexport class[\s\S]*whole cents/,
      );
    },
  },
];

const wrongName = submit(GOOD.replace('Cart', 'Basket'));

test('the ways through a run', SLOW, async () => {
  await forEachCopy(till, ways, async ({ what, run }, place) => {
    try {
      await run(place);
    } catch (error) {
      throw new Error(what, { cause: error });
    }
  });
});

test("Vitest writes into nobody's node_modules, in the sandbox or without it", SLOW, async () => {
  const vitest = await makeTill('vitest', {
    files: {
      'package.json': JSON.stringify({
        name: 'till',
        type: 'module',
        scripts: { test: 'vitest run' },
        devDependencies: { typescript: '5.9.3', vitest: '5.1.1' },
      }),
      [TEST_FILE]: `import { expect, test } from 'vitest';
import { Cart } from '../src/cart.ts';
test('adds up', () => {
  const cart = new Cart();
  cart.add({ sku: 'pear', price: 30, quantity: 19 });
  expect(cart.total()).toBe(570);
});
`,
    },
    packages: { vitest: 'vitest' },
  });
  try {
    await forEachCopy(vitest, [[], ['--no-sandbox']], async (flags, place) => {
      const ended = await runCase(place, generate('--json', ...flags), { script: [good] });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({
        verdict: 'verified',
        attempts: [{ tests: { passed: 1, total: 1 } }],
      });
      expect(ended.stderr).toContain(flags.length > 0 ? 'NO SANDBOX' : 'bubblewrap');
    });
  } finally {
    vitest.remove();
  }
});

test('the other commands leave the tree as it is', SLOW, async () => {
  const commands = [
    ['doctor', '--file', TARGET],
    ['context', 'Cart', '--file', TARGET, '--describe', 'A cart.'],
    ['tool', 'type-info', 'Line'],
    ['config', '--origin'],
  ];
  await forEachCopy(till, commands, async (command, place) => {
    const ended = await runCase(place, command);
    expect(ended.code, `${command}: ${ended.stderr}`).toBe(0);
    expect(ended.stdout.length, `${command}`).toBeGreaterThan(50);
  });
});

/** `script` gives the program a terminal of its own. */
const inTerminal = ['sh', '-c', 'exec script -qefc "$(printf "\'%s\' " "$@")" /dev/null', 'sh'];
const hasScript = spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasScript)('in a terminal: the diff, one question, and what the answer says', SLOW, async () => {
  const answers = [
    { answer: 'n\r', writes: [] },
    { answer: 'y\r', writes: [TARGET] },
  ];
  await forEachCopy(till, answers, async ({ answer, writes }, place) => {
    const ended = await runCase(place, types(), {
      script: [good],
      launcher: inTerminal,
      stdin: undefined,
      env: { TERM: 'xterm' },
      writes,
      async during({ child, said }) {
        await until(() => said.stdout.includes('[y/N]'), 120_000);
        child.stdin?.write(answer);
      },
    });
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout.match(/Write it to src\/cart\.ts\? \[y\/N\]/g), ended.stdout).toHaveLength(1);
    expect(ended.stdout.indexOf('+export class Cart'), ended.stdout).toBeLessThan(
      ended.stdout.indexOf('[y/N]'),
    );
  });
});
