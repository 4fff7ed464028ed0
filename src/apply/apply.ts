import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readFile, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type ClasswrightError, repositoryError } from '../errors.ts';
import { isInside, patchesDir } from '../paths.ts';
import { hashBytes } from '../sandbox/snapshot.ts';

export { matchStyle } from './file-style.ts';

/** Hash of a file's bytes as `applyClass` expects it; undefined where there is no file. */
export async function hashFile(path: string): Promise<string | undefined> {
  try {
    return hashBytes(await readFile(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export interface ApplyOptions {
  repository: { root: string };
  /** Repository-relative. */
  file: string;
  /** The whole new text, already in the file's style (`matchStyle`). */
  text: string;
  /** What `hashFile` said when the run read the file; undefined where there was none. */
  expectedHash: string | undefined;
}

/**
 * Writes the user's file, that file alone, all of it or nothing: a reader sees the old text or the new one, and a
 * failure leaves the old. Keeps the file's mode and owner. Returns the hash of what it wrote.
 * Throws errors of kind `repository`: file-changed, file-read-only, disk-full, file-not-written.
 */
export async function applyClass({
  repository,
  file,
  text,
  expectedHash,
}: ApplyOptions): Promise<{ hash: string }> {
  const named = join(repository.root, file);
  const path = await realpath(named).catch(() => named);
  if (!isInside(repository.root, path))
    throw repositoryError(
      'file-outside',
      `${file} is a link that leads out of the repository.`,
      'Name the file itself.',
    );
  await refuseChanged(path, file, expectedHash);
  const stats = await lstat(path).catch(() => undefined);
  // The mode, not only what this user may do: for root nothing is read-only.
  if (stats && ((stats.mode & 0o222) === 0 || !(await mayWrite(path)))) throw readOnly(file);

  const made = await makeFolders(dirname(path)).catch((error: unknown) => {
    throw writeError(error, file);
  });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', stats ? stats.mode & 0o777 : 0o666);
    try {
      await handle.writeFile(text);
      if (stats) {
        await handle.chmod(stats.mode & 0o7777);
        const mine = await handle.stat();
        if (mine.uid !== stats.uid || mine.gid !== stats.gid)
          await handle.chown(stats.uid, stats.gid).catch(() => {});
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await refuseChanged(path, file, expectedHash);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    if (made !== undefined) await removeEmpty(dirname(path), dirname(made));
    throw writeError(error, file);
  }
  await syncFolder(dirname(path));
  return { hash: hashBytes(text) };
}

/**
 * Keeps a patch that was not applied: in `file` (absolute, or relative to `cwd`), or in the state folder. Returns
 * its absolute path.
 */
export async function keepPatch({
  patch,
  name,
  file,
  cwd = process.cwd(),
}: {
  patch: string;
  /** What the file in the state folder is named after: the class. */
  name: string;
  file?: string | undefined;
  cwd?: string;
}): Promise<string> {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const safe = name.replace(/[^\w$-]/g, '_').slice(0, 80);
  const path = file
    ? resolve(cwd, file)
    : join(patchesDir(), `${stamp}-${safe}-${randomBytes(3).toString('hex')}.patch`);
  try {
    await makeFolders(dirname(path));
    const handle = await open(path, 'w', 0o600);
    try {
      await handle.writeFile(patch);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw repositoryError(
      'patch-not-kept',
      `The patch could not be written to ${path}: ${messageOf(error)}.`,
      'Name a file that can be written with --patch <file>.',
    );
  }
  return path;
}

async function refuseChanged(path: string, file: string, expectedHash: string | undefined): Promise<void> {
  const hash = await hashFile(path);
  if (hash === expectedHash) return;
  const what = hash === undefined ? 'was deleted' : expectedHash === undefined ? 'was made' : 'was changed';
  throw repositoryError(
    'file-changed',
    `${file} ${what} by somebody else since this run read it: nothing was written.`,
    'Apply the kept patch with git apply, or run again.',
  );
}

const readOnly = (file: string): ClasswrightError =>
  repositoryError(
    'file-read-only',
    `${file} is read-only: nothing was written.`,
    'Make it writable (chmod u+w) and apply the kept patch with git apply.',
  );

function writeError(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return readOnly(file);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return repositoryError(
      'disk-full',
      `The disk is full: ${file} is as it was.`,
      'Free some space and apply the kept patch with git apply.',
    );
  return repositoryError(
    'file-not-written',
    `${file} could not be written (${messageOf(error)}): it is as it was.`,
  );
}

const mayWrite = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Makes a folder with those above it; returns the topmost one made. (Node's own recursive mkdir reports a read-only
 * disk as a missing folder, and never ends below /proc.)
 */
async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    const topmost = await makeFolders(dirname(folder));
    await mkdir(folder).catch((again: unknown) => {
      if (codeOf(again) !== 'EEXIST') throw again;
    });
    return topmost ?? folder;
  }
}

/** Removes folders that this run made, from `folder` up to below `stop`, where they are empty. */
async function removeEmpty(folder: string, stop: string): Promise<void> {
  for (let at = folder; at !== stop && isInside(stop, at); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}

/** Makes the rename last; some file systems cannot, and then it lasts anyway. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && error.name !== 'ClasswrightError'
    ? String(error.code)
    : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
