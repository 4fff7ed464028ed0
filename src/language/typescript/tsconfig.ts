import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { repositoryError } from '../../errors.ts';
import { isInside } from '../../paths.ts';
import { readTsConfig, type TsConfigFile } from './tsconfig-file.ts';
import { matchesTsConfig } from './tsconfig-match.ts';

/** Which tsconfig covers a file, asked of the files themselves. */
export interface Coverage {
  /** The first that names the file by its own patterns; undefined where none does. */
  covering: TsConfigFile | undefined;
  /** Further ones that name it too. */
  also: TsConfigFile[];
  /** Ones near the file that do not name it, nearest first: it may belong to their program by an import. */
  others: TsConfigFile[];
}

/** For tests, linters or tools alone: asked last. */
const SPECIAL =
  /(?:^|[.-])(?:e2e|eslint|jest|lint|spec|storybook|test|tests|tools?|typedoc|vitest)(?:[.-]|$)/i;

/**
 * Looks from the file's folder up to `root`: each folder's tsconfig.json and what it references come first, as an
 * editor has it, nearest folder first; then files of other names, those for tests or tools last. A broken one
 * is an error where it is reached before one that covers the file.
 */
export function findCoverage(root: string, file: string): Coverage {
  const seen = new Map<string, TsConfigFile>();
  const matching: TsConfigFile[] = [];
  const others: TsConfigFile[] = [];
  const visit = (path: string, isNamed = false): void => {
    if (seen.has(path) || !existsSync(path)) return;
    let config: TsConfigFile;
    try {
      config = readTsConfig(path);
    } catch (error) {
      if (matching.length > 0) return;
      throw error;
    }
    // Without patterns of its own it is a base for others to extend, which would claim every file below it.
    if (isNamed && !config.files && !config.include) return;
    seen.set(path, config);
    (matchesTsConfig(config, file) ? matching : others).push(config);
    for (const reference of specialLast(config.references)) visit(reference);
  };
  const folders = foldersUp(root, dirname(file));
  for (const folder of folders) {
    visit(join(folder, 'tsconfig.json'));
    if (matching.length > 0) break;
  }
  const [found] = matching;
  const named = (found ? [dirname(found.path)] : folders).flatMap(configFiles);
  const extended = new Set([...seen.values()].flatMap((config) => config.sources.slice(1)));
  for (const path of specialLast(named)) if (!extended.has(path)) visit(path, true);
  const [covering, ...also] = matching;
  return { covering, also, others };
}

const specialLast = (paths: readonly string[]): string[] => {
  const rank = (path: string) => (SPECIAL.test(basename(path, '.json')) ? 1 : 0);
  return [...paths].sort((a, b) => rank(a) - rank(b));
};

function* upwards(from: string, to: string): Generator<string> {
  for (let at = from; isInside(to, at); at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}
const foldersUp = (root: string, folder: string): string[] => [...upwards(folder, root)];

const configFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^tsconfig\..+\.json$|^.+\.tsconfig\.json$/.test(name))
        .sort()
        .map((name) => join(folder, name))
    : [];

export const noTsConfig = (root: string, file: string, looked: readonly string[]) =>
  repositoryError(
    'no-tsconfig',
    looked.length === 0
      ? `No tsconfig covers ${relative(root, file)}: there is none from its folder up to the repository's root.`
      : `No tsconfig covers ${relative(root, file)}; looked at ${looked.map((path) => relative(root, path)).join(', ')}.`,
    'Add the file or its folder to the `include` of a tsconfig.json.',
  );
