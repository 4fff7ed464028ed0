import { describe, expect, test } from 'vitest';
import { analyse, BOOK, json } from '../testing/covering-fixture.ts';

describe('workspaces', () => {
  const workspace = (core: object, files: Record<string, string>) => ({
    'package.json': json({ workspaces: ['packages/*'] }),
    'packages/core/package.json': json({ name: '@shop/core', ...core }),
    'packages/core/tsconfig.json': '{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }',
    'packages/core/src/order-book.ts': BOOK,
    'packages/core/src/index.ts': "export * from './order-book.js';\n",
    'packages/app/package.json': json({ name: '@shop/app', dependencies: { '@shop/core': 'workspace:*' } }),
    'packages/app/src/app.ts':
      "import { OrderBook } from '@shop/core';\nexport const start = () => new OrderBook();\n",
    'packages/app/app.test.ts': "import { start } from './src/app.js';\nstart();\n",
    'packages/core/test/core.test.ts': "import { OrderBook } from '../src/index.js';\nnew OrderBook();\n",
    ...files,
  });
  const target = 'packages/core/src/order-book.ts';
  const inCore = 'packages/core/test/core.test.ts: imports OrderBook through packages/core/src/index.ts';
  const inApp = 'packages/app/app.test.ts: imports start from packages/app/src/app.ts, which uses OrderBook';

  test.each<[string, object]>([
    ['main is the source', { main: 'src/index.ts' }],
    ['exports is the source', { exports: './src/index.ts' }],
    [
      'exports by condition and subpath',
      { exports: { '.': { types: './dist/index.d.ts', import: './src/index.ts' } } },
    ],
    ['publishConfig style, no entry at all', {}],
  ])('%s: tests of other packages cover', async (_, core) => {
    const { tests, excluded } = await analyse(target, workspace(core, {}));
    expect(tests).toEqual([inCore, inApp]);
    expect(excluded).toEqual([]);
  });

  test.each<[string, object]>([
    ['main', { main: 'dist/index.js', types: 'dist/index.d.ts' }],
    ['exports', { exports: { '.': { types: './dist/index.d.ts', import: './dist/index.js' } } }],
    [
      'a source condition nobody sets',
      { exports: { '.': { source: './src/index.ts', default: './dist/index.js' } } },
    ],
  ])('built output by %s: refused with the reason, a dependent all the same', async (_, core) => {
    const { tests, excluded, dependents } = await analyse(target, workspace(core, {}));
    expect(tests).toEqual([inCore]);
    expect(excluded).toEqual([
      "packages/app/app.test.ts: loads packages/core's built output (packages/core/dist/index.js), not the source that is written here",
    ]);
    expect(dependents.find(({ file }) => file === 'packages/app/src/app.ts')).toMatchObject({
      distance: 1,
      built: ['packages/core/dist/index.js'],
    });
  });

  test('built output that git tracks, and a relative import of it', async () => {
    const files = workspace(
      { main: 'dist/index.js' },
      {
        'packages/core/dist/index.js': 'exports.OrderBook = class {};\n',
        'packages/core/dist/index.d.ts': 'export declare class OrderBook {}\n',
        'packages/core/test/dist.test.ts':
          "import { OrderBook } from '../dist/index.js';\nnew OrderBook();\n",
      },
    );
    const { tests, excluded } = await analyse(target, files);
    expect(tests).toEqual([inCore]);
    expect(excluded.map((line) => line.split(':')[0])).toEqual([
      'packages/app/app.test.ts',
      'packages/core/test/dist.test.ts',
    ]);
  });

  test('built output of another package does not matter where that loads the source of this one', async () => {
    const files = workspace(
      { main: 'src/index.ts' },
      {
        'packages/mid/package.json': json({ name: '@shop/mid', main: 'dist/index.js' }),
        'packages/mid/src/index.ts': "export { start } from '@shop/app/src/app.js';\n",
        'packages/mid/mid.test.ts': "import { start } from '@shop/mid';\nstart();\n",
      },
    );
    expect((await analyse(target, files)).tests).toContain(
      'packages/mid/mid.test.ts: imports start from packages/app/src/app.ts through packages/mid/src/index.ts, which uses OrderBook',
    );
  });

  test.each<[string, Record<string, string>]>([
    [
      'tsconfig paths',
      { 'packages/app/tsconfig.json': '{ "compilerOptions": { "paths": { "@shop/*": ["../*/src"] } } }' },
    ],
    [
      'a Vitest alias',
      {
        'vitest.config.ts':
          "export default { resolve: { alias: { '@shop/core': resolve(__dirname, './packages/core/src') } } };\n",
      },
    ],
    [
      'a Vite alias with a regular expression',
      {
        'packages/app/vite.config.mts':
          "export default { resolve: { alias: [{ find: /^@shop\\/core$/, replacement: fileURLToPath(new URL('../core/src/index.ts', import.meta.url)) }] } };\n",
      },
    ],
    [
      'a Jest mapper',
      {
        'packages/app/jest.config.js':
          "module.exports = { moduleNameMapper: { '^@shop/(.*)$': '<rootDir>/../$1/src' } };\n",
      },
    ],
    [
      'customConditions',
      {
        'packages/core/package.json': json({
          name: '@shop/core',
          exports: { '.': { source: './src/index.ts', default: './dist/index.js' } },
        }),
        'tsconfig.json': '{ "compilerOptions": { "customConditions": ["source"] } }',
      },
    ],
  ])('%s leads to the source', async (_, extra) => {
    expect((await analyse(target, workspace({ main: 'dist/index.js' }, extra))).tests).toEqual([
      inCore,
      inApp,
    ]);
  });

  test('subpaths, patterns and renamed dependencies', async () => {
    const exports = { './book': './src/order-book.ts', './lib/*': './src/*.ts', './*.js': './src/*.ts' };
    const one = (specifier: string) => `import { OrderBook } from '${specifier}';\nnew OrderBook();\n`;
    const { tests } = await analyse(target, {
      ...workspace({ exports }, {}),
      'packages/app/package.json': json({
        name: '@shop/app',
        dependencies: { ledger: 'workspace:@shop/core@*' },
      }),
      'packages/app/a.test.ts': one('@shop/core/book'),
      'packages/app/b.test.ts': one('@shop/core/lib/order-book'),
      'packages/app/c.test.ts': one('@shop/core/order-book.js'),
      'packages/app/d.test.ts': one('ledger/book'),
      'packages/core/e.test.ts': one('@shop/core/book'),
    });
    expect(tests.map((line) => line.slice(line.lastIndexOf('/') + 1))).toEqual([
      'e.test.ts: imports OrderBook',
      'index.ts',
      'a.test.ts: imports OrderBook',
      'b.test.ts: imports OrderBook',
      'c.test.ts: imports OrderBook',
      'd.test.ts: imports OrderBook',
    ]);
  });

  test('an entry without a source is listed as unmapped, a string that looks like an import is not', async () => {
    const { graph } = await analyse(
      target,
      workspace(
        { main: 'bundle/all.js' },
        {
          'packages/app/notes.ts': "export const text = `import x from '@shop/core/nothing'`;\n",
        },
      ),
    );
    expect(graph.unmapped()).toEqual([
      { file: 'packages/app/src/app.ts', specifier: '@shop/core', to: 'packages/core/bundle/all.js' },
    ]);
  });
});
