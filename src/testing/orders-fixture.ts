import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { writeFiles } from './temp.ts';

/** What a candidate of the orders fixture is put in place of. */
export const ORDERS_TARGET = 'packages/orders/src/order-book.ts';
export const ORDERS_TEST = 'packages/orders/src/order-book.test.ts';
/** Text that no explanation and no piece may hold: it stands in the withheld test and in `.env`. */
export const ORDERS_SECRETS = ['WITHHELD-EXPECTATION', '7301', 'FakeStore', 'do-not-show'];

/**
 * A workspace of two packages in which OrderBook is still to be written: what it implements, extends, throws and
 * calls is there, one name is exported by two modules, and a covering test and a dependent already import it.
 */
export const ORDERS_FILES: Record<string, string> = {
  'package.json':
    '{ "name": "orders-root", "private": true, "type": "module", "workspaces": ["packages/*"] }\n',
  '.gitignore': 'node_modules\ndist\n',
  '.env': 'ORDERS_TOKEN=do-not-show\n',
  'packages/money/package.json': `{ "name": "@orders/money", "version": "1.0.0", "type": "module", "types": "dist/index.d.ts",
  "main": "dist/index.js" }\n`,
  'packages/money/tsconfig.json': `{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "types": [],
  "rootDir": "src", "outDir": "dist", "declaration": true }, "include": ["src"] }\n`,
  'packages/money/src/index.ts': "export * from './money.js';\n",
  'packages/money/src/money.ts': `export type Currency = 'EUR' | 'USD';
/** An amount in one currency, in cents. */
export class Money {
  private constructor(readonly cents: number, readonly currency: Currency) {}
  static of(cents: number, currency: Currency = 'EUR'): Money {
    return new Money(cents, currency);
  }
  plus(other: Money): Money {
    return new Money(this.cents + other.cents, this.currency);
  }
}
`,
  'packages/orders/package.json': `{ "name": "@orders/orders", "version": "1.0.0", "type": "module",
  "dependencies": { "@orders/money": "1.0.0", "clockwork": "^2.0.0" } }\n`,
  'packages/orders/tsconfig.json': `{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "types": [],
  "declaration": true, "outDir": "dist", "rootDir": "src", "verbatimModuleSyntax": true, "isolatedDeclarations": true,
  "noImplicitOverride": true, "noUnusedLocals": true }, "include": ["src"] }\n`,
  'packages/orders/src/order.ts': `export interface Line { sku: string; quantity: number }
export type Status = 'open' | 'closed' | 'cancelled';
/** What a customer asked for. */
export interface Order {
  readonly id: string;
  lines: Line[];
  status: Status;
  note?: string;
}
export interface Book {
  readonly name: string;
  /** Takes a quantity out of stock. */
  take(sku: string, quantity: number): Line;
  cancel(id: string): Promise<void>;
}
export function totalOf(lines: readonly Line[], start: number = 0): number {
  return lines.reduce((sum, line) => sum + line.quantity, start);
}
`,
  'packages/orders/src/errors.ts': `/** Thrown where an order asks for more than there is. */
export class OutOfStock extends Error {
  constructor(readonly sku: string, readonly wanted: number) {
    super(\`\${wanted} of \${sku} are not there\`);
  }
}
`,
  'packages/orders/src/audit-log.ts': `import type { Order } from './order.js';

export class AuditLog {
  private entries: string[] = [];
  #closed: boolean = false;
  record(text: string, order?: Order): void {
    if (!this.#closed) this.entries.push(order ? \`\${order.id} \${text}\` : text);
  }
  find(id: string): string[];
  find(index: number): string | undefined;
  find(a: string | number): string[] | string | undefined {
    return typeof a === 'string' ? this.entries.filter((e) => e.startsWith(a)) : this.entries.at(a);
  }
  close(): void {
    this.#closed = true;
  }
}
`,
  'packages/orders/src/store.ts': `/** Keeps things by id. */
export abstract class Store<T> {
  protected readonly items: Map<string, T> = new Map();
  put(id: string, item: T): void {
    this.items.set(id, item);
  }
  abstract find(id: string): T | undefined;
}
export class MemoryStore<T> extends Store<T> {
  override find(id: string): T | undefined {
    return this.items.get(id);
  }
}
`,
  'packages/orders/src/ledger.ts': `export interface Ledger {
  write(amount: number): void;
}
export interface Receipt { ledger: Ledger; printed: boolean }
`,
  'packages/orders/src/printing.ts': 'export interface Receipt { pages: number }\n',
  'packages/orders/src/warehouse.ts': `import { totalOf, type Line } from './order.js';
import { OutOfStock } from './errors.js';
import { AuditLog } from './audit-log.js';

/** Stock on shelves. */
export class Warehouse {
  readonly log: AuditLog = new AuditLog();
  reserve(lines: readonly Line[]): number {
    const total = totalOf(lines);
    if (total > 100) throw new OutOfStock(lines[0]?.sku ?? '', total);
    this.log.record('reserved');
    return total;
  }
}
`,
  'packages/orders/src/checkout.ts': `import { OrderBook } from './order-book.js';

export function checkout(book: OrderBook, sku: string): number {
  return book.take(sku, 1).quantity;
}
`,
  [ORDERS_TEST]: `import { OrderBook } from './order-book.js';
import { Store } from './store.js';

/** WITHHELD-EXPECTATION */
export class FakeStore extends Store<string> {
  override find(id: string): string | undefined {
    return id;
  }
}
const expected: number = 7301;
export const seen: string = new OrderBook('WITHHELD-EXPECTATION').take('WITHHELD-EXPECTATION', 7301).sku;
export const same: boolean = seen.length === expected;
`,
  'node_modules/clockwork/package.json':
    '{ "name": "clockwork", "version": "2.1.0", "type": "module", "types": "index.d.ts" }\n',
  'node_modules/clockwork/index.d.ts':
    'export interface Clock { now(): Date }\nexport declare function systemClock(): Clock;\n',
  'node_modules/hidden/package.json':
    '{ "name": "hidden", "version": "1.0.0", "type": "module", "types": "index.d.ts" }\n',
  'node_modules/hidden/index.d.ts': 'export interface Hidden { tick(): void }\n',
};

/** Writes the fixture below `root`, with TypeScript 5.9 as its own compiler. */
export async function writeOrders(root: string, more: Record<string, string> = {}): Promise<void> {
  await writeFiles(root, { ...ORDERS_FILES, ...more });
  mkdirSync(join(root, 'node_modules/@orders'), { recursive: true });
  for (const name of ['money', 'orders'])
    symlinkSync(`../../packages/${name}`, join(root, 'node_modules/@orders', name));
  symlinkSync(join(packageRoot, 'node_modules/typescript-5.9'), join(root, 'node_modules/typescript'));
}
