import { symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../package-root.ts';
import type { PackageInfo } from '../../repository/repository.ts';
import { createWorkingCopy, sandboxAvailable } from '../../sandbox/sandbox.ts';
import { tempFolder, writeFiles } from '../../testing/temp.ts';
import { treeHash } from '../../testing/tree-hash.ts';
import { compileInCopy } from './compile.ts';
import { parseDiagnostics } from './compiler-output.ts';

const OLD = '4.9';
const MIDDLE = '5.4';
const NEW = '5.9';
type Version = typeof OLD | typeof MIDDLE | typeof NEW;
const exact: Record<Version, string> = { '4.9': '4.9.5', '5.4': '5.4.5', '5.9': '5.9.3' };

async function fixture(
  version: Version | undefined,
  files: Record<string, string>,
  options: { sandbox?: 'none'; targetDir?: string } = {},
) {
  const root = tempFolder();
  await writeFiles(root, files);
  await mkdir(join(root, 'node_modules'));
  if (version)
    symlinkSync(
      join(packageRoot, `node_modules/typescript-${version}`),
      join(root, 'node_modules/typescript'),
    );
  const info = (dir: string): PackageInfo => ({
    name: undefined,
    dir,
    manifest: { type: 'module', dependencies: {}, devDependencies: {}, peerDependencies: {}, scripts: {} },
  });
  const repository = { root, git: undefined, packages: [info('')], target: info(options.targetDir ?? '') };
  const sandbox = options.sandbox ?? ((await sandboxAvailable()).available ? 'bubblewrap' : 'none');
  const copy = await createWorkingCopy({ repository, sandbox });
  onTestFinished(() => copy.dispose());
  const compile = (tsconfig = 'tsconfig.json', timeoutMs?: number) =>
    compileInCopy({ copy, repository, tsconfig, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  return { root, copy, compile };
}

const config = (options: object, more: object = {}) =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2015',
      module: 'commonjs',
      lib: ['es5'],
      skipLibCheck: true,
      types: [],
      strict: true,
      ...options,
    },
    ...more,
  });

const short = (list: { file: string; line: number; column: number; code: number }[]) =>
  list.map((d) => `${d.file}:${d.line}:${d.column} ${d.code}`);

describe.each<Version>([OLD, MIDDLE, NEW])('a plain project on TypeScript %s', (version) => {
  it('is checked in the copy alone, again and again', async () => {
    const { root, copy, compile } = await fixture(version, {
      'tsconfig.json': config({ outDir: 'dist' }, { include: ['src'] }),
      'src/lot.ts': 'export interface Lot { id: string; price: { amount: number } }\n',
      'src/book.ts':
        "import type { Lot } from './lot';\nexport class Book {\n  first(): Lot {\n    return { id: 'a', price: { amount: 'x' } };\n  }\n}\n",
      'src/(group)/use.ts': "import { Book } from '../book';\nnew Book().last();\n",
    });
    const before = treeHash(root);
    const found = await compile();
    expect(found.failure).toBeUndefined();
    expect(short(found.diagnostics).sort()).toEqual([
      'src/(group)/use.ts:2:12 2339',
      'src/book.ts:4:32 2322',
    ]);
    expect(found.evidence).toMatchObject({
      version: `tsc ${exact[version]}`,
      exitStatus: expect.toSatisfy((n) => n === 1 || n === 2),
      counts: { errors: 2 },
    });
    await copy.write(
      'src/book.ts',
      "import type { Lot } from './lot';\nexport class Book {\n  first(): Lot {\n    const lot = { id: 1, price: { amount: 2 } };\n    return lot;\n  }\n  last() {}\n}\n",
    );
    const changed = await compile();
    expect(short(changed.diagnostics)).toEqual(['src/book.ts:5:5 2322']);
    expect(changed.diagnostics[0]?.message.split('\n')).toEqual([
      "Type '{ id: number; price: { amount: number; }; }' is not assignable to type 'Lot'.",
      "  Types of property 'id' are incompatible.",
      "    Type 'number' is not assignable to type 'string'.",
    ]);
    await copy.write('src/book.ts', 'export class Book { last() {} }\n');
    const clean = await compile();
    expect(clean).toMatchObject({ diagnostics: [], evidence: { exitStatus: 0 } });
    expect(treeHash(root)).toEqual(before);
  });
});

const workspace = (upstream = 'export interface Lot { id: string }\n', a: object = { outDir: 'dist' }) => ({
  'packages/a/tsconfig.json': config({ composite: true, ...a }, { include: ['src'] }),
  'packages/a/src/index.ts': upstream,
  'packages/b/tsconfig.json': config(
    { composite: true, outDir: 'dist' },
    { include: ['src'], references: [{ path: '../a' }] },
  ),
  'packages/b/src/book.ts':
    "import type { Lot } from '../../a/src/index';\nexport const lot: Lot = { id: 1 };\n",
});

describe.each<Version>([OLD, NEW])('composite projects on TypeScript %s', (version) => {
  it('are built, as they answer TS6305 otherwise', async () => {
    const { root, copy, compile } = await fixture(version, workspace(), { targetDir: 'packages/b' });
    const plain = await copy.run(
      [
        process.execPath,
        join(copy.insideRoot, 'node_modules/typescript/bin/tsc'),
        '-p',
        'packages/b',
        '--noEmit',
        '--pretty',
        'false',
      ],
      { cwd: '', timeoutMs: 60_000 },
    );
    expect(plain.stdout).toContain('TS6305');
    const before = treeHash(root);
    const found = await compile('packages/b/tsconfig.json');
    expect(found.failure).toBeUndefined();
    expect(short(found.diagnostics)).toEqual(['packages/b/src/book.ts:2:27 2322']);
    expect(found.evidence.command.slice(0, 3)).toEqual(['tsc', '-b', 'tsconfig.json']);
    await copy.write(
      'packages/b/src/book.ts',
      "import type { Lot } from '../../a/src/index';\nexport const lot: Lot = { id: 'a' };\n",
    );
    expect(await compile('packages/b/tsconfig.json')).toMatchObject({
      diagnostics: [],
      evidence: { exitStatus: 0 },
    });
    expect(treeHash(root)).toEqual(before);
  });

  it('are judged above a project that has had errors all along', async () => {
    const { compile } = await fixture(
      version,
      workspace('export interface Lot { id: string }\nexport const old: string = 1;\n'),
    );
    const found = await compile('packages/b/tsconfig.json');
    // TypeScript 4.9 leaves such projects out of a build.
    expect(found.earlier.length > 0).toBe(version === OLD);
    expect(found.failure).toBeUndefined();
    expect(short(found.diagnostics).sort()).toEqual([
      'packages/a/src/index.ts:2:14 2322',
      'packages/b/src/book.ts:2:27 2322',
    ]);
  });

  it('leave no output beside sources', async () => {
    const { copy, compile } = await fixture(version, {
      ...workspace(undefined, {}),
      'packages/a/src/written.js': 'exports.a = 1;\n',
    });
    await compile('packages/b/tsconfig.json');
    expect(await copy.read('packages/a/src/index.js')).toBeUndefined();
    expect(await copy.read('packages/a/src/index.d.ts')).toBeUndefined();
    expect(await copy.read('packages/a/src/index.ts')).toBeDefined();
    expect(await copy.read('packages/a/src/written.js')).toBe('exports.a = 1;\n');
  });
});

it('builds what a plain project refers to, then checks the project', async () => {
  const { compile } = await fixture(NEW, {
    ...workspace(),
    'packages/b/tsconfig.json': config({}, { include: ['src'], references: [{ path: '../a' }] }),
  });
  const found = await compile('packages/b/tsconfig.json');
  expect(short(found.diagnostics)).toEqual(['packages/b/src/book.ts:2:27 2322']);
  expect(found.earlier.map((e) => e.command[1])).toEqual(['-b']);
  expect(found.evidence.command).toContain('--noEmit');
});

it('builds a solution', async () => {
  const { compile } = await fixture(NEW, {
    ...workspace(),
    'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'packages/b' }] }),
  });
  expect(short((await compile()).diagnostics)).toEqual(['packages/b/src/book.ts:2:27 2322']);
});

it('maps paths back where it runs without a sandbox', async () => {
  const { compile } = await fixture(
    NEW,
    { 'tsconfig.json': config({}), 'src/a.ts': 'export const a: string = 1;\n' },
    { sandbox: 'none' },
  );
  expect(short((await compile()).diagnostics)).toEqual(['src/a.ts:1:14 2322']);
});

describe('what is no verdict', () => {
  const plain = { 'tsconfig.json': config({}), 'src/a.ts': 'export const a: string = 1;\n' };
  it('a syntax error somewhere, which hides all type errors', async () => {
    const { compile } = await fixture(NEW, { ...plain, 'src/b.ts': 'export const = 1;\n' });
    const found = await compile();
    expect(found.diagnostics.every((d) => d.file === 'src/b.ts')).toBe(true);
    expect(found.failure).toMatchObject({
      kind: 'types-not-checked',
      message: expect.stringContaining('src/b.ts:1 TS1134'),
    });
  });

  it('an option that the compiler stops at', async () => {
    const { compile } = await fixture(NEW, {
      ...plain,
      'tsconfig.json': config({ module: 'esnext', moduleResolution: 'nodenext' }),
    });
    expect((await compile()).failure?.kind).toBe('types-not-checked');
  });

  it('but grammar that the checker judges is', async () => {
    const { compile } = await fixture(NEW, {
      'tsconfig.json': config({ verbatimModuleSyntax: true, module: 'esnext', moduleResolution: 'bundler' }),
      'src/a.ts': 'export interface A { a: 1 }\n',
      'src/b.ts': "import { A } from './a';\nexport const b: A = { a: 1 };\n",
    });
    const found = await compile();
    expect(found.failure).toBeUndefined();
    expect(short(found.diagnostics)).toEqual(['src/b.ts:1:10 1484']);
  });

  it('no compiler', async () => {
    const { compile } = await fixture(undefined, plain);
    expect(await compile()).toMatchObject({ diagnostics: [], failure: { kind: 'no-compiler' } });
  });

  it('no time', async () => {
    const { compile } = await fixture(NEW, plain);
    expect((await compile('tsconfig.json', 5)).failure?.kind).toBe('timeout');
  });
});

it('reads what a compiler prints', () => {
  const places = { cwd: 'packages/b', roots: ['/repo', '/inside'], project: 'packages/b/tsconfig.json' };
  const output = [
    "[12:00:00 AM] Building project '/repo/packages/b/tsconfig.json'...",
    '',
    "../a/src/(x)/y.ts(3,14): error TS2741: Property 'b' is missing.",
    '  The expected type comes from here.',
    'TSFILE: /repo/packages/b/dist/x.js',
    '/inside/src/z.ts(1,2): error TS1: m',
    '/usr/lib/q.d.ts(1,2): error TS2: m',
    'error TS18003: No inputs were found.\r\n',
    'Found 4 errors.',
  ].join('\n');
  expect(parseDiagnostics(output, places).map((d) => [d.file, d.line, d.column, d.code, d.message])).toEqual([
    [
      'packages/a/src/(x)/y.ts',
      3,
      14,
      2741,
      "Property 'b' is missing.\n  The expected type comes from here.",
    ],
    ['src/z.ts', 1, 2, 1, 'm'],
    ['/usr/lib/q.d.ts', 1, 2, 2, 'm'],
    ['packages/b/tsconfig.json', 1, 1, 18003, 'No inputs were found.'],
  ]);
});
