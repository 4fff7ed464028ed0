import { type Dirent, existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isInside } from '../paths.ts';
import { runnerCaches } from './bubblewrap.ts';
import { relocateLink } from './working-copy.ts';

/** Installed dependencies as a working copy needs them: where links lead, and links in place of mounts. */

export interface OutsideLink {
  /** Absolute real folder or file outside the repository. */
  target: string;
  /** Links on the way there that lie outside the repository too, with their text. */
  hops: { path: string; text: string }[];
}

/** A folder of pnpm's global virtual store, whose packages are linked to each other across it. */
const globalStore = /^(.*\/store\/v\d+\/links)\//;

/**
 * Where the repository's dependencies lead outside it: `npm link`, `link:` and `file:` dependencies, a store in
 * the user's home. What those packages depend on is followed too.
 */
export async function outsideLinks(root: string, nodeModules: readonly string[]): Promise<OutsideLink[]> {
  const found = new Map<string, OutsideLink>();
  const follow = async (path: string): Promise<void> => {
    const hops: OutsideLink['hops'] = [];
    let at = path;
    for (let depth = 0; depth < 20; depth++) {
      const stats = await lstat(at).catch(() => undefined);
      if (!stats?.isSymbolicLink()) break;
      const text = await readlink(at);
      if (!isInside(root, at)) hops.push({ path: at, text });
      at = resolve(dirname(at), text);
    }
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || isInside(root, real)) return;
    const target = globalStore.exec(real)?.[1] ?? real;
    const known = found.get(target);
    if (known) {
      known.hops.push(...hops.filter((hop) => !known.hops.some((other) => other.path === hop.path)));
      return;
    }
    found.set(target, { target, hops });
    await scan(join(target, 'node_modules'));
    // A package that lies in somebody's node_modules finds its own dependencies beside it.
    const above = /^(.*?\/node_modules)\//.exec(target)?.[1];
    if (above !== undefined && !found.has(above)) {
      found.set(above, { target: above, hops: [] });
      await scan(above);
    }
  };
  const scan = async (folder: string): Promise<void> => {
    for (const path of await linksIn(folder)) await follow(path);
  };
  for (const folder of nodeModules) {
    const path = join(root, folder);
    if ((await lstat(path)).isSymbolicLink()) await follow(path);
    else await scan(path);
  }
  return [...found.values()];
}

async function linksIn(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) links.push(path);
    else if (entry.isDirectory() && entry.name.startsWith('@')) links.push(...(await linksIn(path)));
  }
  return links;
}

/** node_modules of the folders above the repository: Node looks there too. */
export function nodeModulesAbove(root: string): string[] {
  const found: string[] = [];
  for (let dir = dirname(root); ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules');
    if (existsSync(path)) found.push(path);
    if (dirname(dir) === dir) return found;
  }
}

/** In a linked copy tools make their own caches. */
const caches = new Set([...runnerCaches, '.cache']);

/**
 * Makes node_modules folders of the copy whose entries are links: into the repository's own dependencies, or,
 * where the entry is a link into the repository (a workspace package), to its place in the copy.
 */
export async function linkDependencies(
  root: string,
  copy: string,
  nodeModules: readonly string[],
): Promise<void> {
  for (const folder of nodeModules) {
    const stats = await lstat(join(root, folder));
    if (!stats.isSymbolicLink()) await linkEntries(root, copy, folder);
    else await linkOne(root, copy, folder);
  }
}

async function linkEntries(root: string, copy: string, folder: string): Promise<void> {
  await mkdir(join(copy, folder), { recursive: true });
  const work: Promise<void>[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (caches.has(entry.name)) continue;
    if (entry.isDirectory() && (entry.name.startsWith('@') || entry.name === '.bin')) {
      work.push(linkEntries(root, copy, path));
    } else if (entry.isSymbolicLink()) work.push(linkOne(root, copy, path));
    else work.push(symlink(join(root, path), join(copy, path)));
  }
  await Promise.all(work);
}

async function linkOne(root: string, copy: string, path: string): Promise<void> {
  const from = join(root, path);
  await mkdir(dirname(join(copy, path)), { recursive: true });
  await symlink(relocateLink(root, copy, from, await readlink(from)), join(copy, path));
}
