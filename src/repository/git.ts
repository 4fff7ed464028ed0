import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checksError } from '../errors.ts';
import { type RunResult, runProcess } from '../process.ts';

/**
 * Facts from git about a repository that may be hostile: every configuration key by which git would start a
 * program (fsmonitor, hooks, pager, external diff, transports, credentials) is overridden, and only commands
 * that never run content filters are used. Nothing is written, no lock is taken, no network is used.
 */

const overrides = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.askPass=false',
  'core.alternateRefsCommand=false',
  'core.gitProxy=false',
  'core.untrackedCache=false',
  'credential.helper=',
  'diff.external=',
  'gpg.program=false',
  'protocol.allow=never',
].flatMap((entry) => ['-c', entry]);

/** The user's own configuration stays in force (its excludes decide what is ignored); the system's does not. */
const environment = (): Record<string, string> => {
  const env: Record<string, string> = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ATTR_NOSYSTEM: '1',
    LC_ALL: 'C',
    // A relative entry would find a `git` that the repository brings along.
    PATH: (process.env.PATH ?? '')
      .split(':')
      .filter((dir) => dir.startsWith('/'))
      .join(':'),
  };
  for (const key of ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL']) {
    const value = process.env[key];
    if (value !== undefined) env[key] = value;
  }
  return env;
};

/** Runs one read-only git command in the work tree at `root`; `core.worktree` of the repository has no say. */
export const git = (root: string, args: readonly string[], input?: string): Promise<RunResult> =>
  runProcess(['git', '--no-pager', `--work-tree=${root}`, ...overrides, ...args], {
    cwd: root,
    env: { ...environment(), GIT_CEILING_DIRECTORIES: dirname(root) },
    timeoutMs: 60_000,
    maxOutputBytes: 256 * 1024 * 1024,
    ...(input === undefined ? {} : { input }),
  });

/** Why git gave no answer. */
export const failure = (result: RunResult): string =>
  result.spawnError ?? result.killedBy ?? (result.stderr.trim().split('\n')[0] || `exit ${result.exitCode}`);

/** Nearest folder at or above `dir` that holds a `.git` (folder, or file of a worktree or submodule). */
export function findGitRoot(dir: string): string | undefined {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** `usable: false` says why git gives no answer there (not installed, foreign owner, broken repository). */
export async function readGit(
  root: string,
): Promise<{ usable: true; head: string | undefined } | { usable: false; reason: string }> {
  const inside = await git(root, ['rev-parse', '--is-inside-work-tree']);
  if (inside.exitCode !== 0) return { usable: false, reason: failure(inside) };
  const head = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return { usable: true, head: head.exitCode === 0 ? head.stdout.trim() : undefined };
}

export async function gitVersion(): Promise<string | undefined> {
  const result = await runProcess(['git', '--version'], {
    cwd: '/',
    env: environment(),
    timeoutMs: 10_000,
    maxOutputBytes: 10_000,
  });
  return result.exitCode === 0 ? result.stdout.trim().replace(/^git version /, '') : undefined;
}

const split = (text: string): string[] => text.split('\0').filter((entry) => entry !== '');

/**
 * Files that exist in the work tree at `root`: tracked ones and untracked ones that no ignore rule covers,
 * posix paths relative to `root`. Submodules and nested repositories are listed with their own rules.
 */
export async function listGitFiles(root: string): Promise<string[]> {
  const [present, deleted] = await Promise.all([
    git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
    git(root, ['ls-files', '-z', '--deleted']),
  ]);
  for (const result of [present, deleted]) {
    if (result.exitCode !== 0) {
      throw checksError('git-failed', `git cannot list the files of ${root}: ${failure(result)}`);
    }
  }
  const gone = new Set(split(deleted.stdout));
  const files: string[] = [];
  for (const entry of new Set(split(present.stdout))) {
    if (gone.has(entry)) continue;
    // A nested repository is listed as one folder: with a slash where untracked, without where a submodule.
    const path = entry.endsWith('/') ? entry.slice(0, -1) : entry;
    if (!lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()) files.push(path);
    else if (existsSync(join(root, path, '.git')) && (await readGit(join(root, path))).usable) {
      for (const file of await listGitFiles(join(root, path))) files.push(`${path}/${file}`);
    }
  }
  return files;
}

/** Those of `paths` (relative to `root`) that an ignore rule covers and that are not tracked. */
export async function ignoredPaths(root: string, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  // `./` keeps a name that begins with a colon from being read as a pathspec.
  const input = paths.map((path) => `./${path}\0`).join('');
  const result = await git(root, ['check-ignore', '-z', '--stdin'], input);
  if (result.exitCode === 1) return new Set();
  if (result.exitCode !== 0) {
    throw checksError('git-failed', `git cannot tell what is ignored in ${root}: ${failure(result)}`);
  }
  return new Set(split(result.stdout).map((path) => path.slice('./'.length)));
}

/**
 * Untracked paths at `root` that an ignore rule covers, posix and relative; a wholly ignored folder is one entry
 * that ends in a slash.
 */
export async function listIgnored(root: string): Promise<string[]> {
  const result = await git(root, [
    'ls-files',
    '-z',
    '--others',
    '--ignored',
    '--exclude-standard',
    '--directory',
  ]);
  if (result.exitCode !== 0) {
    throw checksError('git-failed', `git cannot list the ignored files of ${root}: ${failure(result)}`);
  }
  return split(result.stdout);
}
