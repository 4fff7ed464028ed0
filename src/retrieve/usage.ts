import type { Task } from '../loop/task.ts';
import { linesOf, type Piece } from './piece.ts';

/** Files that are searched for uses, nearest first. */
const MOST_FILES = 20;
/** Lines around a use that are shown with it. */
const AROUND = 2;

/** How other files use the class already: the lines that name it, or what they got from it, with their surroundings. */
export function usagePieces(
  { className }: Pick<Task, 'className'>,
  dependents: readonly string[],
  read: (file: string) => string | undefined,
): Piece[] {
  return dependents.slice(0, MOST_FILES).flatMap((file) => {
    const lines = read(file)?.split('\n');
    if (!lines) return [];
    return windows(usesIn(lines, className), lines.length).map(([start, end]) =>
      linesOf(file, lines, start, end, `uses ${className} already`),
    );
  });
}

const IMPORT_LINE = /^\s*(?:import|export)\b.*\bfrom\b|^\s*(?:type\s+)?[\w$]+,?$/;
const HELD = /(?:const|let|readonly|private|protected|public|#)?\s*([\w$]+)\s*[?!]?\s*(?::[^=]*|=)\s*.*/;

/** 1-based lines that name the class or call a member of what holds it; that a file imports it says nothing. */
function usesIn(lines: readonly string[], className: string): number[] {
  const name = new RegExp(`\\b${className.replaceAll('$', '\\$')}\\b`);
  const holders = new Set<string>();
  for (const line of lines) {
    const held = name.test(line) ? HELD.exec(line)?.[1] : undefined;
    if (held && held !== className && held.length > 1) holders.add(held);
  }
  const member =
    holders.size > 0
      ? new RegExp(`\\b(?:${[...holders].map((h) => h.replaceAll('$', '\\$')).join('|')})\\s*[?!]?\\.\\w`)
      : undefined;
  return lines.flatMap((line, i) =>
    (name.test(line) || member?.test(line)) && !IMPORT_LINE.test(line) ? [i + 1] : [],
  );
}

/** Line ranges around each hit, joined where they touch. */
function windows(hits: readonly number[], last: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (const hit of hits) {
    const before = ranges.at(-1);
    const start = Math.max(1, hit - AROUND);
    const end = Math.min(last, hit + AROUND);
    if (before && start <= before[1] + 1) before[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}
