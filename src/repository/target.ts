import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { repositoryError, usageError } from '../errors.ts';
import type { Task } from '../loop/task.ts';
import { checkClassName } from './class-name.ts';
import { ignoredPaths } from './git.ts';
import { type Repository, realTarget, within } from './repository.ts';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

function checkExtension(file: string): void {
  if (/\.d\.(?:[^.]+\.)?[cm]?ts$/.test(file)) {
    throw usageError(
      'declaration-file',
      `${file} is a declaration file, which holds no class bodies.`,
      'Name a .ts file.',
    );
  }
  if (!/\.[cm]?tsx?$/.test(file) || /\.[cm]tsx$/.test(file)) {
    throw usageError(
      'unsupported-file',
      `${file} is not a TypeScript source: Classwright writes .ts, .tsx, .mts and .cts files.`,
      'JavaScript, Vue and Svelte targets are among the limits named in the README.',
    );
  }
}

/** Every part of the path that exists must lead somewhere: a dangling link would create a file elsewhere. */
function checkParts(path: string, shown: string): void {
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    if (existsSync(at)) {
      if (at === path || statSync(at).isDirectory()) return;
      throw usageError(
        'not-a-folder',
        `${shown} leads through a file as if it were a folder.`,
        'Name another path.',
      );
    }
    let isLink = false;
    try {
      isLink = lstatSync(at).isSymbolicLink();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      throw usageError('bad-file', `${shown} cannot be looked at (${code}).`, 'Name another path.');
    }
    if (isLink) {
      throw usageError(
        'dangling-link',
        `${shown} is or goes through a symbolic link to nothing.`,
        'Name a real path.',
      );
    }
  }
}

/** Mode bits are asked as well as the system: a superuser may write where nobody is meant to. */
function checkWritable(path: string, shown: string): void {
  const stat = statSync(path);
  const readOnly = (stat.mode & 0o222) === 0;
  try {
    accessSync(path, constants.W_OK);
    if (!readOnly) return;
  } catch {
    // Falls through to the one message.
  }
  throw repositoryError(
    'not-writable',
    stat.isDirectory()
      ? `No file can be made in ${shown}: the folder is read-only.`
      : `${shown} is read-only.`,
    'Make it writable and run again.',
  );
}

function readText(path: string, shown: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (isMissing(error))
      throw repositoryError('file-changed', `${shown} disappeared while it was read.`, 'Run again.');
    throw repositoryError('not-readable', `${shown} cannot be read.`, 'Check its permissions.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw repositoryError('not-utf8', `${shown} is not UTF-8 text.`, 'Save it as UTF-8 and run again.');
  }
}

/** The part of a task that the repository decides, and the file as it stands. */
export interface Target extends Pick<Task, 'file' | 'form'> {
  absolute: string;
  /** What is on disk now; undefined where the file is new. */
  text: string | undefined;
}

export interface TargetRequest {
  repository: Repository;
  className: string;
  /** As the user gave it, relative to `cwd`. */
  file: string;
  cwd: string;
  replace: boolean;
}

/**
 * Checks name and file of a request and says how the class stands in the file now. Throws `ClasswrightError`:
 * usage where another name or file has to be given, repository where the file cannot be read or written.
 */
export async function checkTarget(request: TargetRequest): Promise<Target> {
  const { repository, className, file: shown, cwd, replace } = request;
  checkClassName(className);
  if (shown.trim() === '' || shown.includes('\0')) {
    throw usageError('bad-file', 'The file name is empty or holds a NUL.', 'Name it with --file <path>.');
  }
  const given = resolve(cwd, shown);
  checkParts(given, shown);
  const absolute = realTarget(given);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat?.isDirectory() || (stat === undefined && /[/\\]$/.test(shown))) {
    throw usageError(
      'is-directory',
      `${shown} is a directory.`,
      'Name the file in it that shall hold the class.',
    );
  }
  const file = within(repository.root, absolute);
  if (file === undefined || file === '') {
    const linked = within(repository.root, given) !== undefined && given !== absolute;
    throw usageError(
      'outside-repository',
      linked
        ? `${shown} is a link that leads out of the repository.`
        : `${shown} lies outside the repository ${repository.root}.`,
      'Name a file inside it, or run with --repo <dir>.',
    );
  }
  checkExtension(file);
  const parts = file.split('/');
  if (parts.includes('node_modules') || parts.includes('.git')) {
    throw usageError(
      'in-node-modules',
      `${shown} lies in ${parts.includes('.git') ? '.git' : 'node_modules'}.`,
      'Name a source file of the repository.',
    );
  }
  if (stat !== undefined && !stat.isFile()) {
    throw usageError(
      'not-a-file',
      `${shown} is not a regular file.`,
      'Name a source file of the repository.',
    );
  }
  if (repository.git !== undefined) {
    const inGit = within(repository.git.root, absolute);
    if (inGit !== undefined && (await ignoredPaths(repository.git.root, [inGit])).size > 0) {
      throw usageError('ignored-file', `${shown} is ignored by git.`, 'Name a file that git would track.');
    }
  }
  if (stat !== undefined) checkWritable(absolute, shown);
  // The file is replaced as a whole by a rename, which needs its folder.
  let folder = dirname(absolute);
  while (!existsSync(folder)) folder = dirname(folder);
  checkWritable(folder, within(repository.root, folder) || repository.root);

  const target = { file, absolute };
  if (stat === undefined) return { ...target, text: undefined, form: 'new-file' };
  const text = readText(absolute, shown);
  const { findClasses } = await import('../language/typescript/syntax.ts');
  const found = findClasses(text, file).filter((facts) => facts.name === className);
  const [facts] = found;
  if (facts === undefined) return { ...target, text, form: 'new-class' };
  if (found.length > 1) {
    throw usageError(
      'ambiguous-class',
      `${shown} declares ${found.length} classes named ${className}.`,
      'Rename one of them.',
    );
  }
  if (replace) return { ...target, text, form: 'replace' };
  if (facts.isSkeleton) return { ...target, text, form: 'skeleton' };
  throw usageError(
    'class-exists',
    `${shown} already declares ${className}.`,
    'Add --replace to write it anew.',
  );
}
