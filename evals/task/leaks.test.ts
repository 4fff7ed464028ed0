import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { git, heldOutAssertions, leaksIn, leaksInRequests, walk } from './leaks.ts';
import { loadSuite } from './load.ts';
import { type Prepared, prepareTask } from './prepare.ts';

let prepared: Prepared;
const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-leaks-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(base, 'state');
  const found = loadSuite(join(packageRoot, 'evals/tasks/shop/OrderBook.json'));
  const [{ task }] = found as [(typeof found)[number]];
  prepared = await prepareTask(task, { folder: join(base, 'task') });
}, 60_000);

describe('a prepared task', () => {
  test('has neither the class nor its held-out tests, and keeps the visible ones', async () => {
    expect(await leaksIn(prepared)).toEqual([]);
    expect(readFileSync(join(prepared.root, prepared.task.file), 'utf8')).not.toContain('class OrderBook');
    const [file = ''] = prepared.visibleFiles;
    const text = readFileSync(join(prepared.root, file), 'utf8');
    expect(text).toContain('walks through the other side');
    expect(text).not.toContain('sweeps out');
    expect(prepared.removed).toContain('packages/orders/tests/closing-call.test.ts');
    expect([...walk(prepared.root)].filter((path) => path.endsWith('.jsonl'))).toEqual([]);
  });

  test('is a repository of one commit, with links between packages that stay in it', async () => {
    expect((await git(prepared.root, ['rev-list', '--count', '--all']))?.trim()).toBe('1');
    expect((await git(prepared.root, ['status', '--porcelain']))?.trim()).toBe('');
    expect(realpathSync(join(prepared.root, 'node_modules/@shop/kernel'))).toBe(
      join(prepared.root, 'packages/kernel'),
    );
  });
});

describe('what leaks is found', () => {
  const lines = () => prepared.reference.classText.split('\n').slice(30, 60).join('\n');
  const leaked = async (file: string, text: string) => {
    const path = join(prepared.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const found = await leaksIn(prepared);
    rmSync(path);
    return found.map(({ kind, where }) => `${kind}: ${where}`);
  };

  test.each([
    ['a copy in another file', 'packages/orders/src/old-book.ts', (code: string) => code],
    ['output that was built', 'packages/orders/dist/order-book.js', (code: string) => code],
    ['a recording', 'recording.jsonl', (code: string) => JSON.stringify({ content: code })],
    ['an installed copy', 'node_modules/shop-copy/index.ts', (code: string) => `// OrderBook\n${code}`],
    [
      'other white space',
      'notes.md',
      (code: string) => code.replaceAll(/^ +/gm, '\t').replaceAll(' = ', '  = '),
    ],
  ])('%s', async (_, file, made) => {
    expect(await leaked(file, made(lines()))).toEqual([`reference: ${file}`]);
  });

  test('a test that names the class', async () => {
    const file = 'packages/money/tests/more.test.ts';
    expect(await leaked(file, "it('knows OrderBook', () => {});\n")).toEqual([`class-name: ${file}`]);
  });

  test('an object of git that no file shows', async () => {
    const path = join(base, 'hidden.ts');
    writeFileSync(path, lines());
    await git(prepared.root, ['hash-object', '-w', path]);
    expect(await leaksIn(prepared)).toMatchObject([{ kind: 'reference', where: 'git objects' }]);
  });

  test('a held-out assertion in a request, and no other', () => {
    const assertions = heldOutAssertions(prepared);
    const [first = ''] = assertions;
    expect(assertions.length).toBeGreaterThan(8);
    expect(
      leaksInRequests(prepared, ['Write the class.', `They say:\n  ${first.replace('.', '\n    .')}`]),
    ).toEqual([]);
    expect(leaksInRequests(prepared, ['Write the class.', `They say: ${first}`])).toEqual([
      { kind: 'assertion', where: 'request 2', detail: first },
    ]);
  });
});
