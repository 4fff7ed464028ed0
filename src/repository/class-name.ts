import { usageError } from '../errors.ts';

// Words that TypeScript refuses as the name of a class in a module: reserved words and the names of its own types.
const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected
  public return static super switch this throw true try typeof var void while with yield
  any bigint boolean never number object string symbol undefined unknown`.split(/\s+/),
);

/** Fails where `name` cannot be the name of a class. */
export function checkClassName(name: string): void {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name))
    throw usageError(
      'bad-class-name',
      `"${name}" is no identifier.`,
      'Give the name of the class alone, such as OrderBook.',
    );
  if (RESERVED.has(name))
    throw usageError(
      'reserved-class-name',
      `"${name}" is a reserved word.`,
      'Choose another name for the class.',
    );
}
