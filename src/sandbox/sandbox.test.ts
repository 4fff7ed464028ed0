import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../package-root.ts';
import { scratchDir } from '../paths.ts';
import { runProcess } from '../process.ts';
import { type CopyRepository, makeSandboxRepository } from '../testing/sandbox-repository.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { createWorkingCopy, sandboxAvailable, type WorkingCopy } from './sandbox.ts';
import { cleanStaleCopies } from './scratch.ts';

const sandbox = await sandboxAvailable();
const withSandbox = describe.skipIf(!sandbox.available);
if (!sandbox.available) test.skip(`needs bubblewrap: ${sandbox.reason}`, () => {});
const kinds = sandbox.available ? (['bubblewrap', 'none'] as const) : (['none'] as const);

let cache = '';
beforeEach(() => {
  cache = tempFolder();
  process.env.XDG_CACHE_HOME = cache;
});
afterEach(() => {
  delete process.env.XDG_CACHE_HOME;
});
const copiesLeft = () => readdirSync(join(cache, 'classwright/copies'));

const open = async (
  kind: WorkingCopy['sandbox'],
  prepare?: (root: string) => Promise<void>,
): Promise<{ copy: WorkingCopy; root: string; repository: CopyRepository }> => {
  const root = tempFolder();
  const repository = await makeSandboxRepository(root);
  await prepare?.(root);
  const copy = await createWorkingCopy({ repository, sandbox: kind });
  onTestFinished(() => copy.dispose());
  return { copy, root, repository };
};
const limits = { cwd: '', timeoutMs: 30_000 };
/** Runs a script and parses what it prints. */
const evaluate = async (copy: WorkingCopy, script: string, options = {}): Promise<unknown> => {
  const result = await copy.run(['node', '-e', script], { ...limits, ...options });
  if (result.exitCode !== 0) throw new Error(JSON.stringify(result));
  return JSON.parse(result.stdout);
};
/** Processes of this machine whose command line holds the text; seen from outside any process namespace. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
const marker = () => `marker-${Math.random().toString(36).slice(2)}`;
/** A program that starts another, says so, and never ends. */
const endless = (mark: string, more = '') =>
  `const { spawn } = require('child_process');
   spawn(process.execPath, ['-e', 'require("fs").writeFileSync(process.env.TMPDIR + "/up", "1"); setInterval(() => {}, 1e3)', '${mark}'], { stdio: 'inherit' });
   ${more}; setInterval(() => {}, 1e3);`;

withSandbox('under bubblewrap', () => {
  test('folders that are to be hidden are empty, even below what shows, and around the repository', async () => {
    const root = tempFolder();
    const repository = await makeSandboxRepository(join(root, 'repository'));
    await writeFiles(root, { 'secret.txt': 'seen' });
    const secret = join(packageRoot, 'evals');
    expect(readdirSync(secret)).not.toEqual([]);
    const copy = await createWorkingCopy({
      repository,
      sandbox: 'bubblewrap',
      hidden: [root, secret, join(root, 'gone')],
    });
    onTestFinished(() => copy.dispose());
    const seen = await evaluate(
      copy,
      `const fs = require('fs'); const list = (path) => fs.existsSync(path) ? fs.readdirSync(path) : null;
       console.log(JSON.stringify([list(${JSON.stringify(root)}), list(${JSON.stringify(secret)}), fs.readFileSync('package.json', 'utf8').length > 0]))`,
    );
    expect(seen).toEqual([['repository'], [], true]);
  });

  test('files that are to stay as they are cannot be written, removed or replaced', async () => {
    const { copy } = await open('bubblewrap');
    const script = `const fs = require('fs'); const tries = [() => fs.writeFileSync('package.json', '{}'), () => fs.unlinkSync('package.json'),
      () => { fs.writeFileSync('other.json', '{}'); fs.renameSync('other.json', 'package.json'); }];
      console.log(JSON.stringify(tries.map((one) => { try { one(); return 'done'; } catch (error) { return error.code; } })))`;
    const before = await copy.read('package.json');
    expect(await evaluate(copy, script, { readOnly: ['package.json'] })).toEqual(['EROFS', 'EBUSY', 'EBUSY']);
    expect(await copy.read('package.json')).toBe(before);
  });

  test('the copy and the temporary folder can be written, nothing else', async () => {
    const { copy, root } = await open('bubblewrap');
    const results = await evaluate(
      copy,
      `const fs = require('fs'), out = {};
       for (const file of ${JSON.stringify([
         `${root}/packages/core/new.ts`,
         '/tmp/classwright/x',
         '/tmp/lost',
         `${root}/node_modules/new`,
         `${root}/node_modules/vitest/package.json`,
         '/etc/new',
         '/usr/new',
         `${packageRoot}/new`,
         '/home/new',
       ])}) try { fs.writeFileSync(file, 'x'); out[file] = 'written' } catch (e) { out[file] = e.code }
       console.log(JSON.stringify(out))`,
    );
    // EROFS, not EACCES: it is the mount that refuses, whoever runs this.
    expect(results).toEqual({
      [`${root}/packages/core/new.ts`]: 'written',
      '/tmp/classwright/x': 'written',
      '/tmp/lost': 'written',
      [`${root}/node_modules/new`]: 'EROFS',
      [`${root}/node_modules/vitest/package.json`]: 'EROFS',
      '/etc/new': 'EROFS',
      '/usr/new': 'EROFS',
      [`${packageRoot}/new`]: 'EROFS',
      '/home/new': 'EROFS',
    });
    expect(existsSync(join(root, 'packages/core/new.ts'))).toBe(false);
    expect(await copy.read('packages/core/new.ts')).toBe('x');
    expect(await copy.readTemp('x')).toBe('x');
  });

  test('no network, a loopback of its own, and no privileges to undo that', async () => {
    const { copy } = await open('bubblewrap');
    const host = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void host.close());
    await until(() => host.listening);
    const address = host.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const results = await evaluate(
      copy,
      `const net = require('net');
       const dial = (port, host) => new Promise((resolve) => {
         const socket = net.connect({ port, host, timeout: 5000 }, () => resolve('connected'));
         socket.on('error', (e) => resolve(e.code)); socket.on('timeout', () => resolve('timeout'));
       });
       const server = net.createServer().listen(0, '127.0.0.1', async () => {
         const caps = require('fs').readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s*(\\S+)/)[1];
         console.log(JSON.stringify({ own: await dial(server.address().port, '127.0.0.1'), hosts: await dial(${port}, '127.0.0.1'), world: await dial(80, '192.0.2.1'), caps }));
         process.exit();
       });`,
    );
    expect(results).toEqual({
      own: 'connected',
      hosts: 'ECONNREFUSED',
      world: 'ENETUNREACH',
      caps: '0000000000000000',
    });
  });

  test('sockets, git’s files and other processes are hidden, and the environment is clean', async () => {
    process.env.CLASSWRIGHT_TEST_SECRET = 'x';
    onTestFinished(() => {
      delete process.env.CLASSWRIGHT_TEST_SECRET;
    });
    const { copy, root } = await open('bubblewrap');
    const seen = await evaluate(
      copy,
      `const fs = require('fs');
       const list = (dir) => { try { return fs.readdirSync(dir) } catch (e) { return e.code } };
       const { NODE_OPTIONS, ...env } = process.env;
       console.log(JSON.stringify({ run: list('/run'), git: list('.git'), env,
         processes: list('/proc').filter((name) => /^\\d+$/.test(name)).length, uid: process.getuid(), self: require('os').homedir() }))`,
      { env: { EXTRA: '1' } },
    );
    expect(seen).toEqual({
      run: [],
      git: 'ENOENT',
      env: {
        PATH: expect.not.stringContaining('.bin'),
        HOME: '/tmp/classwright/home',
        TMPDIR: '/tmp/classwright',
        LANG: 'C.UTF-8',
        CI: '1',
        NO_COLOR: '1',
        EXTRA: '1',
        PWD: root,
        ...(process.env.TZ ? { TZ: process.env.TZ } : {}),
      },
      processes: 2,
      uid: process.getuid?.(),
      self: '/tmp/classwright/home',
    });
  });

  test('dependencies that are linked from elsewhere, over other links, can be read but not written', async () => {
    const elsewhere = tempFolder();
    await writeFiles(elsewhere, {
      'dev/linked/index.js': "module.exports = require('deep');",
      'dev/linked/package.json': '{"name":"linked"}',
      'store/deep/index.js': 'module.exports = 42;',
      'global/.keep': '',
      'dev/linked/node_modules/.keep': '',
      'private.txt': 'x',
    });
    await symlink(join(elsewhere, 'store/deep'), join(elsewhere, 'dev/linked/node_modules/deep'));
    await symlink('../dev/linked', join(elsewhere, 'global/linked'));
    const { copy } = await open('bubblewrap', (root) =>
      symlink(join(elsewhere, 'global/linked'), join(root, 'node_modules/linked')),
    );
    const seen = await evaluate(
      copy,
      `const fs = require('fs'), out = { value: require('linked') };
       try { fs.writeFileSync(${JSON.stringify(elsewhere)} + '/dev/linked/index.js', '') } catch (e) { out.write = e.code }
       out.private = fs.existsSync(${JSON.stringify(elsewhere)} + '/private.txt');
       console.log(JSON.stringify(out))`,
    );
    expect(seen).toEqual({ value: 42, write: 'EROFS', private: false });
  });

  test("the home is hidden, and everything else may lie below it: Node, Classwright, dependencies, the repository's caches", async () => {
    const before = process.env.HOME;
    process.env.HOME = dirname(packageRoot);
    onTestFinished(() => {
      process.env.HOME = before;
    });
    const { copy, root } = await open('bubblewrap', async (root) => {
      await writeFiles(root, {
        'packages/core/node_modules/.vite-temp/.keep': '',
        'packages/core/node_modules/.vite/vitest/results.json': '{}',
      });
    });
    const tree = treeHash(root);
    const result = await copy.run(['node', '../../node_modules/vitest/vitest.mjs', 'run'], {
      ...limits,
      cwd: 'packages/core',
    });
    expect(result.stdout + result.stderr).toContain('1 passed');
    expect(treeHash(root)).toEqual(tree);
    const script = `console.log(JSON.stringify(require('fs').readdirSync(${JSON.stringify(packageRoot)} + '/..')))`;
    // A checkout below the system's temp folder lies beside what the sandbox itself puts there.
    const ours = (name: string) => name === basename(packageRoot) || name.startsWith('classwright');
    const seen = z.array(z.string()).parse(await evaluate(copy, script));
    expect(seen).toContain(basename(packageRoot));
    expect(seen.filter((name) => !ours(name))).toEqual([]);
  });

  test('a Node that was installed below a hidden folder runs inside, its npm too', async () => {
    const node = tempFolder();
    await writeFiles(node, {
      'bin/.keep': '',
      'lib/node_modules/npm/bin/npm-cli.js': "console.log(require('../lib/cli.js'), process.execPath)",
      'lib/node_modules/npm/lib/cli.js': "module.exports = 'npm'",
      'private.txt': 'x',
    });
    await copyFile(process.execPath, join(node, 'bin/node'));
    await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(node, 'bin/npm'));
    const repository = await makeSandboxRepository(tempFolder());
    const script = `
      import { createWorkingCopy } from ${JSON.stringify(join(packageRoot, 'src/sandbox/sandbox.ts'))};
      const copy = await createWorkingCopy(${JSON.stringify({ repository, sandbox: 'bubblewrap' })});
      for (const argv of [['node', '${node}/bin/npm'], ['ls', '${node}']])
        process.stdout.write((await copy.run(argv, { cwd: '', timeoutMs: 20000 })).stdout);
      await copy.dispose();`;
    const result = await runProcess([join(node, 'bin/node'), '--input-type=module', '-e', script], {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: cache },
      timeoutMs: 30_000,
      maxOutputBytes: 1e6,
    });
    expect(result.stdout.split('\n')).toEqual([`npm ${node}/bin/node`, 'bin', 'lib', '']);
  });

  test('paths that are asked for can be read', async () => {
    const home = process.env.HOME;
    const file = join(tempFolder(), 'reporter.cjs');
    await writeFile(file, 'module.exports = 7');
    const { copy } = await open('bubblewrap');
    const script = `console.log(JSON.stringify(require('fs').existsSync(${JSON.stringify(file)})))`;
    expect(await evaluate(copy, script)).toBe(false);
    expect(await evaluate(copy, script, { readable: [file] })).toBe(true);
    // Below a home, whose stand-in cannot be written once it is made.
    process.env.HOME = dirname(file);
    onTestFinished(() => {
      process.env.HOME = home;
    });
    expect(await evaluate(copy, script, { readable: [file] })).toBe(true);
  });

  test('a link in place of a folder of dependencies is not followed by the next run', async () => {
    const { copy } = await open('bubblewrap');
    const elsewhere = tempFolder();
    await evaluate(
      copy,
      `const fs = require('fs'); fs.renameSync('packages/core', 'packages/moved');
       fs.symlinkSync(${JSON.stringify(elsewhere)}, 'packages/core'); console.log(1)`,
    );
    await expect(copy.run(['node', '-e', ''], limits)).rejects.toThrow('is a link');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('a program that is not there is no failing program', async () => {
    const { copy } = await open('bubblewrap');
    const result = await copy.run(['no-such-program', 'x'], limits);
    expect(result).toMatchObject({
      argv: ['no-such-program', 'x'],
      exitCode: undefined,
      killedBy: undefined,
    });
    expect(result.spawnError).toContain('no-such-program');
  });
});

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
