import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../check/report.ts';
import { openTypeScriptSession } from '../language/typescript/session.ts';
import type { Task } from '../loop/task.ts';
import { ORDERS_TARGET, ORDERS_TEST, writeOrders } from '../testing/orders-fixture.ts';
import { tempFolder } from '../testing/temp.ts';
import { partBaseline, tolerated } from './goals.ts';

const task = (form: Task['form'], file = ORDERS_TARGET): Task => ({
  className: 'OrderBook',
  file,
  description: 'keeps orders',
  form,
  tests: [],
  context: [],
  require: 'types',
  requireLint: false,
  showTests: false,
  ask: false,
  strategy: 'rrr',
});

const error = (
  code: number,
  message: string,
  file = 'packages/orders/src/checkout.ts',
  line = 1,
): Diagnostic => ({
  file,
  line,
  column: 1,
  endLine: line,
  endColumn: 2,
  code,
  message,
  related: [],
});

/** Messages by what becomes of them. */
function parted(found: Diagnostic[], form: Task['form'], original?: string, file?: string) {
  const { goals, baseline } = partBaseline(found, task(form, file), original);
  return { goals: goals.map((d) => d.message), baseline: baseline.map((d) => d.message) };
}

describe('a repository in which the class is missing', () => {
  const late: Record<string, string> = {
    'packages/orders/src/late.ts': `import type { Ledger } from './order.js';
import { OrderBook } from './order-book.js';
export const book: OrderBook = new OrderBook();
export const count: number = 'one';
export const ledger: Ledger | undefined = undefined;
`,
  };
  const errorsOf = async (files: Record<string, string>) => {
    const root = tempFolder();
    await writeOrders(root, { ...late, ...files });
    await using session = await opened(root);
    const found: Diagnostic[] = [];
    for (const file of ['packages/orders/src/late.ts', ORDERS_TEST, 'packages/orders/src/checkout.ts'])
      found.push(...(await session.diagnostics(file)).diagnostics);
    return found;
  };
  const opened = async (root: string) => {
    const session = await openTypeScriptSession({ root, targetFile: ORDERS_TARGET, className: 'OrderBook' });
    return Object.assign(session, { [Symbol.asyncDispose]: () => session.close() });
  };
  const brief = (found: Diagnostic[]) => found.map((d) => `${d.file.split('/').at(-1)}:${d.line} ${d.code}`);

  test.each<[string, Task['form'], string | undefined]>([
    ['with its file', 'new-file', undefined],
    ['from a file that has something else', 'new-class', 'export const other: number = 1;\n'],
  ])('%s: what its absence causes is a goal, the rest is baseline', async (_, form, original) => {
    const found = await errorsOf(original === undefined ? {} : { [ORDERS_TARGET]: original });
    const { goals, baseline } = partBaseline(found, task(form), original);
    expect(brief(goals)).toEqual(
      ['late.ts:2', 'order-book.test.ts:1', 'checkout.ts:1'].map((at) => `${at} 2305`),
    );
    expect(brief(baseline)).toEqual(['late.ts:1 2305', 'late.ts:4 2322']);
  });
});

describe('by their messages', () => {
  test('modules that are not found: the target by its path, behind an alias by its name', () => {
    expect(
      parted(
        [
          error(2307, "Cannot find module './order-book.js' or its corresponding type declarations."),
          error(2307, "Cannot find module '@/order-book' or its corresponding type declarations."),
          error(2307, "Cannot find module '../legacy/order-book.js' or its corresponding type declarations."),
          error(2307, "Cannot find module './order-book.css' or its corresponding type declarations."),
          error(2307, "Cannot find module 'left-pad' or its corresponding type declarations."),
        ],
        'new-file',
      ),
    ).toEqual({
      goals: [expect.stringContaining("'./order-book.js'"), expect.stringContaining("'@/order-book'")],
      baseline: [
        expect.stringContaining('legacy'),
        expect.stringContaining('.css'),
        expect.stringContaining('left-pad'),
      ],
    });
  });

  test('names and exports: the class itself, not one that has its name in its own', () => {
    const goals = [
      error(2304, "Cannot find name 'OrderBook'."),
      error(2724, `'"./index.js"' has no exported member named 'OrderBook'. Did you mean 'Order'?`),
      error(2694, `Namespace '"/src/index"' has no exported member 'OrderBook'.`),
    ];
    const others = [
      error(2304, "Cannot find name 'OrderBooks'."),
      error(2339, "Property 'x' does not exist on type 'OrderBook'."),
      error(2322, "Type 'string' is not assignable to type 'number'."),
    ];
    expect(parted([...goals, ...others], 'new-class', '')).toEqual({
      goals: goals.map((d) => d.message),
      baseline: others.map((d) => d.message),
    });
  });

  test('a skeleton or an older version: what stands inside goes with it, and nothing is missing', () => {
    const original =
      'const n: number = "";\nexport class OrderBook {\n  take(): number {}\n}\nconst m: number = "";\n';
    const found = [1, 3, 5].map((line) => error(2322, `line ${line}`, ORDERS_TARGET, line));
    const named = error(2304, "Cannot find name 'OrderBook'.");
    for (const form of ['skeleton', 'replace'] as const)
      expect(parted([...found, named], form, original)).toEqual({
        goals: [],
        baseline: ['line 1', 'line 5', named.message],
      });
  });

  test('a name with a dollar is taken literally', () => {
    const own = { ...task('new-class'), className: 'Order$' };
    const found = [error(2304, "Cannot find name 'Order$'."), error(2304, "Cannot find name 'Order'.")];
    const { goals, baseline } = partBaseline(found, own, '');
    expect(goals.map((d) => d.message)).toEqual(["Cannot find name 'Order$'."]);
    expect(baseline).toHaveLength(1);
  });
});

test('importers of a file that is no module yet wait for the class, those of another one do not', () => {
  const message = (file: string) => `File '/repo/${file}' is not a module.`;
  expect(
    parted(
      [error(2306, message(ORDERS_TARGET)), error(2306, message('src/order.ts'))],
      'new-class',
      '// nothing yet',
    ),
  ).toEqual({ goals: [message(ORDERS_TARGET)], baseline: [message('src/order.ts')] });
});

describe('errors that follow from a missing class', () => {
  const missing = error(2305, "Module './order-book.js' has no exported member 'OrderBook'.", 'src/a.ts');
  const implied = error(7006, "Parameter 'o' implicitly has an 'any' type.", 'src/b.ts');
  const standing = (...found: Diagnostic[]) =>
    tolerated(partBaseline(found, task('new-class'), 'export {};'), (file) => file !== 'src/far.ts').map(
      ({ code }) => code,
    );

  test('may not stand after it', () => {
    expect(standing(missing, implied)).toEqual([]);
  });

  test.each([
    ['a file that has nothing to do with the class', error(2322, 'Type A is not B.', 'src/far.ts')],
    [
      'another class that is missing',
      error(2305, "Module './b' has no exported member 'Basket'.", 'src/a.ts'),
    ],
    ['an error of a dependent that no class causes', error(2322, 'Type A is not B.', 'src/a.ts')],
    ['a package that is not installed', error(2307, "Cannot find module 'react'.", 'src/a.ts')],
  ])('may stand where the repository has others: %s', (_, other) => {
    expect(standing(missing, implied, other)).toEqual([7006, other.code]);
  });

  test('are none where nothing waits for the class', () => {
    expect(standing(implied)).toEqual([7006]);
  });
});
