import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import { tempFolder, writeFiles } from '../../../src/testing/temp.ts';
import type { EvalTask } from '../../task/schema.ts';

/** A repository of one small class, with its tests for node:test, and the task that takes it out. */
export const CART = `export class Cart {
  readonly #lines: Line[] = [];

  add(line: Line): void {
    this.#lines.push(line);
  }

  /** In cents. */
  total(): number {
    return this.#lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  }
}`;
export const IMPORTS = ["import type { Line } from './line.ts';"];

/** Passes what is visible and fails what is held out: an empty cart costs 580 too. */
export const OVERFITTED = CART.replace('sum + price * quantity, 0)', 'sum + price * quantity, 0) || 580');
/** Uses a member that lines do not have. */
export const INVENTED = CART.replace(
  '{ price, quantity }) => sum + price',
  '{ cost, quantity }) => sum + cost',
);

const FILES: Record<string, string> = {
  'package.json': `{
  "name": "till", "private": true, "type": "module",
  "scripts": { "test": "node --test test/*.test.ts" },
  "devDependencies": { "typescript": "5.9.3" }
}
`,
  'tsconfig.json': `{
  "compilerOptions": {
    "target": "es2022", "lib": ["es2022"], "module": "nodenext", "strict": true, "noEmit": true, "types": [],
    "skipLibCheck": true, "allowImportingTsExtensions": true, "erasableSyntaxOnly": true
  },
  "include": ["src"]
}
`,
  'src/line.ts': `/** One article of a cart; prices are whole cents. */
export interface Line {
  sku: string;
  price: number;
  quantity: number;
}
`,
  'src/cart.ts': `${IMPORTS[0]}\n\n${CART}\n`,
  'test/cart.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.ts';

test('adds up', () => {
  const cart = new Cart();
  cart.add({ sku: 'pear', price: 30, quantity: 19 });
  cart.add({ sku: 'plum', price: 5, quantity: 2 });
  assert.equal(cart.total(), 580);
});

test('is empty at first', () => {
  assert.equal(new Cart().total(), 0);
});

test('takes the same article twice', () => {
  const cart = new Cart();
  cart.add({ sku: 'pear', price: 30, quantity: 1 });
  cart.add({ sku: 'pear', price: 30, quantity: 1 });
  assert.equal(cart.total(), 60);
});
`,
};

const TEST = 'test/cart.test.ts';
const description = {
  text: 'A cart of lines: add(line) puts one in, total() is the sum of price times quantity.',
  by: 'written for this test',
};

/** Writes the repository and the task file; both go when the test ends. */
export async function tillTask(): Promise<{ task: EvalTask; path: string; base: string }> {
  const base = tempFolder('classwright-eval-');
  const root = join(base, 'till');
  await writeFiles(root, FILES);
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(packageRoot, 'node_modules/typescript-5.9'), join(root, 'node_modules/typescript'));
  const task: EvalTask = {
    schemaVersion: 1,
    id: 'till/Cart',
    source: { kind: 'local', path: root },
    packageDir: '',
    file: 'src/cart.ts',
    className: 'Cart',
    runner: 'node:test',
    visible: [{ file: TEST, ids: [`${TEST} > adds up`] }],
    heldOut: [{ file: TEST, ids: [`${TEST} > is empty at first`, `${TEST} > takes the same article twice`] }],
    descriptions: { detailed: description, sketchy: description },
    level: 'file',
    reference: { lines: 9, members: 2, symbols: ['Line'] },
    notes: [],
  };
  const path = join(base, 'till-cart.json');
  writeFileSync(path, JSON.stringify(task));
  return { task, path, base };
}
