import { expect, test } from 'vitest';
import type { Task } from '../loop/task.ts';
import { retrieve } from './retrieve.ts';

/** What the first prompt holds of a repository in memory. */
async function promptOf(
  files: Record<string, string>,
  wanted: Partial<Task> & { dependents?: string[]; packages?: string[]; budget?: number } = {},
) {
  const { dependents = [], packages = [], budget = 4_000, ...task } = wanted;
  const file = task.file ?? 'src/ledger.ts';
  const found = await retrieve({
    task: {
      className: 'Ledger',
      file,
      description: 'Keeps entries and sums them.',
      form: 'new-file',
      tests: [],
      context: [],
      require: 'types',
      requireLint: false,
      showTests: false,
      ask: false,
      strategy: 'rrr',
      ...task,
    },
    files: Object.keys(files),
    dependents,
    read: (path) => files[path],
    packageApi: async (name, names) =>
      names.map((one) => ({
        path: `node_modules/${name}/index.d.ts`,
        line: 1,
        text: `export declare function ${one}(): void;`,
      })),
    packages: new Set(packages),
    attempt: undefined,
    budget,
  });
  return { ...found, text: found.pieces.map((p) => p.text).join('\n') };
}

/** Functions that take room: more of them than a small budget holds. */
const functions = (prefix: string, count: number) =>
  Array.from(
    { length: count },
    (_, i) => `export function ${prefix}${i}(first: number, second: string): boolean { return true; }`,
  ).join('\n');

test('what the files most like the target import comes before what nothing points at', async () => {
  const book = (name: string) =>
    `import { checkAmount } from '../lib/zz-checks.ts';\nexport class ${name} {\n  add(n: number) { checkAmount(n); }\n  sum() { return 0; }\n}\n`;
  const { pieces, leftOut } = await promptOf(
    {
      'src/book.ts': book('Book'),
      'src/journal.ts': book('Journal'),
      'lib/aa-other.ts': functions('other', 60),
      'lib/zz-checks.ts': 'export function checkAmount(n: number): void {}\n',
    },
    { budget: 900 },
  );
  const chosen = pieces.find((p) => p.path === 'lib/zz-checks.ts');
  expect(chosen?.reason).toContain('imported by 2 of the 2 files most like the target');
  expect(leftOut).toBeGreaterThan(0);
});

test('many headers come before one body, and what the description names is told in full', async () => {
  const body = '  // a long way to go\n'.repeat(27);
  const files = {
    'src/util.ts': `${functions('helper', 12)}\nexport function settle(at: Date): number {\n${body}  return 1;\n}\n`,
  };
  const short = await promptOf(files, { description: 'Ends with `settle`.', budget: 320 });
  expect(short.text).toContain('helper11(first');
  expect(short.text).toContain('export function settle(at: Date): number');
  expect(short.text).not.toContain('a long way');
  const roomy = await promptOf(files, { description: 'Ends with `settle`.', budget: 2_000 });
  expect(roomy.text).toContain('a long way');
  expect(roomy.text).toContain('helper11(first');
});

test('headers of one file are one piece that gives the line of each', async () => {
  const { pieces } = await promptOf({ 'src/util.ts': `// util\n${functions('helper', 5)}\n` });
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toMatchObject({ path: 'src/util.ts', startLine: 2, endLine: 6 });
  expect(pieces[0]?.text.split('\n').map((line) => line.split(' ')[0])).toEqual([
    '2:',
    '3:',
    '4:',
    '5:',
    '6:',
  ]);
});

test('nothing is told twice, whichever way it is found', async () => {
  const { pieces } = await promptOf(
    {
      'src/book.ts':
        "import { Entry } from './entry.ts';\nexport class Book {\n  add(e: Entry) {}\n  sum() { return 0; }\n  clear() {}\n}\n",
      'src/entry.ts': 'export interface Entry { at: Date; amount: number }\n',
      'src/kept.ts': 'export const kept = 1;\n',
    },
    { description: 'Like Book, of Entry. Uses `kept`.', context: ['src/kept.ts'] },
  );
  for (const name of ['class Book', 'interface Entry', 'const kept'])
    expect(
      pieces.filter((p) => p.text.includes(name)),
      name,
    ).toHaveLength(1);
});

test('an imported name means what the import says: the declaration behind a barrel, nothing of a package', async () => {
  const { pieces } = await promptOf(
    {
      'src/book.ts':
        "import { hash } from 'node:crypto';\nimport { parse } from 'csv';\nimport { round } from '../money/index.ts';\nexport class Book {\n  a() {}\n}\n",
      'money/index.ts': "export * from './round.ts';\n",
      'money/round.ts': 'export function round(n: number): number { return n; }\n',
      'far/off/here/tools.ts':
        'export function hash(): void {}\nexport function parse(): void {}\nexport function round(): void {}\n',
    },
    { packages: ['csv'] },
  );
  const voted = pieces.filter((p) => /imported by/.test(p.reason));
  expect(voted.map((p) => p.path)).toEqual(['money/round.ts']);
  expect(voted[0]?.reason).toContain('exported again by money/index.ts');
  expect(pieces.map((p) => p.path)).toContain('node_modules/csv/index.d.ts');
});

test('the example is the class that is built alike, in whole members', async () => {
  const long = '    // step\n'.repeat(60);
  const { pieces } = await promptOf(
    {
      'src/aa-clock.ts': 'export class Clock {\n  now() {}\n  stop() {}\n  start() {}\n}\n',
      'src/journal.ts': `export class Journal {\n  add() {}\n  sum() {\n    return 0;\n  }\n  clear() {\n${long}  }\n}\n`,
    },
    { description: 'It can add, sum and clear.', budget: 1_200 },
  );
  const example = pieces.find((p) => p.reason.startsWith('the most similar class'));
  expect(example).toMatchObject({ path: 'src/journal.ts', startLine: 1, endLine: 5 });
  expect(example?.text).toMatch(/return 0;\n {2}\}$/);
});

test('a class brings its merged namespace, a function its overloads', async () => {
  const { text } = await promptOf(
    {
      'src/helpers.ts': functions('helper', 60),
      'lib/far/off/doc.ts':
        'export declare namespace Doc {\n  interface Parsed { errors: string[] }\n}\nexport class Doc {\n  a() {}\n}\n',
      'lib/far/off/visit.ts':
        'export function visit(doc: string): void;\nexport function visit(doc: number): void;\nexport function visit(doc: unknown): void {}\n',
    },
    { description: 'Holds a Doc and calls `visit`.', budget: 700 },
  );
  expect(text).toContain('interface Parsed');
  expect(text).toContain('visit(doc: string)');
  expect(text).toContain('visit(doc: number)');
});

test('uses of the class are calls of its members, not imports of it', async () => {
  const { pieces } = await promptOf(
    {
      'src/shop.ts':
        "import { Ledger } from './ledger.ts';\n\n\n\n\nconst ledger = new Ledger('main');\n\n\n\n\n\n\nledger.add(3);\n",
    },
    { dependents: ['src/shop.ts'] },
  );
  const uses = pieces.filter((p) => p.reason === 'uses Ledger already').map((p) => p.text.trim());
  expect(uses).toEqual(["const ledger = new Ledger('main');", 'ledger.add(3);']);
});

test('type parameters are told by name in a header, and the budget holds', async () => {
  const { text, tokens } = await promptOf(
    {
      'src/query.ts': `export class Query<TData extends object = Record<string, (a: number) => void>, const TKey = string> {\n  data!: TData;\n  key!: TKey;\n}\n${functions('helper', 200)}\n`,
    },
    { budget: 1_000 },
  );
  expect(text).toContain('export class Query<TData, TKey> { data; key }');
  expect(tokens).toBeLessThanOrEqual(1_000);
});

test('what a small signature names weighs more than what a large class names among much else', async () => {
  const crowd = Array.from({ length: 40 }, (_, i) => `Crowd${i}`);
  const { text } = await promptOf(
    {
      'lib/client.ts': [
        ...crowd.map((name) => `export interface ${name} { a: 1 }`),
        'export class BigClient {',
        ...crowd.map((name) => `  m${name}(a: ${name}): void {}`),
        '}',
      ].join('\n'),
      'lib/open.ts':
        'export interface Limits { most: number }\nexport function openLedger(limits: Limits): void {}\n',
    },
    { description: 'Made by openLedger with a BigClient.' },
  );
  expect(text).toContain('interface Limits { most: number }');
  expect(text).toContain('interface Crowd0 { a }');
});

test('an ablation takes away one part of the context and leaves the others', async () => {
  const files = {
    'src/ledger.ts': "import { round } from 'sums';\nimport type { Entry } from './entry.ts';\n",
    'src/entry.ts': 'export interface Entry { amount: number }\n',
    'src/cash-ledger.ts':
      "import type { Entry } from './entry.ts';\nexport class CashLedger {\n  add(e: Entry) {\n    return e;\n  }\n  drop() {}\n  clear() {}\n  sum() {\n    return 0;\n  }\n}\n",
    'app/main.ts': "import { Ledger } from '../src/ledger.ts';\nconsole.log(new Ledger().sum());\n",
  };
  const parts = {
    usages: 'new Ledger().sum()',
    sibling: 'return e;',
    declarations: 'interface Entry',
    packages: 'declare function round',
  };
  const heldBy = async (without: string[]) => {
    const wanted = { dependents: ['app/main.ts'], packages: ['sums'], without };
    const { text } = await promptOf(files, { ...wanted, description: 'Keeps an Entry each.' });
    return Object.entries(parts).flatMap(([part, sign]) => (text.includes(sign) ? [part] : []));
  };
  expect(await heldBy([])).toEqual(Object.keys(parts));
  for (const part of Object.keys(parts))
    expect(await heldBy([part])).toEqual(Object.keys(parts).filter((one) => one !== part));
});
