import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
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
} from './till.ts';

const BIOME = `{
  "formatter": { "indentStyle": "space", "indentWidth": 4 },
  "javascript": { "formatter": { "quoteStyle": "single" } },
  "linter": { "rules": { "recommended": false, "suspicious": { "noDoubleEquals": "error" } } }
}
`;
const LOOSE = GOOD.replace('    return this', '    if (this.#lines.length == 0) return 0;\n    return this');
const LOOSER = LOOSE.replace('== 0', '== 0 && this.#lines.length == 0');

let till: Place;
beforeAll(async () => {
  till = await makeTill('lint', {
    files: { 'biome.json': BIOME },
    packages: { '@biomejs': '@biomejs' },
  });
});
afterAll(() => till.remove());

interface Case {
  what: string;
  run: (place: Place) => Promise<void>;
}

const cases: Case[] = [
  {
    what: 'what the linter says is fed back once, and the better class is written in the formatter’s style',
    async run(place) {
      const { fake, ...ended } = await runCase(place, generate('--json', '--apply'), {
        script: [submit(LOOSE), reflectAndSubmit('F1', GOOD)],
        writes: [TARGET],
      });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({
        verdict: 'verified',
        findings: [],
        attempts: [{ level: 'verified' }, { level: 'verified' }],
      });
      expect(JSON.stringify(fake.requests.at(-1)?.body)).toMatch(/noDoubleEquals/);
      expect(JSON.stringify(resultOf(ended).evidence.commands)).toMatch(/"biome \d/);
      expect(readFileSync(join(place.repo, TARGET), 'utf8')).toContain('\n    add(line: Line): void {\n');
    },
  },
  {
    what: 'it does not bind unless it is asked to',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--max-attempts', '2'), {
        script: [submit(LOOSE), reflectAndSubmit('F1', LOOSER)],
      });
      expect(ended.code, ended.stderr).toBe(0);
      const { verdict, findings } = resultOf(ended);
      expect(verdict).toBe('verified');
      expect(findings.map(({ code }) => code)).toEqual(['lint', 'lint']);
    },
  },
  {
    what: '--require lint binds',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--require', 'lint', '--max-attempts', '1'), {
        script: [submit(LOOSE)],
      });
      expect(ended.code, ended.stderr).toBe(1);
      const result = resultOf(ended);
      expect(result).toMatchObject({ verdict: 'failed', attempts: [{ level: 'verdict' }] });
      expect(result.findings[0]?.message).toContain('noDoubleEquals');
    },
  },
  {
    what: '--require lint passes what is clean',
    async run(place) {
      const ended = await runCase(place, generate('--json', '--require', 'lint'), { script: [good] });
      expect(ended.code, ended.stderr).toBe(0);
      expect(resultOf(ended)).toMatchObject({ verdict: 'verified', attempts: [{}] });
    },
  },
];

test('the repository’s own linter, run to the end', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, run }, place) => {
    await run(place).catch((error: unknown) => {
      throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
    });
  });
});
