import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import {
  type CaseOptions,
  forEachCopy,
  GOOD,
  generate,
  good,
  makeTill,
  resultOf,
  runCase,
  SLOW,
  submit,
  TEST_FILE,
} from './till.ts';

// Covering tests that never end, print without end, or are ended by what they judge.

let till: Place;
beforeAll(async () => {
  till = await makeTill('tests');
});
afterAll(() => till.remove());

interface Case extends CaseOptions {
  what: string;
  /** Text of the covering test, where it is another one. */
  tests?: string;
  args?: string[];
  code: number;
  says: RegExp;
}

const IMPORTS = "import { test } from 'node:test';\nimport { Cart } from '../src/cart.ts';\n";
const inAdd = (statement: string) =>
  submit(GOOD.replace('    this.#lines.push(line);', `    ${statement}\n$&`));

const cases: Case[] = [
  {
    what: 'a class that never ends',
    script: [inAdd('for (let more = true; more; ) more = Date.now() > 0;')],
    env: { CLASSWRIGHT_TEST_TIMEOUT: '2' },
    code: 1,
    says: /did not end within 2 s/,
  },
  {
    what: 'a test that never ends',
    tests: `${IMPORTS}test('waits', () => new Promise(() => { setInterval(() => new Cart(), 1000); }));\n`,
    script: [good],
    env: { CLASSWRIGHT_TEST_TIMEOUT: '2' },
    code: 1,
    says: /did not end within 2 s/,
  },
  {
    what: 'tests that print 100 MB',
    tests: `${IMPORTS}test('prints', async () => { new Cart(); const much = 'x'.repeat(1_000_000); for (let i = 0; i < 100; i++) await new Promise((done) => process.stdout.write(much, done)); });\n`,
    script: [good],
    code: 1,
    says: /printed without end/,
  },
  {
    what: 'tests that exit 0 without running',
    tests: `${IMPORTS}new Cart();\nprocess.exit(0);\ntest('never runs', () => {});\n`,
    script: [good],
    code: 1,
    says: /did not load|before the tests had ended|0 tests were reported|Not a single test|0 of 1 tests/,
  },
  {
    what: 'a class that exits 0',
    script: [inAdd('(globalThis as unknown as { process: { exit(code: number): never } }).process.exit(0);')],
    code: 1,
    says: /exit/,
  },
  {
    what: 'tests that notice nothing',
    tests: `${IMPORTS}test('loads', () => { void Cart; });\n`,
    script: [good],
    code: 1,
    says: /pass even where every public member of the class throws/,
  },
  {
    what: 'no covering test',
    tests: "import { test } from 'node:test';\ntest('elsewhere', () => {});\n",
    code: 1,
    says: /No test covers Cart in src\/cart\.ts.*--tests <glob>.*--require types/s,
  },
];

test('tests that judge nothing verify nothing', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, tests, args = [], code, says, ...options }, place) => {
    if (tests !== undefined) writeFileSync(join(place.repo, TEST_FILE), tests);
    const ended = await runCase(place, generate('--max-attempts', '1', '--json', ...args), options);
    const result = resultOf(ended);
    const where = `${what}: ${JSON.stringify(result, null, 1)}\n${ended.stderr}`;
    expect(ended.code, where).toBe(code);
    expect(result.verdict, where).toBe('failed');
    expect(`${ended.stderr}\n${result.message}\n${result.advice}`, where).toMatch(says);
  });
});
