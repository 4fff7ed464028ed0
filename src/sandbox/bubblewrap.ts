import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { isInside } from '../paths.ts';
import { type RunResult, runProcess } from '../process.ts';
import type { OutsideLink } from './dependencies.ts';

/** How bubblewrap is asked for a sandbox: argument lists, nothing else. */

const real = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};

/** Folders whose content programs inside do not see: homes, sockets and removable disks of the system. */
const hiddenFolders = (): string[] => {
  const wanted = ['/home', '/root', homedir(), '/run', '/var/tmp', '/mnt', '/media', '/tmp', tmpdir()];
  const found = new Set<string>();
  for (const folder of wanted) {
    const path = real(folder);
    if (path !== undefined && path !== '/') found.add(path);
  }
  return [...found].filter(
    (folder) => ![...found].some((other) => other !== folder && isInside(other, folder)),
  );
};

/** Parts of hidden folders that programs live in. */
const programFolders = ['/home/linuxbrew/.linuxbrew', '/run/current-system'];

/** What is needed to run this very Node, its npm and our own files, where the folder that holds them is hidden. */
function nodeMounts(isHidden: (path: string) => boolean): string[] {
  const args: string[] = [];
  const bind = (path: string) => {
    if (isHidden(path) && existsSync(path)) args.push('--ro-bind', path, path);
  };
  for (const folder of programFolders) bind(folder);
  const bin = dirname(process.execPath);
  const lib = join(dirname(bin), 'lib');
  bind(process.execPath);
  bind(join(lib, 'node_modules'));
  if (isHidden(bin)) {
    // npm and its like are links into lib/node_modules, and find their files from there.
    for (const name of ['npm', 'npx', 'corepack', 'pnpm', 'yarn']) {
      const path = join(bin, name);
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
        args.push('--symlink', readlinkSync(path), path);
    }
    for (const name of existsSync(lib) ? readdirSync(lib) : []) {
      if (/^libnode\b/.test(name)) bind(join(lib, name));
    }
  }
  bind(packageRoot);
  return args;
}

export interface Mounts {
  root: string;
  /** Folders on this machine that become the repository and `insideTemp`. */
  copy: string;
  temp: string;
  /** Repository-relative. */
  nodeModules: readonly string[];
  outside: readonly OutsideLink[];
  above: readonly string[];
  /** Folders of this copy in place of caches below node_modules: [path on this machine, path inside]. */
  caches: readonly (readonly [string, string])[];
  /** Read-only files of ours: [path on this machine, path inside]. */
  files: readonly (readonly [string, string])[];
  /** Absolute folders that programs inside find empty, wherever they lie. */
  hidden: readonly string[];
  /** Repository-relative files of the copy that programs inside may read and not write. */
  readOnly: readonly string[];
}

/** Caches of runners below node_modules: a copy has its own, which it can write. */
export const runnerCaches = ['.vite', '.vite-temp', '.vitest', '.vitest-cache'];

/**
 * Vite bundles its configuration into node_modules/.vite-temp, or beside the configuration where it may not
 * write there; but it takes only EACCES for "may not", while on a read-only mount Node's recursive mkdir says ENOENT
 * (or EROFS). Where that folder does not exist yet nothing can be mounted on it, so this preload translates the code.
 */
export const viteTempPreload = `'use strict';
const { promises } = require('node:fs');
const mkdir = promises.mkdir;
promises.mkdir = function (path, options) {
  return mkdir.call(this, path, options).catch((error) => {
    if (/^(EROFS|ENOENT)$/.test(error.code) && /[\\\\/]\\.vite-temp[\\\\/]?$/.test(String(path))) error.code = 'EACCES';
    throw error;
  });
};
require('node:module').syncBuiltinESMExports();
`;

/**
 * Where programs inside find the copy's folder for temporary files. The rest of /tmp is in memory and new for each
 * run: what a program leaves there cannot lead a later mount elsewhere.
 */
export const insideTemp = '/tmp/classwright';

/** Everything up to the environment, the folder and the program. */
export function sandboxArgs(mounts: Mounts): string[] {
  const { root } = mounts;
  const hidden = hiddenFolders();
  const isHidden = (path: string) => hidden.some((folder) => isInside(folder, path));
  const args = ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'];
  args.push('--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc');
  for (const folder of hidden) args.push('--tmpfs', folder);
  args.push('--bind', mounts.temp, insideTemp);

  args.push(...nodeMounts(isHidden));
  for (const folder of mounts.above) {
    if (isHidden(folder)) args.push('--ro-bind', folder, folder);
  }
  const bound: string[] = [];
  for (const { target } of mounts.outside) {
    if (!isHidden(target) || isInside(target, root) || bound.some((other) => isInside(other, target)))
      continue;
    bound.push(target);
    args.push('--ro-bind', target, target);
  }
  const visible = [
    ...bound,
    ...mounts.above,
    packageRoot,
    join(dirname(dirname(process.execPath)), 'lib/node_modules'),
  ];
  for (const { hops } of mounts.outside) {
    for (const { path, text } of hops) {
      if (isHidden(path) && !visible.some((folder) => isInside(folder, path)))
        args.push('--symlink', text, path);
    }
  }

  // Behind everything that shows a folder, and before the repository, which may lie inside one of these.
  for (const folder of mounts.hidden) if (existsSync(folder)) args.push('--tmpfs', folder);
  args.push('--bind', mounts.copy, root);
  for (const folder of mounts.nodeModules) {
    const path = join(root, folder);
    args.push('--ro-bind', path, path);
  }
  for (const [from, inside] of mounts.caches) args.push('--bind', from, inside);
  for (const file of mounts.readOnly) args.push('--ro-bind', join(mounts.copy, file), join(root, file));
  for (const [from, inside] of mounts.files) args.push('--ro-bind', from, inside);
  for (const folder of [...hidden, ...mounts.hidden]) {
    if (!existsSync(folder)) continue;
    if (folder !== '/tmp' && !isInside(root, folder)) args.push('--remount-ro', folder);
  }
  return args;
}

function showsInside(path: string): boolean {
  return !hiddenFolders().some((folder) => isInside(folder, path));
}

/** The user's program folders without those that a repository fills: npm puts its node_modules/.bin in front. */
const ownPath = (): string[] =>
  (process.env.PATH ?? '').split(':').filter((dir) => dir.startsWith('/') && !dir.includes('/node_modules/'));

/** PATH to find bwrap itself by. */
export const systemPath = (): string => [...ownPath(), '/usr/bin', '/bin'].join(':');

/** PATH of programs inside: this Node's folder, then the user's own that show inside, then the system's. */
export function programPath(sandboxed: boolean): string {
  const own = ownPath().filter((dir) => !sandboxed || showsInside(dir));
  return [...new Set([dirname(process.execPath), ...own, '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
}

export interface SandboxAvailability {
  available: boolean;
  /** Why not, in one sentence. */
  reason: string | undefined;
  version: string | undefined;
}

/** Finds out by a real trial: many machines have the program but forbid what it needs. */
export async function trySandbox(): Promise<SandboxAvailability> {
  if (process.platform !== 'linux')
    return {
      available: false,
      reason: `bubblewrap does not exist for ${process.platform}`,
      version: undefined,
    };
  const options = {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    timeoutMs: 20_000,
    maxOutputBytes: 100_000,
  };
  const version = await runProcess(['bwrap', '--version'], options);
  if (version.spawnError !== undefined)
    return {
      available: false,
      reason: 'the program bwrap (bubblewrap) is not installed',
      version: undefined,
    };
  const number = version.stdout.trim().replace(/^bubblewrap /, '');
  const trial = await runProcess(
    [
      ...[
        'bwrap',
        '--unshare-all',
        '--die-with-parent',
        '--new-session',
        '--cap-drop',
        'ALL',
        '--ro-bind',
        '/',
        '/',
      ],
      ...['--dev', '/dev', '--proc', '/proc', '--', process.execPath, '-e', ''],
    ],
    options,
  );
  if (trial.exitCode === 0) return { available: true, reason: undefined, version: number };
  const said = trial.stderr.trim().split('\n')[0] || trial.killedBy || `exit status ${trial.exitCode}`;
  return {
    available: false,
    reason: `bubblewrap ${number} cannot make a sandbox here: ${said}`,
    version: number,
  };
}

/** Why the sandbox itself failed to start the program; undefined where the program ran. */
export const sandboxFailure = (result: RunResult): string | undefined =>
  result.exitCode === 1 && result.stdout === '' && result.stderr.startsWith('bwrap: ')
    ? result.stderr.trim().slice('bwrap: '.length)
    : undefined;
