import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../package-root.ts';
import { startServer } from './server.ts';
import { openTypeScriptSession, type TypeScriptSession, type TypeScriptSessionOptions } from './session.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

type Tree = Record<string, string | object>;

function write(root: string, files: Tree): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A repository in a temporary folder, with one of the installed compilers as its own. */
function repository(files: Tree, compiler: '4.9' | '5.4' | '5.9' = '5.9'): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'session-')));
  cleanups.push(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(
    join(packageRoot, `node_modules/typescript-${compiler}`),
    join(root, 'node_modules/typescript'),
  );
  return root;
}

async function open(root: string, targetFile: string, more: Partial<TypeScriptSessionOptions> = {}) {
  const session = await openTypeScriptSession({
    root,
    targetFile,
    className: 'Order',
    timeoutMs: 20_000,
    ...more,
  });
  cleanups.push(() => session.close());
  return session;
}

/** Diagnostics as `code line:column`, for whole comparisons. */
const errors = async (session: TypeScriptSession, file: string) =>
  (await session.diagnostics(file)).diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`);

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What the repository's own compiler says of the files on disk. */
const ownCompiler = (root: string): Promise<string> =>
  new Promise((resolve) => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFile(process.execPath, [tsc, '-p', root, '--noEmit', '--pretty', 'false'], (_, stdout) =>
      resolve(stdout),
    );
  });

const workspacePackage = (name: string, dependencies: Record<string, string>, more: object = {}) => ({
  name,
  version: '1.0.0',
  main: 'dist/index.js',
  types: 'dist/index.d.ts',
  dependencies,
  ...more,
});
const link = (root: string, name: string, dir: string) => {
  const at = join(root, 'node_modules', name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(join(root, dir), at);
};

describe('repositories on older compilers with old options', () => {
  const files: Tree = {
    'package.json': { name: 'old', version: '1.0.0' },
    'node_modules/@types/node/package.json': { name: '@types/node', version: '18.0.0', types: 'index.d.ts' },
    'node_modules/@types/node/index.d.ts': `/// <reference lib="es2020" />
declare var process: { env: Record<string, string | undefined> };
interface Buffer { toString(encoding?: string): string }
declare var Buffer: { from(text: string): Buffer };
declare module 'events' { class EventEmitter { on(name: string, run: (...args: any[]) => void): this }
  namespace EventEmitter { const defaultMaxListeners: number } export = EventEmitter }`,
    'node_modules/cjs/package.json': { name: 'cjs', version: '1.0.0', types: 'index.d.ts' },
    'node_modules/cjs/index.d.ts':
      'declare function cjs(x: number): string; declare namespace cjs { const v: number } export = cjs;',
    'node_modules/exported/package.json': {
      name: 'exported',
      version: '1.0.0',
      types: 'all.d.ts',
      exports: { '.': { types: './new.d.ts' } },
    },
    'node_modules/exported/all.d.ts': 'export declare const old: 1;',
    'node_modules/exported/new.d.ts': 'export declare const fresh: 1;',
    'node_modules/exported/deep/part.d.ts': 'export declare const part: 1;',
    'tsconfig.json': `{ // defaults of old
  "compilerOptions": { "target": "es5", "module": "commonjs", "moduleResolution": "node",
    "baseUrl": "src", "paths": { "@shared/*": ["shared/*", "fallback/*"] }, "outDir": "dist", "skipLibCheck": true, },
  "include": ["src"] }`,
    'src/util/money.ts':
      'export interface Money { amount: number; currency: string }\nexport const zero: Money = { amount: 0, currency: "" };',
    'src/fallback/clock.ts': 'export const now = () => 1;',
    'src/by-name.ts':
      'import { Order } from "orders/order";\nexport const label: string = new Order("a").label(1);',
    'src/use.ts':
      'import { Order } from "./orders/order";\nexport const label: string = new Order("a").label(1);',
  };
  const right = `import { Money, zero } from 'util/money';
import { now } from '@shared/clock';
import { old } from 'exported';
import { part } from 'exported/deep/part';
import * as cjs from 'cjs';
import * as EventEmitter from "events";
export class Order extends EventEmitter {
  name: string;
  total: Money;
  constructor(id) { super(); this.name = id || process.env.NAME; this.total = zero; this.on('x', () => now()); }
  label(n: number): string { let text = null; text = Buffer.from(this.name).toString('hex') + cjs(n) + cjs.v; return text; }
  sums(list: Money[]) { let sum = old + part; for (const money of list) sum += money.amount; return Object.entries({ sum }); }
}
`;

  test.each(['4.9', '5.4', '5.9'] as const)('TypeScript %s', async (version) => {
    const root = repository(files, version);
    const session = await open(root, 'src/orders/order.ts');
    expect(session.project).toMatchObject({
      tsconfig: 'tsconfig.json',
      compilerVersion: expect.stringMatching(`^${version}`),
      options: { strict: false, esModuleInterop: false, target: 'es5' },
    });
    for (const file of ['use', 'by-name'])
      expect(await errors(session, `src/${file}.ts`)).toEqual(['2305 1:10']);

    await session.setCandidate(right);
    expect(await errors(session, 'src/orders/order.ts')).toEqual([]);
    for (const file of ['use', 'by-name']) expect(await errors(session, `src/${file}.ts`)).toEqual([]);

    await session.setCandidate(
      right.replace('return text;', 'return this.nam;').replace('label(n', 'title(n'),
    );
    expect(await errors(session, 'src/orders/order.ts')).toEqual(['2551 11:123']);
    for (const file of ['use', 'by-name'])
      expect(await errors(session, `src/${file}.ts`)).toEqual(['2339 2:45']);
    expect(existsSync(join(root, 'src/orders'))).toBe(false);

    write(root, { 'src/orders/order.ts': right });
    expect(await ownCompiler(root)).toBe('');
  });

  test('the translation is what keeps errors out: the server invents them from the tsconfig as it is', async () => {
    const root = repository({ ...files, 'src/orders/order.ts': right });
    const server = await startServer({ root, timeoutMs: 20_000 });
    cleanups.push(() => server.close());
    await server.openProject(join(root, 'tsconfig.json'));
    const found = await server.query('diagnostics', async (snapshot) =>
      snapshot
        .getProject(join(root, 'tsconfig.json'))
        ?.program.getSemanticDiagnostics(join(root, 'src/orders/order.ts')),
    );
    const codes = new Set(found?.map(({ code }) => code));
    expect([...codes]).toEqual(expect.arrayContaining([2307, 2591, 7006]));
  });
});

describe('dependents through built output', () => {
  const base = {
    target: 'es2020',
    module: 'commonjs',
    strict: true,
    declaration: true,
    outDir: 'dist',
    rootDir: 'src',
  };
  const order = (body: string) => `export class Order { ${body} }`;

  test.each([
    ['not built', false],
    ['built', true],
  ])('are checked against the candidate, also by way of another package: %s', async (_, built) => {
    const root = repository({
      'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
      'packages/a/package.json': workspacePackage('@m/a', {}),
      'packages/a/tsconfig.json': { compilerOptions: base, include: ['src'] },
      'packages/a/src/index.ts': "export * from './order';",
      'packages/a/src/order.ts': order('take(n: number): string { return String(n) }'),
      'packages/b/package.json': workspacePackage('@m/b', { '@m/a': '*' }),
      'packages/b/tsconfig.json': {
        compilerOptions: { ...base, baseUrl: '.', paths: { '~/*': ['src/*'] } },
        include: ['src'],
      },
      'packages/b/src/index.ts': "export { order } from '~/order';",
      'packages/b/src/order.ts': "import { Order } from '@m/a'; export const order = new Order();",
      'packages/c/package.json': workspacePackage('@m/c', { '@m/b': '*', '@m/a': '*' }),
      'packages/c/tsconfig.json': { compilerOptions: base, include: ['src'] },
      'packages/c/src/direct.ts':
        "import { Order } from '@m/a';\nexport const s: string = new Order().take(1);",
      'packages/c/src/deep.ts':
        "import { Order } from '@m/a/dist/order';\nexport const s: string = new Order().take(1);",
      'packages/c/src/by-b.ts': "import { order } from '@m/b';\nexport const s: string = order.take(1);",
    });
    write(root, {
      'packages/d/package.json': workspacePackage('@m/d', { '@m/b': '*' }),
      'packages/d/tsconfig.json': { compilerOptions: base, include: ['src'] },
      'packages/d/src/use.ts': "import { order } from '@m/b';\nexport const s: string = order.take(1);",
    });
    for (const name of ['a', 'b', 'c', 'd']) link(root, `@m/${name}`, `packages/${name}`);
    if (built) {
      write(root, {
        'packages/a/dist/index.d.ts': "export * from './order';",
        'packages/a/dist/order.d.ts': 'export declare class Order { take(n: number): string }',
        'packages/b/dist/index.d.ts': "export { order } from './order';",
        'packages/b/dist/order.d.ts': "import { Order } from '@m/a'; export declare const order: Order;",
      });
    }
    const session = await open(root, 'packages/a/src/order.ts');
    const { files, notChecked } = await session.dependents();
    expect(files).toEqual(
      expect.arrayContaining([
        'packages/b/src/order.ts',
        'packages/c/src/direct.ts',
        'packages/c/src/by-b.ts',
      ]),
    );
    expect(notChecked).toEqual([]);
    for (const file of ['c/src/direct', 'c/src/deep', 'c/src/by-b', 'd/src/use'])
      expect(await errors(session, `packages/${file}.ts`)).toEqual([]);
    await session.setCandidate(order('take(n: string): string { return n }'));
    expect(await errors(session, 'packages/c/src/direct.ts')).toEqual(['2345 2:43']);
    expect(await errors(session, 'packages/c/src/deep.ts')).toEqual(['2345 2:43']);
    expect(await errors(session, 'packages/c/src/by-b.ts')).toEqual(['2345 2:37']);
    expect(await errors(session, 'packages/d/src/use.ts')).toEqual(['2345 2:37']);
  });

  test('NodeNext packages with exports for both module kinds', async () => {
    const options = { target: 'es2022', module: 'nodenext', strict: true, outDir: 'dist', rootDir: 'src' };
    const root = repository({
      'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
      'packages/a/package.json': {
        name: '@m/a',
        version: '1.0.0',
        type: 'module',
        exports: {
          '.': {
            import: { types: './dist/esm/index.d.ts', default: './dist/esm/index.js' },
            require: { types: './dist/cjs/index.d.cts', default: './dist/cjs/index.cjs' },
          },
          './parts/*': './dist/esm/parts/*.js',
        },
      },
      'packages/a/tsconfig.json': { compilerOptions: { ...options, noEmit: true }, include: ['src'] },
      'packages/a/src/index.ts': "export * from './parts/order.js';",
      'packages/a/src/parts/order.ts': order('take(n: number): string { return String(n) }'),
      'packages/b/package.json': { name: '@m/b', type: 'module', devDependencies: { '@m/a': 'workspace:*' } },
      'packages/b/tsconfig.json': { compilerOptions: options, include: ['src'] },
      'packages/b/src/use.ts': "import { Order } from '@m/a';\nexport const s: string = new Order().take(1);",
      'packages/b/src/part.ts':
        "import { Order } from '@m/a/parts/order';\nexport const s: string = new Order().take(1);",
    });
    link(root, '@m/a', 'packages/a');
    const session = await open(root, 'packages/a/src/parts/order.ts');
    for (const file of ['use', 'part'])
      expect(await errors(session, `packages/b/src/${file}.ts`)).toEqual([]);
    await session.setCandidate(order('take(n: string): string { return n }'));
    for (const file of ['use', 'part'])
      expect(await errors(session, `packages/b/src/${file}.ts`)).toEqual(['2345 2:43']);
  });

  test('what cannot be led to a source, or is no TypeScript, is named as not checked', async () => {
    const root = repository({
      'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
      'packages/a/package.json': workspacePackage(
        '@m/a',
        {},
        { types: 'bundle/all.d.ts', main: 'bundle/all.js' },
      ),
      'packages/a/tsconfig.json': { compilerOptions: { strict: true }, include: ['src'] },
      'packages/a/src/order.ts': order(''),
      'packages/b/package.json': workspacePackage('@m/b', { '@m/a': '*' }),
      'packages/b/tsconfig.json': { include: ['src'] },
      'packages/b/src/use.ts': "import { Order } from '@m/a'; new Order();",
      'packages/a/page.vue': "<script>import { Order } from './src/order'; new Order();</script>",
      'packages/a/tools/script.ts': "import { Order } from '../src/order'; export const o = new Order();",
      'packages/a/run.js': "import { Order } from './src/order'; new Order();",
      'packages/a/site.svelte': "<script>import { o } from './tools/script'; o;</script>",
    });
    link(root, '@m/a', 'packages/a');
    const session = await open(root, 'packages/a/src/order.ts');
    const { files, late, notChecked } = await session.dependents();
    const framework = expect.stringContaining('only TypeScript');
    expect(notChecked).toEqual([
      { what: 'packages/a/page.vue', reason: framework, bars: true },
      { what: 'packages/a/run.js', reason: 'only TypeScript files can be type-checked' },
      { what: 'packages/a/site.svelte', reason: framework },
      { what: 'packages/b/src/use.ts', reason: expect.stringContaining('@m/a'), bars: true },
    ]);
    expect(files).toEqual(['packages/a/tools/script.ts']);
    expect(late).toEqual([]);
  });

  test('a dependent that no tsconfig covers is checked by the options of the target', async () => {
    const root = repository({
      'tsconfig.json': { compilerOptions: { strict: true, rootDir: 'src', outDir: 'out' }, include: ['src'] },
      'src/order.ts': order('id = 1'),
      'scripts/format.ts': 'export const format = String;',
      'test/order.test.ts': "import { Order } from '../src/order'; new Order();",
      'scripts/print.ts':
        "import { Order } from '../src/order';\nexport const id: number = new Order().id;\nexport { format } from './format';",
    });
    const session = await open(root, 'src/order.ts');
    await expect(session.diagnostics('scripts/print.ts')).rejects.toMatchObject({ code: 'no-tsconfig' });
    expect(await session.dependents()).toEqual({
      files: ['scripts/print.ts'],
      late: [],
      notChecked: [{ what: 'test/order.test.ts', reason: 'no tsconfig covers it' }],
    });
    expect(await errors(session, 'scripts/print.ts')).toEqual([]);
    expect(await session.tsconfigOf('scripts/print.ts')).toBeUndefined();
    expect(await session.tsconfigOf('src/order.ts')).toBe('tsconfig.json');
    await session.setCandidate(order("id = '1'"));
    expect(await errors(session, 'scripts/print.ts')).toEqual(['2322 2:14']);
  });
});

test('dependents of the own package come first; those with something missing around them come late', async () => {
  const root = repository({
    'package.json': { name: 'root', private: true, workspaces: ['*'] },
    'app/package.json': workspacePackage('@m/app', { '@m/core': '*' }),
    'app/tsconfig.json': { extends: 'not-installed/tsconfig.base' },
    'app/use.ts': "import { Order } from '@m/core'; new Order();",
    'lib/package.json': workspacePackage('@m/lib', { '@m/core': '*', 'not-there': '1' }),
    'lib/tsconfig.json': { compilerOptions: { types: [] } },
    'lib/use.ts': "import { Order } from '@m/core'; new Order();",
    'bin/package.json': workspacePackage('@m/bin', { '@m/core': '*' }),
    'bin/tsconfig.json': { compilerOptions: { types: [] } },
    'bin/use.ts': "import { Order } from '@m/core'; new Order();",
    'core/package.json': workspacePackage('@m/core', {}, { types: 'src/index.ts', main: 'src/index.ts' }),
    'core/tsconfig.json': { compilerOptions: { types: [] } },
    'core/src/index.ts': "export * from './order';",
    'core/src/order.ts': 'export class Order {}',
    'core/src/far.ts': "import { near } from './near'; near;",
    'core/src/near.ts': "import { Order } from './order'; export const near = new Order();",
  });
  for (const name of ['app', 'bin', 'core', 'lib']) link(root, `@m/${name}`, name);
  const session = await open(root, 'core/src/order.ts');
  const { files, late, notChecked } = await session.dependents();
  expect(files.filter((file) => !file.endsWith('index.ts'))).toEqual([
    'core/src/near.ts',
    'core/src/far.ts',
    'bin/use.ts',
  ]);
  expect(notChecked).toEqual([]);
  expect(late).toEqual([
    {
      file: 'app/use.ts',
      isDirect: true,
      lacks: expect.stringMatching(/tsconfig is broken: .*not-installed/),
    },
    {
      file: 'lib/use.ts',
      isDirect: true,
      lacks: 'the dependencies of lib are not installed: run `npm install`',
    },
  ]);
  expect(await errors(session, 'app/use.ts')).toEqual([]);
  await session.setCandidate('export class Order { constructor(a: string) {} }');
  expect(await errors(session, 'app/use.ts')).toEqual(['2554 1:34']);
});

test('dependents in more projects than one server loads come late', async () => {
  const names = Array.from({ length: 27 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const root = repository({
    'tsconfig.json': { compilerOptions: { types: [] }, include: ['src'] },
    'src/order.ts': 'export class Order {}',
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`${name}/tsconfig.json`, { compilerOptions: { types: [] } }],
        [`${name}/use.ts`, "import { Order } from '../src/order'; new Order();"],
      ]),
    ),
  });
  const session = await open(root, 'src/order.ts');
  const { files, late } = await session.dependents();
  expect([files.length, late.length]).toEqual([24, 3]);
  for (const { file } of late) {
    await expect(session.diagnostics(file)).rejects.toMatchObject({ code: 'too-many-projects' });
  }
  await session.setCandidate('export class Order { constructor(a: string) {} }');
  expect(await errors(session, files.at(-1) ?? '')).toEqual(['2554 1:39']);
});

describe('the project of the target', () => {
  test('a solution with composite projects: each file in its own', async () => {
    const root = repository({
      'package.json': { name: 'p' },
      'tsconfig.json': { files: [], references: [{ path: './src' }, { path: './test' }] },
      'src/tsconfig.json': {
        compilerOptions: { composite: true, strict: true, outDir: '../out/src', types: [] },
      },
      'src/order.ts': 'export class Order { name: string | undefined; }',
      'test/tsconfig.json': {
        compilerOptions: { composite: true, outDir: '../out/test', types: [] },
        references: [{ path: '../src' }],
      },
      'test/order.test.ts':
        "import { Order } from '../src/order';\nexport const n: string = new Order().name;",
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.tsconfig).toBe('src/tsconfig.json');
    expect(await errors(session, 'test/order.test.ts')).toEqual([]);
    await session.setCandidate('export class Order { name: number = undefined; }');
    expect(await errors(session, 'src/order.ts')).toEqual(['2322 1:22']);
    expect(await errors(session, 'test/order.test.ts')).toEqual(['2322 2:14']);
  });

  test('one of another name beside a tsconfig.json that leaves the file out', async () => {
    const root = repository({
      'tsconfig.json': { include: ['test'] },
      'tsconfig.build.json': { compilerOptions: { strict: true }, include: ['src'] },
      'tsconfig.all.json': { include: ['src', 'test'] },
      'src/thing.ts': 'export const thing = 1;',
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.tsconfig).toBe('tsconfig.all.json');
    expect(session.project.notes.join()).toContain('tsconfig.build.json covers the file too');
    const asked = await open(root, 'src/order.ts', { tsconfig: 'tsconfig.build.json' });
    await asked.setCandidate('export class Order { a: number; b = thing; }\n');
    const { diagnostics } = await asked.diagnostics('src/order.ts');
    expect(diagnostics.map(({ code }) => code)).toEqual([2564, 2304]);
    const [, missing] = diagnostics;
    expect(missing && (await asked.quickFixes(missing))).toEqual([
      {
        title: 'Add import from "./thing"',
        text: 'import { thing } from "./thing";\n\nexport class Order { a: number; b = thing; }\n',
      },
    ]);
  });

  test('a file that no pattern names belongs to the program that imports it; one that nothing imports to none', async () => {
    const root = repository({
      'tsconfig.json': { compilerOptions: { strict: true }, files: ['src/index.ts'] },
      'src/index.ts': "export * from './order';",
      'src/order.ts': 'export class Order {}',
      'other/order.ts': 'export class Order {}',
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.notes.join()).toContain('its program imports it');
    await session.setCandidate('export class Order { x: number }');
    expect(await errors(session, 'src/order.ts')).toEqual(['2564 1:22']);
    await expect(open(root, 'other/order.ts')).rejects.toMatchObject({
      code: 'no-tsconfig',
      exitCode: 3,
      message: 'No tsconfig covers other/order.ts; looked at tsconfig.json.',
    });
  });

  test('a value that the compiler does not know is an error with its line', async () => {
    const root = repository({ 'tsconfig.json': '{\n  "compilerOptions": {\n    "module": "comonjs" } }' });
    await expect(open(root, 'order.ts')).rejects.toMatchObject({
      code: 'broken-tsconfig',
      message: expect.stringContaining('tsconfig.json:3:15: module is none of'),
    });
  });

  test.each([
    [
      'order.tsx',
      'export class Order { a = <b>x</b>; c = this.d; }\ndeclare global { namespace JSX { interface IntrinsicElements { b: {} } } }',
    ],
    ['order.mts', "import { x } from './x.mjs';\nexport class Order { a = x; c = this.d; }"],
    ['order.cts', "import x = require('./x.mjs');\nexport class Order { a = x.x; c = this.d; }"],
  ])('%s', async (file, text) => {
    const root = repository({
      'package.json': { name: 'p', type: 'commonjs' },
      'tsconfig.json': {
        compilerOptions: { module: 'nodenext', target: 'es2022', jsx: 'preserve', strict: true },
      },
      'x.mts': 'export const x = 1;',
    });
    const session = await open(root, file);
    await session.setCandidate(text.replace('c = this.d;', ''));
    expect(await errors(session, file)).toEqual([]);
    await session.setCandidate(text);
    expect((await session.diagnostics(file)).diagnostics.map(({ code }) => code)).toEqual([2339]);
  });

  test('what the emitted declarations would lack is an error too', async () => {
    const root = repository({
      'tsconfig.json': { compilerOptions: { strict: true, declaration: true, isolatedDeclarations: true } },
    });
    const session = await open(root, 'order.ts');
    await session.setCandidate('export class Order { total() { return Math.random(); } }');
    expect(await errors(session, 'order.ts')).toEqual(['9013 1:39']);
  });
});

describe('answers and the text they are about', () => {
  const files: Tree = {
    'tsconfig.json': { compilerOptions: { strict: true, types: [] } },
    'thing.ts': 'export class Thing {}\n',
    'order.ts': 'export class Order {}\n',
    'use.ts': "import { Order } from './order';\nnew Order();\n",
  };

  test('each answer belongs to the candidate before it, and going back leads to the disk', async () => {
    const session = await open(repository(files), 'order.ts');
    for (let round = 1; round <= 30; round++) {
      const version = await session.setCandidate(`export class Order { m() { return this.gone${round}; } }`);
      const answer = await session.diagnostics('order.ts');
      expect(answer).toMatchObject({
        version,
        diagnostics: [{ message: expect.stringContaining(`'gone${round}'`) }],
      });
    }
    // A request over the language server's own protocol in between has it take the change in by itself.
    await session.setCandidate('export class Order extends Thing {}');
    const [missing] = (await session.diagnostics('order.ts')).diagnostics;
    await session.setCandidate('export class Order extends Thing { m() { return this.last; } }');
    if (missing) await session.quickFixes(missing);
    expect(await errors(session, 'order.ts')).toEqual(['2304 1:28', '2339 1:54']);
    const version = await session.setCandidate(undefined);
    expect(await session.diagnostics('order.ts')).toEqual({ file: 'order.ts', version, diagnostics: [] });
  });

  test('files that changed on disk are read again', async () => {
    const root = repository(files);
    const session = await open(root, 'order.ts');
    await session.setCandidate('import { more } from "./more"; export class Order { x = more; }');
    expect(await errors(session, 'order.ts')).toEqual(['2307 1:22']);
    write(root, { 'more.ts': 'export const mor = 1;' });
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual(['2724 1:10']);
    write(root, { 'more.ts': 'export const more = 1;' });
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual([]);
    rmSync(join(root, 'more.ts'));
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual(['2307 1:22']);
  });

  test('positions count UTF-16 units; lines end in any way', async () => {
    const session = await open(repository(files), 'order.ts');
    const line = 'export class Order { s = "é😀日" + a; m() { return this.bar; } }';
    await session.setCandidate(`\uFEFFconst a = "é😀日";\r\n${line}`);
    expect(await errors(session, 'order.ts')).toEqual([`2339 2:${line.indexOf('bar') + 1}`]);
  });

  test('reasons and related places are in the diagnostic', async () => {
    const session = await open(repository(files), 'order.ts');
    await session.setCandidate(
      'import { Thing } from "./thing";\ninterface A { go(x: { y: number }): void }\nexport class Order extends Thing implements A {\n  go(x: { y: string }): void {}\n}',
    );
    const { diagnostics } = await session.diagnostics('order.ts');
    expect(diagnostics).toMatchObject([{ code: 2416, line: 4, column: 3, endLine: 4, endColumn: 5 }]);
    expect(diagnostics[0]?.message.split('\n').at(-1)).toMatch(
      /^ +Type 'number' is not assignable to type 'string'\.$/,
    );
    await session.setCandidate('export class Order { constructor(a: number) {} }');
    const use = await session.diagnostics('use.ts');
    expect(use.diagnostics).toMatchObject([
      {
        code: 2554,
        related: [{ file: 'order.ts', line: 1, column: 34, message: expect.stringContaining("'a'") }],
      },
    ]);
  });

  test('a change during the check is an error', async () => {
    const session = await open(repository(files), 'order.ts');
    const answer = session.diagnostics('order.ts');
    const outcome = expect(answer).rejects.toMatchObject({ code: 'server-stale' });
    await session.setCandidate('export class Order { x = 1 }');
    await outcome;
  });

  test('a missing import is one quick fix away', async () => {
    const session = await open(repository(files), 'order.ts');
    await session.setCandidate('export class Order extends Thing {}\n');
    const [missing] = (await session.diagnostics('order.ts')).diagnostics;
    const fixes = missing ? await session.quickFixes(missing) : [];
    expect(fixes).toContainEqual({
      title: 'Add import from "./thing"',
      text: 'import { Thing } from "./thing";\n\nexport class Order extends Thing {}\n',
    });
  });

  test('a server that dies is started again, with the candidate in place', async () => {
    const restarts: string[] = [];
    const session = await open(repository(files), 'order.ts', {
      onRestart: (reason) => restarts.push(reason),
    });
    await session.setCandidate('export class Order { m() { return this.gone; } }');
    const { pid } = await session.facts();
    process.kill(pid, 'SIGKILL');
    expect(await errors(session, 'order.ts')).toEqual(['2339 1:40']);
    expect(await errors(session, 'use.ts')).toEqual([]);
    expect(restarts).toHaveLength(1);
    expect((await session.facts()).pid).not.toBe(pid);
  });

  test('one that dies again during the same request is an error', async () => {
    const kill = async () => process.kill((await session.facts()).pid, 'SIGKILL');
    let isFatal = true;
    const session = await open(repository(files), 'order.ts', { onRestart: () => isFatal && kill() });
    await kill();
    await expect(session.diagnostics('order.ts')).rejects.toMatchObject({
      code: 'server-crashed',
      exitCode: 5,
    });
    isFatal = false;
    expect(await errors(session, 'order.ts')).toEqual([]);
  });

  test('a late answer is an error, and abort does not wait for it', async () => {
    const session = await open(repository(files), 'order.ts', { timeoutMs: 1500 });
    expect(await errors(session, 'order.ts')).toEqual([]);
    const { pid } = await session.facts();
    await session.setCandidate('export class Order { m() { return this.gone; } }');
    process.kill(pid, 'SIGSTOP');
    const abort = new AbortController();
    const aborted = session.diagnostics('order.ts', abort.signal);
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(session.diagnostics('order.ts')).rejects.toMatchObject({ code: 'server-late' });
    process.kill(pid, 'SIGCONT');
    expect(await errors(session, 'order.ts')).toEqual(['2339 1:40']);
  });

  test('the server ends with a process that is killed', async () => {
    const module = JSON.stringify(join(packageRoot, 'src/language/typescript/session.ts'));
    const script = `const { openTypeScriptSession } = await import(${module});
      const session = await openTypeScriptSession({ root: process.cwd(), targetFile: 'order.ts' });
      await session.diagnostics('order.ts');
      console.log((await session.facts()).pid);`;
    const argv = ['--input-type=module', '--eval', script];
    const child = execFile(process.execPath, argv, { cwd: repository(files) });
    const printed = await new Promise<string>((resolve) => child.stdout?.once('data', resolve));
    const pid = Number(printed);
    expect(pid).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  test('nothing is written, and the server ends with the session', async () => {
    const root = repository(files);
    const session = await openTypeScriptSession({ root, targetFile: 'fresh/order.ts' });
    await session.setCandidate('export class Order {}');
    await session.diagnostics('fresh/order.ts');
    const { pid, residentBytes, version } = await session.facts();
    expect(version).toBe('7.0.2');
    if (process.platform === 'linux') expect(residentBytes).toBeGreaterThan(10_000_000);
    await session.close();
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(root).sort()).toEqual([
      'node_modules',
      'order.ts',
      'thing.ts',
      'tsconfig.json',
      'use.ts',
    ]);
  });
});
