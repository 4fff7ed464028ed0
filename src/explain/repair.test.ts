import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../check/report.ts';
import { openTypeScriptSession, type TypeScriptSession } from '../language/typescript/session.ts';
import { ORDERS_TARGET, ORDERS_TEST, writeOrders } from '../testing/orders-fixture.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { repair } from './repair.ts';

let root: string;
let session: TypeScriptSession;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'repair-')));
  // One declaration by two ways is no choice; Receipt of ledger.ts and printing.ts is one.
  await writeOrders(root, {
    'packages/orders/src/index.ts': "export * from './errors.js';\n",
    'packages/orders/src/tick.ts':
      "import type { Hidden } from 'hidden';\nexport const tick: (hidden: Hidden) => void = (hidden) => hidden.tick();\n",
  });
  session = await openTypeScriptSession({ root, targetFile: ORDERS_TARGET, className: 'OrderBook' });
});
afterAll(async () => {
  await session?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const all = (found: readonly Diagnostic[]) => found;

async function repaired(candidate: string, isNew = all) {
  await session.setCandidate(candidate);
  const context = {
    language: session,
    targetFile: ORDERS_TARGET,
    isWithheld: (file: string) => file === ORDERS_TEST,
  };
  const result = await repair(candidate, context, isNew, new AbortController().signal);
  const { diagnostics } = await session.diagnostics(ORDERS_TARGET);
  return { ...result, left: diagnostics.map((d) => d.code) };
}

const cls = (members: string, heritage = ''): string =>
  `export class OrderBook${heritage} {\n  ${members}\n}\n`;

describe('what is repaired, and how it is told', () => {
  test.each<[string, string, string, string[]]>([
    [
      'missing imports, values and types, through a package of the workspace too',
      cls(
        'take(sku: string, line: Line): Money { if (line.quantity > 1) throw new OutOfStock(sku, 1); return Money.of(0); }',
      ),
      `import type { Line } from './order.js';
import { Money } from '@orders/money';
import { OutOfStock } from './errors.js';

${cls('take(sku: string, line: Line): Money { if (line.quantity > 1) throw new OutOfStock(sku, 1); return Money.of(0); }')}`,
      [
        "added import type { Line } from './order.js'",
        "added import { Money } from '@orders/money'",
        "added import { OutOfStock } from './errors.js'",
      ],
    ],
    [
      'a missing name joins the import of its module',
      `import { type Line } from './order.js';\n${cls('sum(lines: Line[]): number { return totalOf(lines); }')}`,
      `import { type Line, totalOf } from './order.js';\n${cls('sum(lines: Line[]): number { return totalOf(lines); }')}`,
      ["added import { totalOf } from './order.js'"],
    ],
    [
      'unused imports, one name and whole statements',
      `import { OutOfStock } from './errors.js';\nimport { type Line, totalOf } from './order.js';\nimport { MemoryStore, Store } from './store.js';\n${cls('sum(): number { return totalOf([]); }')}`,
      `import { totalOf } from './order.js';\n${cls('sum(): number { return totalOf([]); }')}`,
      [
        "removed the unused import of OutOfStock from './errors.js'",
        "removed the unused import of Line from './order.js'",
        "removed the unused import of MemoryStore, Store from './store.js'",
      ],
    ],
    [
      'types under verbatimModuleSyntax',
      `import { Line, totalOf } from './order.js';\n${cls('sum(lines: Line[]): number { return totalOf(lines); }')}`,
      `import { totalOf } from './order.js';\nimport type { Line } from './order.js';\n${cls('sum(lines: Line[]): number { return totalOf(lines); }')}`,
      ["wrote import type { Line } from './order.js'"],
    ],
    [
      'a class imported as a type that is constructed',
      `import type { AuditLog } from './audit-log.js';\n${cls('log: AuditLog = new AuditLog();')}`,
      `import { AuditLog } from './audit-log.js';\n${cls('log: AuditLog = new AuditLog();')}`,
      ["wrote import { AuditLog } from './audit-log.js'"],
    ],
    [
      'override, where the language wants it',
      `import { MemoryStore } from './store.js';\n${cls('public async = 1;\n  find(id: string): string | undefined { return id; }\n  public put(id: string, item: string): void { super.put(item, id); }', ' extends MemoryStore<string>')}`,
      `import { MemoryStore } from './store.js';\n${cls('public async = 1;\n  override find(id: string): string | undefined { return id; }\n  public override put(id: string, item: string): void { super.put(item, id); }', ' extends MemoryStore<string>')}`,
      ['added override to find', 'added override to put'],
    ],
    [
      'override of accessors, generators and parameter properties',
      `abstract class Base { constructor(protected readonly log: string) {} get size(): number { return 1; } async *all(): AsyncGenerator<number> {} }
${cls('constructor(protected readonly log: string) { super(log); }\n  get size(): number { return 2; }\n  async *all(): AsyncGenerator<number> {}', ' extends Base')}`,
      `abstract class Base { constructor(protected readonly log: string) {} get size(): number { return 1; } async *all(): AsyncGenerator<number> {} }
${cls('constructor(protected override readonly log: string) { super(log); }\n  override get size(): number { return 2; }\n  override async *all(): AsyncGenerator<number> {}', ' extends Base')}`,
      ['added override to log', 'added override to size', 'added override to all'],
    ],
    [
      'types that isolatedDeclarations wants written out',
      `import { totalOf } from './order.js';\n${cls('sum() { return totalOf([]); }\n  readonly count = totalOf([]);')}`,
      `import { totalOf } from './order.js';\n${cls('sum(): number { return totalOf([]); }\n  readonly count: number = totalOf([]);')}`,
      ['added the return type number to sum', 'added the type number to count'],
    ],
    [
      'imports from modules that are not there or do not export the name',
      `import { Money } from './money.js';\nimport type { Ledger, Line } from './order.js';\n${cls('take(line: Line, ledger: Ledger): Money { ledger.write(line.quantity); return Money.of(1); }')}`,
      `import type { Line } from './order.js';\nimport { Money } from '@orders/money';\nimport type { Ledger } from './ledger.js';\n${cls('take(line: Line, ledger: Ledger): Money { ledger.write(line.quantity); return Money.of(1); }')}`,
      [
        "imported Money from '@orders/money' instead of from './money.js'",
        "imported Ledger from './ledger.js' instead of from './order.js'",
      ],
    ],
    [
      'endings of relative imports',
      `import { totalOf } from './order';\nimport { OutOfStock } from '../errors.ts';\n${cls("sum(): number { if (totalOf([]) > 1) throw new OutOfStock('a', 1); return 0; }")}`,
      `import { totalOf } from './order.js';\nimport { OutOfStock } from './errors.js';\n${cls("sum(): number { if (totalOf([]) > 1) throw new OutOfStock('a', 1); return 0; }")}`,
      [
        "wrote './order.js' for './order'",
        "imported OutOfStock from './errors.js' instead of from '../errors.ts'",
      ],
    ],
  ])('%s', async (_, candidate, text, repairs) => {
    const before = treeHash(root);
    const result = await repaired(candidate);
    expect(result).toEqual({ text, repairs, left: [] });
    expect(treeHash(root)).toEqual(before);
  });

  test('errors that a resolved import brings to light are left for the model, and the import stays', async () => {
    const { text, repairs, left } = await repaired(
      `import { Money } from './money.js';\n${cls("a: number = Money.of(1, 'x');\n  b: string = Money.of(2);")}`,
    );
    expect(text).toContain("import { Money } from '@orders/money';");
    expect(repairs).toHaveLength(1);
    expect(left).toEqual([2322, 2345, 2322]);
  });
});

describe('what is left to the model', () => {
  test.each([
    ['a name that two modules export', cls('print(receipt: Receipt): void { void receipt; }'), [2304]],
    ['a name that nothing exports', cls('print(): void { return printAll(); }'), [2304]],
    [
      'a package that is not there',
      `import { totalOf } from 'lodash';\n${cls('n: number = totalOf([]);')}`,
      [2307],
    ],
    [
      'unused members and locals',
      cls('private spare: number = 1;\n  run(): void { const one = 1; }'),
      [6133, 6133],
    ],
    [
      'an unused import beside a misspelt name: it may be what was meant',
      `import { OutOfStock } from './errors.js';\n${cls("run(): void { throw new OutofStock('a', 1); }")}`,
      [6133, 2552],
    ],
    ['wrong types', cls("n: number = 'one';"), [2322]],
  ])('%s', async (_, candidate, codes) => {
    expect(await repaired(candidate)).toEqual({ text: candidate, repairs: [], left: codes });
  });

  test('an import of a package that package.json does not declare', async () => {
    const candidate = cls('at(clock: Hidden): void { clock.tick(); }');
    const { value } = await session.importsFor('Hidden');
    expect(value.map((s) => s.undeclaredPackage)).toEqual(['hidden']);
    expect(await repaired(candidate)).toEqual({ text: candidate, repairs: [], left: [2304] });
  });

  test('what only a withheld file exports', async () => {
    const candidate = cls('store: object = new FakeStore();');
    const { value } = await session.importsFor('FakeStore');
    expect(value.map((s) => s.from)).toEqual(['./order-book.test.js']);
    expect(await repaired(candidate)).toEqual({ text: candidate, repairs: [], left: [2304] });
  });

  test('what was wrong before the run began', async () => {
    const candidate = `import { OutOfStock } from './errors.js';\n${cls('run(): void {}')}`;
    const { text, repairs } = await repaired(candidate, (found) => found.filter((d) => d.code !== 6133));
    expect({ text, repairs }).toEqual({ text: candidate, repairs: [] });
  });
});
