import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { type DoctorCheck, diagnose } from './doctor.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const named = (checks: DoctorCheck[], name: string): DoctorCheck => {
  const found = checks.find((check) => check.name === name);
  if (found === undefined)
    throw new Error(`no check ${name} among ${checks.map((check) => check.name).join(', ')}`);
  return found;
};

test('a repository that lacks nothing', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({
      workspaces: ['packages/*'],
      devDependencies: { typescript: '5.9.3', vitest: '5' },
    }),
    'package-lock.json': '{}',
    'packages/core/package.json': json({
      name: '@shop/core',
      type: 'module',
      scripts: { test: 'vitest run' },
    }),
    'packages/core/tsconfig.json': '{ "include": ["src"] }',
    'packages/core/src/a.ts': '',
    'node_modules/.keep': '',
  });
  symlinkSync(join(packageRoot, 'node_modules/typescript-5.9'), join(root, 'node_modules/typescript'));
  symlinkSync(join(packageRoot, 'node_modules/vitest'), join(root, 'node_modules/vitest'));
  const before = treeHash(root);
  const checks = await diagnose({ cwd: root, file: 'packages/core/src/new.ts' });
  expect(treeHash(root)).toEqual(before);
  expect(named(checks, 'repository')).toEqual({ name: 'repository', state: 'ok', detail: root });
  expect(named(checks, 'note')).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('Not a git'),
  });
  expect(named(checks, 'package manager').detail).toBe('npm, package-lock.json');
  expect(named(checks, 'workspaces').detail).toBe('2 packages, @shop/core in mind (module)');
  expect(named(checks, 'dependencies').state).toBe('ok');
  expect(named(checks, 'TypeScript').detail).toBe('5.9.3 of the repository');
  expect(named(checks, 'tsconfig').detail).toBe(
    'packages/core/tsconfig.json covers packages/core/src/new.ts',
  );
  expect(named(checks, 'test runner of @shop/core')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/^vitest 5/),
  });
});

test('a large workspace: the runner of the target by name, those of the others together', async () => {
  const root = tempFolder();
  const names = Array.from({ length: 15 }, (_, i) => `p${i}`);
  const scripts = { test: 'vitest run' };
  await writeFiles(root, {
    'package.json': json({ name: 'root', private: true, workspaces: ['packages/*'] }),
    ...Object.fromEntries(names.map((name) => [`packages/${name}/package.json`, json({ name, scripts })])),
  });
  await writeFiles(root, { 'node_modules/.keep': '' });
  symlinkSync(join(packageRoot, 'node_modules/vitest'), join(root, 'node_modules/vitest'));
  const checks = await diagnose({ cwd: root, file: 'packages/p3/src/new.ts' });
  expect(checks.filter(({ name }) => name.startsWith('test runner'))).toEqual([
    { name: 'test runner of p3', state: 'ok', detail: expect.stringMatching(/^vitest 5/) },
    {
      name: 'test runners of the other packages',
      state: 'ok',
      detail: expect.stringMatching(/^vitest 5\S* in 14$/),
    },
  ]);
});

test('a repository that lacks nearly everything says how to mend it', async () => {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': json({
      name: 'bare',
      packageManager: 'yarn@4.1.0',
      devDependencies: { typescript: '5' },
    }),
    'tsconfig.json': '{ "include": ["lib"] }',
    'src/a.ts': '',
  });
  const checks = await diagnose({ cwd: join(root, 'src') });
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({
    'package manager': 'missing',
    dependencies: 'missing',
    TypeScript: 'missing',
    tsconfig: 'missing',
    'test runner of bare': 'missing',
  });
  expect(named(checks, 'package manager').mend).toContain('nodeLinker: node-modules');
  expect(named(checks, 'dependencies').mend).toBe(`Run \`yarn install\` in ${root}.`);
  for (const { state, mend } of checks) expect(mend === undefined).toBe(state === 'ok');
});

test('broken files are findings with their line, not failures', async () => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}', 'tsconfig.json': '{\n  "include": [}\n', 'src/a.ts': '' });
  const checks = await diagnose({ cwd: root, file: 'src/a.ts' });
  expect(named(checks, 'tsconfig')).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining('tsconfig.json:2:'),
  });
  await writeFiles(root, { 'package.json': '{\n' });
  const broken = await diagnose({ cwd: root, file: 'src/a.ts' });
  expect(named(broken, 'repository')).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining('package.json:2:'),
  });
});
