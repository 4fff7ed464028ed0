import { dirname } from 'node:path/posix';
import { openSearch } from '../../../search.ts';
import type { QueryContext } from '../context.ts';
import { isTypeScript } from './resolve.ts';

/** How much of the repository an answer about a word can speak for. */
export interface Coverage {
  complete: boolean;
  note?: string;
}

/**
 * The server searches the projects it has loaded and no others. A file that declares or uses a symbol holds its
 * name, so the projects of all files that do are loaded first; what no project covers is said.
 */
export interface Loader {
  /** Files that may declare something of that name, or with `isPart` of a name that holds it. */
  declarations(name: string, isPart?: boolean): Promise<Coverage>;
  /** Files that hold the name at all. */
  mentions(name: string): Promise<Coverage>;
}

/** Folders that are asked for their project, for one word. */
const MOST_FOLDERS = 80;

export function createLoader(context: QueryContext): Loader {
  const search = openSearch(context.root, () => false);
  /** By folder and whether it is about tests, which often have a project of their own or none. */
  const loaded = new Map<string, boolean>();

  const load = async (files: readonly string[], what: string): Promise<Coverage> => {
    const groups = Map.groupBy(
      files.filter(isTypeScript),
      (file) => `${dirname(file)}|${/\.(?:test|spec)\./.test(file)}`,
    );
    const fresh = [...groups].filter(([group]) => !loaded.has(group));
    for (const [group, [first = '']] of fresh.slice(0, MOST_FOLDERS))
      loaded.set(group, (await context.projectFor(context.absolute(first))) !== undefined);
    const outside = [...groups].filter(([group]) => loaded.get(group) === false);
    const count = outside.reduce((sum, [, members]) => sum + members.length, 0);
    const notes: string[] = [];
    if (count > 0) notes.push(`no tsconfig covers ${count} ${count === 1 ? 'file' : 'files'} ${what}`);
    if (fresh.length > MOST_FOLDERS)
      notes.push(`${fresh.length - MOST_FOLDERS} folders were not looked into`);
    return notes.length === 0 ? { complete: true } : { complete: false, note: notes.join('; ') };
  };

  /** A run is about one state of the repository: what was said of a name stays true. */
  const known = new Map<string, Promise<Coverage>>();
  const once = (key: string, work: () => Promise<Coverage>): Promise<Coverage> => {
    const coverage = known.get(key) ?? work();
    known.set(key, coverage);
    coverage.catch(() => known.delete(key));
    return coverage;
  };
  const declaring = async (name: string, isPart: boolean): Promise<Coverage> => {
    if (!/^[\w$]+$/.test(name)) return { complete: true };
    const word = name.replaceAll('$', '\\$');
    const wanted = isPart ? `[\\w$]*${word}[\\w$]*` : word;
    // Types and classes may stand in a namespace; functions and variables that are indented are local. The
    // `type X` of an import declares nothing.
    const modifiers = '(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?';
    const types = `\\s*${modifiers}(?:(?:class|interface|(?:const\\s+)?enum|namespace)\\s+${wanted}\\b|type\\s+${wanted}\\s*[=<])`;
    const values = `${modifiers}(?:function\\*?|const|let|var)\\s+${wanted}\\b`;
    const found = await search.text(`^(?:${types}|${values})`, {
      glob: '*.{ts,tsx,mts,cts}',
      ignoreCase: isPart,
      limit: 2_000,
    });
    return load([...new Set(found.matches.map((match) => match.file))], `that may declare \`${name}\``);
  };

  return {
    declarations: (name, isPart = false) => once(`declares ${isPart} ${name}`, () => declaring(name, isPart)),
    mentions: (name) =>
      once(`mentions ${name}`, async () =>
        load(await search.filesWith(name), `with \`${name}\` in the text`),
      ),
  };
}
