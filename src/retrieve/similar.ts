import { basename } from 'node:path/posix';
import type { IndexedDeclaration, IndexedFile } from '../language/typescript/declaration-index.ts';
import { distance } from './name-lookup.ts';
import { namesGiven, namesIn, wordsIn } from './words.ts';

/** What is known of a class before it is written. */
export interface Wanted {
  className: string;
  file: string;
  description: string;
  /** The target file as it stands, '' where there is none. */
  target: string;
}

export interface SimilarFile {
  file: IndexedFile;
  /** At most 1. */
  likeness: number;
}

/**
 * Files that are likeliest to be written as the target will be, most alike first: they lie near it, are named like
 * it, declare classes too, and name what the description and the target file name.
 */
export function similarFiles(wanted: Wanted, index: readonly IndexedFile[]): SimilarFile[] {
  const own = new Set(wordsIn(`${wanted.className} ${basename(wanted.file)}`));
  const given = new Set([...namesGiven(wanted.description), ...namesIn(wanted.target)]);
  given.delete(wanted.className);
  const rarity = raritiesOf(
    index.map(({ imports }) => imports.map(({ name }) => name)),
    given,
  );
  const heaviest = Math.max(1e-9, ...[...rarity.values()]);
  return index
    .filter(({ file }) => file !== wanted.file)
    .map((file) => {
      const classes = file.declarations.filter((d) => d.kind === 'class');
      const near = 1 / (1 + distance(wanted.file, file.file));
      const words = new Set(wordsIn([basename(file.file), ...classes.map((d) => d.name)].join(' ')));
      const named = overlap(words, own);
      const shared = file.imports.reduce((sum, { name }) => sum + (rarity.get(name) ?? 0), 0) / heaviest;
      const likeness =
        near * 0.4 + named * 0.25 + Math.min(1, shared / 3) * 0.2 + (classes.length > 0 ? 0.15 : 0);
      return { file, likeness };
    })
    .sort((a, b) => b.likeness - a.likeness || (a.file.file < b.file.file ? -1 : 1));
}

/** Of two sets, how much they share: 0 to 1. */
const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  [...a].filter((word) => b.has(word)).length / Math.max(1, Math.min(a.size, b.size));

/** Inverse document frequency of each item asked for. */
export function raritiesOf(
  documents: readonly (readonly string[])[],
  asked: ReadonlySet<string>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const document of documents)
    for (const item of new Set(document)) if (asked.has(item)) counts.set(item, (counts.get(item) ?? 0) + 1);
  return new Map([...counts].map(([item, n]) => [item, Math.log(1 + documents.length / n)]));
}

/** Members of a class below which there is no style to follow. */
const FEWEST_MEMBERS = 3;
/** Files whose classes are compared. */
const MOST_COMPARED = 60;

/**
 * The class that is likeliest to be built alike: it has the heritage that the target names, members that the
 * description names, a name of the same words, and lies in a file like the target.
 */
export function similarClass(
  wanted: Wanted,
  similar: readonly SimilarFile[],
  heritage: ReadonlySet<string>,
): IndexedDeclaration | undefined {
  const own = new Set(wordsIn(wanted.className));
  const given = namesIn(wanted.description);
  let best: { d: IndexedDeclaration; rank: number } | undefined;
  for (const { file, likeness } of similar.slice(0, MOST_COMPARED))
    for (const d of file.declarations) {
      const members = d.kind === 'class' ? d.members() : [];
      if (members.length < FEWEST_MEMBERS) continue;
      const kin = [...namesIn(d.header)].filter((n) => n !== d.name && heritage.has(n)).length;
      const shared = members.filter((name) => given.has(name)).length / members.length;
      const named = overlap(new Set(wordsIn(d.name)), own);
      const rank = likeness + 0.3 * Math.min(2, kin) + 0.5 * shared + 0.3 * named;
      if (rank > (best?.rank ?? 0)) best = { d, rank };
    }
  return best?.d;
}
