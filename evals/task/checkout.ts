import { existsSync, lstatSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { repositoryError } from '../../src/errors.ts';
import { type RunResult, runProcess } from '../../src/process.ts';
import { failure } from '../../src/repository/git.ts';

export interface CheckoutOptions {
  /** For messages. */
  name: string;
  commit: string;
  /** Folder of a clone, bare or not, that holds the commit; or the address to fetch it from. */
  from: { clone: string } | { url: string };
  /** Absolute folder to make. */
  to: string;
  signal?: AbortSignal | undefined;
}

const MINUTES = 60_000;

/** What a user's own git needs to reach a host; nothing of the repository is run by it. */
const PASSED =
  /^(?:PATH|HOME|XDG_.*|LANG|LC_.*|SSH_AUTH_SOCK|(?:https?|no|all)_proxy|GIT_SSL_.*|SSL_CERT_.*)$/i;

/** Git on a folder of its own: configuration of a clone, hooks, attributes' filters and submodules have no say. */
const run = (gitDir: string, args: readonly string[], signal?: AbortSignal): Promise<RunResult> =>
  runProcess(['git', '--git-dir', gitDir, '-c', 'core.fsmonitor=false', ...args], {
    cwd: gitDir,
    env: {
      ...environment(PASSED),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ATTR_NOSYSTEM: '1',
      LC_ALL: 'C',
    },
    timeoutMs: 30 * MINUTES,
    maxOutputBytes: 256 * 1024 * 1024,
    ...(signal ? { signal } : {}),
  });

/** Variables of this process whose names match, and no other: lockfiles and settings of a repository may name any. */
export function environment(names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && names.test(name) ? [[name, value]] : [],
    ),
  );
}

/** A clone in a folder of clones: `owner+name/repo`, `owner+name`, `owner/name` or `name`, with `.git` or without. */
export function findClone(reposDir: string, name: string): string | undefined {
  const places = [`${name.replace('/', '+')}/repo`, name.replace('/', '+'), name, basename(name)];
  return places
    .flatMap((place) => [place, `${place}.git`])
    .map((place) => resolve(reposDir, place))
    .find((place) => objectsOf(place) !== undefined);
}

const objectsOf = (clone: string): string | undefined =>
  [join(clone, '.git/objects'), join(clone, 'objects')].find((path) => existsSync(path));

/**
 * Writes the files of a commit into a folder, without history. Gives the files that the clone does not hold
 * (a partial one, say). Throws `ClasswrightError` (repository) where the commit is not to be had.
 */
export async function checkOut(options: CheckoutOptions): Promise<{ missing: string[] }> {
  const { name, commit, from, to, signal } = options;
  const gitDir = `${to}.git`;
  await rm(gitDir, { recursive: true, force: true });
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await mkdir(gitDir, { recursive: true });
  const failed = (what: string, advice: string) =>
    repositoryError('not-fetched', `${name} at ${commit.slice(0, 12)}: ${what}`, advice);
  const step = async (args: readonly string[], advice: string): Promise<RunResult> => {
    const result = await run(gitDir, args, signal);
    signal?.throwIfAborted();
    if (result.exitCode === 0) return result;
    throw failed(`git ${args[0]} failed: ${failure(result)}`, advice);
  };
  try {
    await step(['init', '-q', '--bare', gitDir], 'Install git.');
    if ('clone' in from)
      await writeFile(join(gitDir, 'objects/info/alternates'), `${objectsOf(from.clone) ?? ''}\n`);
    else
      await step(
        ['fetch', '-q', '--depth', '1', '--no-tags', from.url, commit],
        'Where the network is closed, give a folder of clones with --repos-dir.',
      );
    const where = 'clone' in from ? from.clone : from.url;
    await step(['cat-file', '-e', `${commit}^{commit}`], `Fetch the commit into ${where}.`);
    await step(['read-tree', commit], `Mend ${where}: \`git fsck\` tells what it lacks.`);
    // A file that the clone lacks ends it with an error, after all others are written.
    const written = await run(
      gitDir,
      ['--work-tree', to, '-c', 'core.bare=false', '-c', 'core.autocrlf=false', 'checkout-index', '-a', '-f'],
      signal,
    );
    signal?.throwIfAborted();
    const listed = await step(['ls-files', '-z', '--deduplicate', '--stage'], 'Try again.');
    const files = listed.stdout.split('\0').flatMap((line) => {
      const [facts, file] = line.split('\t');
      return file === undefined || facts?.startsWith('160000') ? [] : [file];
    });
    const missing = files.filter((file) => !lstatSync(join(to, file), { throwIfNoEntry: false }));
    if (written.exitCode !== 0 && (missing.length === 0 || missing.length === files.length))
      throw failed(`git checkout-index failed: ${failure(written)}`, `Mend ${where}.`);
    return { missing };
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}
