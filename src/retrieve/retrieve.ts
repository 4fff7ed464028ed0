import {
  type IndexedDeclaration,
  type IndexedFile,
  indexFile,
} from '../language/typescript/declaration-index.ts';
import { findClass } from '../language/typescript/syntax.ts';
import type { Task } from '../loop/task.ts';
import { isWithout } from '../loop/without.ts';
import type { Retrieved } from '../loop/workbench.ts';
import { declarationPieces } from './declaration-pieces.ts';
import { installedPieces } from './installed.ts';
import { openNames } from './name-lookup.ts';
import { fitting, linesOf, type Piece, pieceOf, sumOf, tokensOf, wholeFile } from './piece.ts';
import { rank } from './rank.ts';
import { similarClass, similarFiles, type Wanted } from './similar.ts';
import { usagePieces } from './usage.ts';
import { namesGiven } from './words.ts';

/** Tokens that the pieces of the first prompt may take. */
export const CONTEXT_TOKENS = 8_000;

export interface RetrieveInput {
  task: Task;
  /** Source files of the repository that may be shown, tests and withheld files left out; nearest package first. */
  files: readonly string[];
  /** Files whose module graph reaches the target, nearest first; withheld ones left out. */
  dependents: readonly string[];
  read(file: string): string | undefined;
  /** Declarations of an installed package that are exported under one of `names`. */
  packageApi(name: string, names: readonly string[]): Promise<{ path: string; line: number; text: string }[]>;
  /** Package names that the target's package declares. */
  packages: ReadonlySet<string>;
  /** Code of an earlier attempt: what it names is wanted too (RepoCoder, EMNLP 2023). */
  attempt: string | undefined;
  budget: number;
}

/** Files that are read and parsed at most; what lies farther away is found by tools. */
const MOST_FILES = 1_200;
/** Generated bundles and data files would fill the index without telling anything. */
const MOST_CHARACTERS = 400_000;
/** Shares of the budget that one kind of piece may take at most. */
const SHARE = { target: 0.35, usage: 0.12, similar: 0.12, installed: 0.1 };

/**
 * What the first prompt should hold, found by static analysis alone: the target, what the user named, how the class
 * is used already, the most similar class, the installed declarations that its neighbours import, and the
 * declarations that the class is likely to use, each with its reason and none twice.
 */
export async function retrieve(input: RetrieveInput): Promise<Retrieved> {
  const { task, budget, dependents, attempt, read } = input;
  const index = buildIndex(input);
  const target = read(task.file) ?? '';
  const wanted: Wanted = { ...task, target };
  const names = openNames(index, input.packages);
  const similar = similarFiles(wanted, index);
  const required = [...targetPieces(input, target), ...namedFiles(input)];

  const alike = isWithout(task, 'sibling') ? undefined : similarClass(wanted, similar, heritageOf(wanted));
  const example = alike ? [examplePiece(alike, budget * SHARE.similar)] : [];
  const uses = (isWithout(task, 'usages') ? [] : usagePieces(task, dependents, read)).filter(
    (p) => !isShown(p, [...required, ...example]),
  );
  const used = fitting(uses, budget * SHARE.usage);
  const installed = isWithout(task, 'packages')
    ? []
    : fitting(await installedPieces(input, index), budget * SHARE.installed);
  const first = [...required, ...used, ...example, ...installed];

  const ranked = isWithout(task, 'declarations')
    ? []
    : rank(wanted, { index, names, similar, dependents: new Set(dependents), attempt });
  const told = declarationPieces(
    ranked.filter(({ declaration: d }) => !isShown({ ...d, path: d.file }, first)),
    names,
    budget - sumOf(first),
  );
  const pieces = [...required, ...told.pieces, ...used, ...example, ...installed];
  return { pieces, tokens: sumOf(pieces), leftOut: told.leftOut };
}

function buildIndex({ files, read, task }: RetrieveInput): IndexedFile[] {
  return files.slice(0, MOST_FILES).flatMap((file) => {
    const text = read(file);
    if (text === undefined || text.length > MOST_CHARACTERS) return [];
    const indexed = indexFile(file, text);
    if (file === task.file)
      indexed.declarations = indexed.declarations.filter((d) => d.name !== task.className);
    return [indexed];
  });
}

/** The target as it stands, or its imports and its class where the rest would take too much room. */
function targetPieces({ task, budget }: RetrieveInput, text: string): Piece[] {
  if (!text.trim()) return [];
  if (tokensOf(text) <= budget * SHARE.target)
    return [wholeFile(task.file, text, 'the target file as it stands')];
  const lines = text.split('\n');
  const found = findClass(text, task.file, task.className);
  const head = lines.findLastIndex((line) => /^\s*import\b|\bfrom\s+['"]/.test(line)) + 1;
  const parts = [linesOf(task.file, lines, 1, Math.min(head, 120), 'imports of the target file')];
  if (found) {
    const end = Math.min(found.endLine, found.startLine + 250);
    parts.push(linesOf(task.file, lines, found.startLine, end, 'the class as it stands'));
  }
  return parts.filter((p) => p.text.trim());
}

const namedFiles = ({ task, read }: RetrieveInput): Piece[] =>
  task.context.flatMap((path) => {
    const text = read(path);
    return text === undefined ? [] : [wholeFile(path, text, 'named with --context')];
  });

/** Names of the types that the class extends or implements, as the skeleton or else the description has them. */
function heritageOf({ className, file, target, description }: Wanted): Set<string> {
  const skeleton = findClass(target, file, className);
  return skeleton && skeleton.heritage.length > 0 ? new Set(skeleton.heritage) : namesGiven(description);
}

/** A class from its beginning, in whole members, as many as the room holds. */
function examplePiece({ file: path, name, startLine, text }: IndexedDeclaration, room: number): Piece {
  const lines = text().split('\n');
  const ends = findClass(text(), path, name)?.members.map((m) => m.endLine) ?? [];
  const fits = (end: number) => tokensOf(lines.slice(0, end).join('\n')) <= room;
  const end = fits(lines.length) ? lines.length : (ends.findLast(fits) ?? ends[0] ?? lines.length);
  const reason = 'the most similar class: follow its style';
  return pieceOf({
    path,
    startLine,
    endLine: startLine + end - 1,
    reason: end < lines.length ? `${reason} (its first members)` : reason,
    text: lines.slice(0, end).join('\n'),
  });
}

const isShown = (
  { path, startLine, endLine }: Pick<Piece, 'path' | 'startLine' | 'endLine'>,
  pieces: readonly Piece[],
): boolean => pieces.some((p) => p.path === path && p.startLine <= startLine && endLine <= p.endLine);
