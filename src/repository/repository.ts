import { existsSync, realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { repositoryError, usageError } from '../errors.ts';
import { upwards, within } from '../posix-paths.ts';
import { findGitRoot, listGitFiles, readGit } from './git.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';
import { findPackageManager, type PackageManager } from './package-manager.ts';
import { findWorkspace, skipped } from './workspace.ts';

export { toPosix, within } from '../posix-paths.ts';

/** What Classwright knows of a repository before any language server: found by syntax, nothing is executed. */
export interface PackageInfo {
  name: string | undefined;
  /** Repository-relative folder, '' for the root. */
  dir: string;
  manifest: {
    type: 'module' | 'commonjs';
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
    scripts: Record<string, string>;
  };
}

export interface Repository {
  /** Absolute real path of the workspace root or git root, whichever is outermost and holds the target. */
  root: string;
  git: { root: string; head: string | undefined } | undefined;
  packageManager: PackageManager;
  packages: PackageInfo[];
  /** The package that holds the target file: the deepest whose folder contains it. */
  target: PackageInfo;
  /** What a user should know and can live with: 'not a git repository', … */
  notes: string[];
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Real path of a path that need not exist yet: links of its existing part are followed. */
export function realTarget(path: string): string {
  const missing: string[] = [];
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) {
    missing.unshift(basename(at));
    at = dirname(at);
  }
  return join(realpathSync(at), ...missing);
}

const existingFolder = (path: string): string => {
  let at = path;
  while (!isDirectory(at) && dirname(at) !== at) at = dirname(at);
  return at;
};

const packageInfo = (dir: string, json: PackageJson | undefined): PackageInfo => ({
  name: json?.name,
  dir,
  manifest: {
    type: json?.type ?? 'commonjs',
    dependencies: json?.dependencies ?? {},
    devDependencies: json?.devDependencies ?? {},
    peerDependencies: json?.peerDependencies ?? {},
    scripts: json?.scripts ?? {},
  },
});

const depthOf = (dir: string): number => (dir === '' ? 0 : dir.split('/').length);

export interface OpenOptions {
  /** Absolute. */
  cwd: string;
  /** Absolute, or relative to `cwd`; it need not exist. */
  targetFile: string;
}

/** Like `openRepository`, but Plug'n'Play is only a fact in the answer: for the doctor. */
export async function inspectRepository({ cwd, targetFile }: OpenOptions): Promise<Repository> {
  const notes: string[] = [];
  const start = realpathSync(existingFolder(cwd));
  const target = realTarget(resolve(cwd, targetFile));
  const folder = existingFolder(target);
  const packageOf = (dir: string) => [...upwards(dir)].find((at) => existsSync(join(at, 'package.json')));

  // The repository is the one the command runs in; where it runs in none, the one that holds the target.
  const inRepository = packageOf(start) !== undefined || findGitRoot(start) !== undefined;
  const anchor = inRepository && within(start, target) === undefined ? start : folder;
  const packageDir = packageOf(anchor);
  const gitRoot = findGitRoot(anchor);
  const workspace = packageDir === undefined ? undefined : await findWorkspace(packageDir, gitRoot);
  const outer = findGitRoot(start);
  const holds = (dir: string | undefined) => dir !== undefined && within(dir, target) !== undefined;
  const candidates = [gitRoot, workspace?.root, holds(outer) ? outer : undefined].filter(
    (dir) => dir !== undefined,
  );
  if (candidates.length === 0) candidates.push(packageDir ?? start);
  const root = candidates.reduce((a, b) => (b.length < a.length ? b : a));
  if (within(root, target) === undefined) {
    throw usageError(
      'outside-repository',
      `${targetFile} lies outside the repository ${root}.`,
      'Name a file inside it, or run with --repo <dir>.',
    );
  }

  const dirs = new Set(workspace?.members.map((member) => within(root, join(workspace.root, member)) ?? ''));
  if (workspace !== undefined) dirs.add(within(root, workspace.root) ?? '');
  if (existsSync(join(root, 'package.json'))) dirs.add('');
  const owner = packageOf(folder);
  const ownerDir = owner === undefined ? undefined : within(root, owner);
  dirs.add(ownerDir ?? '');
  const packages = [...dirs].sort().map((dir) => packageInfo(dir, readPackageJson(join(root, dir))));
  const inTarget = packages.filter((p) => within(join(root, p.dir), folder) !== undefined);
  const targetPackage = inTarget.reduce((deep, p) => (depthOf(p.dir) > depthOf(deep.dir) ? p : deep));
  if (owner === undefined || ownerDir === undefined) notes.push('No package.json covers the target file.');

  const holder = findGitRoot(root);
  let git: Repository['git'];
  if (holder === undefined) {
    notes.push(
      'Not a git repository: every file outside node_modules counts as part of it, ignore rules are unknown.',
    );
  } else {
    const facts = await readGit(holder);
    if (facts.usable) git = { root: holder, head: facts.head };
    else notes.push(`Not used as a git repository, because git refuses it: ${facts.reason}`);
  }
  const targetDir = join(root, targetPackage.dir);
  const memberDir = workspace && within(workspace.root, targetDir);
  const isMember = memberDir !== undefined && (workspace?.members.includes(memberDir) ?? false);
  const packageManager = findPackageManager(root, isMember && workspace ? workspace.root : targetDir, notes);
  return { root, git, packageManager, packages, target: targetPackage, notes };
}

/**
 * Finds the repository that holds the target file, without running anything of it. Dependencies need not be
 * installed (`checkDependencies`). Throws `ClasswrightError`: usage where the target lies outside, repository
 * where a manifest is broken (naming its line) or Yarn resolves by Plug'n'Play.
 */
export async function openRepository(options: OpenOptions): Promise<Repository> {
  const repository = await inspectRepository(options);
  if (repository.packageManager.pnp) {
    throw repositoryError(
      'yarn-pnp',
      "This repository resolves its dependencies by Yarn Plug'n'Play, which TypeScript's native server cannot read.",
      'Set `nodeLinker: node-modules` in .yarnrc.yml and run `yarn install`.',
    );
  }
  return repository;
}

/**
 * Repository-relative posix paths of every file of the repository: tracked and untracked, none that git
 * ignores. Outside git: every file not below node_modules or .git. Sorted.
 */
export async function listFiles(repository: Repository): Promise<string[]> {
  const { root, git } = repository;
  if (git !== undefined) {
    const prefix = within(git.root, root) ?? '';
    const files = await listGitFiles(git.root);
    if (prefix === '') return files.sort();
    const start = `${prefix}/`;
    return files.flatMap((file) => (file.startsWith(start) ? [file.slice(start.length)] : [])).sort();
  }
  const files: string[] = [];
  const walk = async (dir: string): Promise<void> => {
    if (dir !== '' && existsSync(join(root, dir, '.git')) && (await readGit(join(root, dir))).usable) {
      for (const file of await listGitFiles(join(root, dir))) files.push(`${dir}/${file}`);
      return;
    }
    for (const entry of await readdir(join(root, dir), { withFileTypes: true }).catch(() => [])) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name) && entry.name !== '.git') await walk(path);
      } else if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
    }
  };
  await walk('');
  return files.sort();
}

/** The command that installs the repository's dependencies, and the repository-relative folder to run it in. */
export function installCommand({ packageManager }: Repository): { command: string; dir: string } {
  const { name, lockfile, dir } = packageManager;
  return { command: name === 'npm' && lockfile !== undefined ? 'npm ci' : `${name} install`, dir };
}

/** Declared dependencies of a package that no node_modules in its folder or above holds. */
export function missingIn({ root }: Pick<Repository, 'root'>, { dir, manifest }: PackageInfo): string[] {
  const folders = [...upwards(join(root, dir))].map((at) => join(at, 'node_modules'));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  );
}

/** What the target package and the install root declare and do not have. */
export function missingDependencies(repository: Repository): { dir: string; name: string }[] {
  const { packages, target, packageManager } = repository;
  return packages
    .filter((p) => p === target || p.dir === packageManager.dir)
    .flatMap((info) => missingIn(repository, info).map((name) => ({ dir: info.dir, name })));
}

/** The package that holds a repository-relative file: the deepest whose folder contains it. */
export function packageOf({ packages }: Pick<Repository, 'packages'>, file: string): PackageInfo | undefined {
  return packages
    .filter(({ dir }) => dir === '' || file.startsWith(`${dir}/`))
    .reduce<PackageInfo | undefined>(
      (deep, p) => (p.dir.length >= (deep?.dir.length ?? 0) ? p : deep),
      undefined,
    );
}

/** Whether a file belongs to another package than the target's, one whose dependencies are not all there. */
export function isUninstalled(repository: Repository, file: string): boolean {
  const info = packageOf(repository, file);
  return info !== undefined && info !== repository.target && missingIn(repository, info).length > 0;
}

/** Throws `ClasswrightError` (repository) where declared dependencies are not installed. */
export function checkDependencies(repository: Repository): void {
  const missing = missingDependencies(repository);
  const [first] = missing;
  if (first === undefined) return;
  const { command, dir } = installCommand(repository);
  const names = [...new Set(missing.map(({ name }) => name))];
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  throw repositoryError(
    'dependencies-missing',
    `Dependencies of ${first.dir === '' ? 'the repository' : first.dir} are not installed: ${shown}.`,
    `Run \`${command}\` in ${dir === '' ? repository.root : join(repository.root, dir)}.`,
  );
}
