import type { ContextPiece } from '../loop/events.ts';

export type Piece = ContextPiece;

/** About four characters a token, and what a piece's own heading takes. */
export const tokensOf = (text: string): number => Math.ceil(text.length / 4) + 20;

export const pieceOf = (piece: Omit<Piece, 'tokens'>): Piece => ({ ...piece, tokens: tokensOf(piece.text) });

export const wholeFile = (path: string, text: string, reason: string): Piece =>
  pieceOf({ path, startLine: 1, endLine: text.split('\n').length, reason, text });

export const linesOf = (
  path: string,
  lines: readonly string[],
  startLine: number,
  endLine: number,
  reason: string,
): Piece =>
  pieceOf({ path, startLine, endLine, reason, text: lines.slice(startLine - 1, endLine).join('\n') });

/** Pieces that fit one after the other; one that does not is left out whole. */
export function fitting(pieces: readonly Piece[], room: number): Piece[] {
  let left = room;
  return pieces.filter(({ tokens }) => {
    if (tokens > left) return false;
    left -= tokens;
    return true;
  });
}

export const sumOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { tokens }) => sum + tokens, 0);
