import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { scratchDir } from '../paths.ts';
import {
  copiesLeft,
  endless,
  evaluate,
  kinds,
  limits,
  marker,
  open,
  processesWith,
} from '../testing/sandbox-fixture.ts';
import { makeSandboxRepository } from '../testing/sandbox-repository.ts';
import { tempFolder } from '../testing/temp.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { createWorkingCopy } from './sandbox.ts';
import { cleanStaleCopies } from './scratch.ts';

describe.each(kinds)('with sandbox %s', (kind) => {
  test('Vitest and Jest run in the copy; the user’s tree stays as it was, dependencies included', async () => {
    const { copy, root } = await open(kind);
    const before = treeHash(root);
    // Links into the repository lead into the copy: the change below is seen through node_modules/@shop/util.
    await copy.write(
      'packages/util/dist/index.js',
      'export const plus = (a, b) => a + b + 0 * globalThis.missing.x;\n',
    );
    const cwd = 'packages/core';
    const vitest = () =>
      copy.run(['node', '../../node_modules/vitest/vitest.mjs', 'run'], { cwd, timeoutMs: 60_000 });
    const broken = await vitest();
    expect(broken.stdout + broken.stderr).toContain("reading 'x'");
    expect(broken.exitCode).toBe(1);
    await copy.write('packages/util/dist/index.js', 'export const plus = (a, b) => a + b;\n');
    const mended = await vitest();
    expect(mended.stdout).toContain('1 passed');
    // Paths are the user's own.
    expect(mended.stdout).toContain(`${root}/packages/core`);
    expect(mended.stdout + broken.stderr).not.toContain('classwright/copies');
    const jest = await copy.run(['node', '../../node_modules/jest/bin/jest.js'], { cwd, timeoutMs: 60_000 });
    expect(jest.stderr).toContain('1 passed');
    expect(treeHash(root)).toEqual(before);
  });

  test('links into the repository lead into the copy, however they are written', async () => {
    const { copy, root } = await open(kind);
    const before = treeHash(root);
    await copy.write('packages/util/dist/index.js', 'export const plus = "copy";\n');
    await copy.write('packages/core/src/two.cjs', 'module.exports = "copy";\n');
    const read = (file: string) =>
      evaluate(copy, `console.log(JSON.stringify(require('fs').readFileSync('${file}', 'utf8')))`);
    expect(await read('node_modules/@shop/util/dist/index.js')).toContain('copy');
    expect(await read('node_modules/@shop/absolute/dist/index.js')).toContain('copy');
    expect(await read('link-in.cjs')).toContain('copy');
    expect(await read('packages/core/node_modules/nested/index.js')).toContain('1');
    const write = await copy.run(
      ['node', '-e', `require('fs').writeFileSync('node_modules/@shop/absolute/new', '')`],
      limits,
    );
    expect(write.exitCode).toBe(0);
    expect(treeHash(root)).toEqual(before);
  });

  test.each(['timeout', 'output-limit', 'abort', 'dispose'] as const)(
    '%s ends everything that runs',
    async (how) => {
      const { copy } = await open(kind);
      const mark = marker();
      const controller = new AbortController();
      const running = copy.run(
        ['node', '-e', endless(mark, how === 'output-limit' ? floodWhenUp : ''), mark],
        {
          cwd: '',
          timeoutMs: how === 'timeout' ? 1_500 : 30_000,
          maxOutputBytes: 100_000,
          signal: controller.signal,
        },
      );
      await until(() => existsSync(join(copy.temp.host, 'up')));
      // The flood begins, and may already be over, by now.
      if (how !== 'output-limit') expect(processesWith(mark).length).toBeGreaterThanOrEqual(2);
      if (how === 'abort') controller.abort();
      if (how === 'dispose') await copy.dispose();
      expect((await running).killedBy).toBe(how === 'dispose' ? 'abort' : how);
      await until(() => processesWith(mark).length === 0);
    },
  );

  test('the copy goes when it is disposed of, twice over, and when making it fails', async () => {
    const { copy, repository } = await open(kind);
    await copy.run(
      [
        'node',
        '-e',
        `require('fs').mkdirSync('locked/x', { recursive: true }); require('fs').chmodSync('locked', 0o500)`,
      ],
      limits,
    );
    expect(copiesLeft().length).toBe(1);
    await copy.dispose();
    await copy.dispose();
    expect(copiesLeft()).toEqual([]);
    await expect(
      createWorkingCopy({ repository, sandbox: kind, signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/i);
    expect(copiesLeft()).toEqual([]);
  });

  test('what a program leaves in place of files leads nobody out of the copy', async () => {
    const { copy, root } = await open(kind);
    const outside = join(tempFolder(), 'outside.txt');
    await writeFile(outside, 'private');
    await copy.run(
      [
        'node',
        '-e',
        `const fs = require('fs'); const { execFileSync } = require('child_process');
         fs.symlinkSync(process.argv[1], 'link.txt'); fs.symlinkSync(require('path').dirname(process.argv[1]), 'folder');
         fs.symlinkSync(process.argv[1], process.env.TMPDIR + '/report.json'); execFileSync('mkfifo', ['pipe']);`,
        outside,
      ],
      limits,
    );
    await expect(copy.read('link.txt')).rejects.toThrow('is a link');
    await expect(copy.read('folder/outside.txt')).rejects.toThrow('leads out');
    await expect(copy.write('folder/outside.txt', 'x')).rejects.toThrow('leads out');
    await expect(copy.remove('folder/outside.txt')).rejects.toThrow('leads out');
    await expect(copy.read('pipe')).rejects.toThrow('no plain file');
    await expect(copy.readTemp('report.json')).rejects.toThrow('is a link');
    await expect(copy.read('../../owner.json')).rejects.toThrow('no path below');
    await copy.write('link.txt', 'x');
    await copy.write('pipe', 'x');
    expect(await copy.read('link.txt')).toBe('x');
    expect(readFileSync(outside, 'utf8')).toBe('private');
    expect(await copy.read('missing/file.ts')).toBe(undefined);
    expect(existsSync(join(root, 'link.txt'))).toBe(false);
  });
});

const floodWhenUp = `const flood = setInterval(() => { if (require('fs').existsSync(process.env.TMPDIR + '/up')) for (;;) console.log('x'.repeat(1e4)) }, 5)`;

describe('copies of processes that end', () => {
  /** A process of its own that makes a copy, starts an endless program in it and goes on as told. */
  const start = async (mark: string, afterwards: string) => {
    const root = tempFolder();
    const repository = await makeSandboxRepository(root);
    const script = `
      import { createWorkingCopy } from ${JSON.stringify(join(packageRoot, 'src/sandbox/sandbox.ts'))};
      import { existsSync } from 'node:fs';
      const copy = await createWorkingCopy(${JSON.stringify({ repository, sandbox: kinds[0] })});
      copy.run(['node', '-e', ${JSON.stringify(endless(mark))}, '${mark}'], { cwd: '', timeoutMs: 60000 });
      while (!existsSync(copy.temp.host + '/up')) await new Promise((r) => setTimeout(r, 10));
      ${afterwards}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  test('an exit without dispose removes the copy and what runs in it', async () => {
    const mark = marker();
    const child = await start(mark, 'process.exit(0)');
    await until(() => child.exitCode === 0);
    await until(() => processesWith(mark).length === 0);
    expect(copiesLeft()).toEqual([]);
  });

  test('a killed process leaves a copy that the next start removes; a living one keeps its own', async () => {
    const [dead, alive] = [marker(), marker()];
    const [killed, living] = await Promise.all([
      start(dead, 'console.log("up"); setInterval(() => {}, 1000)'),
      start(alive, 'console.log("up"); setInterval(() => {}, 1000)'),
    ]);
    await Promise.all(
      [killed, living].map((child) => new Promise((resolve) => child.stdout.once('data', resolve))),
    );
    expect(copiesLeft().length).toBe(2);
    killed.kill('SIGKILL');
    await until(() => killed.signalCode === 'SIGKILL');
    // Without a sandbox nothing tells the programs; under it they die with the process that started them.
    if (kinds[0] === 'bubblewrap') await until(() => processesWith(dead).length === 0);
    expect(await cleanStaleCopies(scratchDir('/nowhere'))).toBe(1);
    expect(copiesLeft().length).toBe(1);
    expect(processesWith(alive).length).toBeGreaterThan(0);
  });
});
