import { describe, expect, test } from 'vitest';
import { errors, link, open, repository, workspacePackage, write } from '../../testing/session-fixture.ts';

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
