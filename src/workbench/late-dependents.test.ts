import { afterEach, expect, test } from 'vitest';
import { openTypeScriptSession } from '../language/typescript/session.ts';
import type { Task } from '../loop/task.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { checkLate } from './late-dependents.ts';

const TARGET = 'core/src/order.ts';
const task: Task = {
  className: 'Order',
  file: TARGET,
  description: '',
  form: 'replace',
  tests: [],
  context: [],
  require: 'tests',
  requireLint: false,
  showTests: false,
  ask: false,
  strategy: 'rrr',
};
const right = 'export class Order { take(n: number): string { return String(n) } }\n';
const wrong = 'export class Order { give(): void {} }\n';
const manifest = (name: string, dependencies: Record<string, string>) =>
  JSON.stringify({ name, version: '1.0.0', main: 'dist/index.js', types: 'dist/index.d.ts', dependencies });
const tsconfig = JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['src'] });
const core = {
  'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['*'] }),
  'core/package.json': manifest('@m/core', {}),
  'core/tsconfig.json': tsconfig,
  'core/src/index.ts': "export * from './order';",
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Checks the late dependents of a repository with `text` in place of `original`. */
async function check(files: Record<string, string>, text: string, original: string | undefined) {
  const root = tempFolder();
  await writeFiles(root, { ...core, ...files, ...(original === undefined ? {} : { [TARGET]: original }) });
  const openLanguage = () => openTypeScriptSession({ root, targetFile: TARGET, className: 'Order' });
  const language = await openLanguage();
  open.push(() => language.close());
  const { late } = await language.dependents();
  let others = 0;
  const openAnother = () => {
    others += 1;
    return openLanguage();
  };
  const scene = { task, original, language, late, isDependent: () => true, openAnother };
  const { diagnostics, notChecked } = await checkLate(scene, text, new AbortController().signal);
  return { diagnostics: diagnostics.map(({ file, code }) => `${file} ${code}`), notChecked, others };
}

/** A package of which a dependency is not installed. */
const lacking = (source: string) => ({
  'lib/package.json': manifest('@m/lib', { '@m/core': '*', 'not-there': '1' }),
  'lib/tsconfig.json': tsconfig,
  'lib/src/use.ts': `import { thing } from 'not-there';\n${source}`,
});
const use = lacking("import { Order } from '@m/core';\nexport const s: string = thing(new Order().take(1));");

test.each([
  ['an older version', right],
  ['a missing class', 'export const other = 1;\n'],
  ['a missing file', undefined],
])('a file with missing packages is checked with what is there, against %s', async (_, original) => {
  const what = 'lib/src/use.ts';
  const good = await check(use, right, original);
  expect(good).toEqual({
    diagnostics: [],
    notChecked: [
      { what, reason: expect.stringMatching(/dependencies of lib .*`npm install`.*what is there/) },
    ],
    others: 0,
  });
  const bad = await check(use, wrong, original);
  expect(bad.diagnostics).toEqual([]);
  expect(bad.notChecked).toEqual([{ what, reason: expect.stringContaining('TS2339'), bars: true }]);
});

test('a file whose import of the class cannot be followed bars the verdict', async () => {
  const files = {
    'wrap/package.json': JSON.stringify({ name: '@m/wrap', main: 'src/index.ts', types: 'src/index.ts' }),
    'wrap/tsconfig.json': tsconfig,
    'wrap/src/index.ts': "export * from '@m/core';",
    'lib/package.json': manifest('@m/lib', { '@m/wrap': '*', 'not-there': '1' }),
    'lib/tsconfig.json': tsconfig,
    'lib/src/use.ts': "import { Order } from '@m/wrap';\nnew Order().take(1);",
  };
  const { notChecked } = await check(files, right, right);
  expect(notChecked.find(({ what }) => what === 'lib/src/use.ts')).toEqual({
    what: 'lib/src/use.ts',
    reason: expect.stringContaining('cannot follow its imports'),
    bars: true,
  });
});

test('what is missing elsewhere causes no error of the class, and a farther file is listed', async () => {
  const files = {
    ...lacking("import { Order } from '@m/core';\nexport const order = new Order();\nthing.is.any;"),
    'lib/src/far.ts': "import { order } from './use';\nimport 'not-there';\nvoid order;",
  };
  const { notChecked } = await check(files, right, right);
  expect(notChecked.map(({ what, bars }) => [what, bars])).toEqual([
    ['lib/src/use.ts', undefined],
    ['lib/src/far.ts', undefined],
  ]);
});

test('dependents in more projects than one server holds are checked in further ones', async () => {
  const names = Array.from({ length: 51 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const files = Object.fromEntries(
    names.flatMap((name) => [
      [`${name}/tsconfig.json`, JSON.stringify({ compilerOptions: { strict: true, types: [] } })],
      [`${name}/use.ts`, "import { Order } from '../core/src/order';\nnew Order().take(1);"],
    ]),
  );
  expect(await check(files, right, right)).toEqual({ diagnostics: [], notChecked: [], others: 2 });
  const { diagnostics } = await check(files, wrong, right);
  expect(diagnostics).toEqual(names.slice(24).map((name) => `${name}/use.ts 2339`));
});
