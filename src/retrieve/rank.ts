import type { IndexedDeclaration, IndexedFile } from '../language/typescript/declaration-index.ts';
import { distance, type NameLookup } from './name-lookup.ts';
import { raritiesOf, type SimilarFile, type Wanted } from './similar.ts';
import { namesGiven, namesIn, wordsIn } from './words.ts';

export interface Ranked {
  declaration: IndexedDeclaration;
  /** How likely the class is to use it, 0 to 1. */
  likelihood: number;
  /** The strongest piece of evidence. */
  reason: string;
  /** The description, the target file or the last attempt names it. */
  named: boolean;
}

interface Evidence {
  index: readonly IndexedFile[];
  names: NameLookup;
  /** Most alike first. */
  similar: readonly SimilarFile[];
  /** Files whose imports lead to the class. */
  dependents: ReadonlySet<string>;
  /** Code of an earlier attempt: what it names is wanted too (RepoCoder, EMNLP 2023). */
  attempt: string | undefined;
}

/** Files whose imports are counted, and how many files beside the target count at most. */
const MOST_ALIKE = 12;
/** Likelihood of what lies in the folder of the target; less with each folder between them. */
const NEAR = 0.12;
/** Likelihood of what lies in a file that all of them import. */
const COMPANION = 0.15;
/** A declaration's likelihood reaches what its signature names, so much weaker with each step. */
const MENTION_DECAY = 0.5;
const MENTION_STEPS = 3;
/** Names in a signature up to which each is as likely. */
const MENTIONS_SHARED = 3;
/** Declarations whose mentions are followed. */
const MOST_FOLLOWED = 80;

/**
 * Declarations of other files by how likely the class is to use them. Each sign counts as independent evidence;
 * all are told by static analysis alone.
 */
export function rank(wanted: Wanted, evidence: Evidence): Ranked[] {
  const { index, names, similar, dependents, attempt } = evidence;
  const found = new Map<IndexedDeclaration, Ranked & { strongest: number }>();
  const add = (d: IndexedDeclaration | undefined, likelihood: number, reason: string, named = false) => {
    if (!d || likelihood <= 0) return;
    const known = found.get(d);
    if (!known) found.set(d, { declaration: d, likelihood, reason, named, strongest: likelihood });
    else {
      known.likelihood = 1 - (1 - known.likelihood) * (1 - likelihood);
      known.named ||= named;
      if (likelihood > known.strongest) Object.assign(known, { reason, strongest: likelihood });
    }
  };

  for (const name of namesGiven(wanted.description))
    if (name !== wanted.className)
      add(names.nearest(name, wanted.file), 0.95, 'named in the description', true);
  for (const name of attempt ? namesGiven(attempt) : [])
    add(names.nearest(name, wanted.file), 0.9, 'named in the last attempt', true);
  for (const name of namesIn(wanted.target))
    add(names.inScope(name, wanted.file), 0.9, 'named in the target file', true);

  countImports(index, similar, names, add);
  for (const { file, declarations } of index) {
    const far = distance(wanted.file, file);
    const holder = dependents.has(file);
    for (const d of declarations) {
      if (!d.exported || file === wanted.file) continue;
      add(
        d,
        (NEAR * priorOf(d)) / (1 + far),
        far === 0 ? 'declared beside the target' : 'declared near the target',
      );
      if (holder && namesIn(d.outline()).has(wanted.className))
        add(d, 0.5, `names ${wanted.className} itself`);
    }
  }
  matchWords(wanted, index, add);
  spread(found, names, add);
  // Overloads, and the namespace that is merged with a class, are one with it.
  for (const { declaration, likelihood, reason, named } of [...found.values()])
    for (const d of names.mergedWith(declaration))
      if ((found.get(d)?.likelihood ?? 0) < likelihood)
        found.set(d, { declaration: d, likelihood, reason, named, strongest: likelihood });
  return [...found.values()]
    .filter(({ declaration: d }) => d.file !== wanted.file || d.name !== wanted.className)
    .sort(
      (a, b) =>
        b.likelihood - a.likelihood ||
        (a.declaration.file < b.declaration.file ? -1 : 1) ||
        a.declaration.startLine - b.declaration.startLine,
    );
}

type Add = (d: IndexedDeclaration | undefined, likelihood: number, reason: string) => void;

/** Code is used for what it does; a type comes along with it. */
const priorOf = ({ kind }: IndexedDeclaration): number =>
  kind === 'function' || kind === 'variable' ? 1.5 : 1;

/** What the files most like the target import, the target is likely to import. */
function countImports(
  index: readonly IndexedFile[],
  similar: readonly SimilarFile[],
  names: NameLookup,
  add: Add,
) {
  const voters = similar
    .filter(({ file }) => file.imports.length > 0)
    .slice(0, MOST_ALIKE)
    .map(({ file, likeness }) => ({ file, weight: likeness ** 2 }));
  const all = voters.reduce((sum, { weight }) => sum + weight, 0);
  const votes = new Map<IndexedDeclaration, { weight: number; files: number }>();
  const modules = new Map<string, number>();
  for (const { file, weight } of voters) {
    const imported = file.imports.map(({ name, module }) => names.imported(name, module, file.file));
    for (const d of new Set(imported)) {
      if (!d) continue;
      const known = votes.get(d) ?? { weight: 0, files: 0 };
      votes.set(d, { weight: known.weight + weight, files: known.files + 1 });
    }
    for (const module of new Set(imported.flatMap((d) => (d ? [d.file] : []))))
      modules.set(module, (modules.get(module) ?? 0) + weight);
  }
  for (const [d, { weight, files }] of votes)
    add(
      d,
      (0.85 * priorOf(d) * weight) / (all * 1.5),
      `imported by ${files} of the ${voters.length} files most like the target`,
    );
  // A module that is imported for one function is likely to be imported for another.
  for (const { file, declarations } of index) {
    const share = (modules.get(file) ?? 0) / all;
    for (const d of share > 0 ? declarations : [])
      if (d.exported)
        add(d, COMPANION * share * priorOf(d), 'in a file that the files most like the target import');
  }
}

/** Words of a declaration's name that the description uses, each by how few declarations have it. */
function matchWords(wanted: Wanted, index: readonly IndexedFile[], add: Add) {
  const asked = new Set(wordsIn(`${wanted.className} ${wanted.description}`));
  const all = index.flatMap(({ declarations }) =>
    declarations.filter((d) => d.exported).map((d) => ({ d, words: [...new Set(wordsIn(d.name))] })),
  );
  const every = new Set(all.flatMap(({ words }) => words));
  const rarity = raritiesOf(
    all.map(({ words }) => words),
    every,
  );
  const heaviest = Math.max(1e-9, ...rarity.values());
  for (const { d, words } of all) {
    const total = words.reduce((sum, word) => sum + (rarity.get(word) ?? 0), 0);
    const told = words.reduce((sum, word) => sum + (asked.has(word) ? (rarity.get(word) ?? 0) : 0), 0);
    if (told === 0) continue;
    // A name of one common word says little.
    const weight = Math.min(1, told / heaviest);
    add(d, 0.3 * (told / total) ** 2 * weight * priorOf(d), 'its words are those of the description');
  }
}

/** What a signature names has to be known to call it. */
function spread(found: ReadonlyMap<IndexedDeclaration, Ranked>, names: NameLookup, add: Add) {
  let front = [...found.values()].sort((a, b) => b.likelihood - a.likelihood).slice(0, MOST_FOLLOWED);
  for (let step = 0; step < MENTION_STEPS; step++) {
    const reached = new Map<IndexedDeclaration, { likelihood: number; by: string }>();
    for (const { declaration: d, likelihood } of front) {
      const mentioned = new Set([...namesIn(d.outline())].map((name) => names.inScope(name, d.file)));
      // Of the many types that a large class names, few are wanted.
      const share = likelihood * Math.min(1, (MENTIONS_SHARED / mentioned.size) ** 0.5);
      for (const other of mentioned) {
        if (!other || other === d) continue;
        // Many signatures that name one type are one piece of evidence, the strongest.
        if (share > (reached.get(other)?.likelihood ?? 0))
          reached.set(other, { likelihood: share, by: d.name });
      }
    }
    const fresh = [...reached.keys()].filter((d) => !found.has(d));
    for (const [d, { likelihood, by }] of reached) add(d, likelihood * MENTION_DECAY, `${by} names it`);
    front = fresh.flatMap((d) => found.get(d) ?? []);
  }
}
