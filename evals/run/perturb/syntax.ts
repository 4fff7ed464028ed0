import { ts } from 'ts-morph';

/** Source files that a perturbation may change: sources and tests of the repository, declarations left alone. */
export const isCode = (file: string): boolean => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file);

export const parse = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Edits that do not overlap, in any order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  return result;
}

/** The leaves of a file, documentation apart: it is part of the trivia before the leaf that follows. */
export function* leaves(node: ts.Node, file: ts.SourceFile): Generator<ts.Node> {
  const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
  if (children.length === 0) yield node;
  for (const child of children) yield* leaves(child, file);
}

/** Where a statement or member stands, with the comments before it and behind it on its line. */
export function extentOf(node: ts.Node, text: string): { start: number; end: number } {
  const before = ts.getTrailingCommentRanges(text, node.getFullStart())?.at(-1)?.end ?? node.getFullStart();
  const end = ts.getTrailingCommentRanges(text, node.end)?.at(-1)?.end ?? node.end;
  const blank = /^\s*/.exec(text.slice(before, end))?.[0].length ?? 0;
  return { start: before + blank, end };
}

/** A new order of the same things. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
