import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { openRepository, type Repository } from '../../src/repository/repository.ts';
import { tempFolder, writeFiles } from '../../src/testing/temp.ts';
import { findCandidates } from './candidates.ts';
import { checkDescriptions, describeBySignatures, pastedFrom } from './describe.ts';
import { divideTests } from './divide.ts';
import { drawCandidates, mineOne } from './mine.ts';

const methods = `
  readonly #entries: Entry[] = [];

  /** Adds an entry and gives its number. */
  book(account: string, cents: number): number {
    if (!Number.isInteger(cents)) throw new RangeError('whole cents only');
    this.#entries.push({ account: fold(account), cents });
    return this.#entries.length;
  }

  balance(account: string): number {
    let sum = 0;
    for (const entry of this.#entries) {
      if (entry.account === fold(account)) sum += entry.cents;
    }
    return sum;
  }

  accounts(): string[] {
    const names = new Set<string>();
    for (const { account } of this.#entries) names.add(account);
    return [...names].sort();
  }

  undo(): Entry | undefined {
    const last = this.#entries.pop();
    return last;
  }
}
`;
const LEDGER = `import { type Entry, fold } from './entry.ts';\n\nexport class Ledger {${methods}`;
const TESTS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../src/ledger.ts';

const filled = () => {
  const ledger = new Ledger();
  ledger.book(' Rent ', 500);
  ledger.book('food', 20);
  ledger.book('rent', -100);
  return ledger;
};
test('numbers entries', () => assert.equal(filled().book('food', 1), 4));
test('starts at one', () => assert.equal(new Ledger().book('food', 1), 1));
test('sums an account', () => assert.equal(filled().balance('rent'), 400));
test('folds names', () => assert.equal(filled().balance(' RENT'), 400));
test('knows no balance of others', () => assert.equal(filled().balance('fun'), 0));
test('lists accounts in order', () => assert.deepEqual(filled().accounts(), ['food', 'rent']));
test('lists none at first', () => assert.deepEqual(new Ledger().accounts(), []));
test('lists each once', () => assert.equal(filled().accounts().length, 2));
test('undoes the last', () => assert.deepEqual(filled().undo(), { account: 'rent', cents: -100 }));
test('undoes nothing', () => assert.equal(new Ledger().undo(), undefined));
test('refuses parts of cents', () => assert.throws(() => new Ledger().book('food', 0.5), /whole cents/));
test('books nothing then', () => {
  const ledger = new Ledger();
  assert.throws(() => ledger.book('food', 0.5));
  assert.equal(ledger.balance('food'), 0);
});
test('counts down after undo', () => {
  const ledger = filled();
  ledger.undo();
  assert.equal(ledger.balance('rent'), 500);
  assert.equal(ledger.book('rent', 1), 3);
});
`;

const FILES = {
  'package.json':
    '{ "name": "books", "private": true, "type": "module", "scripts": { "test": "node --test test/*.test.ts" } }\n',
  'src/entry.ts':
    'export interface Entry {\n  account: string;\n  cents: number;\n}\nexport const fold = (name: string) => name.trim().toLowerCase();\n',
  'src/ledger.ts': LEDGER,
  'src/small.ts': "import { fold } from './entry.ts';\nexport class Small {\n  name = fold('a');\n}\n",
  'src/untested.ts': LEDGER.replace('Ledger', 'Untested').replace('pop', 'shift'),
  'test/ledger.test.ts': TESTS,
};

async function makeBooks(files: Partial<typeof FILES> = FILES): Promise<Repository> {
  const root = join(tempFolder('classwright-mine-'), 'books');
  await writeFiles(root, files);
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(packageRoot, 'node_modules/typescript-5.9'), join(root, 'node_modules/typescript'));
  return openRepository({ cwd: root, targetFile: join(root, 'package.json') });
}

const given = { className: 'Ledger', file: 'src/ledger.ts', fileText: LEDGER };

describe('candidates', () => {
  test('are exported classes with dependencies and tests; the others say why not', async () => {
    const { candidates, passed } = await findCandidates(await makeBooks());
    expect(candidates.map(({ className, tests }) => [className, tests.map(({ file }) => file)])).toEqual([
      ['Ledger', ['test/ledger.test.ts']],
    ]);
    expect(candidates[0]?.clones).toEqual(['src/untested.ts: Untested']);
    expect(passed.map(({ className, reason }) => `${className}: ${reason}`)).toEqual([
      'Small: it has 3 lines, fewer than 25',
      'Untested: no test runs it',
    ]);
  });
});

describe('a task', () => {
  test('of a class with a sibling that tells the answer is refused', async () => {
    const repository = await makeBooks();
    const { drawn } = await drawCandidates(repository, { limit: 5, seed: 1 });
    const [candidate] = drawn;
    if (!candidate) throw new Error('no candidate');
    const mined = await mineOne(candidate, optionsOf(repository));
    expect(mined.task).toBeUndefined();
    expect(mined.refused.join()).toMatch(/src\/untested\.ts/);
  });

  test('is split, described and accepted', async () => {
    const { 'src/untested.ts': _, ...files } = FILES;
    const alone = await makeBooks(files);
    const { drawn } = await drawCandidates(alone, { limit: 5, seed: 1 });
    const [candidate] = drawn;
    if (!candidate) throw new Error('no candidate');
    const { task, refused } = await mineOne(candidate, optionsOf(alone));
    expect(refused).toEqual([]);
    const ids = (sets: readonly { ids: string[] }[] = []) => sets.flatMap((set) => set.ids);
    expect(ids(task?.heldOut).length).toBeGreaterThanOrEqual(8);
    expect(ids(task?.visible).length).toBeGreaterThan(0);
    expect(new Set([...ids(task?.heldOut), ...ids(task?.visible)]).size).toBe(13);
    expect(task).toMatchObject({ id: 'books/Ledger', level: 'package', runner: 'node:test' });
    expect(task?.descriptions.sketchy.text).toBe('Ledger: ledger. Members: book, balance, accounts, undo.');
  });
});

const optionsOf = (repository: Repository) => ({
  ...{ repository, limit: 5, seed: 1, fast: true, sandbox: 'bubblewrap' as const },
  source: { kind: 'local' as const, path: repository.root },
  describe: describeBySignatures,
  folder: tempFolder('classwright-mined-'),
});

describe('split', () => {
  const file = { file: 'a.test.ts', hasSnapshots: false };
  const text = TESTS.replaceAll('test/', '');
  const ids = [...text.matchAll(/^test\('([^']+)'/gm)].map(([, title]) => `a.test.ts > ${title}`);
  const members = new Set(['book', 'balance', 'accounts', 'undo']);

  test('is the same for a seed, and another for another', () => {
    const split = (seed: number) => divideTests([{ ...file, text, ids }], members, seed);
    expect(split(1)).toEqual(split(1));
    expect([2, 3, 4].some((seed) => JSON.stringify(split(seed)) !== JSON.stringify(split(1)))).toBe(true);
  });

  test('leaves no member without held-out tests', () => {
    const rare = [...ids.filter((id) => !/undo/.test(id)), 'a.test.ts > undoes nothing'];
    for (let seed = 0; seed < 20; seed++) {
      const split = divideTests([{ ...file, text, ids: rare }], members, seed);
      if (typeof split === 'string') throw new Error(split);
      expect(split.heldOut[0]?.ids).toContain('a.test.ts > undoes nothing');
    }
  });

  test('says what is in the way', () => {
    expect(divideTests([{ ...file, text, ids: ids.slice(0, 8) }], members, 1)).toBe(
      'it has 8 tests that need it, fewer than 9',
    );
    expect(divideTests([{ ...file, text, ids, hasSnapshots: true }], members, 1)).toMatch(/cannot be parted/);
  });
});

describe('descriptions', () => {
  test('that paste lines in a row, a long line or a comment are refused', () => {
    expect(pastedFrom(given, 'A ledger: book adds an entry, balance sums.')).toBeUndefined();
    const line = "if (!Number.isInteger(cents)) throw new RangeError('whole cents only');";
    expect(pastedFrom(given, `It does ${line} first.`)).toBe(line);
    expect(() =>
      checkDescriptions(given, {
        detailed: { text: methods, by: 'a test' },
        sketchy: { text: 'A ledger.', by: 'a test' },
      }),
    ).toThrow(/The detailed description of Ledger pastes code/);
  });
});
