import {
  constants,
  copyFileSync,
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checksError } from '../errors.ts';
import { isInside } from '../paths.ts';
import { listGitFiles, listIgnored } from '../repository/git.ts';
import { ownOutputFolders } from '../repository/own-output.ts';
import type { Repository } from '../repository/repository.ts';
import { isSecretFile } from '../repository/secrets.ts';
import { type FileState, fileState, HASH_LIMIT, type Snapshot } from './snapshot.ts';

/** What a working copy is made of. All paths are repository-relative posix paths. */
export interface CopyPlan {
  files: string[];
  /** Installed dependencies: folders (or links) named node_modules, which are mounted or linked, never copied. */
  nodeModules: string[];
  /** Built output of the target's own package: left out, because it is not built from the candidate. */
  ownOutput: string[];
  leftOut: { path: string; reason: string }[];
}

/** Folders that hold nothing a compiler or test reads: tools fill them again. */
const caches = new Set([
  ...['.cache', '.turbo', '.nx', '.parcel-cache', '.vite', '.vite-temp', '.vitest', '.jest', '.rpt2_cache'],
  ...[
    '.eslintcache',
    '.stylelintcache',
    '.swc',
    '.rollup.cache',
    '.wireit',
    '.nyc_output',
    'coverage',
    '.angular',
  ],
  ...[
    '.git',
    '.hg',
    '.svn',
    '.jj',
    '.idea',
    '.DS_Store',
    '.pnpm-store',
    'bower_components',
    'playwright-report',
  ],
  ...[
    'test-results',
    'storybook-static',
    '.vercel',
    '.serverless',
    '.terraform',
    '.gradle',
    '.venv',
    '__pycache__',
  ],
]);
/** Next.js keeps generated types among megabytes that only its server reads. */
const bulk = /(^|\/)\.next\/(?!types(\/|$)|dev$|dev\/types(\/|$))/;
/** Of ignored files: what a compiler or test hardly reads, and would make the copy slow. */
const maxIgnoredFileBytes = 32 * 1024 * 1024;
const maxIgnoredBytes = 512 * 1024 * 1024;
const maxIgnoredFiles = 20_000;

type CopyRepository = Pick<Repository, 'root' | 'git' | 'packages' | 'target'>;

/** Chooses, by syntax and git's listing alone, what a working copy holds. */
export async function planCopy(repository: CopyRepository): Promise<CopyPlan> {
  const { root } = repository;
  const plan: CopyPlan = { files: [], nodeModules: [], ownOutput: [], leftOut: [] };
  const byGit = repository.git?.root === root;
  const output = ownOutputFolders(repository);
  // Without git nothing tells a folder of built types from one that somebody wrote.
  const likely = output.likely.filter((folder) => byGit || basename(folder) !== 'types');
  const leaveOut = (path: string, ignored: boolean): boolean => {
    const folders = ignored ? [...output.declared, ...likely] : output.declared;
    const folder = folders.find((folder) => isInside(folder, path));
    if (folder !== undefined) {
      if (!plan.ownOutput.includes(folder)) plan.ownOutput.push(folder);
    } else if (isSecretFile(path, ignored)) plan.leftOut.push({ path, reason: 'may hold secrets' });
    else return false;
    return true;
  };

  const folders = new Set<string>(['']);
  const add = (file: string) => {
    plan.files.push(file);
    for (let dir = dirname(file); dir !== '.' && !folders.has(dir); dir = dirname(dir)) folders.add(dir);
  };

  const [listed, ignored] = byGit ? await Promise.all([listGitFiles(root), listIgnored(root)]) : [[], ['']];
  const isInstalled = installedFiles(root);
  for (const file of listed) {
    if (isInstalled(file) || leaveOut(file, false)) continue;
    add(file);
  }

  let ignoredFiles = 0;
  let ignoredBytes = 0;
  let full = false;
  const walk = async (path: string, isFolder: boolean): Promise<void> => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'node_modules' || caches.has(name) || bulk.test(path) || name.endsWith('.log') || full)
      return;
    if (path !== '' && (isOwnBuildInfo(repository, path) || leaveOut(path, true))) return;
    if (isFolder) {
      const entries: Dirent[] = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
      for (const entry of entries)
        await walk(path === '' ? entry.name : `${path}/${entry.name}`, entry.isDirectory());
      return;
    }
    if (!byGit) return add(path);
    const size = (await lstat(join(root, path)).catch(() => undefined))?.size ?? 0;
    if (size > maxIgnoredFileBytes) {
      plan.leftOut.push({ path, reason: `ignored by git and ${size} bytes large` });
      return;
    }
    ignoredFiles += 1;
    ignoredBytes += size;
    if (ignoredFiles <= maxIgnoredFiles && ignoredBytes <= maxIgnoredBytes) add(path);
    else if (!full) {
      full = true;
      plan.leftOut.push({ path, reason: 'and all further ones: git ignores more than a copy can hold' });
    }
  };
  for (const entry of ignored) await walk(entry.replace(/\/$/, ''), entry === '' || entry.endsWith('/'));

  for (const dir of repository.packages) folders.add(dir.dir);
  for (const folder of [...folders].sort()) {
    if (folder.split('/').includes('node_modules')) continue;
    const path = folder === '' ? 'node_modules' : `${folder}/node_modules`;
    if (!folders.has(path) && existsSync(join(root, path))) plan.nodeModules.push(path);
  }
  return plan;
}

const marks = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml', '.bin'];

/** Tells files of installed packages from tracked packages below a node_modules, which are somebody's fixtures. */
function installedFiles(root: string): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    const parts = file.split('/');
    const at = parts.indexOf('node_modules');
    if (at === -1) return false;
    const folder = join(root, ...parts.slice(0, at + 1));
    let answer = known.get(folder);
    if (answer === undefined) {
      answer = at === parts.length - 1 || marks.some((mark) => existsSync(join(folder, mark)));
      known.set(folder, answer);
    }
    return answer;
  };
}

/** A `tsc -b` that finds its own record would not build the output that was left out. */
const isOwnBuildInfo = (repository: CopyRepository, path: string): boolean =>
  path.endsWith('.tsbuildinfo') && packageOf(repository, path) === repository.target.dir;

const packageOf = (repository: CopyRepository, path: string): string =>
  repository.packages
    .map((info) => info.dir)
    .filter((dir) => dir === '' || isInside(dir, path))
    .reduce((deepest, dir) => (dir.length > deepest.length ? dir : deepest), '');

export interface CopyOptions {
  root: string;
  to: string;
  files: readonly string[];
  /** Where the copy is used at a path of its own: links into the repository then have to be led into the copy. */
  relocated: boolean;
  signal?: AbortSignal | undefined;
}

/** Copies files with their times and modes, never as hard links. Returns what they were, by content. */
export async function copyFiles({ root, to, files, relocated, signal }: CopyOptions): Promise<Snapshot> {
  const states = new Map<string, FileState>();
  try {
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      mkdirSync(join(to, folder), { recursive: true });
    }
    // One after the other in slices: through the thread pool each file costs twice the processor time.
    for (const [index, file] of files.entries()) {
      if (index % 32 === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
      const state = copyOne(root, to, file, relocated);
      if (state) states.set(file, state);
    }
  } catch (error) {
    if (isCode(error, 'ENOSPC', 'EDQUOT')) {
      throw checksError(
        'disk-full',
        `The disk is full: no working copy could be made in ${to}.`,
        'Free some space, or set XDG_CACHE_HOME to a folder on another disk.',
      );
    }
    throw error;
  }
  return { root, files: states };
}

function copyOne(root: string, to: string, file: string, relocated: boolean): FileState | undefined {
  const from = join(root, file);
  const into = join(to, file);
  const stats = readable(() => lstatSync(from));
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) {
    const target = readable(() => readlinkSync(from));
    if (target === undefined) return undefined;
    symlinkSync(relocated ? relocateLink(root, to, from, target) : target, into);
    return fileState(stats, target);
  }
  // A socket or a pipe is nobody's source.
  if (!stats.isFile()) return undefined;
  if (stats.size > HASH_LIMIT) {
    copyFileSync(from, into, constants.COPYFILE_FICLONE);
    utimesSync(into, stats.atime, stats.mtime);
    return fileState(stats, undefined);
  }
  const bytes = readable(() => readFileSync(from));
  if (!bytes) return undefined;
  writeFileSync(into, bytes, { mode: (stats.mode & 0o777) | 0o600 });
  utimesSync(into, stats.atime, stats.mtime);
  return fileState(stats, bytes);
}

/** Undefined where it is gone or unreadable since it was listed: a program that needs it says so itself. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Text of a link at `from` (in `root`) for its place in the copy: what leads into the repository leads into the copy. */
export function relocateLink(root: string, copy: string, from: string, target: string): string {
  const absolute = resolve(dirname(from), target);
  if (!isInside(root, absolute)) return absolute;
  return isAbsolute(target) ? join(copy, relative(root, absolute)) : target;
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));
