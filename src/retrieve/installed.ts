import { dirname } from 'node:path/posix';
import type { IndexedFile } from '../language/typescript/declaration-index.ts';
import type { Task } from '../loop/task.ts';
import { type Piece, pieceOf } from './piece.ts';

/** Names of one package that are looked up at most. */
const MOST_NAMES = 6;

/** Installed declarations of what the target and the files beside it import from packages, the most imported first. */
export async function installedPieces(
  {
    task,
    packages,
    packageApi,
  }: {
    task: Task;
    packages: ReadonlySet<string>;
    packageApi(
      name: string,
      names: readonly string[],
    ): Promise<{ path: string; line: number; text: string }[]>;
  },
  index: readonly IndexedFile[],
): Promise<Piece[]> {
  const folder = dirname(task.file);
  const wanted = new Map<string, Map<string, number>>();
  for (const { file, imports } of index) {
    if (dirname(file) !== folder) continue;
    for (const { name, module } of imports) {
      const owner = /^(@[^/]+\/[^/]+|[^@./][^/]*)/.exec(module)?.[1];
      if (!owner || !packages.has(owner)) continue;
      const names = wanted.get(owner) ?? new Map<string, number>();
      wanted.set(owner, names.set(name, (names.get(name) ?? 0) + 1));
    }
  }
  for (const name of packages)
    if (task.description.includes(name) && !wanted.has(name)) wanted.set(name, new Map());
  const pieces: Piece[] = [];
  for (const [owner, names] of wanted) {
    const mostImported = [...names].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    for (const { path, line, text } of await packageApi(owner, mostImported.slice(0, MOST_NAMES)))
      pieces.push(
        pieceOf({
          path,
          startLine: line,
          endLine: line + text.split('\n').length - 1,
          reason: `installed declaration of ${owner}`,
          text,
        }),
      );
  }
  return pieces;
}
