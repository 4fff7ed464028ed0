import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { runProcess } from '../process.ts';
import { sandboxAvailable } from '../sandbox/sandbox.ts';
import { tempFolder } from '../testing/temp.ts';
import { applyClass, hashFile, keepPatch, matchStyle } from './apply.ts';
import { unifiedDiff } from './diff.ts';

const failure = async (promise: Promise<unknown>): Promise<ClasswrightError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClasswrightError)) throw new Error(`expected a ClasswrightError, got ${error}`);
  return error;
};

test('replaces the file whole, keeps its mode, leaves nothing beside it', async () => {
  const root = tempFolder();
  await writeFile(join(root, 'a.ts'), 'old\n');
  await chmod(join(root, 'a.ts'), 0o640);
  const before = await stat(join(root, 'a.ts'));
  const { hash } = await applyClass({
    repository: { root },
    file: 'a.ts',
    text: 'new\n',
    expectedHash: await hashFile(join(root, 'a.ts')),
  });
  expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe('new\n');
  expect(hash).toBe(await hashFile(join(root, 'a.ts')));
  const after = await stat(join(root, 'a.ts'));
  expect(after.mode & 0o777).toBe(0o640);
  // Another inode: the name was moved to a finished file, so no reader ever sees half of it.
  expect(after.ino).not.toBe(before.ino);
  expect(await readdir(root)).toEqual(['a.ts']);
});

test('makes a new file with its folders', async () => {
  const root = tempFolder();
  await applyClass({ repository: { root }, file: 'x/y/a.ts', text: 'new\n', expectedHash: undefined });
  expect(await readFile(join(root, 'x/y/a.ts'), 'utf8')).toBe('new\n');
});

test('refuses a file that changed, appeared or went since, and leaves it', async () => {
  const root = tempFolder();
  await writeFile(join(root, 'a.ts'), 'old\n');
  const expectedHash = await hashFile(join(root, 'a.ts'));
  await writeFile(join(root, 'a.ts'), 'mine\n');
  const apply = (file: string, hash: string | undefined) =>
    failure(applyClass({ repository: { root }, file, text: 'new\n', expectedHash: hash }));
  expect(await apply('a.ts', expectedHash)).toMatchObject({ code: 'file-changed', exitCode: 3 });
  expect(await apply('a.ts', undefined)).toMatchObject({ code: 'file-changed' });
  expect(await apply('gone/b.ts', expectedHash)).toMatchObject({ code: 'file-changed' });
  expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe('mine\n');
  expect(await readdir(root)).toEqual(['a.ts']);
});

test('refuses a read-only file, for root too', async () => {
  const root = tempFolder();
  await writeFile(join(root, 'a.ts'), 'old\n');
  await chmod(join(root, 'a.ts'), 0o444);
  const expectedHash = await hashFile(join(root, 'a.ts'));
  const error = await failure(
    applyClass({ repository: { root }, file: 'a.ts', text: 'new\n', expectedHash }),
  );
  expect(error).toMatchObject({ code: 'file-read-only', exitCode: 3 });
  expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe('old\n');
});

test('writes through a link inside the repository, and never through one that leads out', async () => {
  const root = tempFolder();
  await mkdir(join(root, 'repo'));
  await writeFile(join(root, 'outside.ts'), 'old\n');
  await writeFile(join(root, 'repo/real.ts'), 'old\n');
  await symlink('real.ts', join(root, 'repo/link.ts'));
  await symlink('../outside.ts', join(root, 'repo/out.ts'));
  const repository = { root: join(root, 'repo') };
  const expectedHash = await hashFile(join(root, 'outside.ts'));
  await applyClass({ repository, file: 'link.ts', text: 'new\n', expectedHash });
  expect(await readFile(join(root, 'repo/real.ts'), 'utf8')).toBe('new\n');
  expect(await readFile(join(root, 'repo/link.ts'), 'utf8')).toBe('new\n');
  const error = await failure(applyClass({ repository, file: 'out.ts', text: 'new\n', expectedHash }));
  expect(error.code).toBe('file-outside');
  expect(await readFile(join(root, 'outside.ts'), 'utf8')).toBe('old\n');
});

test('a full disk and a read-only one leave the file as it was', async (context) => {
  const { available, reason } = await sandboxAvailable();
  if (!available) return context.skip(`bubblewrap: ${reason}`);
  const script = `
    import { applyClass, hashFile } from ${JSON.stringify(join(packageRoot, 'src/apply/apply.ts'))};
    import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
    const say = async (root, file, text) => {
      const expectedHash = await hashFile(root + '/' + file);
      const error = await applyClass({ repository: { root }, file, text, expectedHash }).then(() => ({ code: 'ok' }), (e) => e);
      console.log(error.code, readdirSync(root).join());
    };
    writeFileSync('/mnt/a.ts', 'old');
    await say('/mnt', 'a.ts', 'x'.repeat(200_000));
    await say('/mnt', 'new/b.ts', 'x'.repeat(200_000));
    console.log(readFileSync('/mnt/a.ts', 'utf8'));
    await say('/etc', 'hosts', 'x');
    await say('/etc', 'classwright/new.ts', 'x');`;
  const result = await runProcess(
    [
      ...['bwrap', '--unshare-all', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
      ...['--size', '65536', '--tmpfs', '/mnt', '--', process.execPath, '--input-type=module', '-e', script],
    ],
    { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 20_000, maxOutputBytes: 1e6 },
  );
  expect(result.stderr).toBe('');
  const lines = result.stdout.trim().split('\n');
  expect(lines.slice(0, 3)).toEqual(['disk-full a.ts', 'disk-full a.ts', 'old']);
  expect(lines[3]).toMatch(/^file-read-only /);
  expect(lines[4]).toMatch(/^file-read-only /);
});

test('a kept patch lies where it was asked for, or in the state folder, for its user alone', async () => {
  const root = tempFolder();
  const asked = await keepPatch({ patch: 'diff', name: 'A', file: 'deep/my.patch', cwd: root });
  expect(asked).toBe(join(root, 'deep/my.patch'));
  process.env.XDG_STATE_HOME = root;
  const [one, two] = await Promise.all([
    keepPatch({ patch: 'diff', name: '../A' }),
    keepPatch({ patch: 'diff', name: '../A' }),
  ]);
  delete process.env.XDG_STATE_HOME;
  expect(one).not.toBe(two);
  expect(one.startsWith(join(root, 'classwright/patches/'))).toBe(true);
  expect((await stat(one)).mode & 0o077).toBe(0);
  const error = await failure(keepPatch({ patch: 'diff', name: 'A', file: '/proc/x/my.patch' }));
  expect(error).toMatchObject({ code: 'patch-not-kept', exitCode: 3 });
});

test.each([
  ['src/a.ts', 'one\ntwo\nthree\n', 'one\n2\nthree\n'],
  ['with space/ä.ts', 'one\n', 'one\ntwo\n'],
  ['crlf.ts', 'one\r\ntwo\r\n', 'one\r\ntwo\r\nthree\r\n'],
  ['no-newline.ts', 'one\ntwo', 'one\nzwei'],
  ['src/new.ts', undefined, 'all\nnew\n'],
  ['empty.ts', '', 'no longer\n'],
] as const)('git apply takes the diff of %s', async (file, before, after) => {
  const root = tempFolder();
  execFileSync('git', ['init', '-q'], { cwd: root });
  await mkdir(join(root, file, '..'), { recursive: true });
  if (before !== undefined) await writeFile(join(root, file), before);
  execFileSync('git', ['apply', '-'], { cwd: root, input: unifiedDiff(file, before, after) });
  expect(await readFile(join(root, file), 'utf8')).toBe(after);
});

test('no difference, no diff', () => {
  expect(unifiedDiff('a.ts', 'x', 'x')).toBe('');
});

test('a candidate takes over byte order mark, line endings, final newline and indentation', async () => {
  const original = '\uFEFF// head\r\nexport const a = {\r\n\tb: 1,\r\n};\r\n';
  const candidate =
    '// head\nexport const a = {\n\tb: 1,\n};\n\nexport class C {\n  m() {\n    /**\n     * doc\n     */\n    return `\n  kept\n`;\n  }\n}';
  expect(await matchStyle(original, candidate)).toBe(
    '\uFEFF// head\r\nexport const a = {\r\n\tb: 1,\r\n};\r\n\r\nexport class C {\r\n\tm() {\r\n\t\t/**\r\n\t\t * doc\r\n\t\t */\r\n\t\treturn `\r\n  kept\r\n`;\r\n\t}\r\n}\r\n',
  );
  expect(
    await matchStyle(
      'class A {\n    a = 1;\n}',
      'class A {\n    a = 1;\n}\nclass B {\n  b() {\n    c();\n  }\n}\n',
    ),
  ).toBe('class A {\n    a = 1;\n}\nclass B {\n    b() {\n        c();\n    }\n}');
  expect(await matchStyle(undefined, 'class A {}')).toBe('class A {}\n');
  expect(await matchStyle('a;\n', 'a;\nclass A {\n  b = 1;\n}\n\n\n')).toBe('a;\nclass A {\n  b = 1;\n}\n');
});
