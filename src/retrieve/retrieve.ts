import { dirname } from 'node:path/posix';
import { type IndexedFile, indexFile } from '../language/typescript/declaration-index.ts';
import { findClass } from '../language/typescript/syntax.ts';
import type { ContextPiece } from '../loop/events.ts';
import type { Task } from '../loop/task.ts';
import { isWithout } from '../loop/without.ts';
import type { Retrieved } from '../loop/workbench.ts';
import { NAMED, namesIn, weigh, wordsIn } from './rank.ts';

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
/** Shares of the budget that one kind of piece may take at most. */
const SHARE = { target: 0.35, usage: 0.15, sibling: 0.2, packages: 0.12 };

const tokensOf = (text: string) => Math.ceil(text.length / 4) + 20;
interface Draft extends Omit<ContextPiece, 'tokens'> {
  score: number;
}

/**
 * What the first prompt should hold, found by static analysis alone: the target, what the user named, the types
 * named in the description and in the skeleton with the types those name (signatures rather than bodies), how the
 * class is used already, the most similar class, and the installed declarations that its neighbours import. Ranked,
 * then cut at the budget: a piece that does not fit is left out whole.
 */
export async function retrieve(input: RetrieveInput): Promise<Retrieved> {
  const { task, budget } = input;
  const index = buildIndex(input);
  const drafts: Draft[] = [
    ...targetPiece(input),
    ...namedFiles(input),
    ...(isWithout(task, 'usages') ? [] : usagePieces(input)),
    ...(isWithout(task, 'sibling') ? [] : siblingPiece(input, index)),
    ...(isWithout(task, 'declarations') ? [] : declarationPieces(input, index)),
    ...(isWithout(task, 'packages') ? [] : await packagePieces(input, index)),
  ];
  const pieces: ContextPiece[] = [];
  let tokens = 0;
  let leftOut = 0;
  for (const { score: _, ...draft } of drafts.sort((a, b) => b.score - a.score)) {
    const size = tokensOf(draft.text);
    const required = task.context.includes(draft.path) || draft.path === task.file;
    if (tokens + size > budget && !required) leftOut++;
    else {
      pieces.push({ ...draft, tokens: size });
      tokens += size;
    }
  }
  return { pieces, tokens, leftOut };
}

function buildIndex({ files, read, task }: RetrieveInput): IndexedFile[] {
  return files.slice(0, MOST_FILES).flatMap((file) => {
    const text = read(file);
    // Generated bundles and data files would fill the index without telling anything.
    if (text === undefined || text.length > 400_000) return [];
    const indexed = indexFile(file, text);
    if (file === task.file)
      indexed.declarations = indexed.declarations.filter((d) => d.name !== task.className);
    return [indexed];
  });
}

// ------------------------------------------------------------------------------------------------ kinds of pieces

const whole = (path: string, text: string, reason: string, score: number): Draft => ({
  path,
  startLine: 1,
  endLine: text.split('\n').length,
  reason,
  text,
  score,
});

function targetPiece({ task, read, budget }: RetrieveInput): Draft[] {
  const text = read(task.file);
  if (!text?.trim()) return [];
  if (tokensOf(text) <= budget * SHARE.target)
    return [whole(task.file, text, 'the target file as it stands', 1000)];
  const lines = text.split('\n');
  const found = findClass(text, task.file, task.className);
  const head = lines.findLastIndex((line) => /^\s*import\b|\bfrom\s+['"]/.test(line)) + 1;
  const drafts = [piece(task.file, lines, 1, Math.min(head, 120), 'imports of the target file', 1000)];
  if (found)
    drafts.push(
      piece(
        task.file,
        lines,
        found.startLine,
        Math.min(found.endLine, found.startLine + 250),
        'the class as it stands',
        999,
      ),
    );
  return drafts.filter((d) => d.text.trim());
}

function namedFiles({ task, read }: RetrieveInput): Draft[] {
  return task.context.flatMap((path) => {
    const text = read(path);
    return text === undefined ? [] : [whole(path, text, 'named with --context', 900)];
  });
}

const piece = (
  path: string,
  lines: readonly string[],
  startLine: number,
  endLine: number,
  reason: string,
  score: number,
): Draft => ({
  path,
  startLine,
  endLine,
  reason,
  text: lines.slice(startLine - 1, endLine).join('\n'),
  score,
});

/** How other files use the class already: the lines that name it, or what they got from it, with their surroundings. */
function usagePieces({ task, dependents, read, budget }: RetrieveInput): Draft[] {
  const name = new RegExp(`\\b${task.className}\\b`);
  const drafts: Draft[] = [];
  let room = budget * SHARE.usage;
  for (const [rank, file] of dependents.entries()) {
    const lines = read(file)?.split('\n');
    if (!lines || room <= 0 || rank > 20) continue;
    const holders = new Set<string>();
    for (const line of lines) {
      const held = name.test(line)
        ? /(?:const|let|readonly|private|protected|public|#)?\s*([\w$]+)\s*[?!]?\s*(?::[^=]*|=)\s*.*/.exec(
            line,
          )?.[1]
        : undefined;
      if (held && held !== task.className && held.length > 1) holders.add(held);
    }
    const member =
      holders.size > 0
        ? new RegExp(`\\b(?:${[...holders].map((h) => h.replaceAll('$', '\\$')).join('|')})\\s*[?!]?\\.\\w`)
        : undefined;
    const hits = lines.flatMap((line, i) => (name.test(line) || member?.test(line) ? [i + 1] : []));
    // That a file imports the class says nothing about how it uses it.
    const inCode = hits.filter((hit) => !IMPORT_LINE.test(lines[hit - 1] ?? ''));
    for (const [start, end] of windows(inCode, lines.length)) {
      const draft = piece(file, lines, start, end, `uses ${task.className} already`, 400 - rank * 5);
      room -= tokensOf(draft.text);
      if (room > 0) drafts.push(draft);
    }
  }
  return drafts;
}

const IMPORT_LINE = /^\s*(?:import|export)\b.*\bfrom\b|^\s*(?:type\s+)?[\w$]+,?$/;

/** Line ranges of two lines around each hit, joined where they touch. */
function windows(hits: readonly number[], last: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (const hit of hits) {
    const before = ranges.at(-1);
    const start = Math.max(1, hit - 2);
    const end = Math.min(last, hit + 2);
    if (before && start <= before[1] + 2) before[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** The class of the repository that is likeliest to be built alike: same heritage, same suffix, same folder. */
function siblingPiece({ task, read, budget }: RetrieveInput, index: readonly IndexedFile[]): Draft[] {
  const target = read(task.file);
  const skeleton = target === undefined ? undefined : findClass(target, task.file, task.className);
  const heritage = new Set(
    skeleton ? [skeleton.extends ?? '', ...skeleton.implements].flatMap((h) => [...namesIn(h)]) : [],
  );
  const nameWords = new Set(wordsIn(task.className));
  const described = namesIn(task.description);
  const candidates = index.flatMap(({ file, text, declarations }) =>
    declarations
      .filter((d) => d.kind === 'class')
      .map((d) => {
        const size = Math.ceil(
          text
            .split('\n')
            .slice(d.startLine - 1, d.endLine)
            .join('\n').length / 4,
        );
        const kin = [...namesIn(d.header)].filter(
          (n) => n !== d.name && (heritage.has(n) || described.has(n)),
        ).length;
        const shared = wordsIn(d.name).filter((w) => nameWords.has(w)).length;
        const near = dirname(file) === dirname(task.file) ? 2 : 0;
        return { d, text, size, rank: kin * 4 + shared * 3 + near };
      }),
  );
  const [best] = candidates
    .filter((c) => c.rank > 0 && c.size < budget * SHARE.sibling && c.d.endLine - c.d.startLine > 4)
    .sort((a, b) => b.rank - a.rank);
  if (!best) return [];
  const { d, text } = best;
  return [
    piece(d.file, text.split('\n'), d.startLine, d.endLine, 'the most similar class: follow its style', 380),
  ];
}

/** Longest function whose body is shown where the description names it: a delegate is called by what it does. */
const MOST_BODY_LINES = 30;

function declarationPieces(input: RetrieveInput, index: readonly IndexedFile[]): Draft[] {
  const texts = new Map(index.map(({ file, text }) => [file, text]));
  return [...weigh(input, index)].map(([d, { score, reason }]) => {
    const isShort = d.kind === 'function' && d.endLine - d.startLine < MOST_BODY_LINES;
    const whole =
      isShort && reason === NAMED
        ? texts
            .get(d.file)
            ?.split('\n')
            .slice(d.startLine - 1, d.endLine)
            .join('\n')
        : undefined;
    return {
      path: d.file,
      startLine: d.startLine,
      endLine: d.endLine,
      reason,
      text: whole ?? d.outline(),
      score,
    };
  });
}

/** Installed declarations of what the target and the files beside it import from packages. */
async function packagePieces(
  { task, packageApi, packages, budget }: RetrieveInput,
  index: readonly IndexedFile[],
): Promise<Draft[]> {
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
  const drafts: Draft[] = [];
  let room = budget * SHARE.packages;
  for (const [owner, names] of wanted) {
    const declarations = await packageApi(
      owner,
      [...names]
        .sort((a, b) => b[1] - a[1])
        .map(([name]) => name)
        .slice(0, 6),
    );
    for (const { path, line, text } of declarations) {
      room -= tokensOf(text);
      if (room < 0) return drafts;
      drafts.push({
        path,
        startLine: line,
        endLine: line + text.split('\n').length - 1,
        reason: `installed declaration of ${owner}`,
        text,
        score: 200,
      });
    }
  }
  return drafts;
}
