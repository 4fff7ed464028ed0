import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { appendFile, chmod, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSandboxRepository } from '../testing/sandbox-repository.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { changedSince, takeSnapshot } from './snapshot.ts';
import { copyFiles, planCopy } from './working-copy.ts';

test('keeps what is tracked, new or generated; leaves out own output, secrets, caches and dependencies', async () => {
  const repository = await makeSandboxRepository(tempFolder());
  const plan = await planCopy(repository);
  expect(plan.files.sort()).toEqual([
    '.env.example',
    '.gitignore',
    'link-in.cjs',
    'package.json',
    'packages/core/jest.config.cjs',
    'packages/core/jest/plain.test.cjs',
    'packages/core/package.json',
    'packages/core/src/cart.ts',
    'packages/core/src/generated/rate.ts',
    'packages/core/src/two.cjs',
    'packages/core/src/untracked.ts',
    'packages/core/test/cart.test.ts',
    'packages/core/test/fixture/node_modules/dep/index.js',
    'packages/core/tsconfig.json',
    'packages/core/vitest.config.ts',
    'packages/util/dist/index.js',
    'packages/util/dist/index.tsbuildinfo',
    'packages/util/package.json',
    'packages/util/src/index.ts',
  ]);
  expect(plan.nodeModules).toEqual(['node_modules', 'packages/core/node_modules']);
  expect(plan.ownOutput).toEqual(['packages/core/dist']);
  expect(plan.leftOut).toEqual([{ path: '.env', reason: 'may hold secrets' }]);
});

test('without git the same files are found by walking, and an installation that git does not ignore is none', async () => {
  const repository = await makeSandboxRepository(tempFolder());
  const byGit = (await planCopy(repository)).files.sort();
  await rm(join(repository.root, '.git'), { recursive: true });
  const walked = await planCopy({ ...repository, git: undefined });
  // What lies in a node_modules counts as installed where nothing tells that it is tracked.
  expect(walked.files.sort()).toEqual(byGit.filter((file) => !file.includes('node_modules')));

  await rm(join(repository.root, '.gitignore'));
  execFileSync('git', ['init', '-q'], { cwd: repository.root });
  const unignored = await planCopy(repository);
  expect(unignored.files.filter((file) => file.startsWith('node_modules/'))).toEqual([]);
  expect(unignored.nodeModules).toContain('node_modules');
});

test.each([
  [
    'declared by a base of the tsconfig',
    {
      'tsconfig.json': '{"extends":"./base"}',
      'base.json': '{"compilerOptions":{"outDir":"made"}}',
      'made/a.js': '',
    },
    ['made'],
  ],
  [
    'tracked, but declared',
    { 'tsconfig.json': '{"compilerOptions":{"outDir":"checked-in"}}', 'checked-in/a.js': '' },
    ['checked-in'],
  ],
  [
    'named by package.json and ignored',
    {
      'package.json': '{"exports":{".":{"import":"./bundle/a.mjs"}}}',
      '.gitignore': 'bundle\n',
      'bundle/a.mjs': '',
    },
    ['bundle'],
  ],
  ['named by package.json and tracked', { 'package.json': '{"main":"./lib/a.js"}', 'lib/a.js': '' }, []],
  [
    'an outDir beside the sources',
    { 'tsconfig.json': '{"compilerOptions":{"outDir":"src"}}', 'src/a.ts': '' },
    [],
  ],
  [
    'an outDir that is the package',
    { 'tsconfig.json': '{"compilerOptions":{"outDir":"."}}', 'a.js': '' },
    [],
  ],
  ['ignored generated sources under a usual name', { '.gitignore': 'lib\n', 'lib/client.ts': '' }, []],
] as const)('own output: %s', async (_, files, expected) => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}', ...files });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const manifest = {
    type: 'module' as const,
    dependencies: {},
    devDependencies: {},
    peerDependencies: {},
    scripts: {},
  };
  const target = { name: 'x', dir: '', manifest };
  const plan = await planCopy({ root, git: { root, head: undefined }, packages: [target], target });
  expect(plan.ownOutput).toEqual(expected);
});

test('copies content, times and executable bits; makes no hard links; leads links into the copy', async () => {
  const root = tempFolder();
  const to = tempFolder();
  await writeFiles(root, { 'a/run.sh': 'echo', 'big.bin': 'x'.repeat(5_000_000), 'read-only.ts': 'r' });
  await chmod(join(root, 'a/run.sh'), 0o755);
  await chmod(join(root, 'read-only.ts'), 0o444);
  await utimes(join(root, 'a/run.sh'), 1_000_000, 1_000_000.5);
  await symlink('a/run.sh', join(root, 'relative'));
  await symlink(join(root, 'a'), join(root, 'absolute'));
  await symlink('/etc/hostname', join(root, 'outside'));
  const files = ['a/run.sh', 'big.bin', 'read-only.ts', 'relative', 'absolute', 'outside', 'gone.ts'];
  const snapshot = await copyFiles({ root, to, files, relocated: true });
  expect(readdirSync(to).sort()).toEqual(['a', 'absolute', 'big.bin', 'outside', 'read-only.ts', 'relative']);
  expect(readFileSync(join(to, 'big.bin')).length).toBe(5_000_000);
  expect(statSync(join(to, 'a/run.sh'))).toMatchObject({ mtimeMs: 1_000_000_500, nlink: 1 });
  expect(statSync(join(to, 'a/run.sh')).mode & 0o111).not.toBe(0);
  expect(statSync(join(to, 'read-only.ts')).mode & 0o200).not.toBe(0);
  await writeFile(join(to, 'absolute/new'), '');
  expect(readdirSync(join(root, 'a'))).toEqual(['run.sh']);
  expect([...snapshot.files.keys()].sort()).toEqual(files.slice(0, -1).sort());
});

test('a change of content, a deletion and a new link are changes; a touch is none', async () => {
  const root = tempFolder();
  await writeFiles(root, { 'a.ts': 'a', 'b.ts': 'b', 'c.ts': 'c', 'd.ts': 'd', 'e.ts': 'e' });
  await symlink('a.ts', join(root, 'l'));
  const snapshot = await takeSnapshot(root, ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'l', 'missing.ts']);
  expect(await changedSince(snapshot)).toEqual([]);
  await utimes(join(root, 'a.ts'), 1, 1);
  await writeFile(join(root, 'b.ts'), 'B');
  await utimes(join(root, 'b.ts'), 2, 2);
  await rm(join(root, 'c.ts'));
  await rm(join(root, 'l'));
  await symlink('b.ts', join(root, 'l'));
  await appendFile(join(root, 'e.ts'), 'more');
  expect(await changedSince(snapshot, new Set(['e.ts']))).toEqual(['b.ts', 'c.ts', 'l']);
});
