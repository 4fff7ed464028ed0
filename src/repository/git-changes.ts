import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLimited } from '../each-limited.ts';
import { checksError, usageError } from '../errors.ts';
import { failure, git } from './git.ts';

/**
 * What differs between a commit, the index and the work tree, found by comparing the hashes that git stores:
 * `git diff` would run the content filters that a repository may configure.
 */

/** Hash of the content by path, posix and relative to the work tree's root. */
export type Contents = ReadonlyMap<string, string>;

const entriesOf = async (root: string, args: readonly string[]): Promise<string[]> => {
  const result = await git(root, args);
  if (result.exitCode !== 0)
    throw checksError('git-failed', `git cannot list the files of ${root}: ${failure(result)}`);
  return result.stdout.split('\0').filter((entry) => entry !== '');
};

/** The commit that a name such as `origin/main` or `HEAD^1` stands for. */
export async function commitNamed(root: string, name: string): Promise<string> {
  const result = await git(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  ]);
  if (result.exitCode === 0) return result.stdout.trim();
  throw usageError(
    'no-such-commit',
    `git knows no commit ${name} here.`,
    'Fetch it first: a shallow clone holds the newest commit alone.',
  );
}

/** `<mode> <type or hash> …\t<path>`: regular files and links alone. */
const FILE_MODE = /^1[02]0/;

/** What a commit holds; empty for a repository without one. */
export async function committedContents(root: string, commit: string | undefined): Promise<Contents> {
  if (commit === undefined) return new Map();
  const found = new Map<string, string>();
  for (const entry of await entriesOf(root, ['ls-tree', '-r', '-z', '--full-tree', commit])) {
    const [about = '', path = ''] = split(entry);
    const [mode = '', , hash = ''] = about.split(' ');
    if (FILE_MODE.test(mode)) found.set(path, hash);
  }
  return found;
}

/** What is staged. Throws where a merge has left conflicts. */
export async function stagedContents(root: string): Promise<Contents> {
  const found = new Map<string, string>();
  for (const entry of await entriesOf(root, ['ls-files', '-s', '-z'])) {
    const [about = '', path = ''] = split(entry);
    const [mode = '', hash = '', stage] = about.split(' ');
    if (stage !== '0')
      throw checksError(
        'unmerged',
        `${path} has merge conflicts.`,
        'Resolve them, stage the file and run again.',
      );
    if (FILE_MODE.test(mode)) found.set(path, hash);
  }
  return found;
}

const split = (entry: string): string[] => {
  const tab = entry.indexOf('\t');
  return [entry.slice(0, tab), entry.slice(tab + 1)];
};

/**
 * Those of `paths` whose file on disk has another content than `contents` says, be it there or not. Line ends that
 * git would have converted on checkout make no difference.
 */
export async function changedOnDisk(
  root: string,
  paths: readonly string[],
  contents: Contents,
): Promise<string[]> {
  const changed = new Set<string>();
  const some = contents.values().next().value;
  const algorithm = some?.length === 64 ? 'sha256' : 'sha1';
  const hashOf = (bytes: Buffer) =>
    createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  await eachLimited(paths, async (path) => {
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    const wanted = contents.get(path);
    if (bytes === undefined ? wanted === undefined : hashOf(bytes) === wanted) return;
    const unified =
      bytes?.includes('\r\n') && Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    if (unified && hashOf(unified) === wanted) return;
    changed.add(path);
  });
  return paths.filter((path) => changed.has(path));
}

/** Texts by their hash, as stored: no filter has its say. */
export async function storedTexts(root: string, hashes: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await eachLimited(
    [...new Set(hashes)],
    async (hash) => {
      const result = await git(root, ['cat-file', 'blob', hash]);
      if (result.exitCode !== 0)
        throw checksError('git-failed', `git does not have the content ${hash}: ${failure(result)}`);
      texts.set(hash, result.stdout);
    },
    { atOnce: 4 },
  );
  return texts;
}
