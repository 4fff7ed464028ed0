import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { repositoryError, usageError } from '../errors.ts';
import type { ChangedFile } from '../language/typescript/file-dependents.ts';
import { isSource } from '../language/typescript/source-files.ts';
import {
  changedOnDisk,
  commitNamed,
  committedContents,
  stagedContents,
  storedTexts,
} from '../repository/git-changes.ts';
import { listFiles, type Repository, realTarget, within } from '../repository/repository.ts';
import type { CheckRequest } from './checker.ts';

/** What of a repository is asked about, and what it is compared with. */
export type Question = Pick<CheckRequest, 'changes' | 'backdrop' | 'files'>;

interface Asked {
  /** Repository-relative; what differs where it is not given. */
  files: readonly string[] | undefined;
  /** Name of the commit to compare with; the last one where it is not given. */
  since: string | undefined;
}

const committed = async (git: { root: string; head: string | undefined }, since: string | undefined) =>
  await committedContents(git.root, since === undefined ? git.head : await commitNamed(git.root, since));

/**
 * The work tree against a commit: `files` of it, or everything that differs. Outside git there is nothing to
 * compare with, and every error of the named files counts as new.
 */
export async function workTreeQuestion(
  repository: Repository,
  read: (file: string) => string | undefined,
  { files, since }: Asked,
): Promise<Question> {
  const { git } = repository;
  if (!git) {
    if (files) return { changes: files.map((file) => ({ file, before: undefined, now: read(file) })), files };
    throw usageError(
      'no-changes-known',
      `${repository.root} is not a git repository: what changed is not known.`,
      'Name the files to check.',
    );
  }
  const base = ofRepository(repository, await committed(git, since));
  const there = (await listFiles(repository)).filter(isSource);
  const paths = [...new Set([...there, ...[...base.keys()].filter(isSource)])];
  const differing = (await changedOnDisk(repository.root, paths, base)).filter(
    (file) => base.has(file) || !isNested(repository.root, file),
  );
  const texts = await storedTexts(git.root, hashesOf(differing, base));
  const changes = differing.map((file) => ({
    file,
    before: texts.get(base.get(file) ?? ''),
    now: read(file),
  }));
  return { changes, files: files ?? differing };
}

/**
 * The index against a commit. What is not staged counts as it stands in the index, and untracked sources as
 * not there: what would be committed is judged, and not what lies around it.
 */
export async function stagedQuestion(repository: Repository, { files, since }: Asked): Promise<Question> {
  const { git } = repository;
  if (!git)
    throw usageError(
      'no-changes-known',
      `${repository.root} is not a git repository: nothing is staged.`,
      'Leave out --staged and name the files to check.',
    );
  const base = ofRepository(repository, await committed(git, since));
  const index = ofRepository(repository, await stagedContents(git.root));
  const known = [...new Set([...base.keys(), ...index.keys()])].filter(isSource);
  const staged = known.filter((file) => base.get(file) !== index.get(file));
  if (staged.length === 0) return { changes: [], files: [] };
  const there = (await listFiles(repository)).filter(isSource);
  const paths = [...new Set([...there, ...[...index.keys()].filter(isSource)])];
  const unstaged = (await changedOnDisk(repository.root, paths, index)).filter(
    (file) => index.has(file) || !isNested(repository.root, file),
  );
  const texts = await storedTexts(git.root, [
    ...hashesOf(staged, base),
    ...hashesOf([...staged, ...unstaged], index),
  ]);
  const textIn = (contents: ReadonlyMap<string, string>, file: string) => texts.get(contents.get(file) ?? '');
  const isStaged = new Set(staged);
  return {
    changes: staged.map(
      (file): ChangedFile => ({ file, before: textIn(base, file), now: textIn(index, file) }),
    ),
    backdrop: new Map(
      unstaged.filter((file) => !isStaged.has(file)).map((file) => [file, textIn(index, file)]),
    ),
    files: files ?? staged,
  };
}

/** Repository-relative files behind arguments: files as they are, folders with the sources below them. */
export async function namedFiles(
  repository: Repository,
  cwd: string,
  named: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  let all: string[] | undefined;
  for (const name of named) {
    const absolute = realTarget(resolve(cwd, name));
    const file = within(repository.root, absolute);
    if (file === undefined)
      throw usageError(
        'outside-repository',
        `${name} lies outside the repository ${repository.root}.`,
        'Name files inside it, or run with --repo <dir>.',
      );
    if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) {
      found.push(file);
      continue;
    }
    all ??= await listFiles(repository);
    found.push(...all.filter((one) => isSource(one) && (file === '' || one.startsWith(`${file}/`))));
  }
  return [...new Set(found)];
}

/** Fails where a named file neither is there nor was. */
export function requireKnown(
  files: readonly string[],
  { root }: Repository,
  changes: readonly ChangedFile[],
): void {
  const known = new Set(changes.map(({ file }) => file));
  const missing = files.find((file) => !known.has(file) && !existsSync(join(root, file)));
  if (missing !== undefined)
    throw usageError('no-such-file', `There is no file ${missing}.`, 'Name files of the repository.');
}

/** Fails where nothing of what was asked could be checked. */
export function requireChecked(
  asked: readonly string[],
  checked: readonly string[],
  notChecked: readonly { what: string; reason: string }[],
): void {
  const [first] = asked.filter(isSource);
  if (first === undefined || checked.length > 0) return;
  const obstacle = notChecked.find(({ what }) => asked.includes(what));
  if (obstacle)
    throw repositoryError(
      'nothing-checked',
      `${obstacle.what} could not be checked: ${obstacle.reason}.`,
      'classwright doctor --file <path> shows what is missing.',
    );
}

const hashesOf = (files: readonly string[], contents: ReadonlyMap<string, string>): string[] =>
  files.flatMap((file) => contents.get(file) ?? []);

/** By repository-relative paths: the repository may be a folder of what git holds. */
function ofRepository({ root, git }: Repository, contents: ReadonlyMap<string, string>) {
  const prefix = git ? (within(git.root, root) ?? '') : '';
  if (prefix === '') return contents;
  const start = `${prefix}/`;
  return new Map(
    [...contents].flatMap(([path, hash]) =>
      path.startsWith(start) ? [[path.slice(start.length), hash]] : [],
    ),
  );
}

/** In a repository of its own below this one, whose changes are its own affair. */
function isNested(root: string, file: string): boolean {
  for (let dir = dirname(file); dir !== '.'; dir = dirname(dir))
    if (existsSync(join(root, dir, '.git'))) return true;
  return false;
}
