import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import { writeFiles } from '../testing/temp.ts';
import {
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

let till: Place;
beforeAll(async () => {
  till = await makeTill('broken-tests');
});
afterAll(() => till.remove());

const importing = "import { test } from 'node:test';\nimport { Cart } from '../src/cart.ts';\n";
const BROKEN = 'test/broken.test.ts';
/** It cannot be loaded, whatever the class is. */
const broken = {
  [BROKEN]: `${importing}import pad from 'left-pad';\ntest('pads', () => pad(new Cart().total()));\n`,
};
/** It uses the class while it loads. */
const early = {
  'test/early.test.ts': `${importing}if (new Cart().total() !== 0) throw new Error('it starts at zero');\ntest('is', () => {});\n`,
};
const wrong = submit(GOOD.replace(', 0);', ', 0) + (this.#lines.length === 0 ? 1 : 0);'));

interface Case {
  what: string;
  files: Record<string, string>;
  alone?: boolean;
  args?: string[];
  script: (typeof good)[];
  code: number;
  check: (result: ReturnType<typeof resultOf>) => void;
}

const cases: Case[] = [
  {
    what: 'one that cannot be loaded is named and judges nothing',
    files: broken,
    script: [good],
    code: 0,
    check: ({ verdict, evidence, attempts }) => {
      expect(verdict).toBe('verified');
      expect(evidence.notChecked).toEqual([
        { what: BROKEN, reason: expect.stringMatching(/^not run: it cannot be loaded.*left-pad/) },
      ]);
      expect(attempts).toMatchObject([{ level: 'verified', tests: { passed: 2, failed: 0 } }]);
    },
  },
  {
    what: 'where no other covers the class, nothing proves it',
    files: broken,
    alone: true,
    script: [good],
    code: 1,
    check: ({ verdict, message, advice, patch }) => {
      expect(verdict).toBe('failed');
      expect(message).toMatch(/No test that covers Cart can be loaded.*test\/broken\.test\.ts.*left-pad/);
      expect(advice).toMatch(/--tests/);
      expect(patch).toBeDefined();
    },
  },
  {
    what: 'one that was named has to run',
    files: broken,
    args: ['--tests', 'test/*.test.ts', '--max-attempts', '1'],
    script: [good],
    code: 1,
    check: ({ attempts }) => expect(attempts).toMatchObject([{ level: 'tests' }]),
  },
  {
    what: 'one that the class keeps from loading fails the class',
    files: { ...early, [TEST_FILE]: `${importing}test('adds', () => void new Cart().total());\n` },
    args: ['--max-attempts', '1'],
    script: [wrong],
    code: 1,
    check: ({ attempts, evidence }) => {
      expect(attempts).toMatchObject([{ level: 'tests' }]);
      expect(evidence.notChecked).toEqual([]);
    },
  },
];

test('covering tests that cannot be loaded', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, files, alone, args = [], script, code, check }, place) => {
    await writeFiles(place.repo, files);
    if (alone) rmSync(join(place.repo, TEST_FILE));
    const ended = await runCase(place, generate('--json', ...args), { script });
    expect(ended.code, `${what}: ${ended.stderr}`).toBe(code);
    try {
      check(resultOf(ended));
    } catch (error) {
      throw new Error(`${what}: ${error instanceof Error ? error.message : error}\n${ended.stderr}`);
    }
  });
});
