import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolContext } from '../../tools/tool.ts';
import { openTypeScriptSession, type TypeScriptSession } from '../language/typescript/session.ts';
import { inspectRepository } from '../repository/repository.ts';
import { openSearch } from '../search.ts';
import { writeFiles } from './temp.ts';

/**
 * A workspace of two packages and an installed one, as tools and queries meet them: the target misses what it
 * implements, its covering test is withheld, `@shop/app` uses it through built output that was never built.
 */
const FILES: Record<string, string> = {
  'package.json': '{ "name": "shop", "private": true, "type": "module", "workspaces": ["packages/*"] }\n',
  '.gitignore': 'node_modules\ndist\nlocal-settings.json\n*.generated.ts\n',
  '.env': 'SHOP_TOKEN=do-not-show\n',
  'local-settings.json': '{ "password": "do-not-show" }\n',
  'packages/core/package.json': `{ "name": "@shop/core", "version": "2.0.0", "type": "module", "types": "dist/index.d.ts",
  "main": "dist/index.js", "dependencies": { "ledger": "^1.4.0" } }\n`,
  'packages/core/tsconfig.json': `{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "types": [],
  "outDir": "dist", "rootDir": "src", "declaration": true, "verbatimModuleSyntax": true }, "include": ["src"], "exclude": ["**/*.test.ts"] }\n`,
  'packages/core/src/index.ts':
    "export * from './order.js';\nexport * from './store.js';\nexport { OrderBook } from './order-book.js';\n",
  'packages/core/src/order.ts': `/** What a customer asked for. */
export interface Order { id: string; lines: Line[] }
export type Line = { sku: string; quantity: number };
export enum Status { Open = 'open', Closed = 'closed' }
export interface Book {
  readonly name: string;
  /** Takes a quantity out of stock. */
  take(sku: string, quantity?: number): Promise<Line>;
  take(everything: true): Promise<Line[]>;
  note?: string;
}
export function totalOf(lines: readonly Line[], start = 0) {
  return lines.reduce((sum, line) => sum + line.quantity, start);
}
export const MOST_LINES = 100;
export namespace Codes {
  export interface Code { digits: number }
  export function parse(text: string): Code { return { digits: text.length }; }
}
`,
  'packages/core/src/store.ts': `/** Keeps things by id. */
export abstract class Store<T> {
  protected readonly items = new Map<string, T>();
  #writes = 0;
  static open(path: string): Store<unknown> {
    throw new Error(path);
  }
  /**
   * Puts one thing.
   * Overwrites what was there.
   */
  put(id: string, item: T): void {
    this.#writes++;
    this.items.set(id, item);
  }
  get size(): number {
    return this.items.size;
  }
  abstract find(id: string): T | undefined;
}
export class MemoryStore<T> extends Store<T> {
  find(id: string) {
    return this.items.get(id);
  }
}
`,
  'packages/core/src/order-book.ts': `import { type Ledger, openLedger } from 'ledger';
import type { Book, Order } from './order.js';
import { Store } from './store.js';

export class OrderBook extends Store<Order> implements Book {
  constructor(public readonly name: string, private limit?: number) {
    super();
  }
  ledger(): Ledger {
    return openLedger(this.name, this.limit ?? 1);
  }
  static async create<K extends string>(name: K): Promise<OrderBook> {
    return new OrderBook(name);
  }
}
`,
  'packages/core/src/order-book.test.ts': `import { OrderBook } from './order-book.js';
// SECRET-TEST-TEXT
export class FakeBook extends OrderBook {}
new OrderBook('withheld').put('a', { id: 'a', lines: [] });
`,
  'packages/core/src/model.generated.ts': 'export interface GeneratedModel { key: string }\n',
  'packages/app/package.json': `{ "name": "@shop/app", "version": "1.0.0", "type": "module", "dependencies": { "@shop/core": "2.0.0" } }\n`,
  'packages/app/tsconfig.json': `{ "compilerOptions": { "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "strict": true,
  "types": [], "noEmit": true, "paths": { "@/*": ["./src/*"] } }, "include": ["src"] }\n`,
  'packages/app/src/checkout.ts': `import { OrderBook, Status, type Order } from '@shop/core';

/** Cancels an open order and gives the money back. */
export async function cancelOrder(book: OrderBook, order: Order): Promise<Status> {
  book.put(order.id, { ...order, lines: [] });
  return Status.Closed;
}
`,
  'packages/app/src/util/log.ts':
    'export interface Logger { info(text: string): void }\nexport const log = (text: string): void => {};\n',
  'packages/app/src/ui/page.ts':
    "import { log } from '@/util/log';\nexport const page = () => log('page');\n",
  'packages/app/src/ui/panel.ts': 'export class Panel {}\n',
  'node_modules/ledger/package.json': `{ "name": "ledger", "version": "1.4.2", "type": "module",
  "exports": { ".": { "types": "./types/index.d.ts", "default": "./index.js" }, "./csv": { "types": "./types/csv.d.ts" } } }\n`,
  'node_modules/ledger/types/index.d.ts': `export * from './entry.js';
import type { Entry } from './entry.js';
/** Where entries are written. */
export interface Ledger { write(entry: Entry): Promise<void>; close(): void }
export declare function openLedger(name: string, limit: number): Ledger;
`,
  'node_modules/ledger/types/entry.d.ts': 'export interface Entry { amount: number; text?: string }\n',
  'node_modules/ledger/types/csv.d.ts': 'export declare function toCsv(rows: string[][]): string;\n',
};

export const SHOP_TARGET = 'packages/core/src/order-book.ts';

export interface Shop {
  root: string;
  session: TypeScriptSession;
  context: ToolContext;
  /** Puts a candidate in place, for the language and the tools alike. */
  setCandidate(text: string): Promise<void>;
  original: string;
  close(): Promise<void>;
}

export async function openShop(
  options: { target?: string; files?: Record<string, string>; tools?: Partial<ToolContext> } = {},
): Promise<Shop> {
  const target = options.target ?? SHOP_TARGET;
  const root = await realpath(await mkdtemp(join(tmpdir(), 'classwright-shop-')));
  const files = { ...FILES, ...options.files };
  await writeFiles(root, files);
  await mkdir(join(root, 'node_modules/@shop'));
  await symlink('../../packages/core', join(root, 'node_modules/@shop/core'));
  const repository = await inspectRepository({ cwd: root, targetFile: join(root, target) });
  const session = await openTypeScriptSession({ root, targetFile: target, repository });
  const isWithheld = (file: string) => file.endsWith('.test.ts');
  let text = files[target] ?? '';
  return {
    root,
    session,
    original: text,
    context: {
      repository,
      language: session,
      search: openSearch(root, isWithheld),
      className: 'OrderBook',
      targetFile: target,
      targetText: () => text,
      isWithheld,
      compile: async () => [],
      runTests: async () => undefined,
      signal: new AbortController().signal,
      ...options.tools,
    },
    async setCandidate(candidate) {
      text = candidate;
      await session.setCandidate(candidate);
    },
    async close() {
      await session.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
