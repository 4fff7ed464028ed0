import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockTarget } from './target-lock.ts';

let folder: string;
let root: string;
let dir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'));
  root = join(folder, 'repository');
  dir = join(folder, 'locks');
  await mkdir(root);
});
afterEach(() => rm(folder, { recursive: true }));

const heldFile = async () => join(dir, (await readdir(dir))[0] ?? 'none');

test('a second run on the same file is refused until the first has ended', async () => {
  const lock = await lockTarget(root, 'src/a.ts', dir);
  await expect(lockTarget(root, 'src/a.ts', dir)).rejects.toMatchObject({
    kind: 'repository',
    code: 'busy',
    exitCode: 3,
    message: expect.stringContaining(String(process.pid)),
  });
  await symlink(root, join(folder, 'link'));
  await expect(lockTarget(join(folder, 'link'), './src/a.ts', dir)).rejects.toMatchObject({ code: 'busy' });
  const other = await lockTarget(root, 'src/b.ts', dir);
  await lock.release();
  await (await lockTarget(root, 'src/a.ts', dir)).release();
  await other.release();
  expect(await readdir(dir)).toEqual([]);
});

test('what a killed process left is taken over', async () => {
  const module = fileURLToPath(new URL('./target-lock.ts', import.meta.url));
  const script = `import { lockTarget } from ${JSON.stringify(module)};
    await lockTarget(${JSON.stringify(root)}, 'src/a.ts', ${JSON.stringify(dir)});
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(lockTarget(root, 'src/a.ts', dir)).rejects.toMatchObject({
    message: expect.stringContaining(`process ${child.pid}`),
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await lockTarget(root, 'src/a.ts', dir);
  await lock.release();
  expect(await readdir(dir)).toEqual([]);
});

test('a lock of a process whose number another one has now, and an unreadable one, are taken over', async () => {
  await lockTarget(root, 'src/a.ts', dir);
  const file = await heldFile();
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/"started":"\d+"/, '"started":"1"'));
  if (process.platform === 'linux') await lockTarget(root, 'src/a.ts', dir);
  await writeFile(file, 'torn');
  await lockTarget(root, 'src/a.ts', dir);
});

test('a lock of another machine stands', async () => {
  await lockTarget(root, 'src/a.ts', dir);
  const file = await heldFile();
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/"pid":\d+/, '"pid":999999999').replace(/"host":"[^"]*"/, '"host":"elsewhere"'),
  );
  await expect(lockTarget(root, 'src/a.ts', dir)).rejects.toMatchObject({
    code: 'busy',
    advice: expect.stringContaining('elsewhere'),
  });
});

test('of many that take a dead lock over at once, one gets it', async () => {
  for (let round = 0; round < 10; round++) {
    const file = `src/${round}.ts`;
    const locks = join(dir, String(round));
    await lockTarget(root, file, locks);
    const held = join(locks, (await readdir(locks))[0] ?? 'none');
    await writeFile(held, (await readFile(held, 'utf8')).replace(/"pid":\d+/, '"pid":999999999'));
    const contend = async (_: unknown, turns: number) => {
      for (let turn = 0; turn < 3 * turns; turn++) await nextTurn();
      return lockTarget(root, file, locks);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 15 }, contend));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(locks)).toHaveLength(1);
  }
});

test("releasing leaves another's lock alone", async () => {
  const mine = await lockTarget(root, 'src/a.ts', dir);
  await writeFile(await heldFile(), 'of another');
  await mine.release();
  expect(await readdir(dir)).toHaveLength(1);
});
