import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, SHOP_TARGET, type Shop } from '../src/testing/shop-fixture.ts';
import { runTool, toolNamed } from './index.ts';

/** The tools that ask the language, on a real server: output, a wrong argument, a cut, what is withheld. */

const WIDE = Array.from({ length: 250 }, (_, index) => `  field${index}: string;`).join('\n');
const CALLS = Array.from({ length: 60 }, (_, index) => `totalOf([], ${index});`).join('\n');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    files: {
      // The tests belong to the project here: only the tools keep them from being shown.
      'packages/core/tsconfig.json': `{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "types": [],
        "outDir": "dist", "rootDir": "src", "verbatimModuleSyntax": true }, "include": ["src"] }`,
      'packages/core/src/wide.ts': `export interface Wide {\n${WIDE}\n}\n`,
      'packages/core/src/long.ts': `export function long(): void {\n${'  console.log("line of a long body");\n'.repeat(600)}}\n`,
      'packages/core/src/calls.ts': `import { totalOf } from './order.js';\n${CALLS}\n`,
      'packages/core/src/shapes.ts': Array.from(
        { length: 60 },
        (_, i) => `export class Shape${i} extends Base {}`,
      )
        .join('\n')
        .replace(/^/, 'export class Base {}\n'),
    },
  });
});
afterAll(() => shop.close());

async function call(name: string, input: object): Promise<string> {
  const tool = toolNamed(name);
  if (!tool) throw new Error(`no tool ${name}`);
  const { text } = await runTool(tool, input, shop.context);
  expect(text).not.toContain('.test.ts');
  expect(text).not.toContain('FakeBook');
  expect(text).not.toContain('SECRET-TEST-TEXT');
  return text;
}

/** The same words as for a name that nobody declares: the difference would tell of it. */
async function expectUnknown(name: string, input: object): Promise<void> {
  const { text, isError } = await runTool(toolNamed(name) ?? expect.fail(), input, shop.context);
  expect(isError).toBe(true);
  expect(text).toContain('Nothing named `FakeBook` is declared in the repository, or it is not shown.');
  expect(text.replaceAll('`FakeBook`', '')).not.toMatch(/FakeBook|\.test|withheld/);
}

describe('find-symbol', () => {
  test('headers with path and line', async () => {
    expect(await call('find-symbol', { query: 'Store' })).toBe(
      [
        'export abstract class Store<T>  packages/core/src/store.ts:2',
        'export class MemoryStore<T> extends Store<T>  packages/core/src/store.ts:21',
      ].join('\n'),
    );
  });
  test('an unknown name gets the nearest', async () => {
    expect(await call('find-symbol', { query: 'OrdreBook' })).toMatch(
      /Nothing named `OrdreBook`[\s\S]*Nearest names: OrderBook/,
    );
  });
  test('says where it was cut', async () => {
    expect(await call('find-symbol', { query: 'Shape', limit: 5 })).toContain(
      '[cut by the limit of 5: the first 5 declarations',
    );
  });
  test('does not show what only a withheld file declares', () =>
    expectUnknown('find-symbol', { query: 'FakeBook' }));
});

describe('type-info', () => {
  test('sections with signatures, lines and documentation', async () => {
    expect(await call('type-info', { name: 'OrderBook' })).toBe(
      `export class OrderBook extends Store<Order> implements Book  ${SHOP_TARGET}:5
constructors:
  constructor(name: string, limit?: number)  :6
static:
  static create<K extends string>(name: K): Promise<OrderBook>  :12
members:
  readonly name: string  :6
  private limit?: number  :6
  ledger(): Ledger  :9
inherited from Store:
  static open(path: string): Store<unknown>
  put(id: string, item: Order): void  // Puts one thing.
  get size(): number
  abstract find(id: string): Order | undefined
  protected readonly items: Map<string, Order>
an implementation has to define:
  abstract find(id: string): Order | undefined  :19
  take(sku: string, quantity?: number): Promise<Line>  :8  // Takes a quantity out of stock.
  take(everything: true): Promise<Line[]>  :9  // Takes a quantity out of stock.
mentions: Store, Order, Book`,
    );
  });
  test('an unknown name gets the nearest, a wrong file the right one', async () => {
    expect(await call('type-info', { name: 'Ordr' })).toContain('Nearest names: Order');
    expect(await call('type-info', { name: 'Line', file: 'packages/core/src/store.ts' })).toContain(
      'There is Line in packages/core/src/order.ts:3',
    );
  });
  test('a wide type is cut, and can be filtered', async () => {
    expect(await call('type-info', { name: 'Wide' })).toMatch(
      /\[cut by the limit of 150: 150 of \d+ lines shown\. Filter with members\.\]$/,
    );
    expect(await call('type-info', { name: 'Wide', members: 'field24' })).not.toContain('[cut');
    expect(await call('type-info', { name: 'Order', members: 'nothing' })).toContain(
      'no member contains "nothing": id, lines',
    );
  });
  test('a class of a withheld file is not shown', () => expectUnknown('type-info', { name: 'FakeBook' }));
  test('the class can be asked about itself', async () => {
    await shop.setCandidate(shop.original.replace('ledger()', 'fresh(order: Order)'));
    expect(await call('type-info', { name: 'OrderBook' })).toContain('  fresh(order: Order): Ledger  :9');
    await shop.setCandidate(shop.original);
  });
});

describe('signature', () => {
  test('all overloads, as Owner.member', async () => {
    expect(await call('signature', { name: 'Book.take' })).toBe(
      `take(sku: string, quantity?: number): Promise<Line>  packages/core/src/order.ts:8  // Takes a quantity out of stock.
take(everything: true): Promise<Line[]>  packages/core/src/order.ts:9  // Takes a quantity out of stock.`,
    );
    expect(await call('signature', { name: 'OrderBook.prototype.put()' })).toContain(
      'put(id: string, item: Order): void  inherited from Store',
    );
    expect(await call('signature', { name: 'Codes.parse' })).toContain('parse(text: string): Code');
  });
  test('a wrong member gets the nearest with signatures', async () => {
    expect(await call('signature', { name: 'OrderBook.legder' })).toBe(
      '`OrderBook` has no member `legder`.\nNearest members:\n  ledger(): Ledger',
    );
    expect(await call('signature', { name: 'Ordr' })).toContain('Nearest names: Order');
  });
  test('withheld ones are not shown', () => expectUnknown('signature', { name: 'FakeBook' }));
});

describe('method-body', () => {
  test('source with path and lines', async () => {
    expect(await call('method-body', { name: 'MemoryStore.find' })).toBe(
      'packages/core/src/store.ts:22-24\nfind(id: string) {\n  return this.items.get(id);\n}',
    );
  });
  test('a wrong member gets the nearest', async () => {
    expect(await call('method-body', { name: 'MemoryStore', member: 'fnd' })).toContain(
      '  find(id: string): T | undefined',
    );
  });
  test('a long body is cut and says how to read on', async () => {
    expect(await call('method-body', { name: 'long' })).toMatch(
      /\[cut by the size limit of 12000 characters: \d+ of \d+ lines shown\. Read on with read-file from line \d+\.\]/,
    );
  });
  test('withheld bodies are not shown', () => expectUnknown('method-body', { name: 'FakeBook' }));
});

describe('type-query', () => {
  test('expressions, types and positions', async () => {
    expect(await call('type-query', { expression: "new OrderBook('x').find('y')" })).toBe(
      'Order | undefined',
    );
    expect(await call('type-query', { expression: 'this.items' })).toBe('Map<string, Order>');
    expect(await call('type-query', { line: 9, column: 3 })).toBe('ledger: () => Ledger');
  });
  test('a wrong member gets the nearest, a wrong position its text', async () => {
    expect(await call('type-query', { expression: "new OrderBook('x').legder()" })).toContain(
      "Nearest members of new OrderBook('x'): ledger",
    );
    expect(await call('type-query', {})).toContain('Give either `expression`');
    expect(await call('type-query', { line: 999, column: 1 })).toContain('has 16 lines');
  });
  test('an expression cannot import a withheld file', async () => {
    const text = await call('type-query', {
      expression: "null as unknown as typeof import('./order-book.test.js')",
    });
    expect(text).toContain('or it is not shown');
  });
  test('an expression may import what is shown, by a relative path', async () => {
    const expression = "import('./order.js').Order['id']";
    expect(await call('type-query', { expression })).toBe('string');
    for (const hidden of [
      'import("./order" + "-book.test.js")',
      "require('./order.js')",
      "import('./order.js'); import(name)",
      "import('@shop/core')",
      "import('./order-book.test').x",
      "import('./order-book\\u002etest.js')",
      "import('../../../../../etc/hosts')",
      "import('./nowhere.js').x",
    ]) {
      const { isError, text } = await runTool(
        toolNamed('type-query') ?? expect.fail(),
        { expression: hidden },
        shop.context,
      );
      expect(isError, text).toBe(true);
      expect(text).toMatch(/relative path|not shown/);
    }
  });
  test('no position of a withheld file', async () => {
    const { text } = await runTool(
      toolNamed('type-query') ?? expect.fail(),
      { file: 'packages/core/src/order-book.test.ts', line: 1, column: 10 },
      shop.context,
    );
    expect(text).toContain('or it is not shown');
  });
  test('a very long type is cut', async () => {
    const union = Array.from({ length: 900 }, (_, index) => `'member-number-${index}'`).join(' | ');
    expect(await call('type-query', { expression: `null as unknown as { [K in ${union}]: K }` })).toContain(
      '[cut by the size limit',
    );
  });
});

describe('references', () => {
  test('lines of code, imports left out beside a use, across packages', async () => {
    const text = await call('references', { name: 'Store.put' });
    expect(text).toContain('packages/app/src/checkout.ts:5: book.put(order.id, { ...order, lines: [] });');
    const uses = await call('references', { name: 'Status' });
    expect(uses).toContain('packages/app/src/checkout.ts:4: export async function cancelOrder');
    expect(uses).not.toContain('import {');
  });
  test('uses in withheld files are a count', async () => {
    expect(await call('references', { name: 'OrderBook' })).toMatch(/\[3 results withheld\]$/);
  });
  test('a wrong member gets the nearest', async () => {
    expect(await call('references', { name: 'Store.putt' })).toContain('  put(id: string, item: T): void');
  });
  test('is cut at its limit', async () => {
    expect(await call('references', { name: 'totalOf', limit: 10 })).toContain(
      '[cut by the limit of 10: 10 of 60 references shown',
    );
  });
});

describe('implementations', () => {
  test('subclasses with their headers', async () => {
    expect(await call('implementations', { name: 'Store' })).toContain(
      'export class MemoryStore<T> extends Store<T>  packages/core/src/store.ts:21',
    );
    expect(await call('implementations', { name: 'Order' })).toContain(
      'Nothing implements or extends `Order`',
    );
  });
  test('an unknown name gets the nearest', async () => {
    expect(await call('implementations', { name: 'Stor' })).toContain('Nearest names: Store');
  });
  test('is cut at its limit', async () => {
    expect(await call('implementations', { name: 'Base' })).toContain(
      '[cut by the limit of 40: 40 of 60 implementations shown',
    );
  });
});

describe('imports-for', () => {
  test('a whole statement', async () => {
    expect((await call('imports-for', { name: 'Status' })).split('\n')[0]).toBe(
      "import { Status } from './order.js';",
    );
  });
  test('an unknown name gets the nearest', async () => {
    expect(await call('imports-for', { name: 'Stats' })).toMatch(
      /No import fixes `Stats`[\s\S]*Nearest names: Status/,
    );
  });
  test('nothing is imported from a withheld file', () => expectUnknown('imports-for', { name: 'FakeBook' }));
});

describe('package-api', () => {
  test('headers with the version, whole declarations on request', async () => {
    const all = await call('package-api', { package: 'ledger' });
    expect(all.split('\n')[0]).toBe('ledger 1.4.2');
    expect(all).toContain('export interface Entry  node_modules/ledger/types/entry.d.ts:1');
    expect(await call('package-api', { package: 'ledger', query: 'Entry' })).toContain(
      'export interface Entry { amount: number; text?: string }',
    );
  });
  test('a wrong package or name gets the nearest', async () => {
    expect(await call('package-api', { package: 'ledgr' })).toContain('Nearest: ledger');
    expect(await call('package-api', { package: 'ledger', query: 'openLedgr' })).toContain(
      'Nearest: openLedger',
    );
  });
});

describe('related-code', () => {
  test('the declaration that the words describe, whole, with path and lines', async () => {
    const text = await call('related-code', { query: 'cancel an order and refund the money', limit: 2 });
    expect(text.split('\n').slice(0, 2)).toEqual([
      'packages/app/src/checkout.ts:4-7 function cancelOrder',
      'export async function cancelOrder(book: OrderBook, order: Order): Promise<Status> {',
    ]);
  });
  test('sees the candidate', async () => {
    await shop.setCandidate(
      `${shop.original}\n/** Zebra stripes. */\nexport function paintZebra(): void {}\n`,
    );
    expect(await call('related-code', { query: 'zebra' })).toContain('paintZebra');
    await shop.setCandidate(shop.original);
  });
  test('says when nothing fits and where it was cut', async () => {
    expect(await call('related-code', { query: 'xylophone' })).toContain(
      'No code of the repository shares a word',
    );
    expect(await call('related-code', { query: 'shape base', limit: 3 })).toContain('[cut by the limit of 3');
  });
});
