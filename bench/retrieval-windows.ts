import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextPiece } from '../src/loop/events.ts';

/** The baseline: windows of source lines, ranked by their words alone, as retrieval-augmented generation has them. */

const LINES = 20;
const STRIDE = 10;

const words = (text: string): string[] =>
  (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [])
    .map((w) => w.toLowerCase())
    .filter((w) => w.length > 1);

export function rankedWindows(
  root: string,
  files: readonly string[],
  query: string,
  budget: number,
): ContextPiece[] {
  const windows = files.flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const starts = Array.from(
      { length: Math.max(1, Math.ceil((lines.length - LINES) / STRIDE) + 1) },
      (_, i) => i * STRIDE,
    );
    return starts.map((start) => {
      const text = lines.slice(start, start + LINES).join('\n');
      const counts = new Map<string, number>();
      const all = words(text);
      for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1);
      return {
        path,
        startLine: start + 1,
        endLine: Math.min(start + LINES, lines.length),
        text,
        counts,
        length: all.length,
      };
    });
  });
  const average = windows.reduce((sum, w) => sum + w.length, 0) / Math.max(1, windows.length);
  const weights = new Map(
    [...new Set(words(query))].map((word) => {
      const holding = windows.filter((w) => w.counts.has(word)).length;
      return [word, Math.log(1 + (windows.length - holding + 0.5) / (holding + 0.5))] as const;
    }),
  );
  const bm25 = ({ counts, length }: (typeof windows)[number]): number =>
    [...weights].reduce((sum, [word, weight]) => {
      const times = counts.get(word) ?? 0;
      return sum + (weight * times * 2.2) / (times + 1.2 * (0.25 + (0.75 * length) / average));
    }, 0);
  const ranked = windows.map((window) => ({ window, score: bm25(window) })).sort((a, b) => b.score - a.score);
  const chosen: ContextPiece[] = [];
  let tokens = 0;
  for (const { window } of ranked) {
    const size = Math.ceil(window.text.length / 4) + 20;
    if (tokens + size > budget) break;
    tokens += size;
    const { path, startLine, endLine, text } = window;
    chosen.push({ path, startLine, endLine, text, reason: 'its words', tokens: size });
  }
  return chosen;
}
