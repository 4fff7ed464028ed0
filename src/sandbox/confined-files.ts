import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { checksError } from '../errors.ts';
import { isInside } from '../paths.ts';

/**
 * Reading and writing below a folder in which a program we do not trust has run: it may have left links that lead
 * elsewhere, or pipes that never end, where a file is expected. None of them is followed.
 */

const refused = (file: string, why: string) =>
  checksError(
    'copy-tampered',
    `${file} in the working copy ${why}.`,
    'Look at what the repository’s tests do to their own files.',
  );

async function locate(root: string, file: string): Promise<string> {
  const path = normalize(file);
  if (isAbsolute(path) || path === '..' || path.startsWith('../') || path.includes('\0'))
    throw refused(file, 'is no path below its root');
  const full = join(root, path);
  let folder = dirname(full);
  while (folder !== root && !(await lstat(folder).catch(() => undefined))) folder = dirname(folder);
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || !isInside(root, real))
    throw refused(file, 'lies behind a link that leads out of it');
  return full;
}

/** Fails where `path` below `root`, as far as it exists, goes over a link, even one that stays inside. */
export async function refuseLinkedPath(root: string, path: string): Promise<void> {
  let folder = join(root, path);
  while (folder !== root && !(await lstat(folder).catch(() => undefined))) folder = dirname(folder);
  if ((await realpath(folder).catch(() => undefined)) !== folder) throw refused(path, 'is a link');
}

/** `root` is a real path. Undefined where there is no such file; cut to `maxBytes` where it is longer. */
export async function readConfined(
  root: string,
  file: string,
  maxBytes = 64 * 1024 * 1024,
): Promise<string | undefined> {
  const path = await locate(root, file);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
        return;
      if (error instanceof Error && 'code' in error && error.code === 'ELOOP')
        throw refused(file, 'is a link');
      throw error;
    },
  );
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw refused(file, 'is no plain file');
    const bytes = Buffer.alloc(Math.min(stats.size, maxBytes));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}

/** Replaces whatever is at `file`, a link included; makes its folders. */
export async function writeConfined(root: string, file: string, text: string): Promise<void> {
  const path = await locate(root, file);
  await mkdir(dirname(path), { recursive: true });
  const stats = await lstat(path).catch(() => undefined);
  if (stats && !stats.isFile()) await rm(path, { recursive: true, force: true });
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags, 0o644);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

export async function removeConfined(root: string, file: string): Promise<void> {
  await rm(await locate(root, file), { recursive: true, force: true });
}
