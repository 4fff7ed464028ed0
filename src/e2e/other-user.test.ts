import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  TARGET,
} from './till.ts';

/** Root reads and writes whatever it likes: these cases need somebody who does not. */
const NOBODY = '65534';
const isRoot = process.getuid?.() === 0;
const launcher = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : [];
const canChange = (() => {
  try {
    const [file = '/bin/true', ...args] = launcher;
    execFileSync(file, isRoot ? [...args, process.execPath, '-e', '0'] : [], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let till: Place;
beforeAll(async () => {
  till = await makeTill('user');
});
afterAll(() => till.remove());

interface Case extends CaseOptions {
  what: string;
  given?: (repo: string) => void;
  args: string[];
  code: number;
  says: RegExp;
  /** Whether the model is asked at all. */
  asks: boolean;
}

const cases: Case[] = [
  {
    what: 'a run to the end',
    args: generate('--json', '--apply'),
    script: [good],
    writes: [TARGET],
    code: 0,
    says: /"verified"/,
    asks: true,
  },
  {
    what: 'a target that is read-only',
    given: (repo) => writeFileSync(join(repo, TARGET), 'export const other = 1;\n', { mode: 0o444 }),
    args: generate('--json'),
    code: 3,
    says: /src\/cart\.ts is read-only/,
    asks: false,
  },
  {
    what: 'a folder that takes no file',
    given: (repo) => chmodSync(join(repo, 'src'), 0o555),
    args: generate('--json', '--apply'),
    script: [good],
    code: 3,
    says: /src/,
    asks: false,
  },
  {
    what: 'a folder that cannot be read',
    given: (repo) => {
      mkdirSync(join(repo, 'private'));
      writeFileSync(join(repo, 'private/notes.ts'), 'export const note = 1;\n');
      chmodSync(join(repo, 'private'), 0o000);
    },
    args: generate('--json'),
    script: [good],
    code: 0,
    says: /"verified"/,
    asks: true,
  },
  {
    what: 'a source that cannot be read',
    given: (repo) => chmodSync(join(repo, 'src/label.ts'), 0o000),
    args: generate('--json'),
    script: [good],
    code: 1,
    says: /"unclear".*src\/label\.ts \(it cannot be read/s,
    asks: true,
  },
];

test.skipIf(!canChange)(
  'somebody who may not do everything (skipped where the user cannot be changed)',
  SLOW,
  async () => {
    await forEachCopy(till, cases, async ({ what, given, args, code, says, asks, ...options }, place) => {
      given?.(place.repo);
      if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, place.base]);
      const ended = await runCase(place, args, { ...options, launcher });
      const where = `${what}: ${ended.stdout}\n${ended.stderr}`;
      expect(ended.code, where).toBe(code);
      expect(`${ended.stderr}${ended.stdout}`, where).toMatch(says);
      expect(ended.fake.requests.length > 0, where).toBe(asks);
      if (code === 0 && options.writes)
        expect(readFileSync(join(place.repo, TARGET), 'utf8')).toContain(GOOD);
      expect(resultOf(ended).exitCode).toBe(code);
    });
  },
);
