import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, SHOP_TARGET, type Shop } from '../../../testing/shop-fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const signatures = async (name: string) => {
  const { value } = await shop.session.typeInfo(name);
  return value[0]?.members.map((one) => (one.inheritedFrom ? `${one.inheritedFrom}: ` : '') + one.signature);
};

describe('typeInfo', () => {
  test('a class: own members before inherited ones, generics instantiated, what a base keeps private left out', async () => {
    const { value, complete } = await shop.session.typeInfo('OrderBook');
    expect(complete).toBe(true);
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({
      kind: 'class',
      header: 'export class OrderBook extends Store<Order> implements Book',
      location: { file: SHOP_TARGET, line: 5 },
    });
    expect(await signatures('OrderBook')).toEqual([
      'constructor(name: string, limit?: number)',
      'static create<K extends string>(name: K): Promise<OrderBook>',
      'Store: static open(path: string): Store<unknown>',
      'readonly name: string',
      'private limit?: number',
      'ledger(): Ledger',
      'Store: put(id: string, item: Order): void',
      'Store: get size(): number',
      'Store: abstract find(id: string): Order | undefined',
      'Store: protected readonly items: Map<string, Order>',
    ]);
    expect(value[0]?.members.find((one) => one.name === 'put')?.doc).toBe('Puts one thing.');
    expect(value[0]?.mentions).toEqual(expect.arrayContaining(['Store', 'Order', 'Book']));
  });

  test('what a class still has to define: abstract members, and interface members it lacks', async () => {
    const { value } = await shop.session.typeInfo('OrderBook');
    expect(value[0]?.mustImplement.map((one) => one.signature)).toEqual([
      'abstract find(id: string): Order | undefined',
      'take(sku: string, quantity?: number): Promise<Line>',
      'take(everything: true): Promise<Line[]>',
    ]);
  });

  test('interfaces with overloads, aliases, enums, namespaces, functions, variables', async () => {
    expect(await signatures('Book')).toEqual([
      'readonly name: string',
      'take(sku: string, quantity?: number): Promise<Line>',
      'take(everything: true): Promise<Line[]>',
      'note?: string',
    ]);
    const book = (await shop.session.typeInfo('Book')).value[0];
    expect(book?.mustImplement.map((one) => one.name)).toEqual(['name', 'take', 'take']);
    expect(book?.members.map((one) => one.location?.line)).toEqual([6, 8, 9, 10]);
    expect(await signatures('Line')).toEqual(['sku: string', 'quantity: number']);
    expect(await signatures('Status')).toEqual(["Open = 'open'", "Closed = 'closed'"]);
    expect(await signatures('Codes')).toEqual(['export interface Code', 'parse(text: string): Code']);
    expect(await signatures('Codes.Code')).toEqual(['digits: number']);
    expect(await signatures('totalOf')).toEqual(['(lines: readonly Line[], start?: number): number']);
    expect((await shop.session.typeInfo('MOST_LINES')).value[0]).toMatchObject({
      kind: 'variable',
      text: '100',
    });
  });

  test('types of installed packages and of the language itself', async () => {
    expect(await signatures('Ledger')).toEqual(['write(entry: Entry): Promise<void>', 'close(): void']);
    expect((await shop.session.typeInfo('Ledger')).value[0]?.location.file).toBe(
      'node_modules/ledger/types/index.d.ts',
    );
    expect(await signatures('Map')).toContain('get(key: K): V | undefined');
  });

  test('a file narrows it, and an unknown name is an empty answer', async () => {
    const inFile = await shop.session.typeInfo('Order', 'packages/core/src/order.ts');
    expect(inFile.value.map((one) => one.location.file)).toEqual(['packages/core/src/order.ts']);
    expect((await shop.session.typeInfo('Nothing')).value).toEqual([]);
    expect((await shop.session.typeInfo('Order.Nothing')).value).toEqual([]);
  });
});

test('findSymbol: exact names first, across packages, said to be complete', async () => {
  const { value, complete } = await shop.session.findSymbol('Order');
  expect(complete).toBe(true);
  expect(value[0]).toMatchObject({ name: 'Order', kind: 'interface', header: 'export interface Order' });
  expect(value.map((hit) => hit.name)).toEqual(expect.arrayContaining(['OrderBook', 'cancelOrder']));
  expect(await shop.session.findSymbol('take')).toMatchObject({
    value: [{ container: 'Book', kind: 'method' }],
  });
});

test('signature: members, constructors, functions, instantiated', async () => {
  const of = async (name: string, member?: string) =>
    (await shop.session.signature(name, member)).value.map((one) => one.signature);
  expect(await of('OrderBook', 'put')).toEqual(['put(id: string, item: Order): void']);
  expect(await of('OrderBook', 'create')).toEqual([
    'static create<K extends string>(name: K): Promise<OrderBook>',
  ]);
  expect(await of('OrderBook')).toEqual(['constructor(name: string, limit?: number)']);
  expect(await of('totalOf')).toEqual(['function totalOf(lines: readonly Line[], start?: number): number']);
  expect(await of('Book', 'take')).toHaveLength(2);
  expect(await of('Book', 'nothing')).toEqual([]);
});

test('body: methods with their documentation, private ones, constructors, declarations', async () => {
  const of = async (name: string, member?: string) => (await shop.session.body(name, member)).value;
  expect(await of('Store', 'put')).toMatchObject([
    { name: 'Store.put', location: { file: 'packages/core/src/store.ts', line: 12 }, endLine: 15 },
  ]);
  expect((await of('Store', 'put'))[0]?.text).toMatch(/^\/\*\*\n \* Puts one thing\.\n[\s\S]+\n\}$/);
  expect((await of('OrderBook', 'put'))[0]?.location.file).toBe('packages/core/src/store.ts');
  expect((await of('Store', '#writes'))[0]?.text).toBe('#writes = 0;');
  expect((await of('OrderBook', 'constructor'))[0]?.text).toMatch(/^constructor\(/);
  expect((await of('MOST_LINES'))[0]?.text).toBe('export const MOST_LINES = 100;');
});

describe('references', () => {
  test('finds uses in a package that reaches the class through built output', async () => {
    const { value, complete } = await shop.session.references('OrderBook');
    const files = [...new Set(value.map((use) => use.file))];
    expect(files).toContain('packages/app/src/checkout.ts');
    expect(files).toContain('packages/core/src/index.ts');
    // The test belongs to no tsconfig: the answer says so instead of passing it over.
    expect(complete).toBe(false);
  });

  test('of a member, without its declaration', async () => {
    const { value } = await shop.session.references('Store', 'put');
    expect(value).toContainEqual({
      file: 'packages/app/src/checkout.ts',
      line: 5,
      column: 8,
      text: '  book.put(order.id, { ...order, lines: [] });',
    });
    expect(value.some((use) => use.file === 'packages/core/src/store.ts')).toBe(false);
  });
});

test('implementations: subclasses and implementers, not the thing itself', async () => {
  const { value } = await shop.session.implementations('Store');
  expect(value.map((hit) => hit.name).sort()).toEqual(['MemoryStore', 'OrderBook']);
  expect((await shop.session.implementations('Book')).value.map((hit) => hit.name)).toEqual(['OrderBook']);
});

describe('types of expressions', () => {
  test('values, types, and `this` inside the class', async () => {
    const of = (text: string) => shop.session.typeOfExpression(text);
    expect(await of("new OrderBook('x').put")).toEqual({
      type: '(id: string, item: Order) => void',
      errors: [],
    });
    expect(await of("Parameters<Book['take']>")).toEqual({ type: '[everything: true]', errors: [] });
    expect(await of('this.items')).toEqual({ type: 'Map<string, Order>', errors: [] });
    expect((await of("new OrderBook('x').pt('y')")).errors.join()).toContain("Property 'pt' does not exist");
    expect((await of('1 +')).errors).not.toEqual([]);
  });

  test('leaves the candidate as it was', async () => {
    const before = await shop.session.diagnostics(SHOP_TARGET);
    await shop.session.typeOfExpression('1');
    expect((await shop.session.diagnostics(SHOP_TARGET)).diagnostics).toEqual(before.diagnostics);
  });

  test('at a position, beside characters of two units', async () => {
    await shop.setCandidate(`// 😀 é\n${shop.original.replace('ledger()', '/* 😀 */ ledger()')}`);
    const line = 10;
    const text = shop.context.targetText().split('\n')[line - 1] ?? '';
    const column = text.indexOf('ledger') + 1;
    expect(await shop.session.typeAt({ file: SHOP_TARGET, line, column })).toMatchObject({
      expression: 'ledger',
    });
    await shop.setCandidate(shop.original);
    const put = await shop.session.typeAt({ file: 'packages/app/src/checkout.ts', line: 5, column: 8 });
    expect(put?.type).toContain('(id: string, item: Order) => void');
    expect(put?.documentation).toContain('Puts one thing.');
    expect(await shop.session.typeAt({ file: SHOP_TARGET, line: 999, column: 1 })).toBeUndefined();
  });

  test('members of an expression', async () => {
    expect(await shop.session.membersOf("new OrderBook('x')")).toEqual(
      expect.arrayContaining(['put', 'size', 'ledger']),
    );
  });
});

describe('importsFor', () => {
  const of = async (name: string) => (await shop.session.importsFor(name)).value.map((one) => one.statement);

  test('whole statements in the style of the file, types marked', async () => {
    expect((await of('Status'))[0]).toBe("import { Status } from './order.js';");
    expect((await of('Line'))[0]).toBe("import type { Line } from './order.js';");
    expect(await of('Ledger')).toEqual(["import type { Ledger } from 'ledger';"]);
    expect(await of('Nothing')).toEqual([]);
  });

  test('a new file follows its siblings: aliases, no extensions', async () => {
    const app = await openShop({ target: 'packages/app/src/ui/basket.ts' });
    try {
      await app.setCandidate('export class Basket {}\n');
      const statements = async (name: string) => (await app.session.importsFor(name)).value;
      expect((await statements('log'))[0]?.statement).toBe("import { log } from '@/util/log';");
      expect(await statements('cancelOrder')).toEqual([
        {
          statement: "import { cancelOrder } from '@/checkout';",
          from: '@/checkout',
          typeOnly: false,
          declaration: expect.stringMatching(/^packages\/app\/src\/checkout\.ts:\d+$/),
        },
      ]);
      expect((await statements('Logger'))[0]?.statement).toBe("import { Logger } from '@/util/log';");
      expect((await statements('Panel'))[0]?.statement).toBe("import { Panel } from './panel';");
      expect((await statements('OrderBook'))[0]?.statement).toBe("import { OrderBook } from '@shop/core';");
    } finally {
      await app.close();
    }
  });

  test.each([
    ['@/util/log', '@/util/log'],
    ['../util/log', '../util/log'],
    ['../util/log.js', '../util/log.js'],
  ])('siblings that write %s get %s, whatever is shorter', async (written, expected) => {
    const app = await openShop({
      target: 'packages/app/src/ui/basket.ts',
      files: {
        'packages/app/src/ui/page.ts': `import { log } from "${written}";\nexport const page = () => log("page");\n`,
        'packages/app/src/util/clock/now.ts': 'export const now = () => 0;\n',
      },
    });
    try {
      await app.setCandidate('export class Basket {}\n');
      expect((await app.session.importsFor('now')).value[0]?.statement).toBe(
        `import { now } from "${expected.replace('log', 'clock/now')}";`,
      );
    } finally {
      await app.close();
    }
  });

  test('says where the package is not declared', async () => {
    const app = await openShop({
      target: 'packages/app/src/ui/basket.ts',
      files: {
        'packages/app/src/money.ts':
          "import { openLedger } from 'ledger';\nexport const money = openLedger;\n",
      },
    });
    try {
      await app.setCandidate('export class Basket {}\n');
      const { value } = await app.session.importsFor('openLedger');
      expect(value).toMatchObject([{ from: 'ledger', undeclaredPackage: 'ledger' }]);
    } finally {
      await app.close();
    }
  });
});

describe('packageApi', () => {
  test('exports as headers, at the installed version', async () => {
    const { value, complete } = await shop.session.packageApi('ledger');
    expect(complete).toBe(true);
    expect(value.version).toBe('1.4.2');
    expect(value.declarations.map((one) => one.text).sort()).toEqual([
      'export declare function openLedger(name: string, limit: number): Ledger',
      'export interface Entry',
      'export interface Ledger',
    ]);
  });

  test('with a query the whole declaration; subpaths and workspace packages too', async () => {
    const { value } = await shop.session.packageApi('ledger', 'entry');
    expect(value.declarations).toMatchObject([
      {
        location: { file: 'node_modules/ledger/types/entry.d.ts' },
        text: 'export interface Entry { amount: number; text?: string }',
      },
    ]);
    expect((await shop.session.packageApi('ledger/csv')).value.declarations.map((one) => one.name)).toEqual([
      'toCsv',
    ]);
    const app = await openShop({ target: 'packages/app/src/ui/basket.ts' });
    try {
      await app.setCandidate('export class Basket {}\n');
      const core = await app.session.packageApi('@shop/core', 'totalOf');
      expect(core.value).toMatchObject({ version: '2.0.0', declarations: [{ name: 'totalOf' }] });
    } finally {
      await app.close();
    }
  });

  test('what is not installed is said', async () => {
    expect(await shop.session.packageApi('ledgr')).toMatchObject({
      complete: false,
      value: { declarations: [] },
    });
  });
});

test('everything sees the candidate', async () => {
  await shop.setCandidate(shop.original.replace('ledger(): Ledger', 'fresh(order: Order): Ledger'));
  expect(await signatures('OrderBook')).toContain('fresh(order: Order): Ledger');
  expect((await shop.session.body('OrderBook', 'fresh')).value).toHaveLength(1);
  expect((await shop.session.findSymbol('fresh')).value).toHaveLength(1);
  await shop.setCandidate(shop.original);
  expect((await shop.session.body('OrderBook', 'fresh')).value).toEqual([]);
});

test('a warm look-up is far from a second, on a busy machine too', async () => {
  await shop.session.typeInfo('OrderBook');
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await shop.session.typeInfo('OrderBook');
    times.push(performance.now() - start);
  }
  expect(Math.min(...times)).toBeLessThan(1_000);
});
