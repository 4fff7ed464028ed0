import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, SHOP_TARGET, type Shop } from '../src/testing/shop-fixture.ts';
import { runTool, toolNamed } from './index.ts';

/** The tools that read text: jailed, secrets and withheld files out of reach, the candidate in place. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    files: {
      'packages/core/src/hostile.ts': 'const red = "\u001b[31mred\u202e";\u200b\n',
      'notes/long.md': 'A line of a long text.\n'.repeat(900),
      '.npmrc': '//registry/:_authToken=do-not-show\n',
      'keys/server.pem': 'do-not-show\n',
    },
  });
  symlinkSync('/etc/hostname', join(shop.root, 'leak.ts'));
  symlinkSync('.env', join(shop.root, 'harmless.txt'));
  symlinkSync('packages/core/src/order-book.test.ts', join(shop.root, 'alias.ts'));
  symlinkSync('/etc', join(shop.root, 'node_modules/etc'));
  writeFileSync(join(shop.root, 'binary.dat'), Buffer.from([0, 1, 2]));
});
afterAll(() => shop.close());

async function call(name: string, input: object): Promise<string> {
  const tool = toolNamed(name);
  if (!tool) throw new Error(`no tool ${name}`);
  const { text } = await runTool(tool, input, shop.context);
  expect(text).not.toContain('do-not-show');
  expect(text).not.toContain('SECRET-TEST-TEXT');
  return text;
}

describe('search-text', () => {
  test('lines with path and line', async () => {
    expect(await call('search-text', { pattern: 'Puts one' })).toBe(
      'packages/core/src/store.ts:9: * Puts one thing.',
    );
    expect(
      await call('search-text', { pattern: 'items.set(', fixed: true, glob: 'packages/core/**' }),
    ).toContain('store.ts:14:');
  });
  test('a broken pattern and no match are said', async () => {
    expect(await call('search-text', { pattern: 'fo(o' })).toMatch(
      /not a valid regular expression: unclosed group\nSet `fixed`/,
    );
    expect(await call('search-text', { pattern: 'xylophone' })).toBe('No line matches `xylophone`.');
  });
  test('is cut at its limit', async () => {
    expect(await call('search-text', { pattern: 'long text', limit: 3 })).toMatch(
      /\[cut by the limit of 3: the first 3 lines shown/,
    );
  });
  test('withheld results are a count', async () => {
    expect(await call('search-text', { pattern: 'FakeBook' })).toBe(
      'No line matches `FakeBook`.\n[1 result withheld]',
    );
    expect(await call('search-text', { pattern: 'do-not', glob: '.env' })).toContain('No line matches');
  });
  test('searches the candidate, and says so', async () => {
    await shop.setCandidate(`${shop.original}// zebra\n`);
    expect(await call('search-text', { pattern: 'zebra' })).toBe(
      `${SHOP_TARGET}:16: // zebra\n[${SHOP_TARGET} was searched as the candidate has it, not as it is on disk]`,
    );
    await shop.setCandidate(shop.original);
  });
});

describe('read-file', () => {
  test('numbered lines', async () => {
    expect(await call('read-file', { path: 'packages/core/src/store.ts', startLine: 19, endLine: 20 })).toBe(
      'packages/core/src/store.ts (lines 19-20 of 25)\n19   abstract find(id: string): T | undefined;\n20 }',
    );
    expect(await call('read-file', { path: join(shop.root, 'package.json') })).toContain('"name": "shop"');
    expect(await call('read-file', { path: 'node_modules/ledger/types/entry.d.ts' })).toContain(
      'interface Entry',
    );
    expect(await call('read-file', { path: 'packages/core/src/model.generated.ts' })).toContain(
      'GeneratedModel',
    );
  });
  test('a wrong path gets the nearest, a wrong line the length', async () => {
    expect(await call('read-file', { path: 'packages/core/order.ts' })).toContain(
      'Nearest files: packages/core/src/order.ts',
    );
    expect(await call('read-file', { path: 'package.json', startLine: 9 })).toContain(
      'package.json has 1 lines',
    );
    expect(await call('read-file', { path: 'packages' })).toContain('is a folder');
    expect(await call('read-file', { path: 'binary.dat' })).toContain('is no text file');
  });
  test('is cut and says where to go on', async () => {
    expect(await call('read-file', { path: 'notes/long.md' })).toMatch(
      /\[cut by [^\]]+ Ask again with startLine \d+\.\]$/,
    );
  });
  test('the target is the candidate', async () => {
    await shop.setCandidate('// zebra\n');
    expect(await call('read-file', { path: SHOP_TARGET })).toBe(
      `${SHOP_TARGET} (lines 1-1 of 1, with the candidate in it)\n1 // zebra`,
    );
    await shop.setCandidate(shop.original);
  });
  test.each([
    '../../etc/hostname',
    '/etc/hostname',
    'leak.ts',
    'node_modules/etc/hostname',
    'node_modules/../../../etc/hostname',
    '.env',
    '.npmrc',
    'keys/server.pem',
    'harmless.txt',
    'alias.ts',
    '.git/config',
    'local-settings.json',
    'packages/core/src/order-book.test.ts',
    'packages/core/src/../src/order-book.test.ts',
    './packages/core/src/order-book.test.ts',
    'nul\0.ts',
  ])('%j is out of reach', async (path) => {
    const result = await runTool(toolNamed('read-file') ?? expect.fail(), { path }, shop.context);
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(/lies outside|leads out of|or it is not shown/);
  });
  test('nothing stays invisible', async () => {
    const text = await call('read-file', { path: 'packages/core/src/hostile.ts' });
    expect(text).toContain('const red = "\\x1b[31mred\\u202e";\\u200b');
  });
});

describe('list-files', () => {
  test('files of a folder, without ignored and hidden ones', async () => {
    expect(await call('list-files', { glob: 'packages/app/src' })).toBe(
      ['checkout.ts', 'ui/page.ts', 'ui/panel.ts', 'util/log.ts']
        .map((file) => `packages/app/src/${file}`)
        .join('\n'),
    );
  });
  test('withheld files are a count', async () => {
    expect(await call('list-files', { glob: 'packages/core/src/order-book*' })).toBe(
      `${SHOP_TARGET}\n[1 file withheld]`,
    );
    expect(await call('list-files', { glob: '*.pem' })).toBe('[1 file withheld]');
  });
  test('a wrong folder gets the nearest, and a long list is cut', async () => {
    expect(await call('list-files', { glob: 'packages/cor/src' })).toContain(
      'Nearest folders: packages/core/src',
    );
    expect(await call('list-files', { limit: 2 })).toMatch(/\[cut by the limit of 2: 2 of \d+ files shown/);
  });
});
