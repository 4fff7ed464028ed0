import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ClasswrightError,
  checkCandidate,
  generateClass,
  type OpenedRepository,
  openRepository,
} from './index.ts';
import { API_REPORT, apiReport } from './testing/api-report.ts';
import { ORDERS_TARGET, writeOrders } from './testing/orders-fixture.ts';
import { requireBuild } from './testing/program.ts';
import { treeHash } from './testing/tree-hash.ts';

let root: string;
let repository: OpenedRepository;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-library-')));
  await writeOrders(root);
  repository = await openRepository({ cwd: root });
});
afterAll(async () => {
  await repository?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const right = `import type { Line } from './order.js';
export class OrderBook {
  constructor(readonly name: string) {}
  take(sku: string, quantity: number): Line { return { sku, quantity }; }
}
`;

test('a candidate is checked with what depends on it, and nothing is written', async () => {
  const hash = treeHash(root);
  const wrong = right
    .replace('readonly name: string', 'readonly name: number')
    .replace("import type { Line } from './order.js';", '');
  const found = await repository.checkCandidate({ file: ORDERS_TARGET, text: wrong });
  expect(found.ok).toBe(false);
  expect(found.diagnostics.map(({ file, code }) => [file.split('/').at(-1), code])).toEqual([
    ['order-book.ts', 2304],
    ['order-book.test.ts', 2345],
  ]);
  expect(found.diagnostics[0]?.explanation).toContain("import type { Line } from './order.js';");
  const fixed = await repository.checkCandidate({ file: ORDERS_TARGET, text: wrong, fix: true });
  expect(fixed.mended).toMatchObject([{ repairs: [expect.stringContaining('added import')] }]);
  expect(await repository.checkCandidate({ file: ORDERS_TARGET, text: right })).toMatchObject({
    ok: true,
    standing: 0,
  });
  expect(treeHash(root)).toEqual(hash);
});

test('a new file beside others, one after the other on one server', async () => {
  const text = "import { totalOf } from './order.js';\nexport const n: string = totalOf([]);\n";
  const found = await repository.checkCandidate({ file: 'packages/orders/src/fresh.ts', text });
  expect(found.diagnostics.map(({ line, code }) => [line, code])).toEqual([[2, 2322]]);
  const mended = text.replace('string', 'number');
  expect(
    await repository.checkCandidate({ file: 'packages/orders/src/fresh.ts', text: mended }),
  ).toMatchObject({ ok: true });
});

test('look-ups see the repository from the file that is named, and what changed on disk', async () => {
  const file = 'packages/orders/src/warehouse.ts';
  const { text } = await repository.tool('imports-for', { name: 'Money' }, { file });
  expect(text).toContain("import { Money } from '@orders/money';");
  writeFileSync(join(root, 'packages/orders/src/late.ts'), 'export class Latecomer { wait(): void {} }\n');
  expect((await repository.tool('type_info', { name: 'Latecomer' }, { file })).text).toContain(
    'wait(): void',
  );
  expect(await repository.tool('type-info', {}, { file })).toMatchObject({ isError: true });
  await expect(repository.tool('nope', {}, { file })).rejects.toMatchObject({ code: 'unknown-tool' });
  expect((await repository.tool('read-file', { file: '.env' }, { file })).text).not.toContain('do-not-show');
});

test('a new file in a new folder, and a tsconfig that changes under a server that stays', async () => {
  const file = 'packages/orders/src/later/deep.ts';
  const text =
    "import { totalOf } from '../order.js';\nexport const n: string = totalOf([]);\nlet spare = n;\n";
  const codes = async () =>
    (await repository.checkCandidate({ file, text })).diagnostics.map(({ code }) => code);
  expect(await codes()).toEqual([2322, 6133]);
  const config = join(root, 'packages/orders/tsconfig.json');
  const before = readFileSync(config, 'utf8');
  writeFileSync(config, before.replace('"noUnusedLocals": true', '"noUnusedLocals": false'));
  expect(await codes()).toEqual([2322]);
  writeFileSync(config, before);
});

test('bad requests are ClasswrightErrors with a next step', async () => {
  await expect(repository.checkCandidate({ file: '../x.ts', text: '' })).rejects.toMatchObject({
    code: 'outside-repository',
  });
  await expect(checkCandidate({ cwd: root, file: 'a.md', text: '' })).rejects.toBeInstanceOf(
    ClasswrightError,
  );
  const run = generateClass({ cwd: root, className: 'not a name', file: 'a.ts', description: 'x' });
  await expect(run.result()).rejects.toMatchObject({ kind: 'usage' });
  await expect(run.result()).rejects.toMatchObject({ code: 'read-twice' });
});

test('an aborted check ends, and the next one is answered', async () => {
  const controller = new AbortController();
  const asked = repository.checkCandidate({ file: ORDERS_TARGET, text: right, signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toThrow();
  expect(await repository.checkCandidate({ file: ORDERS_TARGET, text: right })).toMatchObject({ ok: true });
});

test('what the package exports is what the report says; npm run api writes it anew', () => {
  requireBuild();
  expect(apiReport()).toBe(readFileSync(API_REPORT, 'utf8'));
});
