import { existsSync, readdirSync } from 'node:fs';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../package-root.ts';
import { runProcess } from '../process.ts';
import { cache, evaluate, limits, open, sandbox } from '../testing/sandbox-fixture.ts';
import { makeSandboxRepository } from '../testing/sandbox-repository.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { createWorkingCopy } from './sandbox.ts';

const withSandbox = describe.skipIf(!sandbox.available);
if (!sandbox.available) test.skip(`needs bubblewrap: ${sandbox.reason}`, () => {});

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
