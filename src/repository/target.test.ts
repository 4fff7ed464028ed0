import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { openRepository } from './repository.ts';
import { checkTarget, type Target } from './target.ts';

interface Case {
  file: string;
  className?: string;
  replace?: boolean;
}

async function inspect(root: string, request: Case): Promise<Target> {
  const repository = await openRepository({ cwd: root, targetFile: 'src/any.ts' });
  return checkTarget({
    repository,
    cwd: root,
    className: 'OrderBook',

    replace: false,
    ...request,
  });
}

/** `<exit code> <code>` of the error. */
async function refusal(root: string, request: Case): Promise<string> {
  try {
    const { form } = await inspect(root, request);
    return `accepted as ${form}`;
  } catch (error) {
    if (error instanceof ClasswrightError && error.advice !== undefined)
      return `${error.exitCode} ${error.code}`;
    throw error;
  }
}

async function repository(files: Record<string, string> = {}): Promise<string> {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}', 'src/a.ts': 'export const a = 1;\n', ...files });
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

test('says how the class stands in the file', async () => {
  const root = await repository({
    'src/full.ts': 'export class OrderBook { add(): number { return 1; } }\n',
    'src/skeleton.ts': "export class OrderBook { add(): number { throw new Error('not implemented'); } }\n",
    'src/other.ts': 'export class Other {}\n',
  });
  expect(await inspect(root, { file: 'src/new/order-book.ts' })).toEqual({
    file: 'src/new/order-book.ts',
    absolute: join(root, 'src/new/order-book.ts'),
    text: undefined,
    form: 'new-file',
  });
  expect((await inspect(root, { file: 'src/other.ts' })).form).toBe('new-class');
  expect((await inspect(root, { file: 'src/skeleton.ts' })).form).toBe('skeleton');
  expect((await inspect(root, { file: 'src/full.ts', replace: true })).form).toBe('replace');
  expect(await refusal(root, { file: 'src/full.ts' })).toBe('2 class-exists');
});

test('two classes of one name are ambiguous', async () => {
  const root = await repository({ 'src/two.ts': 'class OrderBook {}\nclass OrderBook {}\n' });
  expect(await refusal(root, { file: 'src/two.ts', replace: true })).toBe('2 ambiguous-class');
});

test('names that no class can have', async () => {
  const root = await repository();
  const codes = ['Order Book', '1Book', '', 'class', 'string', 'a-b', 'Ordeŕ', '$Book'].map((className) =>
    refusal(root, { file: 'src/x.ts', className }),
  );
  expect(await Promise.all(codes)).toEqual([
    '2 bad-class-name',
    '2 bad-class-name',
    '2 bad-class-name',
    '2 reserved-class-name',
    '2 reserved-class-name',
    '2 bad-class-name',
    'accepted as new-file',
    'accepted as new-file',
  ]);
});

test('files that cannot hold a class of ours', async () => {
  const root = await repository({
    'src/types.d.ts': '',
    'src/b.js': '',
    '.gitignore': 'generated/\n*.local.ts\n',
    'src/latin1.ts': 'x',
    'node_modules/x/index.ts': '',
  });
  const elsewhere = tempFolder();
  await writeFiles(elsewhere, { 'far.ts': '', 'deep/near.ts': '' });
  symlinkSync(join(elsewhere, 'far.ts'), join(root, 'src/far.ts'));
  symlinkSync(join(elsewhere, 'deep'), join(root, 'src/linked'));
  symlinkSync(join(elsewhere, 'nothing.ts'), join(root, 'src/dangling.ts'));
  symlinkSync(join(elsewhere, 'nowhere'), join(root, 'src/gone'));
  symlinkSync('a.ts', join(root, 'src/alias.ts'));
  mkdirSync(join(root, 'src/folder.ts'));
  const server = createServer().listen(join(root, 'src/pipe.ts'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  writeFileSync(join(root, 'src/latin1.ts'), Buffer.from([0xe9, 0x0a]));

  const cases: Record<string, string> = {
    '': '2 bad-file',
    src: '2 is-directory',
    'src/folder.ts': '2 is-directory',
    'src/new/': '2 is-directory',
    '../outside.ts': '2 outside-repository',
    [join(elsewhere, 'far.ts')]: '2 outside-repository',
    'src/far.ts': '2 outside-repository',
    'src/linked/near.ts': '2 outside-repository',
    'src/linked/new.ts': '2 outside-repository',
    'src/dangling.ts': '2 dangling-link',
    'src/gone/new.ts': '2 dangling-link',
    'src/types.d.ts': '2 declaration-file',
    'src/types.d.mts': '2 declaration-file',
    'src/b.js': '2 unsupported-file',
    'src/App.vue': '2 unsupported-file',
    'src/App.svelte': '2 unsupported-file',
    'node_modules/x/index.ts': '2 in-node-modules',
    '.git/hooks/x.ts': '2 in-node-modules',
    'generated/x.ts': '2 ignored-file',
    'src/me.local.ts': '2 ignored-file',
    'src/a.ts/b.ts': '2 not-a-folder',
    'src/pipe.ts': '2 not-a-file',
    [`src/${'x'.repeat(300)}.ts`]: '2 bad-file',
    'src/latin1.ts': '3 not-utf8',
    'src/x.tsx': 'accepted as new-file',
    'src/x.mts': 'accepted as new-file',
    'src/x.cts': 'accepted as new-file',
    'src/alias.ts': 'accepted as new-class',
  };
  const got: Record<string, string> = {};
  for (const file of Object.keys(cases)) got[file] = await refusal(root, { file });
  expect(got).toEqual(cases);
  // A link inside the tree stands for what it leads to.
  expect((await inspect(root, { file: 'src/alias.ts' })).file).toBe('src/a.ts');
});

test('what is read-only is refused, whoever runs it', async () => {
  const root = await repository({ 'src/locked.ts': '', 'locked/a.ts': '' });
  chmodSync(join(root, 'src/locked.ts'), 0o444);
  chmodSync(join(root, 'locked'), 0o555);
  // Only a superuser could remove what is in it otherwise.
  onTestFinished(() => chmodSync(join(root, 'locked'), 0o755));
  expect(await refusal(root, { file: 'src/locked.ts' })).toBe('3 not-writable');
  expect(await refusal(root, { file: 'locked/new.ts' })).toBe('3 not-writable');
  expect(await refusal(root, { file: 'locked/a.ts' })).toBe('3 not-writable');
});
