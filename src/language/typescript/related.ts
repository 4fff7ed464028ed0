import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Search } from '../../search.ts';
import type { Answer, Declaration, LanguageSession } from '../language.ts';
import { declarationsOf } from './syntax.ts';

export interface RelatedOptions {
  /** Absolute. */
  root: string;
  search: Search;
  /** Asked for symbols whose name holds a word of the query; left out, words alone decide. */
  language?: Pick<LanguageSession, 'findSymbol'>;
  /** False for repository-relative files that must neither be shown nor weigh in. */
  isShown: (file: string) => boolean;
  /** The candidate, in place of what is on disk. */
  overlay?: { file: string; text: string };
  limit: number;
  signal?: AbortSignal;
}

const MOST_FILE_CHARACTERS = 300_000;
/** Files that are parsed into declarations, best by words first. */
const PARSED_FILES = 40;
/** The usual constant of reciprocal rank fusion. */
const RRF = 60;

/**
 * Top-level declarations that come nearest to `query` (plain words or code), best first: a ranking by words
 * (BM25 over identifiers split at their humps) and one by symbol names, merged by rank.
 */
export async function relatedCode(query: string, options: RelatedOptions): Promise<Answer<Declaration[]>> {
  const wanted = new Set(words(query));
  const { files, complete } = await options.search.files('*.{ts,tsx,mts,cts}', {
    limit: 50_000,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const corpus = await readCorpus(files.filter(options.isShown), options);
  const weights = weigh(wanted, corpus);
  const named = await filesBySymbol(weights, options);
  const ranked = corpus
    .map((document) => ({ document, score: bm25(document, weights, averageLength(corpus)) }))
    .filter(({ document, score }) => score > 0 || named.has(document.file))
    .sort((a, b) => b.score - a.score || a.document.file.localeCompare(b.document.file));
  const chosen = ranked.filter(({ document }, index) => index < PARSED_FILES || named.has(document.file));
  const pieces = chosen.flatMap(({ document }) => split(document));
  const average = averageLength(pieces);
  const merged = fuse(pieces, [
    (piece) => bm25(piece, weights, average),
    (piece) => nameScore(piece.declaration.name, weights),
  ]);
  return {
    value: merged.slice(0, options.limit).map((piece) => piece.declaration),
    complete,
    ...(complete ? {} : { note: 'the repository has more files than were ranked' }),
  };
}

interface Counted {
  counts: Map<string, number>;
  length: number;
}
interface Document extends Counted {
  file: string;
  text: string;
  stamp: string;
}
interface Piece extends Counted {
  declaration: Declaration;
}

/** What was read before, by repository: a file is counted again when its size or time changes. */
const read = new Map<string, Map<string, Document>>();

async function readCorpus(
  files: readonly string[],
  { root, overlay, signal }: RelatedOptions,
): Promise<Document[]> {
  const known = read.get(root) ?? new Map<string, Document>();
  read.set(root, known);
  const documents: Document[] = [];
  const pending = files.filter((file) => file !== overlay?.file);
  const next = async (): Promise<void> => {
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      signal?.throwIfAborted();
      const document = await readDocument(root, file, known.get(file)).catch(() => undefined);
      if (!document) continue;
      known.set(file, document);
      documents.push(document);
    }
  };
  await Promise.all(Array.from({ length: 16 }, next));
  if (overlay && overlay.text.trim() !== '')
    documents.push({ file: overlay.file, text: overlay.text, stamp: '', ...count(overlay.text) });
  return documents;
}

async function readDocument(
  root: string,
  file: string,
  known: Document | undefined,
): Promise<Document | undefined> {
  const path = join(root, file);
  const facts = await stat(path);
  const stamp = `${facts.mtimeMs}:${facts.size}`;
  if (known?.stamp === stamp) return known;
  if (facts.size > MOST_FILE_CHARACTERS) return undefined;
  const text = await readFile(path, 'utf8');
  return { file, text, stamp, ...count(text) };
}

const count = (text: string): Counted => {
  const counts = new Map<string, number>();
  const all = words(text);
  for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, length: all.length };
};

/** How much each word of the query tells, by how few files hold it. */
function weigh(wanted: ReadonlySet<string>, corpus: readonly Document[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const word of wanted) {
    const holding = corpus.filter((document) => document.counts.has(word)).length;
    if (holding > 0) weights.set(word, Math.log(1 + (corpus.length - holding + 0.5) / (holding + 0.5)));
  }
  return weights;
}

function bm25({ counts, length }: Counted, weights: ReadonlyMap<string, number>, average: number): number {
  let score = 0;
  for (const [word, weight] of weights) {
    const times = counts.get(word) ?? 0;
    score += (weight * times * 2.2) / (times + 1.2 * (0.25 + (0.75 * length) / average));
  }
  return score;
}

const averageLength = (all: readonly Counted[]): number =>
  Math.max(1, all.reduce((sum, one) => sum + one.length, 0) / Math.max(1, all.length));

/** Words that a name shares with the query, less for each word of its own. */
function nameScore(name: string, weights: ReadonlyMap<string, number>): number {
  const own = new Set(words(name).filter((word) => word !== name.toLowerCase() || !/[a-z][A-Z]/.test(name)));
  let shared = 0;
  for (const word of own) shared += weights.get(word) ?? 0;
  return shared / Math.sqrt(Math.max(1, own.size));
}

async function filesBySymbol(
  weights: ReadonlyMap<string, number>,
  options: RelatedOptions,
): Promise<Set<string>> {
  const files = new Set<string>();
  if (!options.language) return files;
  const telling = [...weights].filter(([word]) => word.length > 3).sort((a, b) => b[1] - a[1]);
  for (const [word] of telling.slice(0, 4)) {
    const { value } = await options.language.findSymbol(word, 10);
    for (const hit of value) if (options.isShown(hit.location.file)) files.add(hit.location.file);
  }
  return files;
}

function split(document: Document): Piece[] {
  const lines = document.text.split('\n');
  return declarationsOf(document.text, document.file).map((declaration) => {
    const text = lines.slice(declaration.startLine - 1, declaration.endLine).join('\n');
    return {
      declaration: {
        name: declaration.name,
        kind: declaration.kind,
        location: { file: document.file, line: declaration.startLine, column: 1 },
        endLine: declaration.endLine,
        text,
      },
      // Where it lies and what is said of it count as words, too.
      ...count(`${document.file} ${declaration.doc ?? ''} ${text}`),
    };
  });
}

function fuse<T>(items: readonly T[], scorers: readonly ((item: T) => number)[]): T[] {
  const fused = new Map<T, number>();
  for (const score of scorers) {
    const ranked = items
      .map((item) => ({ item, score: score(item) }))
      .filter((one) => one.score > 0)
      .sort((a, b) => b.score - a.score);
    for (const [rank, { item }] of ranked.entries())
      fused.set(item, (fused.get(item) ?? 0) + 1 / (RRF + rank + 1));
  }
  return [...fused].sort((a, b) => b[1] - a[1]).map(([item]) => item);
}

const COMMON = new Set(
  (
    'a an and are as at be by for from has have how in into is it its of on one or that the their them then there ' +
    'this to was what when where which who with export import const let var return function class interface type ' +
    'extends implements new if else public private protected readonly static async await string number boolean ' +
    'void undefined null true false throw'
  ).split(' '),
);

/** Identifiers split at humps and digits, and whole; lower case, endings cut so that `orders` meets `order`. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const [token] of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    const parts = token
      .split(/[_$\d]+|(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)
      .filter(Boolean);
    for (const part of parts) {
      const word = part.toLowerCase();
      if (word.length > 1 && !COMMON.has(word)) found.push(stem(word));
    }
    if (parts.length > 1) found.push(token.toLowerCase());
  }
  return found;
}

const stem = (word: string): string =>
  word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s)$/, (end) => (end === 'ies' ? 'y' : '')) : word;
