import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import {
  checkDependencies,
  inspectRepository,
  installCommand,
  listFiles,
  missingDependencies,
  missingIn,
  openRepository,
  packageOf,
  type Repository,
} from './repository.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const initGit = (root: string): void => {
  execFileSync('git', ['init', '-q'], { cwd: root });
};
const failure = async (promise: Promise<unknown>): Promise<ClasswrightError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ClasswrightError) return error;
  throw new Error(`no ClasswrightError: ${error}`);
};
const open = (root: string, targetFile: string, cwd = root): Promise<Repository> =>
  openRepository({ cwd, targetFile });

test('npm workspaces: members by glob, exclusions, the package of a file that is still to be made', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({ name: 'shop', workspaces: ['packages/*', '!packages/old'] }),
    'package-lock.json': '{}',
    'packages/core/package.json': json({
      name: '@shop/core',
      type: 'module',
      devDependencies: { vitest: '1' },
    }),
    'packages/old/package.json': json({ name: '@shop/old' }),
    'packages/app/package.json': json({ name: '@shop/app' }),
    'packages/app/node_modules/x/package.json': json({ name: 'x' }),
    'packages/notes/readme.md': '',
  });
  initGit(root);
  const repository = await open(root, 'packages/core/src/deep/order-book.ts');
  expect(repository).toMatchObject({
    root,
    git: { root, head: undefined },
    packageManager: { name: 'npm', version: undefined, pnp: false, dir: '', lockfile: 'package-lock.json' },
    target: {
      name: '@shop/core',
      dir: 'packages/core',
      manifest: { type: 'module', devDependencies: { vitest: '1' } },
    },
    notes: [],
  });
  expect(repository.packages.map(({ dir }) => dir)).toEqual(['', 'packages/app', 'packages/core']);
  // From inside a member, and with a path relative to there, it is the same repository.
  expect((await open(root, '../core/x.ts', join(root, 'packages/app'))).target.name).toBe('@shop/core');
});

test('pnpm: the workspace file, the version of the packageManager field', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({ name: 'root', packageManager: 'pnpm@9.1.0+sha512.abc' }),
    'pnpm-workspace.yaml': 'packages:\n  # strict store\n  - \'libs/**\'\n  - "!**/fixtures/**"\n',
    'libs/a/package.json': json({ name: 'a' }),
    'libs/group/b/package.json': json({ name: 'b' }),
    'libs/a/fixtures/c/package.json': json({ name: 'c' }),
    // A stray lockfile in a member does not change who installs.
    'libs/a/package-lock.json': '{}',
  });
  initGit(root);
  const repository = await open(root, 'libs/a/x.ts');
  expect(repository.packages.map(({ dir }) => dir)).toEqual(['', 'libs/a', 'libs/group/b']);
  expect(repository.packageManager).toMatchObject({ name: 'pnpm', version: '9.1.0', dir: '' });
  expect(installCommand(repository)).toEqual({ command: 'pnpm install', dir: '' });
});

test('Yarn: workspaces as an object; node_modules are used, Plug and Play is refused with advice', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({ workspaces: { packages: ['packages/a'] } }),
    'packages/a/package.json': json({ name: 'a' }),
    'yarn.lock': '# yarn lockfile v1\n',
  });
  expect((await open(root, 'packages/a/x.ts')).packageManager).toMatchObject({ name: 'yarn', pnp: false });

  await writeFiles(root, {
    'yarn.lock': '__metadata:\n  version: 8\n',
    '.yarnrc.yml': 'nodeLinker: node-modules\n',
  });
  expect((await open(root, 'packages/a/x.ts')).packageManager.pnp).toBe(false);

  await writeFiles(root, { '.yarnrc.yml': 'enableTelemetry: false\n' });
  const error = await failure(open(root, 'packages/a/x.ts'));
  expect(error).toMatchObject({ code: 'yarn-pnp', exitCode: 3 });
  expect(error.advice).toContain('nodeLinker: node-modules');
  expect((await inspectRepository({ cwd: root, targetFile: 'x.ts' })).packageManager.pnp).toBe(true);

  // Installed without the setting being written down: the folder shows which linker it is.
  await writeFiles(root, { 'node_modules/.yarn-state.yml': '' });
  expect((await open(root, 'packages/a/x.ts')).packageManager.pnp).toBe(false);
  await writeFiles(root, { '.pnp.cjs': '' });
  expect((await failure(open(root, 'packages/a/x.ts'))).code).toBe('yarn-pnp');
});

test('the root is the outermost of git root and workspace root', async () => {
  const outer = tempFolder();
  await writeFiles(outer, {
    'frontend/package.json': json({ workspaces: ['apps/*'] }),
    'frontend/package-lock.json': '{}',
    'frontend/apps/web/package.json': json({ name: 'web' }),
    'backend/package.json': json({ name: 'backend' }),
  });
  initGit(outer);
  const inGit = await open(outer, 'frontend/apps/web/a.ts');
  expect(inGit.root).toBe(outer);
  expect(inGit.packages.map(({ dir }) => dir)).toEqual(['frontend', 'frontend/apps/web']);
  expect(inGit.packageManager.dir).toBe('frontend');

  const workspace = tempFolder();
  await writeFiles(workspace, {
    'package.json': json({ workspaces: ['repos/*'] }),
    'repos/one/package.json': json({ name: 'one' }),
    'repos/one/a.ts': '',
    'repos/one/ignored.log': '',
    'repos/one/.gitignore': '*.log\n',
  });
  initGit(join(workspace, 'repos/one'));
  const around = await open(workspace, 'a.ts', join(workspace, 'repos/one'));
  expect(around).toMatchObject({ root: workspace, git: undefined, target: { name: 'one' } });
  expect(await listFiles(around)).toEqual([
    'package.json',
    'repos/one/.gitignore',
    'repos/one/a.ts',
    'repos/one/package.json',
  ]);
});

test('outside git it works with a note, and a workspace that does not count the package is not its root', async () => {
  const parent = tempFolder();
  await writeFiles(parent, {
    'package.json': json({ workspaces: ['other/*'] }),
    'mine/package.json': json({ name: 'mine' }),
    'mine/src/a.ts': '',
    'mine/node_modules/x/index.js': '',
  });
  const repository = await open(join(parent, 'mine'), 'src/b.ts');
  expect(repository.root).toBe(join(parent, 'mine'));
  expect(repository.git).toBeUndefined();
  expect(repository.notes.join()).toContain('Not a git repository');
  expect(await listFiles(repository)).toEqual(['package.json', 'src/a.ts']);
});

test('a repository reached by a link has its real root', async () => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': json({ name: 'real' }), 'src/a.ts': '' });
  const link = join(tempFolder(), 'link');
  symlinkSync(root, link);
  expect((await open(link, 'src/a.ts')).root).toBe(root);
});

test('a broken package.json or workspace file names its line', async () => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{\n  "name": "x",\n  "type" "module"\n}\n' });
  const error = await failure(open(root, 'a.ts'));
  expect(error).toMatchObject({ code: 'broken-package-json', exitCode: 3 });
  expect(error.message).toContain('package.json:3:10');
  await writeFiles(root, { 'package.json': '[]' });
  expect((await failure(open(root, 'a.ts'))).message).toContain('not an object');
  await writeFiles(root, { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n\t- a\n' });
  const yaml = await failure(open(root, 'a.ts'));
  expect(yaml).toMatchObject({ code: 'broken-workspace-file', exitCode: 3 });
  expect(yaml.message).toMatch(/line 2/);
});

test('a target outside the repository is a usage error', async () => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}' });
  expect(await failure(open(root, '../other/a.ts'))).toMatchObject({
    code: 'outside-repository',
    exitCode: 2,
  });
});

test('missing dependencies name the command that installs them', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({ workspaces: ['packages/*'], devDependencies: { typescript: '5' } }),
    'package-lock.json': '{}',
    'packages/a/package.json': json({ name: 'a', dependencies: { zod: '4' }, devDependencies: { b: '*' } }),
    'packages/b/package.json': json({ name: 'b', dependencies: { unrelated: '1' } }),
  });
  const repository = await open(root, 'packages/a/x.ts');
  expect(missingDependencies(repository).map(({ name }) => name)).toEqual(['typescript', 'zod', 'b']);
  const error = await failure((async () => checkDependencies(repository))());
  expect(error).toMatchObject({ code: 'dependencies-missing', exitCode: 3 });
  expect(error.advice).toBe(`Run \`npm ci\` in ${root}.`);
  // Hoisted to the root, in the member's own folder, and linked.
  await writeFiles(root, {
    'node_modules/typescript/package.json': '{}',
    'packages/a/node_modules/zod/package.json': '{}',
  });
  symlinkSync('../packages/b', join(root, 'node_modules/b'));
  expect(missingDependencies(repository)).toEqual([]);
  checkDependencies(repository);
});

test('a strict pnpm store without hoisting: a dependency is where its package links it, and nowhere else', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({}),
    'pnpm-lock.yaml': '',
    'pnpm-workspace.yaml': 'packages: ["packages/*"]\n',
    'node_modules/.pnpm/zod@4.0.0/node_modules/zod/package.json': '{}',
    'packages/a/package.json': json({ name: 'a', dependencies: { zod: '4', yaml: '2' } }),
    'packages/a/node_modules/.keep': '',
    'packages/b/node_modules/yaml/package.json': '{}',
  });
  symlinkSync(
    '../../../node_modules/.pnpm/zod@4.0.0/node_modules/zod',
    join(root, 'packages/a/node_modules/zod'),
  );
  const repository = await open(root, 'packages/a/x.ts');
  expect(missingDependencies(repository)).toEqual([{ dir: 'packages/a', name: 'yaml' }]);
  const b = packageOf(repository, 'packages/b/x.ts');
  expect(b && missingIn(repository, b)).toEqual([]);
  expect(packageOf(repository, 'scripts/x.ts')?.dir).toBe('');
});
