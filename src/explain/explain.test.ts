import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExplainedDiagnostic } from '../check/report.ts';
import { openTypeScriptSession, type TypeScriptSession } from '../language/typescript/session.ts';
import {
  ORDERS_FILES,
  ORDERS_SECRETS,
  ORDERS_TARGET,
  ORDERS_TEST,
  writeOrders,
} from '../testing/orders-fixture.ts';
import { veiled } from './case.ts';
import { explainDiagnostics } from './explain.ts';

let root: string;
let session: TypeScriptSession;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'explain-')));
  await writeOrders(root);
  session = await openTypeScriptSession({ root, targetFile: ORDERS_TARGET, className: 'OrderBook' });
});
afterAll(async () => {
  await session?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** What is told of a file while the candidate stands in place of the target. */
async function explained(candidate: string, file = ORDERS_TARGET): Promise<ExplainedDiagnostic[]> {
  await session.setCandidate(candidate);
  const { diagnostics } = await session.diagnostics(file);
  return await explainDiagnostics(diagnostics, {
    language: session,
    read: (path) => (path === ORDERS_TARGET ? candidate : ORDERS_FILES[path]),
    isWithheld: (path) => path === ORDERS_TEST,
    className: 'OrderBook',
    targetFile: ORDERS_TARGET,
  });
}

const order = "import type { Order } from './order.js';\n";
const log = `import { AuditLog } from './audit-log.js';
export class OrderBook {
  constructor(private readonly log: AuditLog) {}\n`;
const inOrders = (file: string, line: number) => `packages/orders/src/${file}:${line}`;

describe('the table: a candidate that draws one code, and what its explanation names', () => {
  test.each<[number, string, string[]]>([
    [
      2304,
      'export class OrderBook { take(sku: string): void { throw new OutOfStock(sku, 1); } }',
      ["Import it: import { OutOfStock } from './errors.js';"],
    ],
    [
      2305,
      "import type { Ledger } from './order.js';\nexport class OrderBook { constructor(readonly ledger: Ledger) {} }",
      ['./order.js does not export Ledger', "import type { Ledger } from './ledger.js';"],
    ],
    [
      2307,
      "import { Money } from './money.js';\nexport class OrderBook { total: Money = Money.of(0); }",
      ['no module ./money.js', "import { Money } from '@orders/money';"],
    ],
    [
      2322,
      `${order}export class OrderBook { close(order: Order): void { order.status = 'done'; } }`,
      ["Status = 'open' | 'closed' | 'cancelled'", inOrders('order.ts', 2)],
    ],
    [
      2339,
      `${order}export class OrderBook { who(order: Order): string { return order.customer; } }`,
      [`Order (${inOrders('order.ts', 4)}) has:`, 'readonly id: string', 'note?: string'],
    ],
    [
      2341,
      `${log}  count(): number { return this.log.entries.length; }\n}`,
      [`AuditLog (${inOrders('audit-log.ts', 3)})`, 'find(id: string): string[]', 'close(): void'],
    ],
    [
      2345,
      `${log}  note(): void {\n    this.log.record(\n      42,\n    );\n  }\n}`,
      ['this.log.record', 'record(text: string, order?: Order): void', inOrders('audit-log.ts', 6)],
    ],
    [
      2349,
      `${order}export class OrderBook { all(order: Order): number { return order.lines(); } }`,
      ['order.lines is Line[]: it cannot be called', 'lines: Line[]', inOrders('order.ts', 6)],
    ],
    [
      2351,
      `${order}export class OrderBook { all(order: Order): number { return new order.lines(); } }`,
      ['order.lines is Line[]: it cannot be constructed', inOrders('order.ts', 6)],
    ],
    [
      2353,
      "import type { Line } from './order.js';\nexport class OrderBook { one(): Line { return { sku: 'a', quantity: 1, qty: 3 }; } }",
      [`Line (${inOrders('order.ts', 1)}) has:`, 'quantity: number'],
    ],
    [
      2414,
      'class string {}\nexport class OrderBook { one(): object { return new string(); } }',
      ['string means something to the language', 'The class asked for is OrderBook'],
    ],
    [
      2416,
      `import type { Book, Line } from './order.js';
export class OrderBook implements Book {
  name: string = '';
  take(sku: string, quantity: string): Line { return { sku, quantity: quantity.length }; }
  async cancel(id: string): Promise<void> { this.name = id; }
}`,
      ['Book declares it as', 'take(sku: string, quantity: number): Line', inOrders('order.ts', 13)],
    ],
    [
      2420,
      "import type { Book } from './order.js';\nexport class OrderBook implements Book { name: string = ''; }",
      [
        `Book (${inOrders('order.ts', 10)}) asks for:\n  take(sku: string, quantity: number): Line\n  cancel(id: string)`,
      ],
    ],
    [
      2511,
      `${order}import { Store } from './store.js';\nexport class OrderBook { store: Store<Order> = new Store<Order>(); }`,
      ['class MemoryStore<T> extends Store<T>', inOrders('store.ts', 9)],
    ],
    [
      2515,
      `${order}import { Store } from './store.js';\nexport class OrderBook extends Store<Order> {}`,
      [`Store (${inOrders('store.ts', 2)}) asks for:`, 'find(id: string): T | undefined'],
    ],
    [
      2551,
      `${order}export class OrderBook { who(order: Order): number { return order.line.length; } }`,
      ['has:\n  lines: Line[]'],
    ],
    [
      2554,
      `${log}  note(): void { this.log.record(); }\n}`,
      ['record(text: string, order?: Order): void', inOrders('audit-log.ts', 6)],
    ],
    [2564, `${order}export class OrderBook { current: Order; }`, ['Set current in the constructor']],
    [
      2741,
      "import type { Line } from './order.js';\nexport class OrderBook { one(): Line { return { sku: 'a' }; } }",
      [`Line (${inOrders('order.ts', 1)}) asks for:\n  quantity: number`],
    ],
    [
      2769,
      `${log}  seen(): unknown { return this.log.find(true); }\n}`,
      [
        `find(id: string): string[] (${inOrders('audit-log.ts', 9)})`,
        `find(index: number): string | undefined (${inOrders('audit-log.ts', 10)})`,
      ],
    ],
    [
      7006,
      `import type { Book, Line } from './order.js';
export class OrderBook implements Book {
  name: string = '';
  take(sku, quantity: number): Line { return { sku, quantity }; }
  async cancel(id: string): Promise<void> { this.name = id; }
}`,
      ['Book declares it as', 'take(sku: string, quantity: number): Line'],
    ],
    [
      1484,
      "import { Order } from './order.js';\nexport class OrderBook { who(order: Order): string { return order.id; } }",
      ["import type { Order } from './order.js';"],
    ],
    [
      9007,
      "import { type Line, totalOf } from './order.js';\nexport class OrderBook { readonly sum = (lines: Line[]) => { if (lines.length > 1) return totalOf(lines); return 0; }; }",
      ['readonly sum: (lines: Line[]) => number'],
    ],
    [
      18046,
      "export class OrderBook { why(work: () => void): string { try { work(); return ''; } catch (error) { return error.message; } } }",
      ['error instanceof Error', 'error.message'],
    ],
    [
      18048,
      `${order}export class OrderBook { size(order: Order): number { return order.note.length; } }`,
      ['order.note: string | undefined', 'note?: string', inOrders('order.ts', 8)],
    ],
  ])('%i', async (code, candidate, named) => {
    const found = await explained(candidate);
    expect(found.map((d) => d.code)).toEqual([code]);
    expect(found[0]?.sourceLine).not.toBe('');
    for (const text of named) expect(found[0]?.explanation).toContain(text);
  });
});

describe('beyond one fixture a code', () => {
  const only = async (candidate: string): Promise<string> => {
    const found = await explained(candidate);
    expect(found).toHaveLength(1);
    return found[0]?.explanation ?? '';
  };

  test('a code without an entry tells what the marked expression is and where it comes from', async () => {
    expect(
      await only(`${order}export class OrderBook { twice(order: Order): number { return order.id * 2; } }`),
    ).toBe(`order.id: string, declared as\n  readonly id: string (${inOrders('order.ts', 5)})`);
  });

  test('constructors: of a class that is constructed, and of the base class behind super', async () => {
    const constructed = `OutOfStock is constructed as (${inOrders('errors.ts', 2)}):\n  constructor(sku: string, wanted: number)`;
    const importing = "import { OutOfStock } from './errors.js';\n";
    expect(
      await only(`${importing}export class OrderBook { fail(): Error { return new OutOfStock('a'); } }`),
    ).toBe(constructed);
    expect(
      await only(`${importing}export class OrderBook extends OutOfStock { constructor() { super('a'); } }`),
    ).toBe(constructed);
  });

  test('a function is told by its declaration, a local one of the same name by its type', async () => {
    expect(
      await only(
        "import { totalOf } from './order.js';\nexport class OrderBook { sum(): number { return totalOf(); } }",
      ),
    ).toContain(inOrders('order.ts', 16));
    expect(
      await only(
        'export class OrderBook { sum(totalOf: (n: number) => number): number { return totalOf(); } }',
      ),
    ).toBe('totalOf is: (n: number) => number');
  });

  test('a member of a promise, and of some types of a union alone', async () => {
    expect(
      await only(
        "import type { Book, Line } from './order.js';\nexport class OrderBook { one(line: Promise<Line>, book: Book): string { return book.name + line.sku; } }",
      ),
    ).toMatch(/await it first\.\n.*interface Line/);
    expect(
      await only(
        "import type { Line, Order } from './order.js';\nexport class OrderBook { one(of: Line | Order): string { return of.sku; } }",
      ),
    ).toBe(`Only some have sku; narrow to them first:\n  Line (${inOrders('order.ts', 1)}): sku: string`);
  });

  test('what the language itself declares has no path', async () => {
    expect(
      await only('export class OrderBook { all(of: Map<string, number>): number { return of.gett("a"); } }'),
    ).toMatch(/^Map<string, number> has:\n {2}get\(key: K\): V \| undefined\n/);
  });

  test('its own members are offered to the class itself, private ones too', async () => {
    expect(
      await only(
        'export class OrderBook { private total: number = 0; sum(): number { return this.totl + this.total; } }',
      ),
    ).toContain('private total: number');
  });

  test('the same fault on one line is explained each time it is told', async () => {
    const found = await explained(
      `${order}export class OrderBook { who(order: Order): string { return order.who + order.who; } }`,
    );
    expect(found.map((d) => [d.id, d.explanation.startsWith('Order (')])).toEqual([
      ['D1', true],
      ['D2', true],
    ]);
  });
});

describe('what is withheld', () => {
  const told = (found: ExplainedDiagnostic[]) => JSON.stringify(found);

  test('no line, literal or declaration of a covering test is told, and the fault still is', async () => {
    const found = await explained(
      `export class OrderBook {
  constructor(readonly name: 'main' | 'spare') {}
  take(sku: 'a' | 'b', quantity: 1 | 2): { id: string } { return { id: sku + quantity }; }
}`,
      ORDERS_TEST,
    );
    expect(found.map((d) => d.code)).toEqual([2345, 2345, 2339]);
    expect(found[0]?.message).toContain("Argument of type 'string literal' is not assignable");
    expect(found.every((d) => d.sourceLine === '')).toBe(true);
    expect(found[2]?.message).toContain("Property 'sku' does not exist");
    for (const secret of ORDERS_SECRETS) expect(told(found)).not.toContain(secret);
  });

  test('no look-up for the candidate finds what only a covering test declares', async () => {
    const importing = `${order}import { Store } from './store.js';\n`;
    const found = [
      ...(await explained(
        `${importing}export class OrderBook { store: Store<Order> = new Store<Order>(); }`,
      )),
      ...(await explained('export class OrderBook { store: object = new FakeStor(); }')),
      ...(await explained(
        "import { Fake } from './fake.js';\nexport class OrderBook { fake: Fake = new Fake(); }",
      )),
    ];
    expect(found).toHaveLength(3);
    for (const secret of ORDERS_SECRETS) expect(told(found)).not.toContain(secret);
  });

  test.each([
    [`Argument of type '"BER"' is not assignable to parameter of type 'number'.`, 'BER'],
    [`Type '"it\\"s BER"' is not assignable to type '42 | -7.5'.`, /BER|42|7\.5/],
    ["Type '`x-BER`' is not assignable to type 'number'.", 'BER'],
    [`Type '{ a: "it's BER"; }' is missing the following properties from type 'Line': sku`, 'BER'],
  ])('%s', (message, secret) => {
    expect(veiled(message)).not.toMatch(secret);
  });

  test('what is no literal stays', () => {
    for (const message of [
      `Module '"./order-book.js"' has no exported member 'Order2'.`,
      `'"./order-book.js"' has no exported member named 'Order2'. Did you mean 'Order'?`,
      'Expected 1-2 arguments, but got 0.',
      "Property 'take' does not exist on type 'Map<string, Line>'.",
    ])
      expect(veiled(message)).toBe(message);
  });
});
