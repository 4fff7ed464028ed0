import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runProcess } from './process.ts';
import { isAlive, until } from './testing/wait.ts';

const options = {
  cwd: process.cwd(),
  env: { PATH: process.env.PATH ?? '' },
  timeoutMs: 20_000,
  maxOutputBytes: 1e6,
};
const node = (script: string, more: Partial<Parameters<typeof runProcess>[1]> = {}) =>
  runProcess([process.execPath, '-e', script], { ...options, ...more });

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
const tempFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'process-test-'));
  folders.push(folder);
  return folder;
};

test('an end by itself is data: exit code, output, no inherited environment', async () => {
  process.env.CLASSWRIGHT_TEST_SECRET = 'secret';
  const result = await node('console.log(JSON.stringify(process.env)); console.error("é"); process.exit(3)');
  delete process.env.CLASSWRIGHT_TEST_SECRET;
  expect(result).toMatchObject({ exitCode: 3, killedBy: undefined, spawnError: undefined, stderr: 'é\n' });
  expect(Object.keys(JSON.parse(result.stdout))).toEqual(['PATH']);
});

test('input reaches standard input; without it standard input is at its end', async () => {
  const cat = 'process.stdin.pipe(process.stdout)';
  expect((await node(cat, { input: 'abc' })).stdout).toBe('abc');
  expect((await node(cat)).stdout).toBe('');
});

test('a program that cannot be started is said so, not thrown', async () => {
  const result = await runProcess(['/nowhere/program'], options);
  expect(result).toMatchObject({ exitCode: undefined, killedBy: undefined });
  expect(result.spawnError).toContain('/nowhere/program');
  expect((await runProcess(['a\0b'], options)).spawnError).toBeTruthy();
  expect((await node('', { cwd: '/nowhere' })).spawnError).toContain('/nowhere');
});

test.each([
  ['timeout', { timeoutMs: 1_500 }],
  ['output-limit', { maxOutputBytes: 5_000 }],
] as const)('%s kills the whole group and names the cause', async (cause, limit) => {
  const folder = await tempFolder();
  const grandchild = `require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`;
  const result = await node(
    `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' });
     const fs = require('fs');
     setInterval(() => { if (fs.existsSync('pid') && ${cause === 'output-limit'}) for (;;) console.log('x'.repeat(1000)) }, 5)`,
    { ...limit, cwd: folder },
  );
  expect(result.killedBy).toBe(cause);
  expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(5_000);
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await until(() => !isAlive(pid));
});

test('abort kills within a second, before the start and during the run', async () => {
  const controller = new AbortController();
  const folder = await tempFolder();
  const running = node(
    `require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`,
    {
      cwd: folder,
      signal: controller.signal,
    },
  );
  const pid = Number(await until(() => readFile(join(folder, 'pid'), 'utf8').catch(() => '')));
  const aborted = performance.now();
  controller.abort();
  expect((await running).killedBy).toBe('abort');
  expect(performance.now() - aborted).toBeLessThan(1000);
  await until(() => !isAlive(pid));
  expect(await node('', { signal: controller.signal })).toMatchObject({
    killedBy: 'abort',
    exitCode: undefined,
  });
});

test('what a program leaves running ends with it, and does not hold the result back', async () => {
  const result = await node(
    `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
     console.log(c.pid); c.unref(); process.exit(0)`,
  );
  expect(result).toMatchObject({ exitCode: 0, killedBy: undefined });
  await until(() => !isAlive(Number(result.stdout)));
});

test('a death by a signal of its own is named', async () => {
  expect(await node('process.kill(process.pid, "SIGKILL")')).toMatchObject({
    killedBy: 'signal',
    exitCode: undefined,
  });
});
