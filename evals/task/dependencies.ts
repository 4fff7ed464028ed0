import {
  copyFileSync,
  type Dirent,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isInside } from '../../src/paths.ts';
import { runnerCaches } from '../../src/sandbox/bubblewrap.ts';

const caches = new Set([...runnerCaches, '.cache']);

export interface LinkOptions {
  /** Absolute folder with the installed dependencies; what it holds besides node_modules folders is left alone. */
  from: string;
  /** Absolute folder of the prepared repository. */
  to: string;
  /** Names of packages that are not brought: installed copies of the repository's own. Links between them are. */
  leaveOut: ReadonlySet<string>;
}

/**
 * Brings the node_modules folders of one tree into another by hard links, copies where the file system cannot:
 * programs see them read-only. Links between packages stay relative, so those to workspace packages lead into `to`.
 */
export function linkDependencies(options: LinkOptions): void {
  const visit = (at: string): void => {
    for (const entry of readdirSync(join(options.from, at), { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.name === 'node_modules') {
        bring(options, path, entry, '');
        // Vite writes its configuration there: what is there can be mounted writable in a sandbox.
        if (entry.isDirectory()) mkdirSync(join(options.to, path, '.vite-temp'), { recursive: true });
      } else if (entry.isDirectory() && !entry.name.startsWith('.') && existsSync(join(options.to, path)))
        visit(path);
    }
  };
  visit('');
}

function bring(options: LinkOptions, path: string, entry: Dirent, packageName: string): void {
  const [from, to] = [join(options.from, path), join(options.to, path)];
  if (entry.isSymbolicLink()) {
    symlinkSync(relocated(options, from, readlinkSync(from)), to);
    return;
  }
  if (!entry.isDirectory()) {
    linkOrCopy(from, to);
    return;
  }
  if (options.leaveOut.has(packageName)) return;
  mkdirSync(to, { recursive: true });
  for (const child of readdirSync(from, { withFileTypes: true })) {
    if (caches.has(child.name)) continue;
    bring(options, join(path, child.name), child, nameOf(path, child.name));
  }
}

/** Name of the package that a folder of a node_modules is; '' for a folder below one. */
function nameOf(parent: string, name: string): string {
  if (parent.endsWith('node_modules')) return name;
  const scope = /(?:^|\/)node_modules\/(@[^/]+)$/.exec(parent)?.[1];
  return scope === undefined ? '' : `${scope}/${name}`;
}

/** Text of a link at its new place: what leads into the tree stays in the tree, what leads out of it is absolute. */
function relocated({ from, to }: LinkOptions, path: string, target: string): string {
  const absolute = resolve(dirname(path), target);
  if (!isInside(from, absolute)) return absolute;
  return isAbsolute(target) ? join(to, relative(from, absolute)) : target;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
