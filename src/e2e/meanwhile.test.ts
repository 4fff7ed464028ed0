import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import { forEachCopy, GOOD, generate, good, makeTill, resultOf, runCase, SLOW, TARGET } from './till.ts';

const LINE = 'src/line.ts';
const DESK = 'src/desk.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('meanwhile', {
    files: {
      [DESK]: "import { Cart } from './cart.ts';\n\nexport const total: number = new Cart().total();\n",
    },
  });
});
afterAll(() => till.remove());

interface Case {
  what: string;
  run: (place: Place) => Promise<void>;
}

/** Somebody saves a file while the model answers. */
const saving = (place: Place, file: string, change: (text: string) => string) => () => {
  const path = join(place.repo, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return good;
};

const cases: Case[] = [
  {
    what: 'a change that the class survives is named, and the verdict is about the new text',
    async run(place) {
      const ended = await runCase(place, generate('--json'), {
        script: saving(place, LINE, (text) => `${text}export const LEAST = 1;\n`),
        writes: [LINE],
      });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({ verdict: 'verified' });
      expect(resultOf(ended).evidence.notChecked).toEqual([
        { what: LINE, reason: expect.stringContaining('changed during the run') },
      ]);
    },
  },
  {
    what: 'a change that the class does not survive fails it',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--max-attempts', '1'), {
        script: saving(place, LINE, (text) => text.replace('price: number', 'cents: number')),
        writes: [LINE],
      });
      expect(ended.code, ended.stderr).toBe(1);
      expect(resultOf(ended)).toMatchObject({ verdict: 'failed' });
      expect(ended.stderr).toMatch(/price/);
    },
  },
  {
    what: 'a dependent that changed is checked as it is now',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--max-attempts', '1'), {
        script: saving(place, DESK, (text) => `${text}new Cart().clear();\n`),
        writes: [DESK],
      });
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toMatch(/src\/desk\.ts.*'clear' does not exist/s);
    },
  },
  {
    what: 'an empty target file gets the class',
    async run(place) {
      writeFileSync(join(place.repo, TARGET), '');
      const ended = await runCase(place, generate('--json', '--apply'), { script: [good], writes: [TARGET] });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({ verdict: 'verified', applied: true });
      expect(readFileSync(join(place.repo, TARGET), 'utf8')).toBe(
        `import type { Line } from './line.ts';\n\n${GOOD}\n`,
      );
    },
  },
];

test('files that change meanwhile, and one with nothing in it', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, run }, place) => {
    await run(place).catch((error: unknown) => {
      throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
    });
  });
});
