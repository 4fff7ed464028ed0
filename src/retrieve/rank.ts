import { dirname } from 'node:path/posix';
import type { IndexedDeclaration, IndexedFile } from '../language/typescript/declaration-index.ts';
import type { RetrieveInput } from './retrieve.ts';

/** A declaration's weight reaches the types that its signatures name, so much weaker with each step. */
const MENTION_DECAY = 0.55;
const MENTION_STEPS = 3;
/** Why the strongest of them were chosen. */
export const NAMED = 'named in the description';
/** Declarations whose mentions are followed. */
const MOST_FOLLOWED = 80;

const WORD = /[A-Za-z_$][\w$]*/g;
export const namesIn = (text: string): Set<string> => new Set(text.match(WORD) ?? []);
export const wordsIn = (text: string): string[] =>
  (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((w) => w.toLowerCase()).filter((w) => w.length > 2);

export type Weights = Map<IndexedDeclaration, { score: number; reason: string }>;

/** Declarations by the weight of everything that points at them. */
export function weigh({ task, read, attempt }: RetrieveInput, index: readonly IndexedFile[]): Weights {
  const byName = new Map<string, IndexedDeclaration[]>();
  for (const { declarations } of index)
    for (const d of declarations) byName.set(d.name, [...(byName.get(d.name) ?? []), d]);
  /** The declaration a name means in a file: its own first, then the nearest exported one. */
  const resolve = (name: string, from: string): IndexedDeclaration | undefined =>
    (byName.get(name) ?? [])
      .filter((d) => d.exported || d.file === from)
      .sort((a, b) => distance(from, a.file) - distance(from, b.file) || isMerged(a) - isMerged(b))[0];

  const weights: Weights = new Map();
  const add = (d: IndexedDeclaration | undefined, score: number, reason: string) => {
    if (!d || d.file === task.file) return;
    const known = weights.get(d);
    // Several reasons add up a little; the strongest one is the one that is told.
    if (!known) weights.set(d, { score, reason });
    else
      weights.set(d, {
        score: Math.max(known.score, score) + Math.min(known.score, score) * 0.15,
        reason: known.score >= score ? known.reason : reason,
      });
  };

  for (const name of namesIn(task.description))
    if (isTelling(name)) add(resolve(name, task.file), 300, NAMED);
  if (attempt)
    for (const name of namesIn(attempt))
      if (isTelling(name)) add(resolve(name, task.file), 250, 'named in the last attempt');
  const target = read(task.file) ?? '';
  for (const name of namesIn(target)) add(resolve(name, task.file), 280, 'named in the target file');

  const folder = dirname(task.file);
  const siblings = index.filter((f) => dirname(f.file) === folder && f.file !== task.file);
  const imported = new Map<string, number>();
  for (const { imports } of siblings)
    for (const name of new Set(imports.map((i) => i.name))) imported.set(name, (imported.get(name) ?? 0) + 1);
  for (const [name, count] of imported)
    add(
      resolve(name, task.file),
      60 + (90 * count) / Math.max(1, siblings.length),
      `imported by ${count} of ${siblings.length} files beside the target`,
    );
  for (const { declarations } of siblings)
    for (const d of declarations) if (d.exported) add(d, 55, 'declared beside the target');

  const wanted = termWeights(`${task.className} ${task.description}`, index);
  for (const { declarations } of index)
    for (const d of declarations) {
      if (!d.exported) continue;
      const score = lexical(d, wanted);
      if (score > 0) add(d, 30 + 120 * score, 'its words are those of the description');
    }
  const scopes = new Map(
    index.map((f) => [
      f.file,
      new Set([...f.imports.map((i) => i.name), ...f.declarations.map((d) => d.name)]),
    ]),
  );
  // A keyword, a parameter or a method may have the name of some constant elsewhere: only what a file can see counts.
  spread(weights, (name, from) => (scopes.get(from)?.has(name) ? resolve(name, from) : undefined), add);
  return weights;
}

/** Plain English words name nothing; an identifier shows itself by its capitals, digits or underscores. */
const isTelling = (name: string) => /^[A-Z]\w*[a-z]|[a-z][A-Z]|_|\d/.test(name) && name.length > 2;

/** Lets the types that an outline mentions share its weight: what a signature names has to be known to call it. */
function spread(
  weights: Weights,
  resolve: (name: string, from: string) => IndexedDeclaration | undefined,
  add: (d: IndexedDeclaration | undefined, score: number, reason: string) => void,
) {
  let front = [...weights].sort((a, b) => b[1].score - a[1].score).slice(0, MOST_FOLLOWED);
  for (let step = 0; step < MENTION_STEPS; step++) {
    const reached = new Set<IndexedDeclaration>();
    for (const [d, { score }] of front)
      for (const name of namesIn(d.outline())) {
        const mentioned = name === d.name ? undefined : resolve(name, d.file);
        if (!mentioned) continue;
        if (!weights.has(mentioned)) reached.add(mentioned);
        add(mentioned, score * MENTION_DECAY, `${d.name} names it`);
      }
    front = [...weights].filter(([d]) => reached.has(d));
  }
}

/** Folders between two files. */
function distance(a: string, b: string): number {
  const x = dirname(a).split('/');
  const y = dirname(b).split('/');
  let common = 0;
  while (common < x.length && x[common] === y[common]) common++;
  return x.length + y.length - 2 * common;
}

/** Inverse document frequency of the words asked for, over declarations. */
function termWeights(query: string, index: readonly IndexedFile[]): Map<string, number> {
  const terms = new Set(wordsIn(query));
  const counts = new Map<string, number>();
  let all = 0;
  for (const { declarations } of index)
    for (const d of declarations) {
      all++;
      for (const word of new Set(wordsIn(d.name)))
        if (terms.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  return new Map([...counts].map(([word, n]) => [word, Math.log(1 + all / n)]));
}

/** 0 to 1: how much of a declaration's name is asked for, by the weight of its words. */
function lexical(d: IndexedDeclaration, wanted: ReadonlyMap<string, number>): number {
  const words = [...new Set(wordsIn(d.name))];
  if (words.length === 0) return 0;
  const heaviest = Math.max(1, ...wanted.values());
  const found = words.reduce((sum, word) => sum + (wanted.get(word) ?? 0), 0);
  return found / (heaviest * words.length);
}

/** Of a class and the namespace merged with it, the class is what is meant. */
const isMerged = ({ kind }: IndexedDeclaration) => Number(kind === 'namespace');
