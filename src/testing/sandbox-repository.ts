import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { PackageInfo, Repository } from '../repository/repository.ts';
import { writeFiles } from './temp.ts';

const packageAt = (dir: string, name: string): PackageInfo => ({
  name,
  dir,
  manifest: { type: 'module', dependencies: {}, devDependencies: {}, peerDependencies: {}, scripts: {} },
});

export type CopyRepository = Pick<Repository, 'root' | 'git' | 'packages' | 'target'>;

/**
 * A workspace of two packages, as npm installs one: core (the target) uses util through its built output. Both have
 * ignored output, core has ignored generated sources; Vitest and Jest are installed.
 */
export async function makeSandboxRepository(root: string): Promise<CopyRepository> {
  await writeFiles(root, {
    '.gitignore': 'node_modules/\ndist/\ngenerated/\n.env\n*.tsbuildinfo\n*.log\n.cache/\n',
    '.env': 'TOKEN=secret\n',
    '.env.example': 'TOKEN=\n',
    'debug.log': 'x',
    '.cache/big': 'x',
    'package.json': '{ "name": "shop", "private": true, "workspaces": ["packages/*"] }',
    'packages/util/package.json': '{ "name": "@shop/util", "type": "module", "main": "dist/index.js" }',
    'packages/util/src/index.ts': 'export const plus = (a: number, b: number) => a + b;\n',
    'packages/util/dist/index.js': 'export const plus = (a, b) => a + b;\n',
    'packages/util/dist/index.tsbuildinfo': '{}',
    'packages/core/package.json': '{ "name": "@shop/core", "type": "module", "main": "dist/index.js" }',
    'packages/core/tsconfig.json': '{ "compilerOptions": { "outDir": "./dist" } } // comment',
    'packages/core/tsconfig.tsbuildinfo': '{}',
    'packages/core/src/cart.ts':
      "import { plus } from '@shop/util';\nimport { rate } from './generated/rate.ts';\nexport const total = () => plus(1, rate);\n",
    'packages/core/src/generated/rate.ts': 'export const rate = 2;\n',
    'packages/core/dist/index.js': 'export const total = () => 0;\n',
    'packages/core/test/cart.test.ts':
      "import { expect, test } from 'vitest';\nimport { total } from '../src/cart.ts';\ntest('total', () => { expect(total()).toBe(3); });\n",
    'packages/core/vitest.config.ts':
      "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { include: ['test/**/*.test.ts'] } });\n",
    'packages/core/jest/plain.test.cjs':
      "test('plain', () => { expect(require('../src/two.cjs')).toBe(2); });\n",
    'packages/core/src/two.cjs': 'module.exports = 2;\n',
    'packages/core/jest.config.cjs': "module.exports = { testMatch: ['**/jest/**/*.test.cjs'] };\n",
    // A package of the fixtures, tracked: no installation.
    'packages/core/test/fixture/node_modules/dep/index.js': 'module.exports = 1;\n',
    'node_modules/.package-lock.json': '{}',
    'packages/core/node_modules/nested/index.js': 'module.exports = 1;',
  });
  const modules = join(root, 'node_modules');
  await symlink('packages/core/src/two.cjs', join(root, 'link-in.cjs'));
  await writeFiles(modules, { '@shop/.keep': '' });
  await symlink('../../packages/util', join(modules, '@shop/util'));
  await symlink('../../packages/core', join(modules, '@shop/core'));
  // As pnpm may write it.
  await symlink(join(root, 'packages/util'), join(modules, '@shop/absolute'));
  for (const name of ['vitest', 'vite', 'jest']) {
    await symlink(join(packageRoot, 'node_modules', name), join(modules, name));
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['add', '.'], { cwd: root });
  execFileSync('git', ['add', '-f', 'packages/core/test/fixture'], { cwd: root });
  // Uncommitted and untracked work belongs to the copy as well.
  await writeFiles(root, { 'packages/core/src/untracked.ts': 'export {};\n' });
  const core = packageAt('packages/core', '@shop/core');
  return {
    root,
    git: { root, head: undefined },
    packages: [packageAt('', 'shop'), packageAt('packages/util', '@shop/util'), core],
    target: core,
  };
}
