import type childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSearch, SHELL_TAIL } from './search.ts';

let root: string;
const nothing = () => false;

const put = async (file: string, text: string) => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'search test $(touch pwned)-'));
  await put('.gitignore', 'dist\nsecret.json\n');
  await put('.env', 'TOKEN=order\n');
  await put('secret.json', '{"order": 1}\n');
  await put('dist/order.js', 'order\n');
  await put('node_modules/lib/order.js', 'order\n');
  await put('src/order.ts', 'export class Order {}\n// a.b order trailing \r\n');
  await put('src/order.test.ts', 'const order = new Order();\n');
  await put('src/view/page.tsx', 'order order order order\n');
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('finds lines in the files of the repository, never in ignored, hidden or installed ones', async () => {
  const { matches, complete } = await openSearch(root, nothing).text('order', { ignoreCase: true });
  expect(matches).toEqual([
    { file: 'src/order.test.ts', line: 1, text: 'const order = new Order();' },
    { file: 'src/order.ts', line: 1, text: 'export class Order {}' },
    { file: 'src/order.ts', line: 2, text: '// a.b order trailing ' },
    { file: 'src/view/page.tsx', line: 1, text: 'order order order order' },
  ]);
  expect(complete).toBe(true);
});

test('a glob narrows but never brings back what is ignored', async () => {
  const search = openSearch(root, nothing);
  const filesOf = async (glob: string) =>
    (await search.text('order', { glob })).matches.map((match) => match.file);
  expect(await filesOf('*.tsx')).toEqual(['src/view/page.tsx']);
  expect(await filesOf('src/view')).toEqual(['src/view/page.tsx']);
  expect(await filesOf('src/*.{ts,js}')).toEqual(['src/order.test.ts', 'src/order.ts']);
  expect(await filesOf('!*.test.ts')).toEqual(['src/order.ts', 'src/view/page.tsx']);
  for (const glob of ['secret.json', '.env', 'dist/**', 'node_modules/**', '**/*.js'])
    expect(await filesOf(glob), glob).toEqual([]);
});

test('withheld files are counted, not shown', async () => {
  const search = openSearch(root, (file) => file.endsWith('.test.ts'));
  const found = await search.text('Order');
  expect(found.matches.map((match) => match.file)).toEqual(['src/order.ts']);
  expect(found.withheld).toBe(1);
  expect((await search.files('src/*.ts')).withheld).toBe(1);
});

test('literal and regular patterns', async () => {
  const search = openSearch(root, nothing);
  expect((await search.text('a.b order trailing ', { fixed: true })).matches).toHaveLength(1);
  expect((await search.text('a.c', { fixed: true })).matches).toHaveLength(0);
  expect((await search.text('^export\\s+class$|class \\w+ \\{')).matches).toHaveLength(1);
  expect((await search.text('--files')).matches).toHaveLength(0);
});

test('a broken pattern says what is wrong with it', async () => {
  await expect(openSearch(root, nothing).text('fo(o')).rejects.toThrow(
    'not a valid regular expression: unclosed group',
  );
  await expect(openSearch(root, nothing).text('')).rejects.toThrow('one non-empty line');
});

test('sees the candidate in place of the file on disk', async () => {
  const overlay = { file: 'src/order.ts', text: 'class Fresh {}\n' };
  const search = openSearch(root, nothing);
  expect((await search.text('Fresh', { overlay })).matches).toEqual([
    { file: 'src/order.ts', line: 1, text: 'class Fresh {}' },
  ]);
  expect((await search.text('class Order', { overlay })).matches).toEqual([]);
});

test('says when the limit, the size limit or a long line left something out', async () => {
  const search = openSearch(root, nothing);
  expect((await search.text('order', { limit: 2 })).complete).toBe(false);
  await put('big/many.ts', `${'const needle = "0123456789";\n'.repeat(9_000)}`);
  await put('big/more.ts', `${'const needle = "0123456789";\n'.repeat(9_000)}`);
  await put('big/wide.txt', `thread ${'x'.repeat(100_000)}\n`);
  const many = await search.text('needle', { limit: 20_000 });
  expect(many.complete).toBe(false);
  expect(many.matches.length).toBeGreaterThan(1_000);
  expect(await search.text('thread')).toEqual({ matches: [], complete: false, withheld: 0 });
  await rm(join(root, 'big'), { recursive: true });
});

test('lists files under the same rules', async () => {
  const search = openSearch(root, nothing);
  expect((await search.files()).files).toEqual(['src/order.test.ts', 'src/order.ts', 'src/view/page.tsx']);
  expect(await search.files('*.ts', { limit: 1 })).toEqual({
    files: ['src/order.test.ts'],
    complete: false,
    withheld: 0,
  });
});

test('names the files that hold a word, whole or in part', async () => {
  const search = openSearch(root, (file) => file.endsWith('.tsx'));
  expect(await search.filesWith('Order')).toEqual(['src/order.test.ts', 'src/order.ts']);
  expect(await search.filesWith('trail')).toEqual([]);
  expect(await search.filesWith('TRAIL', { isPart: true })).toEqual(['src/order.ts']);
  expect(await search.filesWith("$(touch pwned); '-e")).toEqual([]);
});

test('an aborted search rejects', async () => {
  await expect(openSearch(root, nothing).text('order', { signal: AbortSignal.abort() })).rejects.toThrow();
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom(
      ...[
        ...'\'"`$;&|<>(){}[]\\!#*?~ \t\r-=%^x',
        '$(touch pwned)',
        '`touch pwned`',
        "'; touch pwned; '",
        '\n',
      ],
    ),
    minLength: 1,
  }),
);

test('no string reaches the shell: the command line is a constant', async () => {
  // ripgrep-js calls `exec` on the module object, so this is the very string that would go to the shell.
  const exec = vi.spyOn(createRequire(import.meta.url)('node:child_process') as typeof childProcess, 'exec');
  exec.mockImplementation(((
    _command: string,
    _options: object,
    done: (error: null, out: string, err: string) => void,
  ) => done(null, '', '')) as never);
  try {
    const search = openSearch(root, nothing);
    await fc.assert(
      fc.asyncProperty(
        hostile,
        fc.option(hostile, { nil: undefined }),
        fc.boolean(),
        async (pattern, glob, fixed) => {
          exec.mockClear();
          await search.text(pattern, { fixed, ...(glob === undefined ? {} : { glob }) }).catch(() => {});
          for (const call of exec.mock.calls) expect(call[0]).toBe(`rg --json -F ${SHELL_TAIL}`);
        },
      ),
      { numRuns: 1_200 },
    );
  } finally {
    exec.mockRestore();
  }
});

test('no string runs as a command, and a literal one finds exactly itself', async () => {
  const before = await readdir(root);
  const search = openSearch(root, nothing);
  await fc.assert(
    fc.asyncProperty(hostile, async (pattern) => {
      const found = await search
        .text(pattern, { fixed: true, overlay: { file: 'x.ts', text: `a ${pattern} b\n` } })
        .catch((error: Error) => error.message);
      if (typeof found === 'string') expect(found).toContain('one non-empty line');
      else if (!/\p{Surrogate}/u.test(pattern) && !pattern.endsWith('\r'))
        expect(found.matches.filter((match) => match.file === 'x.ts')).toHaveLength(1);
    }),
    { numRuns: 100 },
  );
  expect(await readdir(root)).toEqual(before);
  expect(existsSync('pwned')).toBe(false);
});
