import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checker, openChecker } from '../check-files/checker.ts';
import { usageError } from '../errors.ts';
import { isSource } from '../language/typescript/source-files.ts';
import { findCoverage } from '../language/typescript/tsconfig.ts';
import { type OpenedRepository, opened } from '../library/repository.ts';
import { isInside } from '../paths.ts';
import { type Repository, realTarget } from '../repository/repository.ts';

/** What every connection to the server shares: one repository, one language server. */
export interface Host {
  repository: Repository;
  checker: Checker;
  opened: OpenedRepository;
  /** Folder that paths are relative to. */
  cwd: string;
  /** Whether a client may have a class written to the user's files. */
  mayApply: boolean;
  /** A source that questions about the repository are asked from, where no file is named. */
  anySource(): Promise<string>;
  close(): Promise<void>;
}

export function openHost(repository: Repository, options: { cwd: string; mayApply: boolean }): Host {
  const checker = openChecker(repository);
  const { root } = repository;
  let source: string | undefined;
  return {
    repository,
    checker,
    opened: opened(options.cwd, checker),
    ...options,
    async anySource() {
      if (source !== undefined && checker.read(source) !== undefined) return source;
      const isOdd = (file: string) => /(test|spec|config)s?[./]|__|\.d\.|(^|\/)\./.test(file);
      const files = (await checker.files()).filter(isSource);
      const near = [...files.filter((file) => !isOdd(file)), ...files.filter(isOdd)].slice(0, MOST_TRIED);
      source = near.find((file) => findCoverage(root, join(root, file)).covering);
      if (source !== undefined) return source;
      throw usageError(
        'no-source',
        `No TypeScript file that a tsconfig covers was found in ${root}.`,
        'Name one with from_file.',
      );
    },
    close: () => checker.close(),
  };
}

const MOST_TRIED = 50;

/**
 * Throws where a client has named folders (`roots`) and `path` (absolute) lies in none of them. A client that named
 * none has not limited anything.
 */
export function requireInRoots(roots: readonly string[] | undefined, path: string): void {
  if (roots === undefined || roots.length === 0) return;
  const folders = roots.flatMap((uri) => {
    try {
      return [realTarget(fileURLToPath(uri))];
    } catch {
      return [];
    }
  });
  if (folders.some((folder) => path === folder || isInside(folder, path))) return;
  throw usageError(
    'outside-roots',
    `${path} lies outside the roots that the client allows.`,
    'Add its folder to the roots of the client, or start the server with --repo in one of them.',
  );
}
