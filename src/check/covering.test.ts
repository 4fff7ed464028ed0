import { describe, expect, test } from 'vitest';
import type { ClasswrightError } from '../errors.ts';
import { analyse, BOOK, json } from '../testing/covering-fixture.ts';

describe('one package', () => {
  test('a specifier from the root of a web server leads out of the repository, and the search goes on', async () => {
    const { tests } = await analyse('src/order-book.ts', {
      'src/order-book.ts': BOOK,
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "*": ["*"] } } }',
      'public/page.js': "fetch('/').then((page) => import('/'));\nimport '/vanilla.js';\n",
      'test/book.test.ts': "import { OrderBook } from '../src/order-book.ts';\nnew OrderBook();\n",
    });
    expect(tests).toEqual(['test/book.test.ts: imports OrderBook']);
  });

  test('direct imports by every kind of specifier, nearest first', async () => {
    const { tests, excluded } = await analyse('src/order-book.ts', {
      'package.json': json({
        name: 'shop',
        imports: { '#book': './src/order-book.ts', '#src/*': './src/*.ts' },
      }),
      'tsconfig.json':
        '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"], "book": ["src/order-book.ts"] } } }',
      'src/order-book.ts': BOOK,
      'src/desk.ts':
        "import { OrderBook } from './order-book.js';\nexport const open = () => new OrderBook();\n",
      'a-js.test.ts': "import { OrderBook } from './src/order-book.js';\nnew OrderBook();\n",
      'b-bare.test.ts': "import { OrderBook as Book } from './src/order-book';\nnew Book();\n",
      'c-ts.test.ts': "import * as book from './src/order-book.ts';\nnew book.OrderBook();\n",
      'd-alias.test.ts': "import { OrderBook } from '@/order-book';\nnew OrderBook();\n",
      'e-path.test.ts': "import { OrderBook } from 'book';\nnew OrderBook();\n",
      'f-base.test.ts': "import { OrderBook } from 'src/order-book';\nnew OrderBook();\n",
      'g-import.test.ts': "import { OrderBook } from '#book';\nnew OrderBook();\n",
      'h-import.test.ts': "import { OrderBook } from '#src/order-book';\nnew OrderBook();\n",
      'i-dynamic.test.ts':
        "it('x', async () => { const { OrderBook } = await import('./src/order-book.js'); new OrderBook(); });\n",
      'j-dynamic.test.ts':
        "it('x', async () => { const m = await import('./src/order-book.js'); new m.OrderBook(); });\n",
      'k-require.test.js': "const { OrderBook } = require('./src/order-book');\nnew OrderBook();\n",
      'l-indirect.test.ts': "import { open } from './src/desk.js';\nopen();\n",
      'm-unrelated.test.ts': "import { LIMIT } from './src/order-book.js';\nLIMIT;\n",
      'n-string.test.ts':
        "const text = \"import { OrderBook } from './src/order-book.js'\";\n// import './src/order-book.js'\n",
    });
    expect(tests).toEqual([
      'a-js.test.ts: imports OrderBook',
      'b-bare.test.ts: imports OrderBook',
      'c-ts.test.ts: imports OrderBook',
      'd-alias.test.ts: imports OrderBook',
      'e-path.test.ts: imports OrderBook',
      'f-base.test.ts: imports OrderBook',
      'g-import.test.ts: imports OrderBook',
      'h-import.test.ts: imports OrderBook',
      'i-dynamic.test.ts: loads OrderBook',
      'j-dynamic.test.ts: loads src/order-book.ts, which holds OrderBook',
      'k-require.test.js: imports OrderBook',
      'l-indirect.test.ts: imports open from src/desk.ts, which uses OrderBook',
    ]);
    expect(excluded).toEqual([]);
  });

  test('barrels: renamed, starred, namespaced, default; another name of the same barrel does not count', async () => {
    const { tests } = await analyse('src/order-book.ts', {
      'src/order-book.ts': 'export default class OrderBook {}\nexport { OrderBook };\n',
      'src/price.ts': 'export class Price {}\n',
      'src/index.ts':
        "export * from './order-book.js';\nexport * from './price.js';\nexport { default as Book } from './order-book.js';\nexport * as books from './order-book.js';\n",
      'src/outer.ts': "import { OrderBook } from './index.js';\nexport { OrderBook as Ledger };\n",
      'a.test.ts': "import { OrderBook } from './src/index.js';\nnew OrderBook();\n",
      'b.test.ts': "import { Book } from './src';\nnew Book();\n",
      'c.test.ts': "import { Ledger } from './src/outer.js';\nnew Ledger();\n",
      'd.test.ts': "import * as all from './src/index.js';\nnew all.OrderBook();\n",
      'e.test.ts': "import { books } from './src/index.js';\nnew books.OrderBook();\n",
      'f.test.ts': "import Default from './src/order-book.js';\nnew Default();\n",
      'g.test.ts': "import { Price } from './src/index.js';\nnew Price();\n",
      'h.test.ts': "import * as all from './src/index.js';\nnew all.Price();\n",
    });
    expect(tests).toEqual([
      'a.test.ts: imports OrderBook through src/index.ts',
      'b.test.ts: imports Book through src/index.ts',
      'c.test.ts: imports Ledger through src/outer.ts, src/index.ts',
      'd.test.ts: imports OrderBook through src/index.ts',
      'e.test.ts: imports books through src/index.ts',
      'f.test.ts: imports OrderBook (the default export)',
    ]);
  });

  test('barrels that re-export each other, and many ways to the same nothing', async () => {
    const files: Record<string, string> = {
      'src/order-book.ts': BOOK,
      'src/x.ts': "export * from './y';\n",
      'src/y.ts': "export * from './x';\nexport * from './order-book';\n",
      'a.test.ts': "import { OrderBook } from './src/x';\nnew OrderBook();\n",
      'b.test.ts': "import { Nothing } from './src/0-a';\nNothing;\n",
    };
    // Two ways at each of 24 stages: looked up way by way they would be 16 million.
    for (let i = 0; i < 24; i++) {
      const next =
        i === 23
          ? "export * from './order-book';\n"
          : `export * from './${i + 1}-a';\nexport * from './${i + 1}-b';\n`;
      files[`src/${i}-a.ts`] = next;
      files[`src/${i}-b.ts`] = next;
    }
    const { tests } = await analyse('src/order-book.ts', files);
    expect(tests).toEqual(['a.test.ts: imports OrderBook through src/x.ts, src/y.ts']);
  });

  test('the class that is still missing is found by whoever imports it', async () => {
    const files = {
      'src/index.ts': "export * from './order-book.js';\n",
      'a.test.ts': "import { OrderBook } from './src/order-book.js';\nnew OrderBook();\n",
      'b.test.ts': "import { OrderBook } from './src/index.js';\nnew OrderBook();\n",
      'c.test.ts': "import Book from './src/order-book.js';\nnew Book();\n",
    };
    const wanted = ['a.test.ts', 'b.test.ts', 'c.test.ts'];
    expect((await analyse('src/order-book.ts', files)).covering.tests.map(({ file }) => file)).toEqual(
      wanted,
    );
    const lacking = await analyse('src/order-book.ts', {
      ...files,
      'src/order-book.ts': 'export const LIMIT = 1;\n',
    });
    expect(lacking.covering.tests.map(({ file }) => file)).toEqual(wanted);
  });

  test('mocks and types do not cover', async () => {
    const { tests, excluded, dependents } = await analyse('src/order-book.ts', {
      'src/order-book.ts': BOOK,
      'src/desk.ts':
        "import { OrderBook } from './order-book.js';\nexport class Desk { book = new OrderBook(); }\n",
      'src/log.ts': 'export const log = 1;\n',
      'src/view.ts':
        "import type { OrderBook } from './order-book.js';\nexport const show = (book: OrderBook) => book.size();\n",
      'a-mock.test.ts':
        "import { Desk } from './src/desk.js';\nvi.mock('./src/order-book.js');\nnew Desk();\n",
      'b-jest.test.ts':
        "import { OrderBook } from './src/order-book';\njest.mock('./src/order-book', () => ({ OrderBook: class {} }));\nnew OrderBook();\n",
      'c-between.test.ts':
        "import { Desk } from './src/desk.js';\nvi.mock('./src/desk.js', () => ({ Desk: class {} }));\nnew Desk();\n",
      'd-partial.test.ts':
        "import { OrderBook } from './src/order-book.js';\nvi.mock('./src/order-book.js', async (importOriginal) => ({ ...(await importOriginal()), LIMIT: 1 }));\nnew OrderBook();\n",
      'e-other.test.ts': "import { Desk } from './src/desk.js';\nvi.mock('./src/log.js');\nnew Desk();\n",
      'f-type.test.ts':
        "import type { OrderBook } from './src/order-book.js';\nconst fake = {} as OrderBook;\n",
      'g-elided.test.ts': "import { OrderBook } from './src/order-book.js';\nconst fake = {} as OrderBook;\n",
      'h-inline.test.ts': "const fake: import('./src/order-book.js').OrderBook = { size: () => 1 };\n",
      'i-view.test.ts': "import { show } from './src/view.js';\nshow({ size: () => 1 });\n",
      'j-module.test.ts':
        "import { Desk } from './src/desk.js';\nmock.module('./src/order-book.js', { namedExports: {} });\nnew Desk();\n",
    });
    expect(tests).toEqual([
      'd-partial.test.ts: imports OrderBook',
      'e-other.test.ts: imports Desk from src/desk.ts, which uses OrderBook',
    ]);
    expect(excluded).toEqual([
      'a-mock.test.ts: mocks src/order-book.ts',
      'b-jest.test.ts: mocks src/order-book.ts',
      'c-between.test.ts: mocks src/desk.ts, by which it would reach OrderBook',
      'f-type.test.ts: imports only types: imports OrderBook',
      'g-elided.test.ts: imports only types: imports OrderBook',
      'h-inline.test.ts: imports only types: imports OrderBook',
      'j-module.test.ts: mocks src/order-book.ts',
    ]);
    // For the compiler all of them depend on the class.
    expect(
      dependents.map(({ file, distance, typeOnly }) => `${distance} ${file}${typeOnly ? ' (types)' : ''}`),
    ).toEqual([
      '1 b-jest.test.ts',
      '1 d-partial.test.ts',
      '1 f-type.test.ts (types)',
      '1 g-elided.test.ts (types)',
      '1 h-inline.test.ts (types)',
      '1 src/desk.ts',
      '1 src/view.ts (types)',
      '2 a-mock.test.ts',
      '2 c-between.test.ts',
      '2 e-other.test.ts',
      '2 i-view.test.ts (types)',
      '2 j-module.test.ts',
    ]);
  });

  test('decorator metadata turns an injected type into a value', async () => {
    const service = (decorator: string) =>
      `import { OrderBook } from './order-book';\n${decorator}\nexport class Service { constructor(private readonly book: OrderBook) {} }\n`;
    const files = {
      'src/order-book.ts': BOOK,
      'a.test.ts': "import { Service } from './src/service';\nService;\n",
    };
    const injected = await analyse('src/order-book.ts', {
      ...files,
      'src/service.ts': service('@Injectable()'),
    });
    expect(injected.tests).toEqual(['a.test.ts: imports Service from src/service.ts, which uses OrderBook']);
    const plain = await analyse('src/order-book.ts', { ...files, 'src/service.ts': service('') });
    expect(plain.tests).toEqual([]);
  });

  test('code that runs when a module is loaded counts for whoever loads it', async () => {
    const { tests } = await analyse('src/order-book.ts', {
      'src/order-book.ts': BOOK,
      'src/registry.ts': 'export const registry: unknown[] = [];\n',
      'src/setup.ts':
        "import { OrderBook } from './order-book.js';\nimport { registry } from './registry.js';\nregistry.push(new OrderBook());\n",
      'a.test.ts': "import './src/setup.js';\nimport { registry } from './src/registry.js';\nregistry;\n",
      'b.test.ts': "import { registry } from './src/registry.js';\nregistry;\n",
    });
    expect(tests).toEqual(['a.test.ts: imports src/setup.ts, which uses OrderBook']);
  });

  test('CommonJS: export assignment, module.exports, import equals', async () => {
    const { tests } = await analyse('src/order-book.ts', {
      'src/order-book.ts': 'class OrderBook {}\nexport = OrderBook;\n',
      'src/all.js':
        "const OrderBook = require('./order-book');\nconst other = 1;\nmodule.exports = { OrderBook, other };\n",
      'a.test.ts': "import Book = require('./src/order-book');\nnew Book();\n",
      'b.test.ts': "import Book from './src/order-book';\nnew Book();\n",
      'c.test.js': "const { OrderBook } = require('./src/all');\nnew OrderBook();\n",
      'd.test.js': "const { other } = require('./src/all');\nother;\n",
    });
    expect(tests.map((line) => line.slice(0, 'a.test.ts'.length))).toEqual([
      'a.test.ts',
      'b.test.ts',
      'c.test.js',
    ]);
  });

  test('a file too large to parse is named where it may lead to the class, and only there', async () => {
    const { graph } = await analyse('src/order-book.ts', {
      'src/order-book.ts': BOOK,
      'vendor/all.js': `${'/*'.padEnd(2_100_000, '*')}*/\n`,
      'src/data.ts': "import { OrderBook } from './order-book';\n//".padEnd(2_100_000, '*'),
    });
    expect(graph.skipped).toEqual(['src/data.ts']);
  });

  test('components and generated, ignored sources are followed', async () => {
    const { tests, dependents } = await analyse('src/order-book.ts', {
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/objects/info/x': '',
      '.git/refs/heads/x/y': '',
      '.gitignore': 'gen/\n',
      'src/order-book.ts': BOOK,
      'src/Book.vue':
        '<template><p/></template>\n<script setup lang="ts">\nimport { OrderBook } from \'./order-book\';\n</script>\n',
      'src/gen/client.ts':
        "import { OrderBook } from '../order-book';\nexport const client = new OrderBook();\n",
      'a.test.ts': "import Book from './src/Book.vue';\nmount(Book);\n",
      'b.test.ts': "import { client } from './src/gen/client';\nclient;\n",
    });
    expect(tests).toEqual([
      'a.test.ts: imports src/Book.vue, which uses OrderBook',
      'b.test.ts: imports client from src/gen/client.ts, which uses OrderBook',
    ]);
    expect(dependents.map(({ file }) => file)).toContain('src/Book.vue');
  });
});

describe('tests that the user names', () => {
  const files = {
    'src/order-book.ts': BOOK,
    'near.test.ts': "import { OrderBook } from './src/order-book.js';\nnew OrderBook();\n",
    'far.test.ts': "spawn('cli');\n",
  };

  test('are taken as named, with what the graph says of them', async () => {
    const { tests } = await analyse('src/order-book.ts', files, { testGlobs: ['./*.test.ts'] });
    expect(tests).toEqual([
      'near.test.ts: named by --tests; imports OrderBook',
      'far.test.ts: named by --tests, although: no import that leads to OrderBook was found',
    ]);
  });

  test('a glob that matches nothing is a usage error', async () => {
    const error = await analyse('src/order-book.ts', files, { testGlobs: ['specs/**'] }).catch(
      (e: ClasswrightError) => e,
    );
    expect(error).toMatchObject({ code: 'no-such-tests', exitCode: 2 });
  });

  test('beyond the limit the farther ones are left out by name, direct users never', async () => {
    const { tests, excluded } = await analyse(
      'src/order-book.ts',
      {
        ...files,
        'src/desk.ts':
          "import { OrderBook } from './order-book.js';\nexport const open = () => new OrderBook();\n",
        'a.test.ts': "import { open } from './src/desk.js';\nopen();\n",
        'b.test.ts': "import { OrderBook } from './src/order-book.js';\nnew OrderBook();\n",
      },
      { limit: 1 },
    );
    expect(tests).toEqual(['b.test.ts: imports OrderBook', 'near.test.ts: imports OrderBook']);
    expect(excluded).toEqual([
      'a.test.ts: is farther away than the 2 nearest (imports open from src/desk.ts, which uses OrderBook); name it with --tests to run it',
    ]);
  });
});
