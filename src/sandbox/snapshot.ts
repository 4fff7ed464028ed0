import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLimited } from '../each-limited.ts';

/** What a file was when it was read. `hash` is '' for files over `HASH_LIMIT`: those go by size and time alone. */
export interface FileState {
  size: number;
  mtimeMs: number;
  hash: string;
}

/** The files of a repository as a run saw them, by repository-relative path. */
export interface Snapshot {
  root: string;
  files: ReadonlyMap<string, FileState>;
}

export const HASH_LIMIT = 4 * 1024 * 1024;

export const hashBytes = (bytes: string | Uint8Array): string => hash('sha256', bytes);

export const fileState = (stats: Stats, bytes: string | Uint8Array | undefined): FileState => ({
  size: stats.size,
  mtimeMs: stats.mtimeMs,
  hash: bytes === undefined ? '' : hashBytes(bytes),
});

/** Undefined where there is no file or link. */
async function readState(path: string): Promise<FileState | undefined> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return fileState(stats, await readlink(path));
    if (!stats.isFile()) return undefined;
    return fileState(stats, stats.size > HASH_LIMIT ? undefined : await readFile(path));
  } catch {
    return undefined;
  }
}

/** Takes down what the files are now; one that does not exist is left out. */
export async function takeSnapshot(root: string, files: readonly string[]): Promise<Snapshot> {
  const states = new Map<string, FileState>();
  await eachLimited(files, async (file) => {
    const state = await readState(join(root, file));
    if (state) states.set(file, state);
  });
  return { root, files: states };
}

/** Files of the snapshot whose content is not what it was, deleted ones included, sorted. A mere touch is no change. */
export async function changedSince(
  snapshot: Snapshot,
  except: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const changed: string[] = [];
  await eachLimited([...snapshot.files], async ([file, before]) => {
    if (except.has(file)) return;
    const path = join(snapshot.root, file);
    const stats = await lstat(path).catch(() => undefined);
    if (stats && stats.size === before.size && stats.mtimeMs === before.mtimeMs) return;
    const now = await readState(path);
    if (!now || before.hash === '' || now.hash !== before.hash) changed.push(file);
  });
  return changed.sort();
}
