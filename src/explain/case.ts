import type { Diagnostic } from '../check/report.ts';
import type { LanguageSession } from '../language/language.ts';
import { type Place, placeAt } from '../language/typescript/positions.ts';

/** What an explanation may look at. */
export interface ExplainContext {
  language: LanguageSession;
  /** Text of a file as the run sees it, the candidate included; 1-based lines of it are what diagnostics point at. */
  read(file: string): string | undefined;
  isWithheld(file: string): boolean;
  className: string;
  targetFile: string;
  /** Without explanations: what an ablation asks for. */
  bare?: boolean;
}

/** A diagnostic on its way through the table. */
export interface Case {
  diagnostic: Diagnostic;
  /** What the message puts between quotes, in order. */
  quoted: string[];
  /** What stands there; nothing in a withheld file, so that no explanation can tell of it. */
  place: Place | undefined;
  context: ExplainContext;
}

export type Explainer = (found: Case) => Promise<string | undefined>;

export function openCase(diagnostic: Diagnostic, context: ExplainContext): Case {
  const { file, line, column, endLine, endColumn, message } = diagnostic;
  const text = context.isWithheld(file) ? undefined : context.read(file);
  return {
    diagnostic,
    quoted: [...message.matchAll(/'((?:[^'\\]|\\.)*)'|"([^"]*)"/g)].map((m) => m[1] ?? m[2] ?? ''),
    place:
      text === undefined
        ? undefined
        : placeAt(text, file, { line, column }, { line: endLine, column: endColumn }),
    context,
  };
}

/**
 * A message about a withheld file without the literals that it quotes from there: `Argument of type '"BER"'` would
 * tell what the test passes, `Argument of type 'string literal'` tells what is wrong. Names of modules stay.
 */
export const veiled = (message: string): string =>
  message
    .replaceAll(
      /(?<!\bmodule ')(?:"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)(?!' has no exported member)/gi,
      'string literal',
    )
    .replaceAll(/'[^']*'/g, (quoted) => quoted.replaceAll(/(?<![\w$.])-?\d[\w.]*/g, 'number literal'));
