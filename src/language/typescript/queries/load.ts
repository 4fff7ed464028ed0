import { dirname } from 'node:path/posix';
import { openSearch } from '../../../search.ts';
import type { QueryContext } from '../context.ts';
import { isTypeScript } from './resolve.ts';

/** How much of the repository an answer about a word can speak for. */
export interface Coverage {
  complete: boolean;
  note?: string;
}

/** Folders that are asked for their project, for one word. */
const MOST_FOLDERS = 80;

/**
 * The server searches the projects it has loaded and no others. A file that uses a symbol holds its name, so the
 * projects of all files that hold the word are loaded first; what no project covers is said.
 */
export function createLoader(context: QueryContext): (word: string, isPart?: boolean) => Promise<Coverage> {
  const search = openSearch(context.root, () => false);
  /** By folder and whether it is about tests, which often have a project of their own or none. */
  const loaded = new Map<string, boolean>();
  return async (word, isPart = false) => {
    const files = (await search.filesWith(word, { isPart })).filter(isTypeScript);
    const groups = Map.groupBy(files, (file) => `${dirname(file)}|${/\.(?:test|spec)\./.test(file)}`);
    const fresh = [...groups].filter(([group]) => !loaded.has(group));
    for (const [group, [first = '']] of fresh.slice(0, MOST_FOLDERS))
      loaded.set(group, (await context.projectFor(context.absolute(first))) !== undefined);
    const outside = [...groups].filter(([group]) => loaded.get(group) === false);
    const count = outside.reduce((sum, [, members]) => sum + members.length, 0);
    const notes: string[] = [];
    if (count > 0)
      notes.push(
        `${count} ${count === 1 ? 'file that holds' : 'files that hold'} \`${word}\` belong to no tsconfig`,
      );
    if (fresh.length > MOST_FOLDERS)
      notes.push(`${fresh.length - MOST_FOLDERS} folders were not looked into`);
    return notes.length === 0 ? { complete: true } : { complete: false, note: notes.join('; ') };
  };
}
