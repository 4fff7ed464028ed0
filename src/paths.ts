import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import { checksError } from './errors.ts';

/** Classwright's folders after the XDG base directory specification. A relative value there counts as unset. */
const xdg = (variable: string, fallback: string): string => {
  const value = process.env[variable];
  return join(value && isAbsolute(value) ? value : join(homedir(), fallback), 'classwright');
};

export const stateDir = (): string => xdg('XDG_STATE_HOME', '.local/state');
export const sessionsDir = (): string => join(stateDir(), 'sessions');
export const patchesDir = (): string => join(stateDir(), 'patches');
const cacheDir = (): string => xdg('XDG_CACHE_HOME', '.cache');
export const compileCacheDir = (): string => join(cacheDir(), 'compiled');

/** Whether `path` is `folder` or lies below it; both absolute. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Real path of the folder that working copies lie in, made where missing: in the user's cache, which is often on
 * the repository's file system, or else in the system's folder for temporary files; never inside the repository.
 */
export function scratchDir(repositoryRoot: string): string {
  const candidates = [join(cacheDir(), 'copies'), join(tmpdir(), `classwright-${process.getuid?.() ?? 0}`)];
  for (const candidate of candidates) {
    try {
      if (isInside(repositoryRoot, candidate)) continue;
      mkdirSync(candidate, { recursive: true, mode: 0o700 });
      const real = realpathSync(candidate);
      if (isInside(repositoryRoot, real)) continue;
      accessSync(real, constants.W_OK | constants.X_OK);
      return real;
    } catch {
      // Not writable: the next one.
    }
  }
  throw checksError(
    'no-scratch-folder',
    `No folder for working copies: ${candidates.join(' and ')} cannot be written or lie inside the repository.`,
    'Set XDG_CACHE_HOME to a writable folder outside the repository.',
  );
}
