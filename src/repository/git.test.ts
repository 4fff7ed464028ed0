import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { findGitRoot, ignoredPaths, listGitFiles, listIgnored, readGit } from './git.ts';

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });

async function repository(files: Record<string, string>): Promise<string> {
  const root = tempFolder();
  await writeFiles(root, files);
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'first');
  return root;
}

test('lists tracked and untracked files, neither ignored nor deleted ones', async () => {
  const root = await repository({ 'a.ts': '', 'gone.ts': '', 'ö ü\n.ts': '', '.gitignore': 'out/\n*.log\n' });
  await writeFiles(root, { 'new.ts': '', 'out/b.js': '', 'c.log': '' });
  rmSync(join(root, 'gone.ts'));
  expect((await listGitFiles(root)).sort()).toEqual(['.gitignore', 'a.ts', 'new.ts', 'ö ü\n.ts']);
  expect((await listIgnored(root)).sort()).toEqual(['c.log', 'out/']);
  expect(await ignoredPaths(root, ['a.ts', 'out/x.ts', 'd.log', '.gitignore'])).toEqual(
    new Set(['out/x.ts', 'd.log']),
  );
});

test('lists what nested repositories hold by their own ignore rules', async () => {
  const root = await repository({ 'a.ts': '' });
  const inner = join(root, 'vendor/inner');
  await writeFiles(inner, { 'b.ts': '', 'x.log': '', '.gitignore': '*.log\n' });
  git(inner, 'init', '-q');
  git(inner, 'add', 'b.ts');
  expect((await listGitFiles(root)).sort()).toEqual(['a.ts', 'vendor/inner/.gitignore', 'vendor/inner/b.ts']);
});

test('reads the commit, and none where there is none yet', async () => {
  const root = await repository({ 'a.ts': '' });
  expect(await readGit(root)).toEqual({ usable: true, head: git(root, 'rev-parse', 'HEAD').trim() });
  const empty = tempFolder();
  git(empty, 'init', '-q');
  expect(await readGit(empty)).toEqual({ usable: true, head: undefined });
  expect(findGitRoot(join(root, 'no/such'))).toBe(root);
});

test('says why git gives no answer', async () => {
  const root = tempFolder();
  await writeFiles(root, { '.git/config': '[core\n' });
  const facts = await readGit(root);
  expect(facts).toMatchObject({ usable: false });
});

test('a work tree that the repository points elsewhere is not believed', async () => {
  const root = await repository({ 'a.ts': '' });
  const elsewhere = tempFolder();
  await writeFiles(elsewhere, { 'secret.txt': '' });
  git(root, 'config', 'core.worktree', elsewhere);
  expect(await listGitFiles(root)).toEqual(['a.ts']);
});

test('a hostile configuration runs no program', async () => {
  const root = await repository({ 'a.ts': 'x', '.gitattributes': '*.ts filter=evil diff=evil\n' });
  const touched = join(tempFolder(), 'touched');
  const script = join(root, 'evil.sh');
  writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> ${touched}\n`);
  chmodSync(script, 0o755);
  const hook = join(root, '.git/hooks/post-index-change');
  writeFileSync(hook, `#!/bin/sh\necho hook >> ${touched}\n`);
  chmodSync(hook, 0o755);
  for (const key of [
    'core.fsmonitor',
    'core.sshCommand',
    'core.pager',
    'core.askPass',
    'core.editor',
    'core.alternateRefsCommand',
    'diff.external',
    'diff.evil.textconv',
    'diff.evil.command',
    'filter.evil.clean',
    'filter.evil.smudge',
    'filter.evil.process',
    'credential.helper',
    'gpg.program',
    'pager.ls-files',
  ]) {
    git(root, 'config', key, script);
  }
  // Changed content with the same size: a command that compares it has to run the filter.
  writeFileSync(join(root, 'a.ts'), 'y');
  await readGit(root);
  await listGitFiles(root);
  await listIgnored(root);
  await ignoredPaths(root, ['a.ts', 'b.ts']);
  expect(existsSync(touched)).toBe(false);

  // The trap is armed: plain git springs it.
  try {
    git(root, 'status', '--short');
  } catch {
    // The script is no filter, and git may say so.
  }
  expect(readFileSync(touched, 'utf8')).toContain('evil.sh');
});
