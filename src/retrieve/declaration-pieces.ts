import type { IndexedDeclaration } from '../language/typescript/declaration-index.ts';
import type { NameLookup } from './name-lookup.ts';
import { type Piece, pieceOf, tokensOf } from './piece.ts';
import type { Ranked } from './rank.ts';

/** Share of the room that one-line headers may take before anything is told in full. */
const BRIEF_SHARE = 0.6;
/** Likelihood below which a declaration is not worth a line, and below which it is not worth more. */
const WORTH_A_LINE = 0.02;
const WORTH_AN_OUTLINE = 0.35;
/** Longest function whose body is shown where it is named: a delegate is called by what it does. */
const MOST_BODY_LINES = 30;
/** A heading for the lines of one file. */
const HEADING = tokensOf('');

/**
 * Ranked declarations within `room` tokens: first a line for each of as many as half the room holds, so that the
 * model knows what there is; then outlines (and bodies of short functions that were named) from the top; what room
 * is left takes more lines. The lines of one file are one piece.
 */
export function declarationPieces(
  ranked: readonly Ranked[],
  names: NameLookup,
  room: number,
): { pieces: Piece[]; leftOut: number } {
  const worth = ranked.filter(({ likelihood }) => likelihood >= WORTH_A_LINE);
  const briefs = new Map<Ranked, number>();
  const files = new Map<string, number>();
  let left = room;
  const addLines = (until: number) => {
    for (const one of worth) {
      if (briefs.has(one) || outlines.has(one)) continue;
      const { file } = one.declaration;
      const cost = lineCost(one.declaration);
      const all = cost + (files.get(file) ? 0 : HEADING);
      if (left - all < until) continue;
      left -= all;
      briefs.set(one, cost);
      files.set(file, (files.get(file) ?? 0) + 1);
    }
  };
  const outlines = new Map<Ranked, Piece>();
  addLines(room * (1 - BRIEF_SHARE));
  for (const one of worth) {
    if (one.likelihood < WORTH_AN_OUTLINE && !one.named) break;
    const text = fullText(one);
    if (text.length <= one.declaration.brief().length) continue;
    const { file, startLine, endLine } = one.declaration;
    const piece = pieceOf({ path: file, startLine, endLine, reason: reasonOf([one], names), text });
    const cost = piece.tokens - (briefs.get(one) ?? 0);
    if (cost > left) continue;
    left -= cost;
    outlines.set(one, piece);
    if (briefs.delete(one)) files.set(file, (files.get(file) ?? 1) - 1);
  }
  addLines(0);
  const pieces = [...outlines.values(), ...linePieces([...briefs.keys()], names)];
  return { pieces, leftOut: ranked.length - outlines.size - briefs.size };
}

const lineOfCode = (d: IndexedDeclaration): string => `${d.startLine}: ${d.brief()}\n`;
const lineCost = (d: IndexedDeclaration): number => Math.ceil(lineOfCode(d).length / 4);

function fullText({ declaration: d, named }: Ranked): string {
  const isShort = d.kind === 'function' && d.endLine - d.startLine < MOST_BODY_LINES;
  return named && isShort ? d.text() : d.outline();
}

function linePieces(chosen: readonly Ranked[], names: NameLookup): Piece[] {
  return [...Map.groupBy(chosen, (one) => one.declaration.file)].map(([path, ranked]) => {
    const all = ranked.map((one) => one.declaration).sort((a, b) => a.startLine - b.startLine);
    return pieceOf({
      path,
      startLine: Math.min(...all.map((d) => d.startLine)),
      endLine: Math.max(...all.map((d) => d.endLine)),
      reason: `headers alone; ${reasonOf(ranked, names)}`,
      text: all.map(lineOfCode).join('').trimEnd(),
    });
  });
}

/** The first two reasons, and where else the declarations can be imported from. */
function reasonOf(ranked: readonly Ranked[], names: NameLookup): string {
  const reasons = [...new Set(ranked.map(({ reason }) => reason))];
  const barrels = ranked.map(({ declaration }) => names.barrelsOf(declaration));
  const [shared] = (barrels[0] ?? []).filter((file) => barrels.every((all) => all.includes(file)));
  const told = reasons.slice(0, 2).join('; ') + (reasons.length > 2 ? '; …' : '');
  return shared === undefined ? told : `${told}; exported again by ${shared}`;
}
